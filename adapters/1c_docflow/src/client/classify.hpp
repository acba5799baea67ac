#pragma once
// Every way DMService refuses, as our Error. Pure. Source: onec-docflow 2.5 and 3.
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"
#include "wire/element.hpp"
#include "wire/reader.hpp"

namespace sedlink::onec_docflow {

// What a lost answer means: a read may be repeated, a write may have happened.
enum class Effect { read = 1, write };

[[nodiscard]] bool is_business_error(const Element& result);  // DMError, in whatever prefix
[[nodiscard]] Error business_error(const Element& dm_error);  // by subject and description
// 3.0 tells per object how an update went (DMObjectChangeResponseStructure); 2.1 answers with the objects in a message
// called DMUpdateRequest (onec-docflow 3, quirk 2). The answer with plain objects in it, or the first refusal.
[[nodiscard]] Result<Element> update_outcome(Element answer);
[[nodiscard]] Error fault_error(const SoapFault&, Effect);
// An answer that is no message of the service.
[[nodiscard]] Error http_error(int status, std::string_view body, Effect);
// A body that should have been a message of the service but is damaged.
[[nodiscard]] Error damaged(Error parse_error, Effect);
// For a read nothing is ambiguous.
[[nodiscard]] Error for_effect(Error, Effect);

// 1C's text for people: without stack lines "{ОбщийМодуль.…(12)}:", at most 500 code points.
[[nodiscard]] std::string readable(std::string_view description);

[[nodiscard]] Error make_error(Fault, Audience, std::string code, std::string message, std::string vendor = {});

}  // namespace sedlink::onec_docflow
