#pragma once
// How 3.0 shows a processing and its actions (onec-docflow 9.3, 9.4).
#include <string>
#include <vector>

#include "session.hpp"

namespace sedlink::sim::onec_docflow {

// A non-empty columnSet must name actionsRows and additionalFields, or results and states are missing.
Xdto show_processing(Session& session, const Processing& processing, const std::vector<std::string>& columns);
// The action in full, with the participants that may be changed before the start.
Xdto show_action(Session& session, const Action& action);
// DMTaskParticipant of an employee.
Xdto task_participant(Session& session, const std::string& employee);

}  // namespace sedlink::sim::onec_docflow
