#pragma once
// (status, code) of a refusal -> what we may do next. Texts of the portal are localized and never decide.
// Source: bitrix24 documentation, error-codes and _includes/system-errors.
#include "wire/envelope.hpp"

namespace sedlink::bitrix24 {

// `write`: the call changes the portal; then an answer that tells nothing is ambiguous, else transient.
[[nodiscard]] Error classify(const wire::Refusal& refusal, bool write);

// b24.scope of one method: names the scope. Only without `crm` does nothing work at all; any other one holds back what
// needs it (rejected, for an admin) and the connection goes on.
[[nodiscard]] Error of_method(Error error, const std::string& method);

// The exchange itself failed (net.*): a doubtful read is simply repeated.
[[nodiscard]] Error classify_exchange(Error error, bool write);

[[nodiscard]] bool has_code(const Error& error, std::string_view vendor_code) noexcept;  // ignores case

}  // namespace sedlink::bitrix24
