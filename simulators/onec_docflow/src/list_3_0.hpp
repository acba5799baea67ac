#pragma once
#include "session.hpp"

namespace sedlink::sim::onec_docflow {

// DMGetObjectListRequest of 3.0: a fixed table for some classes, what the client names in columnConformity for the
// others.
Xdto object_list_3_0(Session& session, const Xdto& request);

}  // namespace sedlink::sim::onec_docflow
