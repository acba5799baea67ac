#pragma once
// Group commit: many units of work, one durable commit.
#include <vector>

#include "connection.hpp"
#include "job_queue.hpp"

namespace sedlink::store {

struct GroupResult {
  std::vector<Result<void>> units;  // one per job, in order
  bool committed = false;
};

// Runs every job in one transaction, each in a savepoint of its own: a unit that fails is undone alone. When the
// transaction itself is lost (full disk, I/O error, busy), every unit gets that error and none has happened; units are
// not run twice, as they may hold state of their callers. Results are true only once this function has returned.
[[nodiscard]] GroupResult run_group(Connection& connection, const std::vector<Job>& jobs);

}  // namespace sedlink::store
