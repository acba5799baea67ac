#pragma once
// Neutral document fields -> fields of 1C, by edition, as data; values -> XML text by the field's own type.
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "wire/edition.hpp"
#include "wire/element.hpp"

namespace sedlink::onec_docflow {

struct DocumentType {
  std::string_view neutral;    // internal
  std::string_view type;       // DMInternalDocument; in 3.0 always DMDocument
  std::string_view kind_type;  // DMInternalDocumentType; in 3.0 DMDocumentType, which says the rest
  std::string_view russian;    // for messages: "внутренний документ"
};
[[nodiscard]] const std::vector<DocumentType>& document_types(Edition edition);
// By neutral word or by the type's own name; null when unknown.
[[nodiscard]] const DocumentType* document_type(Edition edition, std::string_view name);

// The own name of a neutral field in that type; empty when the type has none. "vendor.X" -> "X".
[[nodiscard]] std::string own_field(const DocumentType&, std::string_view neutral);
[[nodiscard]] std::vector<std::string> neutral_fields(Edition edition);

// Text of a scalar field of the XML Schema type ("xs:decimal"). Errors: rejected edms.value (audience user).
[[nodiscard]] Result<std::string> scalar_text(std::string_view field, std::string_view xs_type, const Value&,
                                              const TimeZone&);

}  // namespace sedlink::onec_docflow
