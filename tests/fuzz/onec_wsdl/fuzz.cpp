// A live WSDL: cyclic bases, missing types and nonsense are refused or survived.
#include <cstdint>
#include <string_view>

#include "wire/schema.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto schema = sedlink::onec_docflow::Schema::from_wsdl(bytes);
  if (!schema) return 0;
  for (const char* type : {"DMInternalDocument", "DMBusinessProcessApproval", "DMObject"}) {
    sedlink::onec_docflow::Element e("e");
    for (const auto* p : schema.value().properties(type)) {
      if (e.children.size() < 500) schema.value().put(e, type, sedlink::onec_docflow::Element(p->name));
    }
    (void)schema.value().derives(type, "nothing");
  }
  return 0;
}
