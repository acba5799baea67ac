#include "wire/body.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace sedlink::directum {

Body& Body::put(std::string_view name, std::string json) {
  const auto it = std::find_if(members_.begin(), members_.end(), [&](const auto& m) { return m.first == name; });
  if (it != members_.end()) {
    it->second = std::move(json);
  } else {
    members_.emplace_back(name, std::move(json));
  }
  return *this;
}

Body& Body::text(std::string_view name, std::string_view value) {
  return put(name, boost::json::serialize(boost::json::string(value)));
}
Body& Body::number(std::string_view name, std::int64_t value) { return put(name, std::to_string(value)); }
Body& Body::decimal(std::string_view name, std::string_view digits) { return put(name, std::string(digits)); }
Body& Body::flag(std::string_view name, bool value) { return put(name, value ? "true" : "false"); }
Body& Body::null(std::string_view name) { return put(name, "null"); }
Body& Body::link(std::string_view name, std::int64_t id) { return put(name, "{\"Id\":" + std::to_string(id) + "}"); }

Body& Body::list(std::string_view name, const std::vector<std::int64_t>& ids) {
  std::string out;
  for (const std::int64_t id : ids) out += (out.empty() ? "" : ",") + std::to_string(id);
  return put(name, "[" + out + "]");
}

bool Body::has(std::string_view name) const {
  return std::any_of(members_.begin(), members_.end(), [&](const auto& m) { return m.first == name; });
}

std::string Body::json() const {
  std::string out = "{";
  for (const auto& [name, value] : members_) {
    if (out.size() > 1) out += ',';
    out += boost::json::serialize(boost::json::string(name)) + ":" + value;
  }
  return out + "}";
}

}  // namespace sedlink::directum
