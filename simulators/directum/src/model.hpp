#pragma once
// The entity model of one edition: types with their properties, functions. Immutable, built once, shared.
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rows.hpp"

namespace sedlink::sim::directum {

struct Type;

enum class PropertyKind : char {
  string = 'S',
  text = 'T',
  int32 = 'I',
  int64 = 'L',
  boolean = 'B',
  date = 'D',
  number = 'F',
  enumeration = 'E',
  guid = 'G',
  link = 'N',
  rows = 'C',
  binary = 'X',
};

struct Property {
  std::string_view name;
  PropertyKind kind = PropertyKind::string;
  std::size_t length = 0;  // of a string, in characters; 0: the platform's default
  bool required = false;
  bool server_only = false;              // a client's value is refused
  const Type* target = nullptr;          // of links and rows
  std::vector<std::string_view> values;  // of an enumeration; empty: by the derived type
  std::size_t slot = 0;                  // the same in every derived type
  [[nodiscard]] bool is_simple() const {
    return kind != PropertyKind::link && kind != PropertyKind::rows && kind != PropertyKind::binary;
  }
};

struct Type {
  std::string_view name, set, dto, module, guid;
  bool is_abstract = false;
  bool is_row = false;  // lives in a collection of its owner
  const Type* base = nullptr;
  const Type* family =
      nullptr;  // whose ids it shares: documents, tasks, assignments, recipients; each databook its own
  std::vector<Property> properties;    // inherited first; [0] is Id
  std::vector<const Type*> ancestors;  // itself included

  [[nodiscard]] bool is(const Type& other) const;
  [[nodiscard]] bool is(std::string_view ancestor) const;
  // Names are case-insensitive (directum.md A3). Null when there is none.
  [[nodiscard]] const Property* find(std::string_view property) const;
  // Throws std::logic_error when there is none: for the simulator's own code.
  [[nodiscard]] const Property& at(std::string_view property) const;
  // "Sungero.IntegrationService.Models.Generated.<Module>.<dto>"
  [[nodiscard]] std::string edm_name() const;

  std::map<std::string, std::size_t, std::less<>> slots;  // lower-case names
};

struct Parameter {
  std::string_view name, type;  // "Int64", "Nullable<DateTime>", "List<Int64>", …
};

struct Function {
  std::string_view module, name, returns;
  bool is_action = false;
  std::vector<Parameter> parameters;
};

// What differs between editions (directum.md A1).
struct Edition {
  std::string_view name;
  int version = 0;           // major * 100 + minor
  std::string_view id_type;  // Edm type of ids: Int32 before 4.7
  std::string_view absent;   // "Type.Property …" and "Module.*" that come later
};

// Null: no such edition. Empty: the default one.
const Edition* find_edition(std::string_view name);

class Model {
 public:
  // `extra`: functions of the customer's module. Throws std::logic_error when the tables do not hold together.
  explicit Model(const Edition& edition, std::span<const FunctionRow> extra = {});
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  const Edition& edition;
  [[nodiscard]] const Type* find(std::string_view name) const;
  [[nodiscard]] const Type& at(std::string_view name) const;  // throws std::logic_error
  [[nodiscard]] const Type* set(std::string_view name) const;
  [[nodiscard]] const Type* by_guid(std::string_view guid) const;
  [[nodiscard]] const Function* function(std::string_view module, std::string_view name) const;
  [[nodiscard]] const std::vector<std::unique_ptr<Type>>& types() const { return types_; }
  [[nodiscard]] const std::vector<Function>& functions() const { return functions_; }

 private:
  void add(const TypeRow& row);
  void fill(Type& type, const TypeRow& row);
  void mark_rows();
  [[nodiscard]] bool is_absent(std::string_view type, std::string_view property) const;
  std::vector<std::unique_ptr<Type>> types_;
  std::map<std::string_view, Type*> by_name_, by_set_, by_guid_;
  std::map<std::string_view, const TypeRow*> rows_;
  std::vector<Function> functions_;
};

// "a b c" -> words, blanks between them.
[[nodiscard]] std::vector<std::string_view> words(std::string_view text, char separator = ' ');

}  // namespace sedlink::sim::directum
