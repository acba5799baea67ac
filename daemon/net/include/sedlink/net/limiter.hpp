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

// Who asks for a place: somebody waits for a `person`'s call, nobody for `bulk` work.
enum class Urgency { bulk = 1, person };

// At most n calls at once. The permit returns its place when destroyed. A freed place goes to the first waiting person,
// then to the first of the others; `reserved` places are never given to bulk work.
class Concurrency {
 public:
  explicit Concurrency(std::size_t n, std::size_t reserved = 0);
  ~Concurrency();
  class Permit {
   public:
    Permit() = default;
    explicit Permit(std::shared_ptr<void> hold) : hold_(std::move(hold)) {}

   private:
    std::shared_ptr<void> hold_;
  };
  // Errors: transient net.busy when no place comes free in time.
  Task<Permit> acquire(SteadyTime deadline, Urgency urgency = Urgency::bulk);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sedlink::net
