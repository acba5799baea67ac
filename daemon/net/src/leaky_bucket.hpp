#pragma once
// The arithmetic of RateLimiter, with the time given: a level that drains evenly and a door that may be shut.
#include <algorithm>
#include <chrono>

#include "sedlink/net/task.hpp"

namespace sedlink::net {

class LeakyBucket {
 public:
  LeakyBucket(double per_second, double capacity) : per_second_(per_second), capacity_(capacity) {}

  [[nodiscard]] double level(SteadyTime now) const {
    const std::chrono::duration<double> passed = now - drained_at_;
    return passed.count() <= 0 ? level_ : std::max(0.0, level_ - passed.count() * per_second_);
  }

  // When the n-th call from now on (0 = the next one) fits, if those before it go as early as they can.
  [[nodiscard]] SteadyTime turn(SteadyTime now, std::size_t n) const {
    const double over = level(now) + static_cast<double>(n) + 1 - capacity_;
    if (over <= 1e-9) return std::max(now, shut_until_);
    const std::chrono::duration<double> drain(over / per_second_);
    // Rounded up: one tick early would be one tick over the limit.
    const auto at = now + std::chrono::duration_cast<SteadyTime::duration>(drain) + SteadyTime::duration(1);
    return std::max(at, shut_until_);
  }

  void add_one(SteadyTime now) {
    level_ = level(now) + 1;
    drained_at_ = now;
  }

  void shut_until(SteadyTime t) { shut_until_ = std::max(shut_until_, t); }

 private:
  double per_second_, capacity_;
  double level_ = 0;
  SteadyTime drained_at_{};
  SteadyTime shut_until_{};
};

}  // namespace sedlink::net
