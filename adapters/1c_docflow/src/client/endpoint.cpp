#include "client/endpoint.hpp"

#include <cctype>
#include <cstdint>

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

bool is_locale(std::string_view segment) {
  if (segment == "ru" || segment == "en") return true;
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return segment.size() == 5 && lower(segment[0]) && lower(segment[1]) && segment[2] == '_' && upper(segment[3]) &&
         upper(segment[4]);
}

// One code point of valid UTF-8; advances `at`.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(at);
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  std::uint32_t code = length == 1 ? first : first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length && at + i < text.size(); ++i) code = code << 6 | (byte(at + i) & 0x3Fu);
  at += length;
  return code;
}

}  // namespace

Addresses addresses(std::string_view url) {
  std::string base(text::trim(url.substr(0, url.find_first_of("?#"))));
  std::string explicit_service;
  if (const auto ws = base.find("/ws/"); ws != std::string::npos) {
    explicit_service = base.substr(ws);
    base.resize(ws);
  } else if (base.ends_with("/ws")) {
    base.resize(base.size() - 3);
  }
  while (base.ends_with('/')) base.pop_back();
  const auto slash = base.rfind('/');
  const auto authority = base.find("://");
  const auto first_segment = authority == std::string::npos ? std::string::npos : base.find('/', authority + 3);
  // The only segment is the publication itself, however it is called.
  if (slash != std::string::npos && first_segment != std::string::npos && slash > first_segment &&
      is_locale(std::string_view(base).substr(slash + 1))) {
    base.resize(slash);
  }
  Addresses out;
  out.base = base;
  while (explicit_service.ends_with('/')) explicit_service.pop_back();
  if (!explicit_service.empty() && explicit_service != "/ws") out.endpoints.push_back(base + explicit_service);
  for (const char* service : {"/ws/dm.1cws", "/ws/DMService"}) {
    if (explicit_service != service) out.endpoints.push_back(base + service);
  }
  return out;
}

std::string basic_header(std::string_view user, std::string_view password) {
  std::string pair(user);
  pair += ':';
  pair += password;
  return "Basic " + text::base64_encode(pair);
}

std::optional<std::string> to_cp1251(std::string_view utf8) {
  if (!text::is_valid_utf8(utf8)) return std::nullopt;
  std::string out;
  bool ascii = true;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::uint32_t code = next_code_point(utf8, at);
    if (code < 0x80) {
      out += static_cast<char>(code);
      continue;
    }
    ascii = false;
    if (code >= 0x410 && code <= 0x44F) {
      out += static_cast<char>(static_cast<unsigned char>(code - 0x410 + 0xC0));
    } else if (code == 0x401) {
      out += '\xA8';
    } else if (code == 0x451) {
      out += '\xB8';
    } else if (code == 0x2116) {
      out += '\xB9';
    } else {
      return std::nullopt;
    }
  }
  if (ascii) return std::nullopt;
  return out;
}

}  // namespace sedlink::onec_docflow
