#include "model.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <stdexcept>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::directum {
namespace {

// ExternalId of documents and of the company's own structure came after 4.5, process variants with 4.11; ExternalId of
// counterparties and job titles is in no base version a client can rely on (directum.md A1, A7.4, A11).
constexpr std::string_view later =
    "OfficialDocument.ExternalId Employee.ExternalId Department.ExternalId BusinessUnit.ExternalId "
    "Counterparty.ExternalId "
    "DocflowApproval.*";
constexpr std::array<Edition, 3> editions = {
    {{"4.4", 404, "Int32", later}, {"4.7", 407, "Int64", later}, {"4.11", 411, "Int64", "Counterparty.ExternalId"}}};

Property parse_property(std::string_view word) {
  Property p;
  const std::size_t colon = word.find(':');
  p.name = word.substr(0, colon);
  p.kind = static_cast<PropertyKind>(word[colon + 1]);
  std::string_view rest = word.substr(colon + 2);
  while (rest.ends_with('^') || rest.ends_with('!') || rest.ends_with('~')) {
    if (rest.back() == '!') p.required = true;
    if (rest.back() == '~') p.server_only = true;
    rest.remove_suffix(1);
  }
  const std::size_t equals = rest.find('=');
  const std::string_view length = rest.substr(0, equals);
  std::from_chars(length.data(), length.data() + length.size(), p.length);
  if (equals != std::string_view::npos && p.kind == PropertyKind::enumeration)
    p.values = words(rest.substr(equals + 1), '|');
  return p;
}

std::string_view target_of(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return {};
  return word.substr(equals + 1, word.find_first_of("!^~", equals) - equals - 1);
}

}  // namespace

std::vector<std::string_view> words(std::string_view text, char separator) {
  std::vector<std::string_view> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) found.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

const Edition* find_edition(std::string_view name) {
  if (name.empty()) return &editions.back();
  const auto found = std::find_if(editions.begin(), editions.end(), [&](const Edition& e) { return e.name == name; });
  return found == editions.end() ? nullptr : &*found;
}

bool Type::is(const Type& other) const {
  return ancestors.size() >= other.ancestors.size() && ancestors[other.ancestors.size() - 1] == &other;
}

bool Type::is(std::string_view ancestor) const {
  return std::any_of(ancestors.begin(), ancestors.end(), [&](const Type* type) { return type->name == ancestor; });
}

const Property* Type::find(std::string_view property) const {
  const auto found = slots.find(text::to_lower_ascii(property));
  return found == slots.end() ? nullptr : &properties[found->second];
}

const Property& Type::at(std::string_view property) const {
  const Property* found = find(property);
  if (found == nullptr) throw std::logic_error(std::string(name) + " has no " + std::string(property));
  return *found;
}

std::string Type::edm_name() const {
  return "Sungero.IntegrationService.Models.Generated." + std::string(module) + "." + std::string(dto);
}

Model::Model(const Edition& e, std::span<const FunctionRow> extra) : edition(e) {
  for (const TypeRow& row : platform_types()) add(row);
  for (const TypeRow& row : base_solution_types()) {
    if (!is_absent(row.module, "*")) add(row);
  }
  for (const auto& type : types_) fill(*type, *rows_.at(type->name));
  mark_rows();
  for (const std::span<const FunctionRow> table : {base_solution_functions(), extra}) {
    for (const FunctionRow& row : table) {
      if (row.first_version > edition.version || row.last_version < edition.version) continue;
      Function function{row.module, row.name, row.returns, row.is_action, {}};
      for (const std::string_view word : words(row.parameters)) {
        const std::size_t colon = word.find(':');
        function.parameters.push_back({word.substr(0, colon), word.substr(colon + 1)});
      }
      functions_.push_back(std::move(function));
    }
  }
}

void Model::add(const TypeRow& row) {
  types_.push_back(std::make_unique<Type>());
  Type& type = *types_.back();
  type.name = row.name;
  type.set = row.set;
  type.dto = row.dto;
  type.module = row.module;
  type.guid = row.guid;
  type.is_abstract = row.is_abstract;
  if (!by_name_.emplace(row.name, &type).second) throw std::logic_error("two types " + std::string(row.name));
  rows_.emplace(row.name, &row);
  if (!row.set.empty()) by_set_.emplace(row.set, &type);
  by_guid_.emplace(row.guid, &type);
}

bool Model::is_absent(std::string_view type, std::string_view property) const {
  for (const std::string_view word : words(edition.absent)) {
    const std::size_t dot = word.find('.');
    if (word.substr(0, dot) == type && word.substr(dot + 1) == property) return true;
  }
  return false;
}

void Model::fill(Type& type, const TypeRow& row) {
  if (!type.ancestors.empty()) return;  // as a base of another one
  if (!row.base.empty()) {
    Type* base = by_name_.at(row.base);
    fill(*base, *rows_.at(row.base));
    type.base = base;
    type.properties = base->properties;
    type.slots = base->slots;
    type.ancestors = base->ancestors;
  }
  type.ancestors.push_back(&type);
  const bool own_ids = type.base == nullptr || type.base->name == "DatabookEntry" || type.base->name == "ChildEntity";
  type.family = own_ids ? &type : type.base->family;
  for (const std::string_view word : words(row.properties)) {
    Property p = parse_property(word);
    if (is_absent(type.name, p.name)) continue;
    if (const std::string_view target = target_of(word);
        !target.empty() && (p.kind == PropertyKind::link || p.kind == PropertyKind::rows)) {
      const auto found = by_name_.find(target);
      if (found == by_name_.end()) continue;  // of a module this edition lacks
      p.target = found->second;
    }
    if (const Property* inherited = type.find(p.name)) {
      Property& merged = type.properties[inherited->slot];
      merged.required = merged.required || p.required;
      if (p.length != 0) merged.length = p.length;
      if (p.target != nullptr) merged.target = p.target;
      merged.values.insert(merged.values.end(), p.values.begin(), p.values.end());
      continue;
    }
    if (p.target == nullptr && (p.kind == PropertyKind::link || p.kind == PropertyKind::rows)) continue;
    p.slot = type.properties.size();
    type.slots.emplace(text::to_lower_ascii(p.name), p.slot);
    type.properties.push_back(std::move(p));
  }
}

void Model::mark_rows() {
  std::set<const Type*> targets;
  for (const auto& type : types_) {
    for (const Property& p : type->properties) {
      if (p.kind == PropertyKind::rows) targets.insert(p.target);
    }
  }
  for (const auto& type : types_) {
    const auto& line = type->ancestors;
    type->is_row = std::any_of(line.begin(), line.end(), [&](const Type* one) { return targets.contains(one); });
  }
}

const Type* Model::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

const Type& Model::at(std::string_view name) const {
  const Type* found = find(name);
  if (found == nullptr) throw std::logic_error("no type " + std::string(name));
  return *found;
}

const Type* Model::set(std::string_view name) const {
  const auto found = by_set_.find(name);
  return found == by_set_.end() ? nullptr : found->second;
}

const Type* Model::by_guid(std::string_view guid) const {
  const auto found = by_guid_.find(guid);
  return found == by_guid_.end() ? nullptr : found->second;
}

const Function* Model::function(std::string_view module, std::string_view name) const {
  for (const Function& function : functions_) {
    if (function.module == module && function.name == name) return &function;
  }
  return nullptr;
}

}  // namespace sedlink::sim::directum
