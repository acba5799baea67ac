// Addresses: what is accepted can be put into a request line and is accepted again, unchanged.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sedlink/net/http.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto url = sedlink::net::Url::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!url) return 0;
  if (url->host.empty() || url->port.empty() || url->target.empty() || url->target.front() != '/') std::abort();
  for (const char c : url->target + url->host) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f) std::abort();
  }
  const auto again = sedlink::net::Url::parse(url->origin() + url->target);
  if (!again || again->origin() != url->origin() || again->target != url->target) std::abort();
  return 0;
}
