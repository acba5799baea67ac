#pragma once
// Values out of an answer: JSON by pointers (RFC 6901), XML by XPath 1.0, anything as text. Pure; meets the network.
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/error.hpp"

namespace sedlink::http_service {

// One per take, in order; nullopt where the answer has no such place. Errors: rejected service.answer (neither JSON nor
// XML, not well-formed), service.take (an XPath that is none).
[[nodiscard]] Result<std::vector<std::optional<std::string>>> take_values(const std::string& content_type,
                                                                          const std::string& body,
                                                                          const std::vector<std::string>& takes);

// UTF-8 of a text whose charset its Content-Type or XML declaration names; windows-1251 is known, the rest is UTF-8.
[[nodiscard]] std::string to_utf8(const std::string& content_type, const std::string& body);

}  // namespace sedlink::http_service
