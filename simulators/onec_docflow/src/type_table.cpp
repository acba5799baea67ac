#include "type_table.hpp"

#include <algorithm>
#include <stdexcept>

namespace sedlink::sim::onec_docflow {
namespace {

std::vector<std::string_view> words_of(std::string_view text, char separator) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    words.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return words;
}

// "name:type?~"
PropertyRow property_of(std::string_view word) {
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos) throw std::logic_error("type table: " + std::string(word));
  PropertyRow row{word.substr(0, colon), word.substr(colon + 1), true, false, false};
  if (row.type.ends_with('~')) {
    row.nillable = true;
    row.type.remove_suffix(1);
  }
  const char count = row.type.empty() ? '\0' : row.type.back();
  row.required = count != '?' && count != '*';
  row.many = count == '*' || count == '+';
  if (!row.required || row.many) row.type.remove_suffix(1);
  return row;
}

std::vector<PropertyRow> own_properties(const TypeText& row) {
  std::vector<PropertyRow> own;
  for (const std::string_view word : words_of(row.own, ' ')) own.push_back(property_of(word));
  return own;
}

std::vector<PropertyRow> flatten(const std::map<std::string_view, TypeText>& rows, std::string_view name) {
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

TypeTable::TypeTable(RawTable raw, const TypeTable* later) : later_(later) {
  std::map<std::string_view, TypeText> rows;
  for (const TypeText& row : raw.types) rows.emplace(row.name, row);
  for (const auto& [name, row] : rows) {
    types_.emplace(name, Type{row.name, row.base, row.is_abstract, row.own_first, flatten(rows, name),
                              own_properties(row).size()});
  }
  for (const EnumerationText& row : raw.enumerations) enumerations_[row.type] = words_of(row.values, '|');
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

bool TypeTable::came_later(std::string_view type, std::string_view name, std::string_view value) const {
  const PropertyRow* there = later_ != nullptr ? later_->property(type, name) : nullptr;
  if (there == nullptr) return false;
  const PropertyRow* here = property(type, name);
  if (here == nullptr) return true;
  const auto has = [&](const TypeTable& table) {
    const std::vector<std::string_view>* values = table.enumeration(here->type);
    return values != nullptr && std::find(values->begin(), values->end(), value) != values->end();
  };
  return enumeration(here->type) != nullptr && !has(*this) && has(*later_);
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
