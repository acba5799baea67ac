// File names from Content-Disposition: valid UTF-8, never a path, no control characters.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string name =
      sedlink::net::disposition_file_name(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!sedlink::text::is_valid_utf8(name) || name == "." || name == "..") std::abort();
  for (const char c : name) {
    if (c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
  }
  return 0;
}
