#pragma once
#include "sedlink/api/factory.hpp"

namespace sedlink::bitrix24 {
// Settings: webhook_url (secret), event_token (secret), member_id, domain, web_url, limits.file, limits.inline_file,
// limits.rate_per_second, limits.rate_burst, ca_file, notify_client_id, … ; see settings.hpp.
[[nodiscard]] Result<std::unique_ptr<api::CrmAdapter>> make_adapter(api::ConnectionSettings, api::AdapterEnvironment);
}  // namespace sedlink::bitrix24
