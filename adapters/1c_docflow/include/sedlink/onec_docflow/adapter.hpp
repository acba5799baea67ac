#pragma once
#include "sedlink/api/factory.hpp"

namespace sedlink::onec_docflow {
// Settings: url, web_url, time_zone, user, password (secret), access_token (secret), database_id, limits.file,
// limits.calls, ca_file, …
[[nodiscard]] Result<std::unique_ptr<api::EdmsAdapter>> make_adapter(api::ConnectionSettings, api::AdapterEnvironment);
}  // namespace sedlink::onec_docflow
