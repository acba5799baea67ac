#pragma once
#include <memory>

#include "sedlink/sim/simulator.hpp"

namespace sedlink::sim {

// A Bitrix24 portal as a client of its REST v2 by incoming webhook sees it, with outgoing-webhook events. What can be
// set in a scenario is in simulators/bitrix24/README.md.
std::unique_ptr<Simulator> make_bitrix24(const Options& options);

}  // namespace sedlink::sim
