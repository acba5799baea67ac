#pragma once
#include "session.hpp"

namespace sedlink::sim::onec_docflow {

// DMGetObjectListRequest of every kind of object (onec-docflow 5.1).
Xdto object_list(Session& session, const Xdto& request);

}  // namespace sedlink::sim::onec_docflow
