#pragma once
// A bounded queue of units of work between the callers and the store's threads. Thread-safe.
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "sedlink/store/store.hpp"

namespace sedlink::store {

struct Job {
  Job() = default;
  Job(std::function<Result<void>(Tx&)> u, std::function<void(Result<void>)> d)
      : unit(std::move(u)), done(std::move(d)) {}
  std::function<Result<void>(Tx&)> unit;
  std::function<void(Result<void>)> done;  // called once, from any thread; posts to the caller's executor
};

class JobQueue {
 public:
  explicit JobQueue(std::size_t capacity) : capacity_(capacity) {}

  // Errors: transient store.busy when full, store.closed after close(); the job is then left to the caller.
  Result<void> push(Job& job);
  // Waits for work. Up to `limit` jobs in order; empty only when the queue is closed and drained.
  std::vector<Job> pop(std::size_t limit);
  void close();

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> jobs_;
  bool closed_ = false;
};

}  // namespace sedlink::store
