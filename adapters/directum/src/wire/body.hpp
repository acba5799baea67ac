#pragma once
// Bodies of requests. Numbers are written as the decimal text they came as, never through a double. Pure.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sedlink::directum {

class Body {
 public:
  Body& text(std::string_view name, std::string_view value);
  Body& number(std::string_view name, std::int64_t value);
  Body& decimal(std::string_view name, std::string_view digits);  // a JSON number as it is
  Body& flag(std::string_view name, bool value);
  Body& null(std::string_view name);
  Body& link(std::string_view name, std::int64_t id);                       // {"Id": 15} (A7.4)
  Body& list(std::string_view name, const std::vector<std::int64_t>& ids);  // never null (A8)
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] bool empty() const noexcept { return members_.empty(); }
  [[nodiscard]] std::string json() const;

 private:
  Body& put(std::string_view name, std::string json);
  std::vector<std::pair<std::string, std::string>> members_;
};

}  // namespace sedlink::directum
