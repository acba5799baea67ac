#pragma once
// Notifications of the customer-side module (docs/directum-module.md, «Уведомления»). Pure.
#include <vector>

#include "sedlink/api/inbound.hpp"
#include "sedlink/directum/settings.hpp"

namespace sedlink::directum {

// event=TaskChanged|DocumentChanged, token, task_id | document_id. One notice; without ids when the event is another
// one or the id is no number. Errors: as EdmsAdapter::accept.
[[nodiscard]] Result<std::vector<api::ChangeNotice>> accept_notification(const api::InboundRequest& request,
                                                                         const Settings& settings);

}  // namespace sedlink::directum
