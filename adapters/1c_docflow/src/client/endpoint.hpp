#pragma once
// Addresses and credentials of the web service. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sedlink::onec_docflow {

struct Addresses {
  std::string base;                    // no trailing slash
  std::vector<std::string> endpoints;  // best first
};
// From what admins write: the publication, with or without /ws/dm.1cws, ?wsdl, a locale suffix (onec-docflow 2.1).
[[nodiscard]] Addresses addresses(std::string_view url);

// "Basic …" of the text as it is.
[[nodiscard]] std::string basic_header(std::string_view user, std::string_view password);
// UTF-8 -> windows-1251; nullopt when it is plain ASCII or has other characters.
[[nodiscard]] std::optional<std::string> to_cp1251(std::string_view utf8);

}  // namespace sedlink::onec_docflow
