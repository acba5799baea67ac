#pragma once
// What 3.0 answers in its own way (onec-docflow 5, 9).
#include "session.hpp"

namespace sedlink::sim::onec_docflow {

// object_requests_3_0.cpp
Xdto create_object_3_0(Session& session, const Xdto& request);
Xdto update_objects_3_0(Session& session, const Xdto& request);
Xdto retrieve_3_0(Session& session, const Xdto& request);
Xdto delete_objects_3_0(Session& session, const Xdto& request);
Xdto new_object_3_0(Session& session, const Xdto& request);

// other_requests_3_0.cpp
Xdto get_current_user_3_0(Session& session, const Xdto& request);
Xdto get_settings_3_0(Session& session, const Xdto& request);
Xdto synchronize_links(Session& session, const Xdto& request);
Xdto change_files_role(Session& session, const Xdto& request);
Xdto html_presentations(Session& session, const Xdto& request);
Xdto object_metadata(Session& session, const Xdto& request);
Xdto due_date_by_presentation(Session& session, const Xdto& request);

// printed_forms.cpp
Xdto printed_form(Session& session, const Xdto& request);
Xdto printed_form_list(Session& session, const Xdto& request);

}  // namespace sedlink::sim::onec_docflow
