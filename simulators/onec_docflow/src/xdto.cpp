#include "xdto.hpp"

#include <algorithm>

namespace sedlink::sim::onec_docflow {

Xdto Xdto::simple(std::string value) {
  Xdto x;
  x.text = std::move(value);
  return x;
}

Xdto Xdto::typed(std::string xs_type, std::string value) {
  Xdto x(std::move(xs_type));
  x.text = std::move(value);
  return x;
}

Xdto Xdto::nothing() {
  Xdto x;
  x.nil = true;
  return x;
}

const Xdto* Xdto::find(std::string_view name) const {
  for (const Member& m : members) {
    if (m.name == name) return &m.value;
  }
  return nullptr;
}

Xdto* Xdto::find(std::string_view name) {
  for (Member& m : members) {
    if (m.name == name) return &m.value;
  }
  return nullptr;
}

std::string_view Xdto::get(std::string_view name) const {
  const Xdto* member = find(name);
  return member != nullptr ? std::string_view(member->text) : std::string_view();
}

bool Xdto::is_true(std::string_view name) const {
  const std::string_view value = get(name);
  return value == "true" || value == "1";
}

std::vector<const Xdto*> Xdto::all(std::string_view name) const {
  std::vector<const Xdto*> found;
  for (const Member& m : members) {
    if (m.name == name) found.push_back(&m.value);
  }
  return found;
}

Xdto& Xdto::add(std::string name, Xdto value) {
  members.push_back(Member{std::move(name), std::move(value)});
  return members.back().value;
}

void Xdto::add_filled(std::string name, std::string value) {
  if (!value.empty()) add(std::move(name), simple(std::move(value)));
}

void Xdto::set(std::string name, Xdto value) {
  remove(name);
  add(std::move(name), std::move(value));
}

void Xdto::remove(std::string_view name) {
  std::erase_if(members, [name](const Member& m) { return m.name == name; });
}

std::string_view Xdto::ref_id() const {
  const Xdto* id = find("objectID");
  return id != nullptr ? id->get("id") : std::string_view();
}

std::string_view Xdto::ref_type() const {
  const Xdto* id = find("objectID");
  return id != nullptr ? id->get("type") : std::string_view();
}

}  // namespace sedlink::sim::onec_docflow
