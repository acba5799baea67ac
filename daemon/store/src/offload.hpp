#pragma once
// From a coroutine to a job queue and back.
#include "job_queue.hpp"

namespace sedlink::store {

// Queues `unit` when awaited; the result is posted to the awaiting coroutine's executor, which is kept running
// meanwhile. The executor's context outlives the queue's threads (Store::close joins them). `queue` outlives the wait.
// A queue that refuses answers at once, on the same executor.
[[nodiscard]] Task<void> offload(JobQueue& queue, std::function<Result<void>(Tx&)> unit);

}  // namespace sedlink::store
