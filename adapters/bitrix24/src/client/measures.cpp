// The portal's budgets as numbers: how full they are, and when they would be at this pace.
#include <algorithm>

#include "client/portal.hpp"

namespace sedlink::bitrix24 {

std::vector<api::Measure> Portal::measures() const {
  std::vector<api::Measure> all;
  const auto add = [&](const char* name, const char* help, double value, const std::string& method = {},
                       bool counter = false) {
    api::Measure one(name, help, value);
    one.counter = counter;
    if (!method.empty()) one.labels["method"] = method;
    all.push_back(std::move(one));
  };
  for (const auto& [method, count] : requests_)
    add("crm_requests_total", "HTTP requests to the CRM", static_cast<double>(count), method, true);
  for (const auto& [method, count] : inner_)
    add("crm_batched_commands_total", "Commands inside batches", static_cast<double>(count), method, true);
  if (settings_.rate_per_second > 0) {
    const double used = std::min(limiter_.level() / settings_.rate_burst, 1.0);
    add("crm_rate_used_ratio", "Share of the CRM's request bucket in use; 1 = the next call waits", used);
    const double over = limiter_.level() + 1 - settings_.rate_burst;
    add("crm_rate_wait_seconds", "How long the next request would wait for the bucket",
        std::max(0.0, over / settings_.rate_per_second));
  }
  for (const auto& one : budget_.forecast(std::chrono::steady_clock::now())) {
    add("crm_method_expected_seconds", "Expected working time of one call", one.expected_seconds, one.method);
    add("crm_method_used_ratio", "Share of the method's working time in use; 1 = closed", one.busy_ratio, one.method);
    add("crm_method_closed_seconds", "Until the closed method opens again; 0 = open", one.closed_seconds, one.method);
    if (one.calls_left)
      add("crm_method_calls_left", "Calls until the method closes, at the expected time each", *one.calls_left,
          one.method);
  }
  return all;
}

}  // namespace sedlink::bitrix24
