#pragma once
#include <string>
#include <string_view>

namespace sedlink::sim::onec_docflow {

// What pugixml lets pass and an XML 1.0 parser must refuse: bytes that are no UTF-8, control characters, unknown
// entities, a document type declaration. Returns the reason, empty when there is none.
std::string well_formedness_fault(std::string_view xml);

}  // namespace sedlink::sim::onec_docflow
