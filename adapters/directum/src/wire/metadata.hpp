#pragma once
// What $metadata says this installation has: sets, properties, functions. Editions differ by it and by nothing else
// (directum A1). Pure.
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"

namespace sedlink::directum {

class Metadata {
 public:
  // Errors: transient rx.metadata: not XML, half of one, or not of Directum RX. Nothing of ours is refused by it: what
  // waits goes on once the address, the proxy or the server is right.
  static Result<Metadata> parse(std::string_view edmx);

  struct Property {
    Property() = default;
    std::string type;  // "Edm.String"; of a link: the entity type's name, without "Collection(…)"
    bool link = false, many = false;
  };

  static Property text_property() {
    Property p;
    p.type = "Edm.String";
    return p;
  }

  [[nodiscard]] bool has_set(std::string_view set) const { return sets_.find(set) != sets_.end(); }
  // Of the set's type or a base of it; null when there is none.
  [[nodiscard]] const Property* property(std::string_view set, std::string_view name) const;
  // Whether it, or the rows behind its link, surely has no such property: a type that is only named (of the platform,
  // in a $metadata built from the base solution) has whatever the page says.
  [[nodiscard]] bool lacks(std::string_view set, std::string_view name) const;
  [[nodiscard]] bool rows_lack(std::string_view set, std::string_view link, std::string_view name) const;
  [[nodiscard]] std::vector<std::string> property_names(std::string_view set) const;
  // A set whose entities a link of that type takes; empty when there is none.
  [[nodiscard]] std::string set_of_type(std::string_view type) const;
  // By name, wherever a module's prefix stands: "StartTask".
  [[nodiscard]] bool has_function(std::string_view name) const { return functions_.find(name) != functions_.end(); }
  // 4.7 and later.
  [[nodiscard]] bool wide_ids() const;
  [[nodiscard]] std::size_t set_count() const noexcept { return sets_.size(); }

 private:
  struct Type {
    Type() = default;
    std::string base;
    std::map<std::string, Property, std::less<>> properties;
  };
  const Type* type(const std::string& name) const;
  const Property* property_of(const std::string& type_name, std::string_view name) const;
  bool type_lacks(const std::string& type_name, std::string_view name) const;

  std::map<std::string, std::string, std::less<>> sets_;  // set -> full name of its type
  std::map<std::string, Type, std::less<>> types_;        // by full name
  std::set<std::string, std::less<>> functions_;
};

}  // namespace sedlink::directum
