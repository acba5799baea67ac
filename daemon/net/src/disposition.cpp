// Content-Disposition (RFC 6266, RFC 8187).
#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::net {
namespace {

// The value at the front of `text`, a token or a quoted string; `text` moves behind it.
std::string take_value(std::string_view& text) {
  std::string value;
  if (!text.empty() && text.front() == '"') {
    text.remove_prefix(1);
    while (!text.empty() && text.front() != '"') {
      if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
      value += text.front();
      text.remove_prefix(1);
    }
    text.remove_prefix(text.empty() ? 0 : 1);
  } else {
    const auto end = std::min(text.find(';'), text.size());
    value = text::trim(text.substr(0, end));
    text.remove_prefix(end);
  }
  return value;
}

std::string latin1_to_utf8(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | (byte >> 6));
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

// charset'language'percent-encoded
std::string extended_value(std::string_view value) {
  const auto first = value.find('\'');
  const auto second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos) return {};
  const std::string_view charset = value.substr(0, first);
  const std::string bytes = text::url_decode(value.substr(second + 1), false);
  if (text::iequals_ascii(charset, "UTF-8")) return text::is_valid_utf8(bytes) ? bytes : std::string();
  if (text::iequals_ascii(charset, "ISO-8859-1")) return latin1_to_utf8(bytes);
  return {};
}

// A name, never a path (RFC 6266 4.3).
std::string last_component(std::string_view name) {
  const auto slash = name.find_last_of("/\\");
  std::string out = text::sanitize_utf8(slash == std::string_view::npos ? name : name.substr(slash + 1));
  std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return out == "." || out == ".." ? std::string() : out;
}

}  // namespace

std::string disposition_file_name(std::string_view header) {
  std::string plain, extended;
  const auto parameters = header.find(';');
  if (parameters == std::string_view::npos) return {};
  std::string_view rest = header.substr(parameters);
  while (!rest.empty()) {
    if (rest.front() == ';' || rest.front() == ' ' || rest.front() == '\t') {
      rest.remove_prefix(1);
      continue;
    }
    const auto name_end = rest.find_first_of("=;");
    if (name_end == std::string_view::npos) break;
    const std::string name = text::to_lower_ascii(text::trim(rest.substr(0, name_end)));
    rest.remove_prefix(name_end);
    if (rest.front() == ';') continue;
    rest.remove_prefix(1);
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
    const std::string value = take_value(rest);
    // After a quoted string only a separator may follow; junk up to it is skipped.
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    if (name == "filename*" && extended.empty()) extended = extended_value(value);
    if (name == "filename" && plain.empty()) plain = value;
  }
  return last_component(extended.empty() ? plain : extended);
}

}  // namespace sedlink::net
