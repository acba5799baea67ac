#pragma once
#include "session.hpp"

namespace sedlink::sim::onec_docflow {

Xdto create_object(Session& session, const Xdto& request);
Xdto update_objects(Session& session, const Xdto& request);
Xdto retrieve(Session& session, const Xdto& request);
Xdto delete_objects(Session& session, const Xdto& request);  // toggles the mark
Xdto new_object(Session& session, const Xdto& request);

Xdto document_list(Session& session, const Xdto& request);
Xdto add_object_link(Session& session, const Xdto& request);
Xdto remove_object_link(Session& session, const Xdto& request);
Xdto document_registration(Session& session, const Xdto& request);

Xdto get_version(Session& session, const Xdto& request);
Xdto get_current_user(Session& session, const Xdto& request);
Xdto get_settings(Session& session, const Xdto& request);
Xdto get_predefined_object(Session& session, const Xdto& request);

}  // namespace sedlink::sim::onec_docflow
