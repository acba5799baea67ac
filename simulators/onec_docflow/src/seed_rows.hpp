#pragma once
// Rows of the scenario's lists become objects of the infobase, alike in every edition.
#include <stdexcept>
#include <string>

#include "infobase.hpp"
#include "sedlink/sim/json.hpp"
#include "seed.hpp"

namespace sedlink::sim::onec_docflow {

// A reference as objects keep it.
inline Xdto stored(const std::string& type, const std::string& id) {
  Xdto value(type);
  Xdto& object = value.add("objectID", Xdto());
  object.add("id", id);
  object.add("type", type);
  return value;
}

// Functions throw std::runtime_error about what cannot be read.
class SeedRows {
 public:
  SeedRows(Infobase& base, const json::object& given, const json::object& defaults)
      : base_(base), given_(given), defaults_(defaults) {}

 protected:
  template <class Each>
  void each(const char* list, Each&& one) {
    const json::value* rows = given_.if_contains(list);
    if (rows == nullptr) rows = defaults_.if_contains(list);
    if (rows == nullptr) return;
    if (!rows->is_array()) throw std::runtime_error(std::string(list) + ": ожидается список");
    for (const json::value& row : rows->as_array())
      one(row.is_object() ? row.as_object() : json::object{{"name", text_of(row)}});
  }

  Object& put(const std::string& type, const json::object& row) {
    Object object;
    object.name = text_of(row, "name");
    if (object.name.empty()) throw std::runtime_error(type + ": нет name");
    object.ref = {type, text_of(row, "id", seed_id(type, object.name))};
    object.fields = Xdto(type);
    object.deleted = truthy(row, "deleted", false);
    return base_.data.objects.put(object.ref.id, object);
  }

  static void with_requisites(Object& object, const json::object& row) {
    for (const char* name : {"inn", "kpp", "okpo", "fullName", "comment"})
      object.fields.add_filled(name, text_of(row, name));
  }

  Infobase& base_;

 private:
  const json::object& given_;
  const json::object& defaults_;
};

// The lists as edition 3.0 understands them: users are employees, templates are rules of processing.
void seed_3_0(Infobase& base, const json::object& given, const json::object& defaults);

}  // namespace sedlink::sim::onec_docflow
