#pragma once
// What a test of a mapping saw, and how it differs from what the test expects.
#include <set>
#include <string>
#include <vector>

#include "sedlink/mapping/model.hpp"
#include "sedlink/process/effect.hpp"

namespace sedlink::process {

// What people of the CRM would have seen at one moment.
struct Seen {
  std::vector<std::string> stages, tasks, comments, problems;
  std::set<mapping::Recipient> notified;
  std::vector<mapping::TestExpectation::Decide> decisions;
  std::vector<CallService> calls;
  Fields fields;
};

// Adds a Russian sentence per difference.
void compare(const std::string& when, const Seen& seen, const std::vector<const mapping::TestExpectation*>& expected,
             std::vector<std::string>& failures);

}  // namespace sedlink::process
