#include "limits.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

// Seconds a call is charged where the scenario says nothing: reads are cheap, writes run the portal's automation.
double default_cost(const std::string& method) {
  if (method.ends_with(".uploadfile") || method.ends_with(".uploadversion")) return 0.2;
  if (method == "crm.item.add" || method == "crm.item.update" || method == "tasks.task.add") return 0.1;
  if (method.ends_with(".list") || method.ends_with(".getlist") || method.ends_with(".getchildren")) return 0.03;
  if (method.ends_with(".add") || method.ends_with(".update") || method.ends_with(".delete")) return 0.05;
  return 0.01;
}

Result<void> read_number(const json::object& from, std::string_view key, double& to) {
  const json::value* v = from.if_contains(key);
  if (v == nullptr) return {};
  if (!v->is_number()) return control_error(std::string(key) + " must be a number");
  to = v->to_number<double>();
  return {};
}

Result<void> only_keys(const json::object& o, std::initializer_list<std::string_view> known, std::string_view where) {
  for (const auto& member : o) {
    if (std::find(known.begin(), known.end(), std::string_view(member.key().data(), member.key().size())) ==
        known.end()) {
      return control_error(std::string(where) + ": unknown key \"" + std::string(member.key()) + "\"");
    }
  }
  return {};
}

}  // namespace

Result<void> Limits::configure(const json::object& settings) {
  if (auto ok = only_keys(settings, {"rate", "operating", "request_seconds", "real_time"}, "limits"); !ok) return ok;
  if (const json::object* rate = object_of(settings, "rate")) {
    if (auto ok = only_keys(*rate, {"enabled", "capacity", "per_second"}, "limits.rate"); !ok) return ok;
    rate_enabled_ = truthy(*rate, "enabled", rate_enabled_);
    if (auto ok = read_number(*rate, "capacity", capacity_); !ok) return ok;
    if (auto ok = read_number(*rate, "per_second", per_second_); !ok) return ok;
  } else if (const json::value* off = settings.if_contains("rate")) {
    rate_enabled_ = truthy(*off);
  }
  if (const json::object* operating = object_of(settings, "operating")) {
    if (auto ok = only_keys(*operating, {"enabled", "limit", "costs"}, "limits.operating"); !ok) return ok;
    operating_enabled_ = truthy(*operating, "enabled", operating_enabled_);
    if (auto ok = read_number(*operating, "limit", operating_limit_); !ok) return ok;
    if (const json::object* costs = object_of(*operating, "costs")) {
      for (const auto& member : *costs) {
        if (!member.value().is_number()) return control_error("limits.operating.costs must be seconds");
        costs_[text::to_lower_ascii(member.key())] = member.value().to_number<double>();
      }
    }
  } else if (const json::value* off = settings.if_contains("operating")) {
    operating_enabled_ = truthy(*off);
  }
  if (auto ok = read_number(settings, "request_seconds", request_seconds_); !ok) return ok;
  return read_number(settings, "real_time", real_time_);
}

bool Limits::admit(const std::string& address, Time now) {
  if (!rate_enabled_) return true;
  Bucket& bucket = buckets_[address];
  const double elapsed = std::chrono::duration<double>(now - bucket.at).count();
  bucket.level = std::max(0.0, bucket.level - elapsed * per_second_);
  bucket.at = now;
  if (bucket.level + 1 > capacity_) return false;
  bucket.level += 1;
  return true;
}

Limits::Minutes& Limits::window(const std::string& owner, const std::string& method, Time now) {
  Minutes& minutes = minutes_[owner + ' ' + method];
  const std::int64_t current = to_epoch_ms(now) / 60'000;
  while (!minutes.empty() && minutes.begin()->first <= current - 10) minutes.erase(minutes.begin());
  return minutes;
}

Limits::Operating Limits::operating(const std::string& owner, const std::string& method, Time now) {
  const Minutes& minutes = window(owner, method, now);
  Operating out;
  for (const auto& [minute, seconds] : minutes) out.seconds += seconds;
  const std::int64_t oldest = minutes.empty() ? to_epoch_ms(now) / 60'000 : minutes.begin()->first;
  out.reset_at = (oldest + 10) * 60;
  return out;
}

bool Limits::blocked(const std::string& owner, const std::string& method, Time now) {
  return operating_enabled_ && operating(owner, method, now).seconds > operating_limit_;
}

void Limits::charge(const std::string& owner, const std::string& method, Time now, double seconds) {
  window(owner, method, now)[to_epoch_ms(now) / 60'000] += seconds;
}

double Limits::cost(const std::string& method) const {
  if (const auto exact = costs_.find(method); exact != costs_.end()) return exact->second;
  if (const auto any = costs_.find("*"); any != costs_.end()) return any->second;
  return default_cost(method);
}

}  // namespace sedlink::sim::b24
