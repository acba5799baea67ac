#pragma once
// Requests to DMService: tree -> bytes, in the order of the tree. Pure.
#include <string>
#include <string_view>
#include <utility>

#include "wire/element.hpp"

namespace sedlink::onec_docflow {

// The whole SOAP 1.1 envelope around `request` (its name is ignored, its type is sent as xsi:type).
[[nodiscard]] std::string write_envelope(const Element& request);

// The same around a request that holds one element with the text `hole`: the envelope before and after that text, for a
// body that is streamed in between. The second part is empty when there is no such element.
inline constexpr std::string_view hole = "\x01";
[[nodiscard]] std::pair<std::string, std::string> write_envelope_around(const Element& request);

[[nodiscard]] std::string escape_xml(std::string_view text);  // drops what XML 1.0 forbids

}  // namespace sedlink::onec_docflow
