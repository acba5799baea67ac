// application/x-www-form-urlencoded (WHATWG URL, 5): what webhooks and tab pages of Bitrix24 send.
#include "faults.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::net {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// False on an escape that is not two hex digits.
bool decode(std::string_view text, std::string& out) {
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return false;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return true;
}

}  // namespace

Result<FormPairs> parse_form(std::string_view body, std::size_t max_fields) {
  FormPairs pairs;
  while (!body.empty()) {
    const auto end = std::min(body.find('&'), body.size());
    const std::string_view item = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (item.empty()) continue;
    if (pairs.size() == max_fields) {
      return net_error(Fault::rejected, "net.form", "В форме больше " + std::to_string(max_fields) + " полей");
    }
    const auto equals = std::min(item.find('='), item.size());
    auto& [name, value] = pairs.emplace_back();
    if (!decode(item.substr(0, equals), name) || !decode(item.substr(std::min(equals + 1, item.size())), value)) {
      return net_error(Fault::rejected, "net.form", "В форме неверная последовательность после знака «%»");
    }
  }
  return pairs;
}

std::string encode_form(const FormPairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += text::url_encode(name) + "=" + text::url_encode(value);
  }
  return out;
}

}  // namespace sedlink::net
