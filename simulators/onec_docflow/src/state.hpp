#pragma once
#include "engine.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim::onec_docflow {

// {documents, processes} of GET /_sim/state.
json::object describe_state(Infobase& base, Engine& engine);

}  // namespace sedlink::sim::onec_docflow
