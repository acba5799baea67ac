// Addresses as people write them into a config: Cyrillic paths and blanks are encoded, IDN hosts must be punycode.
#include <algorithm>
#include <charconv>

#include "faults.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::net {
namespace {

Error bad_url(const char* why) {
  // The address itself may hold a token and is not repeated.
  return net_error(Fault::rejected, "net.url", std::string("Неверный адрес: ") + why);
}

bool is_host_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
}

bool is_address_char(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.'; }

const char* default_port(std::string_view scheme) { return scheme == "https" ? "443" : "80"; }

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return bad_url("нет «http://» или «https://» в начале");
  Url url;
  url.scheme = text::to_lower_ascii(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return bad_url("схема должна быть http или https");

  std::string_view rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
  std::string authority = text::to_lower_ascii(rest.substr(0, authority_end));
  const std::string_view target = rest.substr(authority_end);
  if (authority.find('@') != std::string::npos) return bad_url("имя и пароль в адресе не допускаются");

  std::string port;
  if (!authority.empty() && authority.front() == '[') {
    const auto bracket = authority.find(']');
    if (bracket == std::string::npos) return bad_url("не закрыта скобка адреса IPv6");
    url.host = authority.substr(1, bracket - 1);
    if (!std::all_of(url.host.begin(), url.host.end(), is_address_char)) return bad_url("неверный адрес IPv6");
    const std::string tail = authority.substr(bracket + 1);
    if (!tail.empty() && tail.front() != ':') return bad_url("лишние знаки после адреса IPv6");
    port = tail.empty() ? "" : tail.substr(1);
    if (!tail.empty() && port.empty()) return bad_url("пустой порт");
  } else {
    const auto port_at = authority.find(':');
    url.host = authority.substr(0, port_at);
    if (!std::all_of(url.host.begin(), url.host.end(), is_host_char)) {
      return bad_url("в имени узла недопустимый знак (кириллическое имя запишите в виде xn--…)");
    }
    if (port_at != std::string::npos) {
      port = authority.substr(port_at + 1);
      if (port.empty()) return bad_url("пустой порт");
    }
  }
  if (url.host.empty()) return bad_url("нет имени узла");

  if (port.empty()) {
    url.port = default_port(url.scheme);
  } else {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc() || end != port.data() + port.size() || number == 0 || number > 65535) {
      return bad_url("порт должен быть числом от 1 до 65535");
    }
    url.port = std::to_string(number);
  }

  if (target.empty() || target.front() != '/') url.target = "/";
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return bad_url("управляющий знак");
    if (byte > 0x7f || c == ' ' || c == '"' || c == '<' || c == '>') {
      constexpr char digits[] = "0123456789ABCDEF";
      url.target += {'%', digits[byte >> 4], digits[byte & 15]};
    } else {
      url.target += c;
    }
  }
  return url;
}

std::string Url::origin() const {
  const bool v6 = host.find(':') != std::string::npos;
  std::string text = scheme + "://" + (v6 ? "[" + host + "]" : host);
  if (port != default_port(scheme)) text += ":" + port;
  return text;
}

}  // namespace sedlink::net
