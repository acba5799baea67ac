#pragma once
// Deliveries of the outgoing webhook. Pure. Source: bitrix24 documentation, events (wire format, safe-event-handlers).
#include "sedlink/api/crm.hpp"
#include "sedlink/bitrix24/settings.hpp"

namespace sedlink::bitrix24 {

// `portal_host`: where the portal is now (it may have moved since the settings were written).
// Errors: as CrmAdapter::accept.
[[nodiscard]] Result<std::vector<api::InboundEvent>> accept_delivery(const api::InboundRequest& request,
                                                                     const Settings& settings,
                                                                     const std::string& portal_host);

// "ONCRMDEALUPDATE" + data[FIELDS] -> the item it is about. Nullopt: not a kind of item we work with.
[[nodiscard]] std::optional<ItemRef> item_of_event(const std::string& connection, std::string_view event,
                                                   std::string_view id, std::string_view type_id);

}  // namespace sedlink::bitrix24
