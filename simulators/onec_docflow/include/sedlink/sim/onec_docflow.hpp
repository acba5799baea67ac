#pragma once
// 1C:Документооборот КОРП 2.1.32 or 3.0.16: the SOAP service DMService with its people.
#include <memory>

#include "sedlink/sim/simulator.hpp"

namespace sedlink::sim {

// `options.edition`: "2.1" (also when empty), "2.1.11" or "3.0". `options.scenario` may hold access:, settings:, the
// seed (users:, organizations:, correspondents:, document_types:, folders:, templates:) and rules:. See docs of the
// simulator for their keys.
std::unique_ptr<Simulator> make_onec_docflow(const Options& options);

}  // namespace sedlink::sim
