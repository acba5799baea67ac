#pragma once
// Documents of 2.1, and what both editions share: fill check, states, visas, and how they are shown
// (onec-docflow 8.1, 8.2).
#include <string>
#include <string_view>
#include <vector>

#include "session.hpp"

namespace sedlink::sim::onec_docflow {

// What 1C's fill check says about the object, one message a line; empty when it may be written.
std::string fill_check(Infobase& base, const Object& object);

// Sets the state of its family, or takes those away that `process` has set.
void set_state(Object& document, std::string_view family, std::string_view state, std::string_view process);
void clear_states(Object& document, std::string_view process);
// Id of the state of one family; empty when there is none.
std::string state_of(const Object& document, std::string_view family);
// The single current state, or the latest one that is not «Проект».
std::string current_state(const Object& document);

// Gives number and date, unless it has them, and the state «Зарегистрирован».
void register_document(Infobase& base, Object& document, std::string_view process);

// What the document's state lets be changed.
std::vector<std::string> enabled_properties(const Object& document);
// Throws DmError when the message changes a property that the document's state locks.
void check_locks(Session& session, const Object& document, const Xdto& message);

Xdto show_document(Session& session, const Object& document, const std::vector<std::string>& columns);

// "внутреннего", "входящего", "исходящего": for subjects.
std::string_view kind_genitive(std::string_view type);

}  // namespace sedlink::sim::onec_docflow
