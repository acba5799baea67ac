#pragma once
// What the portal says about the fields of one kind of item (crm.item.fields). Names are never computed: only looked
// up.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "wire/json.hpp"

namespace sedlink::bitrix24 {

struct FieldInfo {
  FieldInfo() = default;
  std::string name, upper_name, title;  // "ufCrm10Contract", "UF_CRM_10_CONTRACT", "Договор"
  std::string type;  // lower case: string, double, money, enumeration, file, employee, crm_company, …
  bool multiple = false, read_only = false;
  std::vector<std::pair<std::string, std::string>> options;  // enumeration: id, text
};
using FieldMap = std::map<std::string, FieldInfo, std::less<>>;

// `result` of crm.item.fields.
[[nodiscard]] FieldMap read_field_map(const wire::json::value& result);
// By REST name, or by the name of the database. nullptr when the portal has no such field.
[[nodiscard]] const FieldInfo* find_field(const FieldMap& map, std::string_view name);
[[nodiscard]] std::vector<std::string> names(const FieldMap& map);

}  // namespace sedlink::bitrix24
