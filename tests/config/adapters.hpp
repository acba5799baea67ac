#pragma once
#include "sedlink/config/config.hpp"

namespace sedlink::testing {

// What two adapters would tell about their settings.
inline config::AdapterSettings adapter_settings() {
  return {{"bitrix24", {"*webhook_url!", "*event_token!", "limits.file#", "limits.inline_file#", "signing"}},
          {"http", {"*url", "headers.*!", "signing"}},
          {"1c_docflow",
           {"*url", "web_url", "*time_zone", "*user", "*password!", "database_id", "limits.file#", "limits.calls+",
            "ca_file", "timeout~", "signatures", "scripts.attach_file="}}};
}

}  // namespace sedlink::testing
