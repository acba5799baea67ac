#pragma once
// The order and types of elements, as data: built in (generated tables of 2.1.11, 2.1.32 and 3.0.16) or read from the
// live WSDL, whose order differs between releases (onec-docflow 8.1) and whose types may have own elements of the
// installation.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/error.hpp"
#include "wire/edition.hpp"
#include "wire/element.hpp"

namespace sedlink::onec_docflow {

struct Property {
  std::string name;
  std::string type;  // "xs:string" or a type of the service
  bool required = false, many = false, nillable = false;
};

class Schema {
 public:
  // The table nearest to that release; of 2.1.32 when nothing is known of it.
  static Schema builtin(const Version& version = Version());
  // Errors: defect onec.wsdl when the text is no WSDL of DMService of that edition.
  static Result<Schema> from_wsdl(std::string_view wsdl, Edition edition = Edition::v2);

  [[nodiscard]] bool knows(std::string_view type) const { return types_.find(type) != types_.end(); }
  // Own and inherited properties in message order; empty for an unknown type.
  [[nodiscard]] std::vector<const Property*> properties(std::string_view type) const;
  [[nodiscard]] const Property* property(std::string_view type, std::string_view name) const;
  // Values of an enumeration that is plain text in messages (3.0); empty for every other type.
  [[nodiscard]] std::vector<std::string> values(std::string_view type) const;
  [[nodiscard]] bool derives(std::string_view type, std::string_view base) const;  // true for equal names

  // Puts `child` at its place among the children of an object of `type`; replaces children of that name.
  // Children that came from 1C keep their order. A field the service does not declare is left out: an element outside
  // of its schema makes it reject the whole message (onec-docflow 4.5).
  void put(Element& object, std::string_view type, Element child) const;
  // The same without replacing: after the last child of that name.
  void add(Element& object, std::string_view type, Element child) const;

  // Order of the one type that redeclares an inherited property (onec-docflow 4.4): own elements first or last.
  void set_own_first(bool own_first) { own_first_ = own_first; }
  [[nodiscard]] bool own_first() const noexcept { return own_first_; }

 private:
  struct Type {
    std::string base;
    bool redeclares = false;
    std::vector<Property> own;
  };
  struct Table;  // one generated file
  void read(const Table& table);
  void mark_redeclared();
  void collect(std::string_view type, std::vector<const Property*>& into, int depth) const;

  std::map<std::string, Type, std::less<>> types_;
  std::map<std::string, std::vector<std::string>, std::less<>> enumerations_;
  bool own_first_ = true;
};

}  // namespace sedlink::onec_docflow
