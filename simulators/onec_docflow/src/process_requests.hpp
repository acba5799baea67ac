#pragma once
#include "session.hpp"

namespace sedlink::sim::onec_docflow {

Xdto get_new_process(Session& session, const Xdto& request);
Xdto get_process_by_template(Session& session, const Xdto& request);
Xdto get_process_templates(Session& session, const Xdto& request);
Xdto get_process_templates_tree(Session& session, const Xdto& request);
Xdto launch(Session& session, const Xdto& request);
Xdto tasks_tree(Session& session, const Xdto& request);
Xdto approval_sheet(Session& session, const Xdto& request);

// Parts of DMCreateRequest and DMUpdateRequest.
Xdto create_process(Session& session, const Xdto& message);
Xdto update_process(Session& session, const Xdto& message);

}  // namespace sedlink::sim::onec_docflow
