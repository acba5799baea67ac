// Answers of services: whatever comes is read or refused, one value per question, always UTF-8.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "answer.hpp"
#include "sedlink/core/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  static const std::vector<std::string> takes{"/a", "//b", "/a/0/c", "count(//*)", ""};
  for (const char* type : {"", "text/xml; charset=windows-1251"}) {
    const auto values = sedlink::http_service::take_values(type, body, takes);
    if (!values) {
      if (values.error().fault != sedlink::Fault::rejected) std::abort();
      continue;
    }
    if (values->size() != takes.size()) std::abort();
    for (const auto& value : *values)
      if (value && !sedlink::text::is_valid_utf8(*value)) std::abort();
  }
  return 0;
}
