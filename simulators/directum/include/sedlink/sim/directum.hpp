#pragma once
// Directum RX: its integration service (OData v4) with its people.
#include <memory>

#include "sedlink/sim/simulator.hpp"

namespace sedlink::sim {

// `options.edition`: "4.4", "4.7" or "4.11" (also when empty). `options.module`: the customer has our module installed.
// `options.scenario` may hold access:, settings:, the seed (employees:, companies:, document_kinds:, approval_rules:,
// …) and rules:. See the simulator's README for their keys.
std::unique_ptr<Simulator> make_directum(const Options& options);

}  // namespace sedlink::sim
