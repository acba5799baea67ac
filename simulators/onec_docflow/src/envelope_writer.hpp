#pragma once
#include <string>
#include <string_view>

#include "type_table.hpp"
#include "xdto.hpp"

namespace sedlink::sim::onec_docflow {

// How answers name the DM namespace: "m", "tns", any other prefix, or "" for a default namespace; and whether they
// begin with a byte order mark. Real servers do all of it.
struct EnvelopeStyle {
  std::string prefix = "m";
  bool bom = false;
};

// soap:Envelope/soap:Body/executeResponse/return. Members are put into table order. Throws std::logic_error when the
// value does not fit the schema: answers always validate.
std::string write_answer(const Xdto& value, const TypeTable& types, const EnvelopeStyle& style);

// The body of HTTP 500 (onec-docflow 2.5).
std::string write_fault(std::string_view faultstring, const EnvelopeStyle& style);

}  // namespace sedlink::sim::onec_docflow
