#include "filters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "sedlink/core/text.hpp"
#include "sedlink/mapping/template.hpp"

namespace sedlink::mapping {
namespace {

// ---- letters --------------------------------------------------------------------------------------------------------

// Latin and Cyrillic: the letters of our users. Two bytes each in UTF-8 for а-я, ё.
char32_t decode(std::string_view one) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(one[i]); };
  if (one.size() == 1) return byte(0);
  if (one.size() == 2) return static_cast<char32_t>((byte(0) & 0x1F) << 6 | (byte(1) & 0x3F));
  return 0;
}
std::string encode(char32_t code) {
  if (code < 0x80) return std::string(1, static_cast<char>(code));
  return {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3F))};
}
char32_t upper(char32_t c) {
  if ((c >= U'a' && c <= U'z') || (c >= U'а' && c <= U'я')) return c - 0x20;
  return c >= U'ѐ' && c <= U'џ' ? c - 0x50 : c;
}
char32_t lower(char32_t c) {
  if ((c >= U'A' && c <= U'Z') || (c >= U'А' && c <= U'Я')) return c + 0x20;
  return c >= U'Ѐ' && c <= U'Џ' ? c + 0x50 : c;
}

template <char32_t (*Change)(char32_t)>
Value change_case(const Value& value, const std::string&, const TimeZone* zone) {
  const std::string all = display_text(value, zone);
  std::string out;
  for (std::string_view rest = all; !rest.empty();) {
    const std::string_view one = text::prefix(rest, 1);
    const char32_t code = decode(one);
    code == 0 ? out += one : out += encode(Change(code));
    rest.remove_prefix(one.size());
  }
  return out;
}

// ---- dates ----------------------------------------------------------------------------------------------------------

// token -> where it stands in "2024-03-01T10:00:00"
struct DateToken {
  std::string_view token;
  std::size_t start, size;
};
constexpr std::array<DateToken, 7> date_tokens{
    {{"yyyy", 0, 4}, {"yy", 2, 2}, {"MM", 5, 2}, {"dd", 8, 2}, {"HH", 11, 2}, {"mm", 14, 2}, {"ss", 17, 2}}};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

const DateToken* token_at(std::string_view format) {
  for (const DateToken& t : date_tokens)
    if (format.starts_with(t.token)) return &t;
  return nullptr;
}

std::string write_date(std::string_view local, std::string_view format) {
  std::string out;
  while (!format.empty()) {
    const DateToken* token = token_at(format);
    if (token != nullptr) {
      out += local.substr(token->start, token->size);
      format.remove_prefix(token->token.size());
    } else {
      out += format.front();
      format.remove_prefix(1);
    }
  }
  return out;
}

// "2024-03-01" and "2024-03-01T10:00:00" carry no zone: they are local already.
bool looks_local(std::string_view text) {
  constexpr std::string_view date_shape = "dddd-dd-dd", time_shape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() != date_shape.size() && text.size() != time_shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (time_shape[i] == 'd' ? !digit : text[i] != time_shape[i]) return false;
  }
  return true;
}

std::string local_time(Time time, const TimeZone* zone) {
  return zone != nullptr ? zone->to_local(time)
                         : to_iso8601(std::chrono::floor<std::chrono::seconds>(time)).substr(0, 19);
}

Value apply_date(const Value& value, const std::string& format, const TimeZone* zone) {
  if (const auto* time = std::get_if<Time>(&value.variant())) return write_date(local_time(*time, zone), format);
  const auto* text = std::get_if<std::string>(&value.variant());
  if (text == nullptr) return value;
  if (looks_local(*text)) return write_date(text->size() == 10 ? *text + "T00:00:00" : *text, format);
  if (const auto time = parse_iso8601(*text)) return write_date(local_time(*time, zone), format);
  return value;  // a due known only in words stays words
}

std::string check_date_format(std::string_view format) {
  bool any = false;
  while (!format.empty()) {
    if (const DateToken* token = token_at(format)) {
      any = true;
      format.remove_prefix(token->token.size());
    } else if (is_letter(format.front())) {
      return fmt::format("в формате даты непонятно «{}»; бывают yyyy, yy, MM, dd, HH, mm, ss", format);
    } else {
      format.remove_prefix(1);
    }
  }
  return any ? "" : "в формате даты нет ни одной части: yyyy, yy, MM, dd, HH, mm, ss";
}

// ---- money ----------------------------------------------------------------------------------------------------------

