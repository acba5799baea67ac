#include "lexical.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace sedlink::sim::onec_docflow {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view collapse(std::string_view text) {
  const std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_boolean(std::string_view t) { return t == "true" || t == "false" || t == "1" || t == "0"; }

bool is_integer(std::string_view t, std::int64_t low, std::int64_t high) {
  if (!t.empty() && t.front() == '+') t.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), value);
  return error == std::errc() && end == t.data() + t.size() && value >= low && value <= high;
}

bool is_decimal(std::string_view t) {
  if (!t.empty() && (t.front() == '+' || t.front() == '-')) t.remove_prefix(1);
  const auto points = std::count(t.begin(), t.end(), '.');
  const auto digits = std::count_if(t.begin(), t.end(), is_digit);
  return points <= 1 && digits > 0 && static_cast<std::size_t>(points + digits) == t.size();
}

// Reads `count` digits off the front.
bool take_number(std::string_view& t, std::size_t count, int low, int high) {
  if (t.size() < count || !std::all_of(t.begin(), t.begin() + static_cast<std::ptrdiff_t>(count), is_digit))
    return false;
  int value = 0;
  std::from_chars(t.data(), t.data() + count, value);
  t.remove_prefix(count);
  return value >= low && value <= high;
}

bool take(std::string_view& t, char c) {
  if (t.empty() || t.front() != c) return false;
  t.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& t) {
  return take_number(t, 4, 1, 9999) && take(t, '-') && take_number(t, 2, 1, 12) && take(t, '-') &&
         take_number(t, 2, 1, 31);
}

bool take_time(std::string_view& t) {
  if (!(take_number(t, 2, 0, 24) && take(t, ':') && take_number(t, 2, 0, 59) && take(t, ':') &&
        take_number(t, 2, 0, 59))) {
    return false;
  }
  if (take(t, '.')) {
    if (t.empty() || !is_digit(t.front())) return false;
    while (!t.empty() && is_digit(t.front())) t.remove_prefix(1);
  }
  return true;
}

bool is_zone_or_end(std::string_view t) {
  if (t.empty() || t == "Z") return true;
  if (t.front() != '+' && t.front() != '-') return false;
  t.remove_prefix(1);
  return take_number(t, 2, 0, 14) && take(t, ':') && take_number(t, 2, 0, 59) && t.empty();
}

bool is_date_time(std::string_view t) { return take_date(t) && take(t, 'T') && take_time(t) && is_zone_or_end(t); }
bool is_date(std::string_view t) { return take_date(t) && is_zone_or_end(t); }
bool is_time(std::string_view t) { return take_time(t) && is_zone_or_end(t); }

bool is_base64(std::string_view t) {
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : t) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const bool digit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '+' || c == '/';
    if (!digit || padding != 0) return false;
    ++digits;
  }
  return padding <= 2 && (digits + padding) % 4 == 0;
}

}  // namespace

bool is_known_simple_type(std::string_view xs_type) {
  static constexpr std::array known = {
      std::string_view("xs:string"), std::string_view("xs:boolean"),      std::string_view("xs:dateTime"),
      std::string_view("xs:date"),   std::string_view("xs:time"),         std::string_view("xs:decimal"),
      std::string_view("xs:int"),    std::string_view("xs:integer"),      std::string_view("xs:byte"),
      std::string_view("xs:long"),   std::string_view("xs:base64Binary"), std::string_view("xs:anySimpleType"),
      std::string_view("xs:double")};
  return std::find(known.begin(), known.end(), xs_type) != known.end();
}

bool is_lexically_valid(std::string_view xs_type, std::string_view text) {
  const std::string_view t = collapse(text);
  if (xs_type == "xs:boolean") return is_boolean(t);
  if (xs_type == "xs:dateTime") return is_date_time(t);
  if (xs_type == "xs:date") return is_date(t);
  if (xs_type == "xs:time") return is_time(t);
  if (xs_type == "xs:decimal") return is_decimal(t);
  if (xs_type == "xs:base64Binary") return is_base64(t);
  if (xs_type == "xs:byte") return is_integer(t, -128, 127);
  if (xs_type == "xs:int") {
    return is_integer(t, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max());
  }
  if (xs_type == "xs:integer" || xs_type == "xs:long") {
    return is_integer(t, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
  }
  return true;
}

}  // namespace sedlink::sim::onec_docflow
