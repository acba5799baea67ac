#pragma once
#include "infobase.hpp"
#include "sedlink/sim/json.hpp"
#include "workflow.hpp"

namespace sedlink::sim::onec_docflow {

// {documents, processes} of GET /_sim/state.
json::object describe_state(Infobase& base, Workflow& workflow);

}  // namespace sedlink::sim::onec_docflow
