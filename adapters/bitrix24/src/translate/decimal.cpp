#include <charconv>

#include "sedlink/core/text.hpp"
#include "translate/field_value.hpp"

namespace sedlink::bitrix24 {

std::optional<std::string> plain_decimal(std::string_view given) {
  std::string s;
  for (const char c : text::replace_all(std::string(text::trim(given)), "\xC2\xA0", "")) {  // no-break space
    if (c == ' ') continue;
    s += c == ',' ? '.' : c;
  }
  const bool negative = s.starts_with('-');
  if (negative || s.starts_with('+')) s.erase(0, 1);
  int exponent = 0;
  if (const auto e = s.find_first_of("eE"); e != std::string::npos) {
    std::string_view tail = std::string_view(s).substr(e + 1);
    if (tail.starts_with('+')) tail.remove_prefix(1);
    const auto [end, fault] = std::from_chars(tail.data(), tail.data() + tail.size(), exponent);
    if (fault != std::errc{} || end != tail.data() + tail.size() || exponent > 60 || exponent < -60)
      return std::nullopt;
    s.resize(e);
  }
  const auto dot = s.find('.');
  std::string whole = s.substr(0, dot), fraction = dot == std::string::npos ? "" : s.substr(dot + 1);
  const auto digits = [](const std::string& d) { return d.find_first_not_of("0123456789") == std::string::npos; };
  if (whole.empty() || !digits(whole) || !digits(fraction) || (dot != std::string::npos && fraction.empty()))
    return std::nullopt;
  for (; exponent > 0; --exponent) {
    whole += fraction.empty() ? '0' : fraction.front();
    if (!fraction.empty()) fraction.erase(0, 1);
  }
  for (; exponent < 0; ++exponent) {
    fraction.insert(0, 1, whole.empty() ? '0' : whole.back());
    if (!whole.empty()) whole.pop_back();
  }
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.empty()) whole = "0";
  return (negative ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace sedlink::bitrix24
