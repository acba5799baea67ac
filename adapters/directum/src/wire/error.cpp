#include "wire/error.hpp"

#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

constexpr std::size_t shown = 500;

// Control characters and runs of blanks become one blank.
std::string one_line(std::string_view raw) {
  std::string out;
  for (const char c : text::sanitize_utf8(raw)) {
    const bool blank = static_cast<unsigned char>(c) <= 0x20;
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return text::ellipsis(out, shown);
}

std::string without_tags(std::string_view html) {
  std::string out;
  bool inside = false;
  std::size_t at = 0;
  while (at < html.size() && out.size() < 4 * shown) {
    const std::string_view rest = html.substr(at);
    for (const std::string_view tag : {"<style", "<script"}) {
      if (!text::iequals_ascii(rest.substr(0, tag.size()), tag)) continue;
      const auto end = rest.find("</");
      at += end == std::string_view::npos ? rest.size() : end;
      break;
    }
    if (at >= html.size()) break;
    const char c = html[at++];
    if (c == '<') inside = true;
    if (!inside) out += c;
    if (c == '>') {
      inside = false;
      out += ' ';
    }
  }
  return out;
}

std::string text_of(const json::value& v) {
  if (v.is_string()) return std::string(v.get_string());
  for (const char* key : {"message", "Message", "value", "error", "title", "detail"}) {
    const json::value* inner = json::find(v, key);
    if (inner == nullptr) continue;
    std::string found = text_of(*inner);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace

Error make_error(Fault fault, Audience audience, std::string code, std::string message, std::string vendor) {
  Error e;
  e.fault = fault;
  e.audience = audience;
  e.code = std::move(code);
  e.message = std::move(message);
  e.vendor_code = std::move(vendor);
  return e;
}

bool looks_like_html(std::string_view body) noexcept {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  body = text::trim(body);
  for (const std::string_view start : {"<!doctype html", "<html", "<head", "<body", "<!--"}) {
    if (text::iequals_ascii(body.substr(0, start.size()), start)) return true;
  }
  return false;
}

std::string error_text(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  body = text::trim(body);
  if (body.empty()) return {};
  if (body.front() == '{' || body.front() == '"') {
    if (const auto parsed = json::parse(body)) return one_line(text_of(parsed.value()));
  }
  if (body.front() == '<') return one_line(without_tags(body));
  return one_line(body);
}

}  // namespace sedlink::directum
