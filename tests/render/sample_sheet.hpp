#pragma once
#include "sedlink/render/approval_sheet.hpp"

namespace sedlink::tests {

// Two rounds of a contract's approval, every field filled.
[[nodiscard]] render::ApprovalSheet sample_sheet();

}  // namespace sedlink::tests
