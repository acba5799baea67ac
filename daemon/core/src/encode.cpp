// Base64, hex and percent encoding.
#include <algorithm>
#include <array>

#include "sedlink/core/text.hpp"

namespace sedlink::text {
namespace {

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t not_a_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> base64_values() {
  std::array<std::uint8_t, 256> out{};
  out.fill(not_a_digit);
  for (std::size_t i = 0; i < base64_digits.size(); ++i)
    out[static_cast<unsigned char>(base64_digits[i])] = static_cast<std::uint8_t>(i);
  return out;
}

Error bad_base64(std::string_view why) {
  return Error{Fault::rejected,
               Audience::admin,
               "core.base64",
               "Содержимое файла испорчено: base64 " + std::string(why) + " / bad base64",
               {}};
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

bool is_blank(char c) noexcept { return c == '\r' || c == '\n' || c == ' ' || c == '\t'; }

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = (group << 8U) | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += j <= count ? base64_digits[(group >> (18U - 6U * j)) & 0x3FU] : '=';
  }
  return out;
}

Result<std::string> base64_decode(std::string_view text) {
  static constexpr auto values = base64_values();
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (is_blank(c)) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == not_a_digit) return bad_base64("с посторонним знаком");
    if (padding != 0) return bad_base64("продолжается после знака «=»");
    group = (group << 6U) | value;
    if (++digits % 4 == 0) {
      for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>(static_cast<unsigned char>(group >> shift));
      group = 0;
    }
  }
  const std::size_t rest = digits % 4;
  // The padding is demanded: without it a text cut in the middle would pass for a shorter file.
  if (rest == 1 || padding != (rest == 0 ? 0 : 4 - rest)) return bad_base64("обрезан");
  if (rest >= 2) out += static_cast<char>(static_cast<unsigned char>(group >> (rest == 2 ? 4U : 10U)));
  if (rest == 3) out += static_cast<char>(static_cast<unsigned char>(group >> 2U));
  return out;
}

std::string hex(std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4U];
    out += digits[byte & 0x0FU];
  }
  return out;
}

std::string url_encode(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 0x0FU];
  }
  return out;
}

std::string url_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
      continue;
    }
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(static_cast<unsigned char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
      continue;
    }
    out += text[i];  // a lone percent sign stays what it is
  }
  return out;
}

}  // namespace sedlink::text
