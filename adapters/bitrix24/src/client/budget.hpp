#pragma once
// What the portal's answers taught us about each method: how long it takes, and how much of its working time is left.
// Pure but for the clocks given in. Source: bitrix24 documentation, limits.
#include <map>
#include <string>

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
  // The portal said OPERATION_TIME_LIMIT: closes the method until operating_reset_at, or for ten minutes.
  void block(const std::string& method, const wire::CallTime& time, SteadyTime now);
  // Error throttled b24.operating with retry_after while the method is closed. Bulk work leaves the last tenth to
  // people.
  [[nodiscard]] Result<void> admit(const std::string& method, bool for_people, SteadyTime now) const;

 private:
  struct Method {
    double expected = 0;  // moving average; 0 = nothing known
    double operating = 0;
    SteadyTime resets_at{};  // of `operating`
    SteadyTime closed_until{};
  };
  double limit_;
  std::map<std::string, Method, std::less<>> methods_;
};

// How many of the commands, from `first` on, go into one batch: at most 50, expected to end within `seconds`, at least
// one.
[[nodiscard]] std::size_t batch_length(const std::vector<double>& expected, std::size_t first, double seconds);

}  // namespace sedlink::bitrix24
