#pragma once
// Example (пример): an EDMS that is a folder on disk. README.md tells its layout and what is learnt from it.
#include <memory>

#include "sedlink/api/factory.hpp"
#include "sedlink/example_folder/disk.hpp"

namespace sedlink::example_folder {

[[nodiscard]] Result<std::unique_ptr<api::EdmsAdapter>> make_adapter(api::ConnectionSettings, api::AdapterEnvironment);
// The same over a disk of the caller's, for tests of what a disk can suffer.
[[nodiscard]] Result<std::unique_ptr<api::EdmsAdapter>> make_adapter_over(std::shared_ptr<Disk>,
                                                                          api::ConnectionSettings,
                                                                          api::AdapterEnvironment);

}  // namespace sedlink::example_folder
