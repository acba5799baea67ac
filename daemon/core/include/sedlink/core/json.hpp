#pragma once
// Reading our own stored JSON: absent or wrongly typed members become defaults, because stored state outlives versions.
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/clock.hpp"

namespace sedlink::json {

using boost::json::array;
using boost::json::object;
using boost::json::value;

[[nodiscard]] const value* find(const value& v, std::string_view key) noexcept;
[[nodiscard]] std::string text(const value& v, std::string_view key);
[[nodiscard]] std::int64_t integer(const value& v, std::string_view key, std::int64_t otherwise = 0) noexcept;
[[nodiscard]] bool boolean(const value& v, std::string_view key, bool otherwise = false) noexcept;
[[nodiscard]] std::optional<Time> time(const value& v, std::string_view key) noexcept;  // epoch milliseconds
[[nodiscard]] const array& list(const value& v, std::string_view key) noexcept;         // empty when absent
[[nodiscard]] std::vector<std::string> texts(const value& v, std::string_view key);
[[nodiscard]] array from_texts(const std::vector<std::string>&);
[[nodiscard]] value from_time(const std::optional<Time>&);

// Error core.json with the byte offset.
[[nodiscard]] Result<value> parse(std::string_view);

// Lists of values with to_json / a reader.
template <class T>
[[nodiscard]] array from_list(const std::vector<T>& items) {
  array out;
  out.reserve(items.size());
  for (const auto& item : items) out.push_back(to_json(item));
  return out;
}
template <class T, class Read>
[[nodiscard]] std::vector<T> to_list(const value& v, std::string_view key, Read read) {
  std::vector<T> out;
  for (const auto& item : list(v, key)) out.push_back(read(item));
  return out;
}

}  // namespace sedlink::json
