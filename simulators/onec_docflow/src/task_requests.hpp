#pragma once
#include "session.hpp"

namespace sedlink::sim::onec_docflow {

// DMGetObjectListRequest of tasks and of processes: items of the answer.
void list_tasks(Session& session, const Xdto& request, Xdto& answer);
void list_processes(Session& session, const Xdto& request, Xdto& answer);

Xdto accept_tasks(Session& session, const Xdto& request);
Xdto revoke_acceptance(Session& session, const Xdto& request);
Xdto redirect_tasks(Session& session, const Xdto& request);

// Part of DMUpdateRequest.
Xdto update_task(Session& session, const Xdto& message);

// DMObjectListItem around an object.
Xdto list_item(Xdto object);

}  // namespace sedlink::sim::onec_docflow
