#pragma once
#include "approval.hpp"

namespace sedlink::sim::directum {

[[nodiscard]] json::object describe_state(const Installation& base, const Approval& approval);

}  // namespace sedlink::sim::directum
