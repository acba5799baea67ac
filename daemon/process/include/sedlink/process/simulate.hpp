#pragma once
// Runs the tests written in a mapping file through the real state machine, in virtual time, touching no system.
#include <string>
#include <vector>

#include "sedlink/mapping/model.hpp"

namespace sedlink::process {

struct TestOutcome {
  std::string name;
  config::Range range;
  std::vector<std::string> failures;  // Russian; empty = passed
};

// Stage moves, tasks and notifications are compared exactly; comments and fields only where a test names them.
[[nodiscard]] std::vector<TestOutcome> run_tests(const mapping::CompiledMapping&);

}  // namespace sedlink::process
