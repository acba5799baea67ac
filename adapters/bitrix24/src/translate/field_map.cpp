#include "translate/field_map.hpp"

#include <boost/json/object.hpp>

#include "sedlink/core/text.hpp"

namespace sedlink::bitrix24 {
namespace {

// Variants of a list field come as items [{ID, VALUE}], in other versions as settings.items or lower-case keys.
void read_options(const wire::json::value& field, FieldInfo& to) {
  for (const auto* list :
       {wire::find(field, {"items"}), wire::find(field, {"settings", "items"}), wire::find(field, {"enum"})})
    for (const auto* row : wire::rows(list)) {
      auto id = wire::text_at(*row, {"ID"});
      auto value = wire::text_at(*row, {"VALUE"});
      if (id.empty()) id = wire::text_at(*row, {"id"});
      if (value.empty()) value = wire::text_at(*row, {"value"});
      if (!id.empty() && !value.empty()) to.options.emplace_back(std::move(id), std::move(value));
    }
}

}  // namespace

FieldMap read_field_map(const wire::json::value& result) {
  FieldMap map;
  const auto* fields = wire::find(result, {"fields"});
  const auto* object = fields ? fields->if_object() : nullptr;
  if (object == nullptr) return map;
  for (const auto& pair : *object) {
    FieldInfo info;
    info.name = std::string(pair.key());
    const auto& field = pair.value();
    info.upper_name = wire::text_at(field, {"upperName"});
    info.title = wire::text_at(field, {"title"});
    info.type = text::to_lower_ascii(wire::text_at(field, {"type"}));
    info.multiple = wire::flag_at(field, {"isMultiple"});
    info.read_only = wire::flag_at(field, {"isReadOnly"});
    if (info.type == "enumeration") read_options(field, info);
    map.emplace(info.name, std::move(info));
  }
  return map;
}

const FieldInfo* find_field(const FieldMap& map, std::string_view name) {
  if (const auto it = map.find(name); it != map.end()) return &it->second;
  for (const auto& [key, info] : map)
    if (!info.upper_name.empty() && info.upper_name == name) return &info;
  return nullptr;
}

std::vector<std::string> names(const FieldMap& map) {
  std::vector<std::string> all;
  for (const auto& [key, info] : map) all.push_back(key);
  return all;
}

}  // namespace sedlink::bitrix24
