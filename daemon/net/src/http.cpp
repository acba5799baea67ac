#include "sedlink/net/http.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::net {

void Headers::set(std::string_view name, std::string value) {
  const auto first = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const auto& field) { return text::iequals_ascii(field.first, name); });
  if (first == fields_.end()) return add(std::string(name), std::move(value));
  first->second = std::move(value);
  fields_.erase(std::remove_if(first + 1, fields_.end(),
                               [&](const auto& field) { return text::iequals_ascii(field.first, name); }),
                fields_.end());
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return text::iequals_ascii(field.first, name); });
}

std::optional<std::string> Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (text::iequals_ascii(key, name)) return value;
  }
  return std::nullopt;
}

std::string media_type(std::string_view content_type) {
  return text::to_lower_ascii(text::trim(content_type.substr(0, content_type.find(';'))));
}

}  // namespace sedlink::net
