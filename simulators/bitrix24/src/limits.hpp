#pragma once
// The portal's budgets: leaky bucket per source address, execution time per (webhook, method).
#include <array>
#include <map>
#include <string>

#include "sedlink/core/clock.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim::b24 {

class Limits {
 public:
  // {rate: {enabled, capacity, per_second}, operating: {enabled, limit, costs: {method: seconds}}, request_seconds,
  //  real_time: share of the charged time that is really waited}. Unknown keys are errors.
  Result<void> configure(const json::object& settings);

  [[nodiscard]] bool admit(const std::string& address, Time now);                             // false = 503
  [[nodiscard]] bool blocked(const std::string& owner, const std::string& method, Time now);  // true = 429
  void charge(const std::string& owner, const std::string& method, Time now, double seconds);
  [[nodiscard]] double cost(const std::string& method) const;  // seconds of one call
  [[nodiscard]] double request_seconds() const noexcept { return request_seconds_; }
  [[nodiscard]] double real_time() const noexcept { return real_time_; }

  struct Operating {
    double seconds = 0;
    std::int64_t reset_at = 0;  // unix time when the oldest counted minute leaves the window
  };
  [[nodiscard]] Operating operating(const std::string& owner, const std::string& method, Time now);

 private:
  struct Bucket {
    double level = 0;
    Time at{};
  };
  using Minutes = std::map<std::int64_t, double>;  // minute -> seconds
  Minutes& window(const std::string& owner, const std::string& method, Time now);

  bool rate_enabled_ = true, operating_enabled_ = true;
  double capacity_ = 50, per_second_ = 2, operating_limit_ = 480, request_seconds_ = 60, real_time_ = 0;
  std::map<std::string, double> costs_;
  std::map<std::string, Bucket> buckets_;
  std::map<std::string, Minutes> minutes_;
};

}  // namespace sedlink::sim::b24
