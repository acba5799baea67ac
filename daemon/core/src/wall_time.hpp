#pragma once
#include <optional>
#include <string_view>

#include "sedlink/core/clock.hpp"

namespace sedlink::detail {

// "2024-03-01T10:00:00" read as if it were UTC; nullopt when it is anything else.
std::optional<Time> parse_wall(std::string_view text);
Error wall_error(std::string_view text);

}  // namespace sedlink::detail
