#include "wire/schema.hpp"

#include <algorithm>
#include <limits>

#include "wire/type_rows.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr int max_depth = 16;  // of a chain of bases; a WSDL could hold a cycle

std::size_t rank(const std::vector<const Property*>& order, std::string_view name) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i]->name == name) return i;
  }
  return std::numeric_limits<std::size_t>::max();  // unknown: last
}

}  // namespace

struct Schema::Table {
  std::span<const PropertyRow> properties;
  std::span<const TypeRow> types;
  std::span<const EnumerationRow> enumerations;
};

// Of 2.1 two releases are known; what lies between is read as the nearer one (assumed).
Schema Schema::builtin(const Version& version) {
  Schema schema;
  if (version.edition() == Edition::v3) {
    schema.read({rows_3_0_16::property_rows(), rows_3_0_16::type_rows(), rows_3_0_16::enumeration_rows()});
    return schema;
  }
  schema.read({rows_2_1_32::property_rows(), rows_2_1_32::type_rows(), rows_2_1_32::enumeration_rows()});
  if (!version.parts.empty() && !version.at_least({2, 1, 22})) {
    schema.read({rows_2_1_11::property_rows(), rows_2_1_11::type_rows(), rows_2_1_11::enumeration_rows()});
  }
  return schema;
}

void Schema::read(const Table& table) {
  for (const TypeRow& row : table.types) {
    Type type;
    type.base = row.base;
    type.redeclares = row.own_first;
    for (const PropertyRow& p : table.properties.subspan(row.first, row.count)) {
      Property property;
      property.name = p.name;
      property.type = p.type;
      property.required = p.required;
      property.many = p.many;
      property.nillable = p.nillable;
      type.own.push_back(std::move(property));
    }
    types_.insert_or_assign(std::string(row.name), std::move(type));
  }
  for (const EnumerationRow& row : table.enumerations) enumerations_[std::string(row.type)].emplace_back(row.value);
}

std::vector<std::string> Schema::values(std::string_view type) const {
  const auto it = enumerations_.find(type);
  return it == enumerations_.end() || knows(type) ? std::vector<std::string>() : it->second;
}

void Schema::mark_redeclared() {
  for (auto& [name, type] : types_) {
    std::vector<const Property*> inherited;
    collect(type.base, inherited, 0);
    const auto known = [&inherited](const Property& p) {
      return rank(inherited, p.name) != std::numeric_limits<std::size_t>::max();
    };
    type.redeclares = std::erase_if(type.own, known) > 0;
  }
}

void Schema::collect(std::string_view name, std::vector<const Property*>& into, int depth) const {
  const auto it = types_.find(name);
  if (it == types_.end() || depth > max_depth) return;
  const Type& type = it->second;
  const bool first = type.redeclares && own_first_;
  if (!first) collect(type.base, into, depth + 1);
  for (const Property& p : type.own) into.push_back(&p);
  if (first) collect(type.base, into, depth + 1);
}

std::vector<const Property*> Schema::properties(std::string_view type) const {
  std::vector<const Property*> all;
  collect(type, all, 0);
  return all;
}

const Property* Schema::property(std::string_view type, std::string_view name) const {
  for (const Property* p : properties(type)) {
    if (p->name == name) return p;
  }
  return nullptr;
}

bool Schema::derives(std::string_view type, std::string_view base) const {
  for (int depth = 0; depth <= max_depth; ++depth) {
    if (type == base) return true;
    const auto it = types_.find(type);
    if (it == types_.end()) return false;
    type = it->second.base;
  }
  return false;
}

void Schema::put(Element& object, std::string_view type, Element child) const {
  const auto existing = std::find_if(object.children.begin(), object.children.end(),
                                     [&child](const Element& e) { return e.name == child.name; });
  if (existing == object.children.end()) return add(object, type, std::move(child));
  const std::string name = child.name;
  *existing = std::move(child);
  const auto further =
      std::remove_if(existing + 1, object.children.end(), [&name](const Element& e) { return e.name == name; });
  object.children.erase(further, object.children.end());
}

void Schema::add(Element& object, std::string_view type, Element child) const {
  const auto order = properties(type);
  const std::size_t own = rank(order, child.name);
  if (!order.empty() && own == std::numeric_limits<std::size_t>::max()) return;
  auto place = object.children.end();
  if (own != std::numeric_limits<std::size_t>::max()) {
    place = std::find_if(object.children.begin(), object.children.end(), [&](const Element& e) {
      const std::size_t other = rank(order, e.name);
      return other > own && other != std::numeric_limits<std::size_t>::max();
    });
  }
  object.children.insert(place, std::move(child));
}

}  // namespace sedlink::onec_docflow
