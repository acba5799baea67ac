// $metadata: whatever comes is read or refused; what was read answers every question in bounded time.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wire/metadata.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto parsed = sedlink::directum::Metadata::parse(bytes);
  if (!parsed) {
    if (parsed.error().message.empty()) std::abort();
    return 0;
  }
  const auto& metadata = parsed.value();
  if (metadata.set_count() < 4) std::abort();
  for (const char* set : {"ITasks", "IOfficialDocuments"}) {
    for (const std::string& name : metadata.property_names(set)) {
      const auto* property = metadata.property(set, name);
      if (property == nullptr) std::abort();
      (void)metadata.set_of_type(property->type);
    }
  }
  (void)metadata.wide_ids();
  return 0;
}
