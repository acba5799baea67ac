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
  std::string out((bytes.size() + 2) / 3 * 4, '=');
  const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
  char* to = out.data();
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, in += 3, to += 4) {
    const std::uint32_t group = static_cast<std::uint32_t>(in[0]) << 16U | static_cast<std::uint32_t>(in[1]) << 8U |
                                static_cast<std::uint32_t>(in[2]);
    to[0] = base64_digits[group >> 18U];
    to[1] = base64_digits[group >> 12U & 0x3FU];
    to[2] = base64_digits[group >> 6U & 0x3FU];
    to[3] = base64_digits[group & 0x3FU];
  }
  if (left > 0) {
    const std::uint32_t group =
        static_cast<std::uint32_t>(in[0]) << 16U | (left > 1 ? static_cast<std::uint32_t>(in[1]) << 8U : 0U);
    to[0] = base64_digits[group >> 18U];
    to[1] = base64_digits[group >> 12U & 0x3FU];
    if (left > 1) to[2] = base64_digits[group >> 6U & 0x3FU];
  }
  return out;
}

Result<std::string> base64_decode(std::string_view text) {
  static constexpr auto values = base64_values();
  std::string out(text.size() / 4 * 3 + 3, '\0');
  char* to = out.data();
  const auto put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(static_cast<unsigned char>(byte & 0xFFU)); };
  std::uint32_t group = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // Four digits in a row, the common case, at once.
    while (digits % 4 == 0 && padding == 0 && text.size() - i >= 4) {
      const auto value_at = [&](std::size_t j) { return values[static_cast<unsigned char>(text[i + j])]; };
      const std::uint32_t a = value_at(0), b = value_at(1), c = value_at(2), d = value_at(3);
      if (((a | b | c | d) & 0xC0U) != 0) break;
      const std::uint32_t four = a << 18U | b << 12U | c << 6U | d;
      put(four >> 16U);
      put(four >> 8U);
      put(four);
      digits += 4;
      i += 4;
    }
    if (i == text.size()) break;
    const char c = text[i];
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
      for (const unsigned shift : {16U, 8U, 0U}) put(group >> shift);
      group = 0;
    }
  }
  const std::size_t rest = digits % 4;
  // The padding is demanded: without it a text cut in the middle would pass for a shorter file.
  if (rest == 1 || padding != (rest == 0 ? 0 : 4 - rest)) return bad_base64("обрезан");
  if (rest >= 2) put(group >> (rest == 2 ? 4U : 10U));
  if (rest == 3) put(group >> 2U);
  out.resize(static_cast<std::size_t>(to - out.data()));
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
