#include "answer.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <pugixml.hpp>

#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::http_service {
namespace {

using Values = std::vector<std::optional<std::string>>;

Error unread(const char* code, std::string message) {
  return {
      Fault::rejected, Audience::admin, code, "Служба ответила, но ответ не прочитан: " + std::move(message), {}, {}};
}

// 0x80 … 0xBF of windows-1251; 0xC0 … 0xFF are А … я.
constexpr std::array<char16_t, 64> upper_half{
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A,
    0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0xFFFD, 0x2122,
    0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6,
    0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456,
    0x0491, 0x00B5, 0x00B6, 0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457};

void append_utf8(std::string& out, char16_t c) {
  if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
  } else {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
  }
  out += static_cast<char>(0x80 | (c & 0x3F));
}

std::string scalar_text(const json::value& v) {
  if (v.is_string()) return std::string(v.get_string());
  return boost::json::serialize(v);
}

// A number as it is written in the answer would need its source text; serialize() writes doubles with an exponent.
std::string number_text(const json::value& v) {
  if (!v.is_double()) return scalar_text(v);
  std::array<char, 64> digits{};
  const int n = std::snprintf(digits.data(), digits.size(), "%.15g", v.get_double());
  return std::string(digits.data(), static_cast<std::size_t>(std::max(n, 0)));
}

Result<Values> from_json(const std::string& body, const std::vector<std::string>& takes) {
  const auto root = json::parse(body);
  if (!root) return unread("service.answer", root.error().message);
  Values out;
  for (const std::string& take : takes) {
    boost::system::error_code problem;
    const json::value* found = take.empty() ? nullptr : root->find_pointer(take, problem);
    if (take.empty())
      out.emplace_back(body);
    else if (found == nullptr || found->is_null())
      out.emplace_back(std::nullopt);
    else
      out.emplace_back(number_text(*found));
  }
  return out;
}

Result<Values> from_xml(const std::string& body, const std::vector<std::string>& takes) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) return unread("service.answer", std::string("XML нарушен: ") + parsed.description());
  Values out;
  for (const std::string& take : takes) {
    if (take.empty()) {
      out.emplace_back(body);
      continue;
    }
    try {
      const pugi::xpath_query query(take.c_str());
      if (query.return_type() == pugi::xpath_type_node_set && query.evaluate_node_set(document).empty())
        out.emplace_back(std::nullopt);
      else
        out.emplace_back(std::string(text::trim(query.evaluate_string(document))));
    } catch (const pugi::xpath_exception& e) { return unread("service.take", "«" + take + "» не XPath: " + e.what()); }
  }
  return out;
}

}  // namespace

std::string to_utf8(const std::string& content_type, const std::string& body) {
  const std::string named =
      text::to_lower_ascii(content_type + " " + (body.starts_with("<?xml") ? body.substr(0, 120) : ""));
  const std::size_t declared = named.find("windows-1251");
  if (declared == std::string::npos || text::is_valid_utf8(body)) return text::sanitize_utf8(body);
  std::string out;
  out.reserve(body.size() * 2);
  for (const char byte : body) {
    const auto c = static_cast<unsigned char>(byte);
    if (c < 0x80)
      out += byte;
    else
      append_utf8(out, c < 0xC0 ? upper_half[c - 0x80] : static_cast<char16_t>(0x0410 + c - 0xC0));
  }
  return out;
}

Result<std::vector<std::optional<std::string>>> take_values(const std::string& content_type, const std::string& body,
                                                            const std::vector<std::string>& takes) {
  const std::string text = to_utf8(content_type, body.starts_with("\xEF\xBB\xBF") ? body.substr(3) : body);
  if (std::all_of(takes.begin(), takes.end(), [](const auto& take) { return take.empty(); }))
    return Values(takes.size(), text);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const char begins = first == std::string::npos ? '\0' : text[first];
  if (begins == '<') return from_xml(text, takes);
  if (begins == '{' || begins == '[' || begins == '"') return from_json(text, takes);
  return unread("service.answer", begins == '\0' ? "он пуст" : "это не JSON и не XML: " + text::ellipsis(text, 100));
}

}  // namespace sedlink::http_service
