#pragma once
#include <string_view>

namespace sedlink::sim::onec_docflow {

// Whether `text` is a value of the XML Schema type `xs_type` ("xs:boolean", "xs:dateTime" …). Unknown types accept any
// text.
bool is_lexically_valid(std::string_view xs_type, std::string_view text);
// Whether the simulator knows the XML Schema type at all.
bool is_known_simple_type(std::string_view xs_type);

}  // namespace sedlink::sim::onec_docflow
