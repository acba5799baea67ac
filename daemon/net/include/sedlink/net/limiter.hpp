#pragma once
// Shared budgets of one connection. Single-threaded, like the client.
#include <cstddef>
#include <memory>
#include <utility>

#include "sedlink/net/task.hpp"

namespace sedlink::net {

// Leaky bucket as Bitrix24 counts it: level drains by `per_second`, a call adds one, level stays <= `capacity`.
class RateLimiter {
 public:
  RateLimiter(double per_second, double capacity);
  ~RateLimiter();
  // Waits for room until `deadline`; throttled net.rate when there is none in time. Served in order of arrival.
  Task<void> acquire(SteadyTime deadline);
  void penalize(Duration pause);  // nobody passes before now + pause (the other side said 503/429)
  [[nodiscard]] double level() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// At most n calls at once. The permit returns its place when destroyed.
class Concurrency {
 public:
  explicit Concurrency(std::size_t n);
  ~Concurrency();
  class Permit {
   public:
    Permit() = default;
    explicit Permit(std::shared_ptr<void> hold) : hold_(std::move(hold)) {}

   private:
    std::shared_ptr<void> hold_;
  };
  Task<Permit> acquire(SteadyTime deadline);  // transient net.busy when no place in time

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sedlink::net
