#pragma once
// Answers of DMService: bytes -> tree. Pure, tolerant to what 1C and its web servers really send: a BOM, any prefix, an
// undeclared prefix in xsi:type, unknown elements, control characters. Fuzzed.
#include <optional>
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"
#include "wire/element.hpp"

namespace sedlink::onec_docflow {

// Errors: transient onec.xml (truncated, malformed), onec.empty; rejected onec.depth (nested deeper than 200).
[[nodiscard]] Result<Element> parse_xml(std::string_view bytes);

struct SoapFault {
  std::string code, text;
};
struct Answer {
  std::optional<SoapFault> fault;
  Element result;  // <return>, when there is no fault
};
// Errors: those of parse_xml, defect onec.envelope when it is XML but no answer of the service.
[[nodiscard]] Result<Answer> parse_answer(std::string_view bytes);

// Whether the bytes are a page for people: web servers answer so in spite of the content type.
[[nodiscard]] bool looks_like_html(std::string_view bytes);
// The text of such a page without tags, nothing twice, at most 300 code points.
[[nodiscard]] std::string html_text(std::string_view bytes);

}  // namespace sedlink::onec_docflow
