#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <charconv>

#include "sedlink/core/text.hpp"
#include "translate/field_value.hpp"

namespace sedlink::bitrix24 {
namespace {

std::optional<std::int64_t> whole_number(std::string_view s) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(s.data(), s.data() + s.size(), value);
  if (s.empty() || fault != std::errc{} || end != s.data() + s.size()) return std::nullopt;
  return value;
}

std::optional<CrmFile> file(const wire::json::value& raw) {
  if (!raw.is_object()) return std::nullopt;
  CrmFile found;
  found.id = wire::id_at(raw, {"id"});
  found.url = wire::text_at(raw, {"urlMachine"});
  if (found.id.empty() || (found.url.empty() && wire::find(raw, {"url"}) == nullptr)) return std::nullopt;
  return found;
}

bool is_link(const FieldInfo& info) {
  return info.type == "employee" || info.type == "user" ||
         (info.type.starts_with("crm_") && info.type != "crm_status" && info.type != "crm_currency" &&
          info.type != "crm_category");
}

Value by_shape(const wire::json::value& raw) {
  if (raw.is_bool()) return raw.get_bool();
  if (raw.is_int64()) return raw.get_int64();
  if (raw.is_string()) return wire::text(raw);
  return {};
}

Value single(const wire::json::value& raw, const FieldInfo& info, const std::string& currency, const Formats& formats) {
  const std::string s = wire::text(raw);
  if (info.type == "file") return {};  // an empty file field may be "", 0 or false
  if (info.type == "boolean" || info.type == "char") {
    if (s.empty()) return {};
    const bool yes = s == "Y" || s == "y" || s == "1", no = s == "N" || s == "n" || s == "0";
    return yes || no ? Value(yes) : Value(s);
  }
  if (info.type == "date" || info.type == "datetime") {
    if (const auto t = formats.zone.parse(s)) return *t;
    return s;
  }
  if (info.type == "money") {
    const auto bar = s.find('|');
    if (s.empty()) return {};
    return Money{s.substr(0, bar), bar == std::string::npos ? std::string{} : s.substr(bar + 1)};
  }
  if (info.type == "double") {
    if (s.empty()) return {};
    const auto decimal = plain_decimal(s).value_or(s);
    if (info.name == "opportunity") return Money{decimal, currency};
    return decimal;
  }
  if (info.type == "enumeration") {
    for (const auto& [id, option] : info.options)
      if (id == s) return option;
    return s == "0" ? Value{} : Value(s);
  }
  if (is_link(info) && (s == "0" || s.empty())) return {};
  if (info.type == "integer" || is_link(info))
    if (const auto n = whole_number(s)) return *n;
  return by_shape(raw);
}

}  // namespace

Value read_value(const wire::json::value& raw, const FieldInfo* info, const std::string& currency,
                 const Formats& formats) {
  if (raw.is_null()) return {};
  if (auto found = file(raw)) return std::move(*found);
  if (const auto* array = raw.if_array()) {
    Value::List list;
    for (const auto& element : *array) {
      auto value = read_value(element, info, currency, formats);
      if (!value.empty()) list.push_back(std::move(value));
    }
    return list;
  }
  return info != nullptr ? single(raw, *info, currency, formats) : by_shape(raw);
}

}  // namespace sedlink::bitrix24
