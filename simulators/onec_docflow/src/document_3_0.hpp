#pragma once
// DMDocument of edition 3.0 (onec-docflow 9.1, 9.2), and the values that 3.0 writes although they are empty (4.2).
#include <string>
#include <vector>

#include "session.hpp"

namespace sedlink::sim::onec_docflow {

// What 1C's fill check says, one message a line.
std::string fill_check_3_0(Infobase& base, const Object& document);
Xdto show_document_3_0(Session& session, const Object& document, const std::vector<std::string>& columns);
// false, 0, "" and 0001-01-01T00:00:00 for members that are not set; empty references and enumerations stay away.
// `shown` must have its type.
void add_empty_values(const TypeTable& types, Xdto& shown, const std::vector<std::string>& columns);
// The same for an object of any class of 3.0.
Xdto show_object_3_0(Session& session, const Object& object, const std::vector<std::string>& columns);

// The reference to the kind of an action, such as "DMActionApproval".
Ref action_type_ref(std::string_view action_class);
// Whether the technical user may read the document (settings: unreadable).
[[nodiscard]] bool may_read(const Session& session, const Object& object);
// Throws DmError when it may not.
void check_readable(const Session& session, const Object& object);

}  // namespace sedlink::sim::onec_docflow
