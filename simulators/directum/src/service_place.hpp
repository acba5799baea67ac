#pragma once
// Shared by the parts of Service.
#include "sedlink/sim/json.hpp"
#include "service.hpp"

namespace sedlink::sim::directum {

struct Service::Place {
  Entity* root = nullptr;    // what is stored by itself
  Entity* entity = nullptr;  // it, or a row of it
  const Type* declared = nullptr;
  const Property* collection = nullptr;  // of the row

  [[nodiscard]] Entity* row(const Property& property, Id id) const {
    const auto found = entity->rows.find(property.slot);
    if (found == entity->rows.end()) return nullptr;
    for (const auto& one : found->second) {
      if (one->id() == id) return one.get();
    }
    return nullptr;
  }
};

[[nodiscard]] net::ServerResponse json_answer(int status, const json::value& body);
[[nodiscard]] net::ServerResponse empty_answer(int status);
// The body as an object; throws Refusal (400). `may_be_empty`: nothing stands for {}.
[[nodiscard]] json::object body_object(const ServiceRequest& request, bool may_be_empty);

}  // namespace sedlink::sim::directum
