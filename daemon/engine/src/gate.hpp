#pragma once
// Circuit breaker of one connection: after repeated faults nobody calls it until a moment; unauthorized pauses and
// alarms.
#include <random>

#include "sedlink/core/error.hpp"
#include "sedlink/engine/engine.hpp"

namespace sedlink::engine {

// min(max, first * 2^(attempt-1)), times 0.5 … 1.5 so that retries do not march in step.
[[nodiscard]] Duration back_off(int attempt, Duration first, Duration max, std::mt19937_64& random);

class Gate {
 public:
  Gate(std::string name, std::string side, const Settings& settings, std::mt19937_64& random)
      : settings_(settings), random_(random) {
    health_.name = std::move(name);
    health_.side = std::move(side);
  }
  // Closed to calls at `now`? An open breaker lets calls through again after its pause: the first one is the probe.
  [[nodiscard]] bool shut(Time now) const { return health_.next_attempt && now < *health_.next_attempt; }
  void succeeded(Time now);
  // Only faults that speak about the connection count: transient, throttled, unauthorized, ambiguous.
  void failed(const Error&, Time now);
  [[nodiscard]] const ConnectionHealth& health() const noexcept { return health_; }
  // It spoke to us by itself: it lives, so a pause after faults may be cut short. True when that is worth a look now,
  // at most every quarter of a minute.
  bool heard(Time now);
  // How often it has answered again after a fault.
  [[nodiscard]] std::uint64_t recoveries() const noexcept { return recoveries_; }
  void notified(Time now) { health_.last_notice = now; }
  // Whether it sends us notifications, and why not.
  void pushes(bool on, std::string error) {
    health_.push = on;
    health_.push_error = std::move(error);
  }

 private:
  const Settings& settings_;
  std::mt19937_64& random_;
  ConnectionHealth health_;
  std::uint64_t recoveries_ = 0;
  std::optional<Time> heard_at_;
};

}  // namespace sedlink::engine
