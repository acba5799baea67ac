#pragma once
// A message of DMService as a plain tree. What comes from 1C keeps its order and its unknown elements, so that an
// object can be edited and sent back whole (onec-docflow 4.4).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sedlink::onec_docflow {

inline constexpr std::string_view dm_namespace = "http://www.1c.ru/dm";
inline constexpr std::string_view xs_namespace = "http://www.w3.org/2001/XMLSchema";
inline constexpr std::string_view xsi_namespace = "http://www.w3.org/2001/XMLSchema-instance";
inline constexpr std::string_view soap_namespace = "http://schemas.xmlsoap.org/soap/envelope/";

struct Element {
  Element() = default;
  explicit Element(std::string n) : name(std::move(n)) {}
  Element(std::string n, std::string t) : name(std::move(n)), text(std::move(t)) {}

  std::string name;            // local name
  std::string type;            // local name of xsi:type; empty = as declared
  std::string type_namespace;  // of xsi:type when it is not the service's own
  std::string text;
  bool nil = false;
  std::vector<Element> children;

  [[nodiscard]] const Element* child(std::string_view local_name) const noexcept;
  [[nodiscard]] Element* child(std::string_view local_name) noexcept;
  [[nodiscard]] std::vector<const Element*> all(std::string_view local_name) const;
  // Text of a child; empty when absent or nil: 1C leaves empty values out.
  [[nodiscard]] std::string text_of(std::string_view local_name) const;
  [[nodiscard]] bool flag(std::string_view local_name) const;  // absent = false
  [[nodiscard]] std::optional<int> number(std::string_view local_name) const;
  void remove(std::string_view local_name);
};

// DMObjectID of an object ("objectID" of a DMObject). Empty id = an empty reference.
struct ObjectId {
  ObjectId() = default;
  ObjectId(std::string i, std::string t) : id(std::move(i)), type(std::move(t)) {}
  std::string id, type, presentation, navigation_ref;
};
[[nodiscard]] ObjectId object_id(const Element& object);              // of a DMObject
[[nodiscard]] ObjectId object_id(const Element* object);              // null = empty
[[nodiscard]] std::string object_name(const Element* object);         // name, else presentation
[[nodiscard]] Element id_element(std::string name, const ObjectId&);  // a DMObjectID called `name`
// A reference: name + objectID, as 2.1 takes it (onec-docflow 4.1).
[[nodiscard]] Element reference(std::string name, const ObjectId&, std::string title = {});
// The same with xsi:type, for properties whose declared type is a base.
[[nodiscard]] Element typed_reference(std::string name, const ObjectId&, std::string title = {});
// A value of an enumeration: id is the Russian name of the value, synonym what people read.
[[nodiscard]] Element enumeration(std::string name, std::string type, std::string id, std::string synonym);

}  // namespace sedlink::onec_docflow
