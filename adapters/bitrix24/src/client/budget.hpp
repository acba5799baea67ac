#pragma once
// What the portal's answers taught us about each method: how long it takes, and how much of its working time is left.
// Pure but for the clocks given in. Source: bitrix24 documentation, limits.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/net/task.hpp"
#include "wire/envelope.hpp"

namespace sedlink::bitrix24 {

class Budget {
 public:
  // `operating_seconds`: the portal's limit of the sum of a method's working time; 0 = none.
  explicit Budget(double operating_seconds) : limit_(operating_seconds) {}

  // Seconds one call of the method is expected to take.
  [[nodiscard]] double expected(const std::string& method) const;
  // Learns from the "time" of an answer.
  void learn(const std::string& method, const wire::CallTime& time, SteadyTime now);
  // The portal said OPERATION_TIME_LIMIT: closes the method until operating_reset_at. Where that is not said, until the
  // oldest of our calls that may still count leaves the portal's ten minutes; for ten minutes when we know of none.
  void block(const std::string& method, const wire::CallTime& time, SteadyTime now);
  // A batch of these methods was cut half way: the guesses were too low by this factor. What they took is not known.
  void cut(const std::vector<std::string>& methods, double factor);
  // Error throttled b24.operating with retry_after while the method is closed. Bulk work leaves the last tenth to
  // people.
  [[nodiscard]] Result<void> admit(const std::string& method, bool for_people, SteadyTime now) const;
  // Seconds of work the method takes before it closes, as far as is known; a batch should not promise it more.
  [[nodiscard]] double room(const std::string& method, bool for_people, SteadyTime now) const;

  // What is known of one method, for the metrics.
  struct Forecast {
    Forecast() = default;
    std::string method;
    double expected_seconds = 0;       // of one call
    double busy_ratio = 0;             // share of the limit that is used; 1 = closed
    double closed_seconds = 0;         // until it opens again; 0 = open
    std::optional<double> calls_left;  // until it closes; none = no limit
  };
  [[nodiscard]] std::vector<Forecast> forecast(SteadyTime now) const;

 private:
  struct Method {
    double expected = 0;  // moving average; 0 = nothing known
    double operating = 0;
    SteadyTime resets_at{};  // of `operating`
    SteadyTime closed_until{};
    std::deque<SteadyTime> minutes;  // in which it worked for us, by their first call, oldest first
  };
  static void worked(Method& method, SteadyTime now);
  // When the portal's window will have moved on, by our own calls; none known: nothing.
  [[nodiscard]] static std::optional<SteadyTime> window_moves(const Method& method, SteadyTime now);
  [[nodiscard]] double allowed(bool for_people) const { return for_people ? limit_ : limit_ * 0.9; }
  double limit_;
  std::map<std::string, Method, std::less<>> methods_;
};

}  // namespace sedlink::bitrix24
