#include "gate.hpp"

#include <algorithm>

namespace sedlink::engine {
namespace {
constexpr Duration longest_pause{60'000};
constexpr Duration heard_every{15'000};
}  // namespace

Duration back_off(int attempt, Duration first, Duration max, std::mt19937_64& random) {
  const int doublings = std::clamp(attempt - 1, 0, 30);
  const auto grown = std::min<std::int64_t>(max.count(), first.count() << std::min(doublings, 20));
  std::uniform_real_distribution<double> spread(0.5, 1.5);
  return Duration(static_cast<std::int64_t>(static_cast<double>(grown) * spread(random)));
}

void Gate::succeeded(Time now) {
  if (health_.failures > 0) ++recoveries_;
  health_.failures = 0;
  health_.open = false;
  health_.paused = false;
  health_.failing_since.reset();
  health_.next_attempt.reset();
  health_.last_success = now;
}

bool Gate::heard(Time now) {
  if (health_.failures == 0 || health_.paused) return false;  // without rights there is nothing to see
  if (heard_at_ && now - *heard_at_ < heard_every) return false;
  heard_at_ = now;
  if (health_.open) health_.next_attempt = now;
  return true;
}

void Gate::failed(const Error& error, Time now) {
  if (error.fault == Fault::rejected || error.fault == Fault::not_found || error.fault == Fault::defect) return;
  ++health_.failures;
  health_.last_error = describe(error);
  if (!health_.failing_since) health_.failing_since = now;
  if (error.fault == Fault::unauthorized) {
    // Rights come back without a restart: probe rarely until they do.
    health_.paused = true;
    health_.next_attempt = now + back_off(health_.failures + 4, settings_.retry_first, settings_.retry_max, random_);
    return;
  }
  if (error.fault == Fault::throttled) {
    // A long pause is asked of one kind of call (a budget of its own), not of the connection: only that effect waits.
    const Duration asked = error.retry_after ? Duration(*error.retry_after) : settings_.retry_first;
    if (asked <= longest_pause) health_.next_attempt = now + asked;
    return;
  }
  if (health_.failures >= 3) {
    health_.open = true;
    health_.next_attempt =
        now + back_off(health_.failures - 2, settings_.retry_first, settings_.retry_max / 3, random_);
  }
}

}  // namespace sedlink::engine
