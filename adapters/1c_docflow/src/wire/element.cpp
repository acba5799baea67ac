#include "wire/element.hpp"

#include <algorithm>
#include <charconv>

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {

const Element* Element::child(std::string_view local_name) const noexcept {
  for (const Element& c : children) {
    if (c.name == local_name) return &c;
  }
  return nullptr;
}

Element* Element::child(std::string_view local_name) noexcept {
  for (Element& c : children) {
    if (c.name == local_name) return &c;
  }
  return nullptr;
}

std::vector<const Element*> Element::all(std::string_view local_name) const {
  std::vector<const Element*> found;
  for (const Element& c : children) {
    if (c.name == local_name) found.push_back(&c);
  }
  return found;
}

std::string Element::text_of(std::string_view local_name) const {
  const Element* c = child(local_name);
  return c == nullptr || c->nil ? std::string() : c->text;
}

bool Element::flag(std::string_view local_name) const {
  const Element* c = child(local_name);
  if (c == nullptr || c->nil) return false;
  const std::string_view value = text::trim(c->text);
  return value == "true" || value == "1";
}

std::optional<int> Element::number(std::string_view local_name) const {
  const Element* c = child(local_name);
  if (c == nullptr || c->nil) return std::nullopt;
  const std::string_view digits = text::trim(c->text);
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

void Element::remove(std::string_view local_name) {
  std::erase_if(children, [local_name](const Element& c) { return c.name == local_name; });
}

ObjectId object_id(const Element& object) {
  ObjectId id;
  if (const Element* e = object.child("objectID")) {
    id.id = std::string(text::trim(e->text_of("id")));
    id.type = std::string(text::trim(e->text_of("type")));
    id.presentation = e->text_of("presentation");
    id.navigation_ref = e->text_of("navigationRef");
  }
  return id;
}

ObjectId object_id(const Element* object) { return object == nullptr ? ObjectId() : object_id(*object); }

std::string object_name(const Element* object) {
  if (object == nullptr) return {};
  std::string name = object->text_of("name");
  return name.empty() ? object_id(*object).presentation : name;
}

Element id_element(std::string name, const ObjectId& id) {
  Element e(std::move(name));
  e.children.emplace_back("id", id.id);
  e.children.emplace_back("type", id.type);
  return e;
}

Element reference(std::string name, const ObjectId& id, std::string title) {
  Element e(std::move(name));
  e.children.emplace_back("name", std::move(title));
  e.children.push_back(id_element("objectID", id));
  return e;
}

Element typed_reference(std::string name, const ObjectId& id, std::string title) {
  Element e = reference(std::move(name), id, std::move(title));
  e.type = id.type;
  return e;
}

Element enumeration(std::string name, std::string type, std::string id, std::string synonym) {
  const ObjectId value(std::move(id), std::move(type));
  return reference(std::move(name), value, std::move(synonym));
}

}  // namespace sedlink::onec_docflow
