#pragma once
// The JSON of GetDocumentSignatures (docs/directum-module.md). Pure.
#include <string_view>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "sedlink/core/error.hpp"

namespace sedlink::directum {

// By version id, in the given order; a simple signature has no bytes. Errors: defect rx.module.
[[nodiscard]] Result<std::vector<std::pair<std::int64_t, SignatureInfo>>> read_signatures(std::string_view json,
                                                                                          const TimeZone& zone);

}  // namespace sedlink::directum
