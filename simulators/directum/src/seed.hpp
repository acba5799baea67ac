#pragma once
#include "approval.hpp"

namespace sedlink::sim::directum {

// People, company, kinds of documents, rules: built in, each list replaced by the scenario's own. Errors: control text.
Result<void> seed(Installation& base, Approval& approval, const json::object& scenario);

}  // namespace sedlink::sim::directum
