// Forms of webhooks: never crashes, keeps its limit, and what it decoded survives another round.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sedlink/net/http.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto form = sedlink::net::parse_form(body, 50);
  if (!form) return 0;
  if (form->size() > 50) std::abort();
  const auto again = sedlink::net::parse_form(sedlink::net::encode_form(*form), 50);
  // A pair of two empty strings has the text "=", so nothing is lost on the way.
  if (!again || *again != *form) std::abort();
  return 0;
}
