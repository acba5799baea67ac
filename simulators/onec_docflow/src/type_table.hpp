#pragma once
// The types of one edition with their elements in message order. Immutable, built once, shared by reader and writer.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "type_rows.hpp"

namespace sedlink::sim::onec_docflow {

struct PropertyRow {
  std::string_view name;
  std::string_view type;  // "xs:…" or a type of this table
  bool required = false;
  bool many = false;
  bool nillable = false;
};

struct Type {
  std::string_view name;
  std::string_view base;  // empty: none
  bool is_abstract = false;
  bool flattened = false;               // own elements first (onec-docflow 4.4): no derivation in the schema
  std::vector<PropertyRow> properties;  // inherited and own, in the order of messages
  std::size_t own = 0;                  // how many of them are its own
};

class TypeTable {
 public:
  // `later`: the table of a release that has all of this one and more; answers made for it are cut to this one. Throws
  // std::logic_error when the table does not hold together.
  explicit TypeTable(RawTable raw, const TypeTable* later = nullptr);
  TypeTable(const TypeTable&) = delete;
  TypeTable& operator=(const TypeTable&) = delete;

  [[nodiscard]] const Type* find(std::string_view name) const;
  // True when `name` is `base` or derives from it.
  [[nodiscard]] bool derives(std::string_view name, std::string_view base) const;
  // Values of a string enumeration such as DMExecutionMark; null for anything else.
  [[nodiscard]] const std::vector<std::string_view>* enumeration(std::string_view name) const;
  [[nodiscard]] const std::map<std::string_view, Type>& types() const { return types_; }
  [[nodiscard]] const std::map<std::string_view, std::vector<std::string_view>>& enumerations() const {
    return enumerations_;
  }
  [[nodiscard]] const PropertyRow* property(std::string_view type, std::string_view name) const;
  // Whether a member came with a later release, as such or by its value of a string enumeration.
  [[nodiscard]] bool came_later(std::string_view type, std::string_view name, std::string_view value) const;

 private:
  const TypeTable* later_;
  std::map<std::string_view, Type> types_;
  std::map<std::string_view, std::vector<std::string_view>> enumerations_;
};

}  // namespace sedlink::sim::onec_docflow
