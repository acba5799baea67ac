#include "wire/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>

#include "sedlink/core/text.hpp"

namespace sedlink::bitrix24::wire {
namespace {

// What boost::json::parser does, except that a fractional number stays its own text.
struct Handler {
  using Ec = json::error_code;
  using Sv = json::string_view;
  static constexpr std::size_t max_object_size = std::size_t(-1), max_array_size = std::size_t(-1),
                               max_key_size = std::size_t(-1), max_string_size = std::size_t(-1);
  json::value_stack stack;
  std::string digits;

  bool on_document_begin(Ec&) { return true; }
  bool on_document_end(Ec&) { return true; }
  bool on_object_begin(Ec&) { return true; }
  bool on_object_end(std::size_t n, Ec&) { return stack.push_object(n), true; }
  bool on_array_begin(Ec&) { return true; }
  bool on_array_end(std::size_t n, Ec&) { return stack.push_array(n), true; }
  bool on_key_part(Sv s, std::size_t, Ec&) { return stack.push_chars(s), true; }
  bool on_key(Sv s, std::size_t, Ec&) { return stack.push_key(s), true; }
  bool on_string_part(Sv s, std::size_t, Ec&) { return stack.push_chars(s), true; }
  bool on_string(Sv s, std::size_t, Ec&) { return stack.push_string(s), true; }
  bool on_number_part(Sv s, Ec&) { return digits.append(s.data(), s.size()), true; }
  bool on_int64(std::int64_t i, Sv, Ec&) { return digits.clear(), stack.push_int64(i), true; }
  bool on_uint64(std::uint64_t, Sv s, Ec& ec) { return on_double(0, s, ec); }
  bool on_double(double, Sv s, Ec&) {
    digits.append(s.data(), s.size());
    stack.push_string(digits);
    digits.clear();
    return true;
  }
  bool on_bool(bool b, Ec&) { return stack.push_bool(b), true; }
  bool on_null(Ec&) { return stack.push_null(), true; }
  bool on_comment_part(Sv, Ec&) { return true; }
  bool on_comment(Sv, Ec&) { return true; }
};

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  json::parse_options options;
  options.max_depth = 64;
  json::basic_parser<Handler> parser(options);
  parser.handler().stack.reset();
  json::error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  const bool whole = !ec && parser.done() && text.substr(used).find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (!whole)
    return Error{Fault::defect, Audience::developer, "b24.json", "Ответ портала не является JSON",
                 ec ? ec.message() : "extra data"};
  return parser.handler().stack.release();
}

const json::value* find(const json::value& from, std::initializer_list<std::string_view> path) noexcept {
  const json::value* at = &from;
  for (const auto step : path) {
    if (const auto* object = at->if_object()) {
      at = object->if_contains({step.data(), step.size()});
    } else if (const auto* array = at->if_array()) {
      std::size_t index = 0;
      const auto [end, fault] = std::from_chars(step.data(), step.data() + step.size(), index);
      at = fault == std::errc{} && end == step.data() + step.size() && index < array->size() ? &(*array)[index]
                                                                                             : nullptr;
    } else {
      at = nullptr;
    }
    if (at == nullptr) return nullptr;
  }
  return at->is_null() ? nullptr : at;
}

std::string text(const json::value& v) {
  switch (v.kind()) {
    case json::kind::string: return std::string(v.get_string().data(), v.get_string().size());
    case json::kind::int64: return std::to_string(v.get_int64());
    case json::kind::uint64: return std::to_string(v.get_uint64());
    case json::kind::bool_: return v.get_bool() ? "1" : "0";
    default: return {};
  }
}

std::string text_at(const json::value& from, std::initializer_list<std::string_view> path) {
  const auto* v = find(from, path);
  return v ? text(*v) : std::string{};
}

std::string id_at(const json::value& from, std::initializer_list<std::string_view> path) {
  auto id = text_at(from, path);
  return id == "0" ? std::string{} : id;
}

std::optional<std::int64_t> integer_at(const json::value& from, std::initializer_list<std::string_view> path) {
  const auto digits = text_at(from, path);
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc{} || (end != digits.data() + digits.size() && *end != '.')) return std::nullopt;
  return value;
}

std::optional<double> number_at(const json::value& from, std::initializer_list<std::string_view> path) {
  const auto digits = text_at(from, path);
  double value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool flag_at(const json::value& from, std::initializer_list<std::string_view> path) {
  const auto word = text_at(from, path);
  return word == "1" || text::iequals_ascii(word, "y") || text::iequals_ascii(word, "true");
}

std::vector<const json::value*> rows(const json::value* from) {
  std::vector<const json::value*> found;
  if (from == nullptr) return found;
  if (const auto* array = from->if_array())
    for (const auto& row : *array) found.push_back(&row);
  if (const auto* object = from->if_object())
    for (const auto& pair : *object) found.push_back(&pair.value());
  return found;
}

std::vector<const json::value*> rows_at(const json::value& from, std::initializer_list<std::string_view> path) {
  return rows(find(from, path));
}

}  // namespace sedlink::bitrix24::wire
