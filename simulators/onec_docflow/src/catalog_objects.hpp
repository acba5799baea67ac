#pragma once
// Documents and catalog items are created, changed and shown alike in every edition.
#include <string>
#include <string_view>
#include <vector>

#include "session.hpp"

namespace sedlink::sim::onec_docflow {

inline constexpr std::string_view not_creatable = "Создание объектов этого типа не поддерживается";

// Documents, counterparties and the plain items: what DMCreateRequest and DMUpdateRequest write.
[[nodiscard]] bool is_writable_catalog(const Edition& edition, std::string_view type);
// Both throw DmError; a refused object leaves nothing behind, the references made on the way included.
Xdto create_catalog_object(Session& session, const Xdto& message);
Xdto update_catalog_object(Session& session, const Xdto& message);
Xdto show_any(Session& session, const Object& object, const std::vector<std::string>& columns);
// A prefilled object that is not written yet (DMGetNewObjectRequest).
Xdto prefilled_object(Session& session, const std::string& type, const Xdto* source);

}  // namespace sedlink::sim::onec_docflow
