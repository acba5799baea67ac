// DER out of BER: what is signed is the DER encoding, while a message may travel in any.
#include <algorithm>

#include "openssl/assemble.hpp"

namespace sedlink::signature {
namespace {

constexpr int deepest = 32;
constexpr unsigned char constructed = 0x20;

bool unsigned_less(const std::string& a, const std::string& b) {
  return std::ranges::lexicographical_compare(
      a, b, {}, [](char c) { return static_cast<unsigned char>(c); },
      [](char c) { return static_cast<unsigned char>(c); });
}

std::optional<std::string> in_der(std::string_view& in, int depth);

std::optional<std::string> children(unsigned char tag, std::string_view& in, bool until_end_mark, int depth) {
  std::vector<std::string> parts;
  while (until_end_mark ? !in.starts_with(std::string_view("\0\0", 2)) : !in.empty()) {
    auto part = in_der(in, depth + 1);
    if (!part) return std::nullopt;
    parts.push_back(std::move(*part));
  }
  if (until_end_mark) in.remove_prefix(2);
  if (tag == 0x31) std::ranges::sort(parts, unsigned_less);  // SET OF
  std::string body;
  for (const auto& part : parts) {
    std::string_view piece = part;
    if (tag != 0x24) {
      body += piece;
      continue;
    }
    const auto string = next_element(piece);  // OCTET STRING in pieces
    if (!string || string->tag != 0x04) return std::nullopt;
    body += string->body;
  }
  return wrap(static_cast<unsigned char>(tag == 0x24 ? 0x04 : tag), body);
}

std::optional<std::string> in_der(std::string_view& in, int depth) {
  if (in.size() < 2 || depth > deepest || (in[0] & 0x1f) == 0x1f) return std::nullopt;
  const auto tag = static_cast<unsigned char>(in[0]);
  if (in[1] == '\x80') {
    if ((tag & constructed) == 0) return std::nullopt;
    in.remove_prefix(2);
    return children(tag, in, true, depth);
  }
  const auto whole = next_element(in);
  if (!whole) return std::nullopt;
  if ((tag & constructed) == 0) return wrap(tag, whole->body);
  std::string_view inside = whole->body;
  return children(tag, inside, false, depth);
}

}  // namespace

std::optional<std::string> canonical(std::string_view ber) {
  auto out = in_der(ber, 0);
  return ber.empty() ? out : std::nullopt;
}

}  // namespace sedlink::signature
