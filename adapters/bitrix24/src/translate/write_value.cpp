#include <boost/json/array.hpp>

#include "sedlink/core/text.hpp"
#include "translate/entity.hpp"
#include "translate/field_value.hpp"

namespace sedlink::bitrix24 {
namespace {

using wire::json::value;

Error bad(const FieldInfo& info, std::string what) {
  const std::string title = info.title.empty() ? info.name : info.title + "» (" + info.name + ")";
  return Error{Fault::rejected, Audience::admin, "crm.field_value",
               "Поле «" + title + (info.title.empty() ? "»: " : ": ") + std::move(what), info.name};
}

std::string as_text(const Value& v, const Formats& formats) {
  if (const auto* t = std::get_if<Time>(&v.variant())) return formats.zone.display(*t);
  if (const auto* due = std::get_if<DueText>(&v.variant())) return due->text;
  if (const auto* yes = std::get_if<bool>(&v.variant())) return *yes ? "Да" : "Нет";
  if (const auto* list = std::get_if<Value::List>(&v.variant())) {
    std::vector<std::string> parts;
    for (const auto& element : *list) parts.push_back(as_text(element, formats));
    return text::join(parts, ", ");
  }
  return v.to_text();
}

Result<std::string> as_time(const Value& v, const FieldInfo& info, const Formats& formats) {
  if (std::holds_alternative<DueText>(v.variant())) return std::string{};  // known only in words: clears a date
  const bool day_only = info.type == "date";
  const auto written = [&](Time t) { return day_only ? formats.zone.date(t) : formats.zone.iso(t); };
  if (const auto* t = std::get_if<Time>(&v.variant())) return written(*t);
  std::string s(text::trim(v.to_text()));
  if (s.size() >= 10 && s[2] == '.' && s[5] == '.')  // 01.03.2024
    s = s.substr(6, 4) + "-" + s.substr(3, 2) + "-" + s.substr(0, 2) + s.substr(10);
  // A date alone is read by the portal at its own midnight: the day is kept.
  if (day_only && s.size() == 10 && formats.zone.midnight(s)) return s;
  if (const auto t = formats.zone.parse(s)) return written(*t);
  return bad(info, "нужна дата, а получено «" + text::ellipsis(s, 60) + "»");
}

Result<std::string> as_option(const std::string& s, const FieldInfo& info) {
  for (const auto& [id, option] : info.options)
    if (text::fold(option) == text::fold(s)) return id;
  for (const auto& [id, option] : info.options)
    if (id == s) return id;
  if (info.options.empty() && is_number(s)) return s;
  std::vector<std::string> known;
  for (const auto& [id, option] : info.options) known.push_back("«" + option + "»");
  if (known.empty())
    return bad(
        info, "портал не показал варианты списка; укажите числовой id варианта вместо «" + text::ellipsis(s, 60) + "»");
  return bad(info, "нет варианта «" + text::ellipsis(s, 60) + "», есть " + text::join(known, ", "));
}

Result<std::string> as_flag(const Value& v, const FieldInfo& info) {
  if (const auto* yes = std::get_if<bool>(&v.variant())) return std::string(*yes ? "Y" : "N");
  const auto word = text::fold(v.to_text());
  for (const char* yes : {"y", "1", "true", "да", "yes"})
    if (word == yes) return std::string("Y");
  for (const char* no : {"n", "0", "false", "нет", "no"})
    if (word == no) return std::string("N");
  return bad(info, "нужно да или нет, а получено «" + text::ellipsis(v.to_text(), 60) + "»");
}

Result<std::string> as_number(const Value& v, const FieldInfo& info) {
  const auto decimal = plain_decimal(v.to_text());
  if (!decimal) return bad(info, "нужно число, а получено «" + text::ellipsis(v.to_text(), 60) + "»");
  if (info.type == "integer") {
    const auto dot = decimal->find('.');
    if (dot != std::string::npos && decimal->find_first_not_of('0', dot + 1) != std::string::npos)
      return bad(info, "нужно целое число, а получено «" + *decimal + "»");
    return decimal->substr(0, dot);
  }
  return *decimal;
}

Result<std::string> as_money(const Value& v, const FieldInfo& info, const Formats& formats) {
  const auto* money = std::get_if<Money>(&v.variant());
  std::string amount = money ? money->amount : v.to_text(), currency = money ? money->currency : std::string{};
  if (const auto bar = amount.find('|'); bar != std::string::npos) {
    currency = amount.substr(bar + 1);
    amount.resize(bar);
  }
  const auto decimal = plain_decimal(amount);
  if (!decimal) return bad(info, "нужна сумма, а получено «" + text::ellipsis(v.to_text(), 60) + "»");
  return *decimal + "|" + (currency.empty() ? formats.currency : currency);
}

Result<std::string> single(const Value& v, const FieldInfo& info, const Formats& formats) {
  if (v.empty()) return std::string{};
  if (info.type == "date" || info.type == "datetime") return as_time(v, info, formats);
  if (info.type == "boolean" || info.type == "char") return as_flag(v, info);
  if (info.type == "integer" || info.type == "double") return as_number(v, info);
  if (info.type == "money") return as_money(v, info, formats);
  if (info.type == "enumeration") return as_option(std::string(text::trim(v.to_text())), info);
  if (info.type == "employee" || info.type == "user") {
    std::string id(text::trim(v.to_text()));
    if (id.starts_with("user_")) id.erase(0, 5);
    if (!is_number(id)) return bad(info, "нужен id сотрудника, а получено «" + text::ellipsis(id, 60) + "»");
    return id;
  }
  return text::sanitize_utf8(as_text(v, formats));
}

}  // namespace

Result<value> write_value(const Value& v, const FieldInfo& info, const Formats& formats) {
  if (info.read_only) return bad(info, "портал не разрешает записывать это поле");
  if (info.type == "file") return bad(info, "файл кладут в поле через results, а не через fields");
  const auto* list = std::get_if<Value::List>(&v.variant());
  if (info.multiple) {
    wire::json::array array;
    if (v.empty()) return value(std::move(array));
    const Value::List alone{v};
    for (const auto& element : list ? *list : alone) {
      auto one = single(element, info, formats);
      if (!one) return one.error();
      if (!one->empty()) array.emplace_back(*one);
    }
    return value(std::move(array));
  }
  if (list != nullptr && list->size() == 1) return write_value(list->front(), info, formats);
  const bool is_text = info.type == "string" || info.type == "text" || info.type.empty();
  if (list != nullptr && list->size() > 1 && !is_text)
    return bad(info, "поле хранит одно значение, а получено несколько");
  auto one = single(v, info, formats);
  if (!one) return one.error();
  return value(wire::json::string(*one));
}

}  // namespace sedlink::bitrix24
