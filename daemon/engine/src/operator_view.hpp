#pragma once
// What the operator's commands show of stored rows.
#include <optional>

#include "core.hpp"
#include "sedlink/core/json.hpp"

namespace sedlink::engine {

[[nodiscard]] json::value time_text(const std::optional<Time>& t);
[[nodiscard]] json::object to_object(const store::InstanceRow& row);
[[nodiscard]] json::object to_object(const store::EffectRow& row);
// The verdicts kept in a run's state; empty when nothing was judged.
[[nodiscard]] json::array signatures_of(const json::value& state, const TimeZone& zone);

}  // namespace sedlink::engine
