#pragma once
#include "sedlink/api/factory.hpp"

namespace sedlink::bitrix24 {
// The CRM port over an incoming webhook of a Bitrix24 portal and the events of its outgoing webhook.
// Settings: see settings.hpp. Errors: rejected config.* naming the setting.
[[nodiscard]] Result<std::unique_ptr<api::CrmAdapter>> make_adapter(api::ConnectionSettings, api::AdapterEnvironment);
}  // namespace sedlink::bitrix24
