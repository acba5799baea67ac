#pragma once
#include <functional>
#include <memory>

#include "sedlink/net/task.hpp"

namespace sedlink::sim {

// Runs functions later on the executor. Equal due times run in the order they were asked for. Single-threaded.
class Scheduler {
 public:
  explicit Scheduler(Executor executor);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  void after(Duration delay, std::function<void()> action);
  void cancel_all();  // nothing runs afterwards
  [[nodiscard]] std::size_t pending() const noexcept;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sedlink::sim
