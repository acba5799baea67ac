#include "wire/query.hpp"

#include <boost/json/array.hpp>

#include "sedlink/core/text.hpp"

namespace sedlink::bitrix24::wire {
namespace {

void append(std::string& to, const std::string& name, const json::value& value) {
  if (const auto* object = value.if_object()) {
    for (const auto& pair : *object) append(to, name + "[" + std::string(pair.key()) + "]", pair.value());
    return;
  }
  if (const auto* array = value.if_array()) {
    std::size_t index = 0;
    for (const auto& element : *array) append(to, name + "[" + std::to_string(index++) + "]", element);
    return;
  }
  if (!to.empty()) to += '&';
  to += text::url_encode(name) + "=" + text::url_encode(text(value));
}

// "data[FIELDS][ID]" -> {"data","FIELDS","ID"}.
std::vector<std::string> steps(std::string_view name) {
  std::vector<std::string> path;
  const auto open = name.find('[');
  if (open == std::string_view::npos || open == 0) return {std::string(name)};
  path.emplace_back(name.substr(0, open));
  std::size_t at = open;
  while (at < name.size() && path.size() < 16) {
    const auto close = name.find(']', at);
    if (name[at] != '[' || close == std::string_view::npos) return {std::string(name)};
    path.emplace_back(name.substr(at + 1, close - at - 1));
    at = close + 1;
  }
  if (at < name.size()) return {std::string(name)};
  return path;
}

}  // namespace

std::string to_query(const json::object& values) {
  std::string query;
  for (const auto& pair : values) append(query, std::string(pair.key()), pair.value());
  return query;
}

json::object nest(const net::FormPairs& pairs) {
  json::object root;
  for (const auto& [name, value] : pairs) {
    const auto path = steps(name);
    json::object* at = &root;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      const std::string key = path[i].empty() ? std::to_string(at->size()) : path[i];
      auto& child = (*at)[key];
      if (!child.is_object()) child = json::object{};
      at = &child.get_object();
    }
    const std::string key = path.back().empty() && path.size() > 1 ? std::to_string(at->size()) : path.back();
    (*at)[key] = value;
  }
  return root;
}

}  // namespace sedlink::bitrix24::wire