// "150000.5" -> "150 000,50" (no-break spaces); what is no decimal number stays as it is.
Value apply_money(const Value& value, const std::string&, const TimeZone*) {
  std::string amount = value.to_text();
  const std::size_t bar = amount.find('|');  // "150000|RUB", as portals send money fields
  if (bar != std::string::npos) amount.resize(bar);
  std::string_view digits = amount;
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  const std::size_t point = digits.find('.');
  const std::string_view whole = digits.substr(0, point);
  std::string cents(point == std::string_view::npos ? std::string_view() : digits.substr(point + 1));
  const auto all_digits = [](std::string_view s) {
    return s.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (whole.empty() || !all_digits(whole) || !all_digits(cents) || cents.size() > 2) return value;
  cents.resize(2, '0');
  std::string out = negative ? "-" : "";
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i != 0 && (whole.size() - i) % 3 == 0) out += "\u00A0";
    out += whole[i];
  }
  return out + "," + cents;
}

// ---- lists and text -------------------------------------------------------------------------------------------------

template <bool Last>
Value pick(const Value& value, const std::string&, const TimeZone*) {
  const auto* list = std::get_if<Value::List>(&value.variant());
  if (list == nullptr) return value;
  if (list->empty()) return {};
  return Last ? list->back() : list->front();
}

Value apply_join(const Value& value, const std::string& separator, const TimeZone* zone) {
  const auto* list = std::get_if<Value::List>(&value.variant());
  if (list == nullptr) return value;
  std::vector<std::string> texts;
  for (const Value& v : *list) texts.push_back(display_text(v, zone));
  return text::join(texts, separator);
}

Value apply_trim(const Value& value, const std::string&, const TimeZone* zone) {
  return std::string(text::trim(display_text(value, zone)));
}

std::size_t number_of(const std::string& argument) {
  std::size_t n = 0;
  const auto [end, problem] = std::from_chars(argument.data(), argument.data() + argument.size(), n);
  return problem == std::errc() && end == argument.data() + argument.size() ? n : 0;
}

Value apply_truncate(const Value& value, const std::string& argument, const TimeZone* zone) {
  return text::ellipsis(display_text(value, zone), number_of(argument));
}

Value apply_default(const Value& value, const std::string& otherwise, const TimeZone*) {
  return value.empty() ? Value(otherwise) : value;
}

constexpr std::array<FilterInfo, 10> table{{
    {"default", ArgumentKind::text, "default: 'нет'", "что писать, когда значения нет; '' — ничего", apply_default},
    {"upper", ArgumentKind::none, "upper", "заглавными буквами", change_case<upper>},
    {"lower", ArgumentKind::none, "lower", "строчными буквами", change_case<lower>},
    {"trim", ArgumentKind::none, "trim", "без пробелов по краям", apply_trim},
    {"date", ArgumentKind::date_format, "date: 'dd.MM.yyyy'", "дата или время: yyyy, yy, MM, dd, HH, mm, ss",
     apply_date},
    {"money", ArgumentKind::none, "money", "сумма с разрядами и копейками: 150 000,00", apply_money},
    {"join", ArgumentKind::text, "join: ', '", "список через разделитель", apply_join},
    {"first", ArgumentKind::none, "first", "первое из списка", pick<false>},
    {"last", ArgumentKind::none, "last", "последнее из списка", pick<true>},
    {"truncate", ArgumentKind::number, "truncate: 100", "не длиннее стольких знаков, с «…» на конце", apply_truncate},
}};

}  // namespace

std::span<const FilterInfo> filters() { return table; }

Value money_text(const Value& value) { return apply_money(value, {}, nullptr); }

const FilterInfo* find_filter(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const FilterInfo& f) { return f.name == name; });
  return found == table.end() ? nullptr : found;
}

std::string check_argument(const FilterInfo& filter, const std::vector<std::string>& arguments) {
  if (filter.argument == ArgumentKind::none)
    return arguments.empty() ? "" : fmt::format("у фильтра «{}» нет аргументов", filter.name);
  if (arguments.size() != 1)
    return fmt::format("у фильтра «{}» один аргумент, например {}", filter.name, filter.example);
  if (filter.argument == ArgumentKind::number && number_of(arguments.front()) == 0)
    return fmt::format("аргумент фильтра «{}» — число больше нуля, например {}", filter.name, filter.example);
  if (filter.argument == ArgumentKind::date_format) return check_date_format(arguments.front());
  return "";
}

std::string display_text(const Value& value, const TimeZone* zone) {
  if (const auto* time = std::get_if<Time>(&value.variant()); time != nullptr && zone != nullptr)
    return zone->to_display(*time);
  if (const auto* list = std::get_if<Value::List>(&value.variant())) {
    std::vector<std::string> texts;
    for (const Value& v : *list) texts.push_back(display_text(v, zone));
    return text::join(texts, ", ");
  }
  return value.to_text();
}

}  // namespace sedlink::mapping
