#pragma once
// Web links for people (onec-docflow 4.1).
#include <string>
#include <string_view>

#include "wire/element.hpp"

namespace sedlink::onec_docflow {

// web_url + "#" + navigationRef; the reference is computed from the UUID when 1C gave none. Empty for unknown types.
[[nodiscard]] std::string object_url(std::string_view web_url, const ObjectId&);
// "e1cib/data/Справочник.ВнутренниеДокументы?ref=<32 hex>"; empty when the type or the UUID is unknown.
[[nodiscard]] std::string navigation_ref(const ObjectId&);

}  // namespace sedlink::onec_docflow
