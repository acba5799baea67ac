#pragma once
#include "sedlink/api/factory.hpp"

namespace sedlink::directum5 {
// EXPERIMENTAL: never met a real DIRECTUM 5. Settings: settings.hpp. Nothing is asked of the other side before the
// first call.
[[nodiscard]] Result<std::unique_ptr<api::EdmsAdapter>> make_adapter(api::ConnectionSettings, api::AdapterEnvironment);
}  // namespace sedlink::directum5
