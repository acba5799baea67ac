#pragma once
// References and catalog objects: what a message's DMObject means, and how objects are written and shown.
#include <string>
#include <string_view>

#include "infobase.hpp"

namespace sedlink::sim::onec_docflow {

// Lives for one (sub-)request. Every function throws DmError.
class Objects {
 public:
  Objects(Infobase& base, const Caller& caller) : base_(base), caller_(caller) {}

  // --- references (references.cpp)
  // What a reference property points to; empty when nothing. An empty objectID with an externalObject is looked up, or
  // created (7.2). `declared` is the type of the property: a value of another type is lost, as in 1C.
  Ref resolve(const Xdto& reference, std::string_view declared);
  // An existing object by DMObjectID.
  Ref require(const Xdto& object_id);
  // Value with every reference in it reduced to what is stored; an empty reference is `nil`.
  Xdto canonical(const Xdto& value, std::string_view declared);
  // A stored value as answers show it.
  Xdto present(const Xdto& stored);
  Xdto reference(const Ref& ref);
  Xdto object_id(const Ref& ref);
  // A value of an enumeration; an empty id still has a presentation.
  Xdto enumeration(std::string_view type, std::string_view id);

  // --- objects (objects.cpp)
  // A new object of a message, not written yet: with its id (7.1) and members.
  Object prepare(const Xdto& message);
  // Puts it into the infobase, with its links.
  Object& write(Object object, const Xdto& message);
  Object& create(const Xdto& message) { return write(prepare(message), message); }
  // Members that are present replace the stored ones.
  void update(Object& object, const Xdto& message);
  void add_link(const Xdto& external, const Ref& object);
  // externalObject and externalObjects of the caller's node; names are always empty.
  void show_links(Xdto& into, const Ref& object);
  // Name, objectID and the members named in `columns`, all when it is empty.
  Xdto show(const Object& object, const std::vector<std::string>& columns);

 private:
  Ref resolve_external(const Xdto& reference, std::string_view type);
  Object* find_correspondent(const Xdto& reference);
  void store_members(Object& object, const Xdto& message);

  Infobase& base_;
  const Caller& caller_;
};

// The id a new object gets: externalObject.id when it is free (7.1). Throws DmError when it is no UUID.
std::string adopted_id(Infobase& base, const Xdto& message);
// Says that nothing has this id, in the words of the edition.
[[noreturn]] void fail_missing(const Edition& edition, const std::string& type, const std::string& id);
// columnSet of a request.
std::vector<std::string> columns_of(const Xdto& request);
bool wants(const std::vector<std::string>& columns, std::string_view column);  // empty set: everything

}  // namespace sedlink::sim::onec_docflow
