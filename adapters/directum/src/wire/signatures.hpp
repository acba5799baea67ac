#pragma once
// The JSON of GetDocumentSignatures (docs/directum-module.md). Pure.
#include <string_view>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "sedlink/core/error.hpp"

namespace sedlink::directum {

struct ModuleSignature {
  ModuleSignature() = default;
  std::int64_t version = 0;  // id of the version whose body was signed
  bool approving = false;    // «утверждающая»
  SignatureInfo info;        // a simple signature has no bytes
};
// In the given order. Errors: defect rx.module.
[[nodiscard]] Result<std::vector<ModuleSignature>> read_signatures(std::string_view json, const TimeZone& zone);

}  // namespace sedlink::directum
