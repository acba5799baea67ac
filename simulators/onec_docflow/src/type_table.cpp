#include "type_table.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

std::vector<PropertyRow> own_properties(const TypeRow& row) {
  const auto rows = property_rows().subspan(row.first, row.count);
  return {rows.begin(), rows.end()};
}

std::vector<PropertyRow> flatten(const std::map<std::string_view, TypeRow>& rows, std::string_view name) {
  const auto row = rows.find(name);
  if (row == rows.end()) return {};
  std::vector<PropertyRow> own = own_properties(row->second);
  std::vector<PropertyRow> inherited = flatten(rows, row->second.base);
  std::vector<PropertyRow>& first = row->second.own_first ? own : inherited;
  const std::vector<PropertyRow>& second = row->second.own_first ? inherited : own;
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

TypeTable::TypeTable() {
  std::map<std::string_view, TypeRow> rows;
  for (const TypeRow& row : type_rows()) rows.emplace(row.name, row);
  for (const auto& [name, row] : rows) {
    types_.emplace(name, Type{row.name, row.base, row.is_abstract, row.own_first, flatten(rows, name), row.count});
  }
  for (const EnumerationRow& row : enumeration_rows()) enumerations_[row.type].push_back(row.value);
}

const TypeTable& TypeTable::get() {
  static const TypeTable table;
  return table;
}

const Type* TypeTable::find(std::string_view name) const {
  const auto found = types_.find(name);
  return found != types_.end() ? &found->second : nullptr;
}

bool TypeTable::derives(std::string_view name, std::string_view base) const {
  for (const Type* type = find(name); type != nullptr; type = find(type->base)) {
    if (type->name == base) return true;
  }
  return false;
}

const std::vector<std::string_view>* TypeTable::enumeration(std::string_view name) const {
  const auto found = enumerations_.find(name);
  return found != enumerations_.end() ? &found->second : nullptr;
}

const PropertyRow* TypeTable::property(std::string_view type, std::string_view name) const {
  const Type* found = find(type);
  if (found == nullptr) return nullptr;
  for (const PropertyRow& row : found->properties) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace sedlink::sim::onec_docflow
