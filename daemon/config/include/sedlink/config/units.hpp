#pragma once
// Options are nouns with units: "15s", "5 min", "2h", "3 days", "300 MB".
#include <cstdint>
#include <optional>
#include <string_view>

#include "sedlink/core/clock.hpp"

namespace sedlink::config {

// Whole number and unit (ms, s, min, h, day(s), week(s) and their long forms), at most 10 years.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view) noexcept;
// Whole number and unit (B, KB, MB, GB, TB; a KB is 1024 bytes) -> bytes.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view) noexcept;

}  // namespace sedlink::config
