#pragma once
// What starts, pauses and interrupts processings, and tells where they stand (onec-docflow 9.3, 9.4).
#include "session.hpp"

namespace sedlink::sim::onec_docflow {

Xdto fill_processing(Session& session, const Xdto& request);
Xdto start_processing(Session& session, const Xdto& request);
Xdto current_processing(Session& session, const Xdto& request);
Xdto stop_continue_processing(Session& session, const Xdto& request);
Xdto terminate_processing(Session& session, const Xdto& request);
Xdto restart_processing(Session& session, const Xdto& request);

// Part of DMUpdateRequest: the rows of an action that is not started are replaced.
Xdto update_action(Session& session, const Xdto& message);

}  // namespace sedlink::sim::onec_docflow
