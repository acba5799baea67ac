#pragma once
// A request to a service as it is stored.
#include "sedlink/core/json.hpp"
#include "sedlink/process/effect.hpp"

namespace sedlink::process {

[[nodiscard]] json::object call_to_json(const CallService&);
[[nodiscard]] CallService call_from_json(const json::value&);

}  // namespace sedlink::process
