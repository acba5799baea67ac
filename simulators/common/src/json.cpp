#include "sedlink/sim/json.hpp"

#include <charconv>
#include <cmath>

#include "sedlink/core/text.hpp"

namespace sedlink::sim {

std::string text_of(const json::value& v) {
  switch (v.kind()) {
    case json::kind::string: return std::string(v.get_string());
    case json::kind::bool_: return v.get_bool() ? "true" : "false";
    case json::kind::int64: return std::to_string(v.get_int64());
    case json::kind::uint64: return std::to_string(v.get_uint64());
    case json::kind::double_: {
      char buffer[64];
      const auto end = std::to_chars(buffer, buffer + sizeof buffer, v.get_double(), std::chars_format::general);
      return std::string(buffer, end.ptr);
    }
    default: return {};
  }
}

std::string text_of(const json::object& o, std::string_view key, std::string_view fallback) {
  const json::value* v = o.if_contains(key);
  return v == nullptr || v->is_null() ? std::string(fallback) : text_of(*v);
}

std::optional<std::int64_t> int_of(const json::value& v) {
  if (v.is_int64()) return v.get_int64();
  if (v.is_uint64())
    return v.get_uint64() > INT64_MAX ? std::nullopt : std::optional(static_cast<std::int64_t>(v.get_uint64()));
  if (v.is_double()) {
    const double d = v.get_double();
    if (std::nearbyint(d) == d && std::abs(d) < 9e15) return static_cast<std::int64_t>(d);
    return std::nullopt;
  }
  if (!v.is_string()) return std::nullopt;
  const auto& s = v.get_string();
  std::int64_t number = 0;
  const auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), number);
  if (ec != std::errc() || end != s.data() + s.size() || s.empty()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> int_of(const json::object& o, std::string_view key) {
  const json::value* v = o.if_contains(key);
  return v == nullptr ? std::nullopt : int_of(*v);
}

bool truthy(const json::value& v) {
  if (v.is_bool()) return v.get_bool();
  const std::string t = text::to_lower_ascii(text_of(v));
  return t == "1" || t == "y" || t == "yes" || t == "true";
}

bool truthy(const json::object& o, std::string_view key, bool fallback) {
  const json::value* v = o.if_contains(key);
  return v == nullptr || v->is_null() ? fallback : truthy(*v);
}

const json::value* find_ignoring_case(const json::object& o, std::string_view key) {
  if (const json::value* exact = o.if_contains(key)) return exact;
  for (const auto& member : o) {
    if (text::iequals_ascii(std::string_view(member.key().data(), member.key().size()), key)) return &member.value();
  }
  return nullptr;
}

const json::object* object_of(const json::object& o, std::string_view key) {
  const json::value* v = o.if_contains(key);
  return v == nullptr ? nullptr : v->if_object();
}

const json::array* array_of(const json::object& o, std::string_view key) {
  const json::value* v = o.if_contains(key);
  return v == nullptr ? nullptr : v->if_array();
}

bool glob(std::string_view pattern, std::string_view text, bool ignore_case) {
  const auto same = [&](char a, char b) {
    const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return ignore_case ? low(a) == low(b) : a == b;
  };
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && same(pattern[p], text[t])) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Error control_error(std::string message) {
  return Error{Fault::rejected, Audience::admin, "sim.control", std::move(message), {}};
}

}  // namespace sedlink::sim
