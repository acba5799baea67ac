#include "client/budget.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace sedlink::bitrix24 {
namespace {

constexpr double learning_rate = 0.3;
// The portal sums up ten buckets of a minute; one that has left frees what it held.
constexpr auto window = std::chrono::minutes(10);
constexpr auto bucket = std::chrono::minutes(1);
constexpr auto next_try = std::chrono::seconds(30);  // when the bucket should have left, and has not
constexpr double longest_call = 60;                  // seconds: the portal cuts every request there

// Guesses until the first answer; an update runs the portal's automation inside the call (the documentation shows 3.6
// s).
double first_guess(const std::string& method) {
  if (method == "crm.item.update") return 2.0;
  if (method == "tasks.task.add") return 1.5;
  if (method.starts_with("crm.timeline.") || method.starts_with("task.")) return 0.7;
  return 0.4;
}

// How long until the portal's own time `reset_at`, by the portal's own clock.
std::optional<std::chrono::milliseconds> until_reset(const wire::CallTime& time) {
  if (!time.operating_reset_at || !time.finish) return std::nullopt;
  const double seconds = std::clamp(*time.operating_reset_at - *time.finish, 0.0, 3600.0);
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace

double Budget::expected(const std::string& method) const {
  const auto it = methods_.find(method);
  return it == methods_.end() || it->second.expected <= 0 ? first_guess(method) : it->second.expected;
}

void Budget::worked(Method& method, SteadyTime now) {
  while (!method.minutes.empty() && now - method.minutes.front() > window + bucket) method.minutes.pop_front();
  if (method.minutes.empty() || now - method.minutes.back() >= bucket) method.minutes.push_back(now);
}

std::optional<SteadyTime> Budget::window_moves(const Method& method, SteadyTime now) {
  for (const SteadyTime minute : method.minutes) {
    if (now - minute <= window + bucket) return std::max<SteadyTime>(minute + window, now + next_try);
  }
  return std::nullopt;
}

void Budget::learn(const std::string& method, const wire::CallTime& time, SteadyTime now) {
  auto& known = methods_[method];
  worked(known, now);
  if (time.duration && *time.duration >= 0) {
    const double before = known.expected > 0 ? known.expected : first_guess(method);
    // Slow answers count at once: a batch must not run into the portal's 60 seconds.
    known.expected =
        *time.duration > before ? 0.5 * (before + *time.duration) : before + learning_rate * (*time.duration - before);
    known.expected = std::max(known.expected, 0.01);
  }
  if (time.operating) {
    known.operating = *time.operating;
    const auto pause = until_reset(time);
    known.resets_at = pause ? now + *pause : window_moves(known, now).value_or(now + window);
  }
}

void Budget::block(const std::string& method, const wire::CallTime& time, SteadyTime now) {
  auto& known = methods_[method];
  if (const auto pause = until_reset(time); pause && pause->count() > 0)
    known.closed_until = now + *pause;
  else if (known.resets_at > now)
    known.closed_until = known.resets_at;
  else
    known.closed_until = window_moves(known, now).value_or(now + window);
}

void Budget::cut(const std::vector<std::string>& methods, double factor) {
  for (const auto& method : std::set<std::string>(methods.begin(), methods.end())) {
    auto& known = methods_[method];
    known.expected = std::min((known.expected > 0 ? known.expected : first_guess(method)) * factor, longest_call);
  }
}

double Budget::room(const std::string& method, bool for_people, SteadyTime now) const {
  if (limit_ <= 0) return std::numeric_limits<double>::infinity();
  const auto it = methods_.find(method);
  const bool counted = it != methods_.end() && it->second.resets_at > now;
  return std::max(0.0, allowed(for_people) - (counted ? it->second.operating : 0));
}

Result<void> Budget::admit(const std::string& method, bool for_people, SteadyTime now) const {
  const auto it = methods_.find(method);
  if (it == methods_.end()) return {};
  const auto& known = it->second;
  SteadyTime until = known.closed_until;
  if (limit_ > 0 && known.operating >= allowed(for_people)) until = std::max(until, known.resets_at);
  if (until <= now) return {};
  Error error{Fault::throttled, Audience::admin, "b24.operating",
              "Метод " + method + " исчерпал время работы на портале и ждёт его обновления", "OPERATION_TIME_LIMIT"};
  error.retry_after = std::chrono::ceil<std::chrono::seconds>(until - now);
  return error;
}

std::vector<Budget::Forecast> Budget::forecast(SteadyTime now) const {
  std::vector<Forecast> all;
  for (const auto& [method, known] : methods_) {
    Forecast one;
    one.method = method;
    one.expected_seconds = expected(method);
    const bool running = known.resets_at > now;
    const double used = running ? known.operating : 0;
    if (limit_ > 0) {
      one.busy_ratio = used / limit_;
      one.calls_left = std::max(0.0, limit_ - used) / std::max(one.expected_seconds, 0.001);
    }
    SteadyTime until = known.closed_until;
    if (limit_ > 0 && running && used >= limit_) until = std::max(until, known.resets_at);
    if (until > now) one.closed_seconds = std::chrono::duration<double>(until - now).count();
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace sedlink::bitrix24
