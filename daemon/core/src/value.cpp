#include "sedlink/core/value.hpp"

#include <boost/json.hpp>

#include "sedlink/core/text.hpp"

namespace sedlink {
namespace {

namespace json = boost::json;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

// What JSON has no type for is an object whose first key says the type. Fields never hold plain objects, so a tag
// cannot be confused with data.
constexpr const char* money_tag = "$money";
constexpr const char* time_tag = "$time";
constexpr const char* due_tag = "$due";
constexpr const char* file_tag = "$file";

std::optional<std::string> text_at(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return std::string(found->get_string());
}

Value tagged_from_json(const json::object& object) {
  if (auto amount = text_at(object, money_tag))
    return Money{std::move(*amount), text_at(object, "currency").value_or(std::string())};
  if (const auto iso = text_at(object, time_tag)) {
    const Result<Time> time = parse_iso8601(*iso);
    return time ? Value(*time) : Value();
  }
  if (auto due = text_at(object, due_tag)) return DueText{std::move(*due)};
  if (auto id = text_at(object, file_tag))
    return CrmFile{std::move(*id), text_at(object, "name").value_or(std::string()), {}};
  return {};
}

}  // namespace

bool Value::empty() const noexcept {
  return std::visit(Overloaded{
                        [](std::monostate) { return true; },
                        [](const std::string& v) { return v.empty(); },
                        [](const Money& v) { return v.amount.empty(); },
                        [](const DueText& v) { return v.text.empty(); },
                        [](const CrmFile& v) { return v.id.empty(); },
                        [](const List& v) { return v.empty(); },
                        [](const auto&) { return false; },
                    },
                    v_);
}

std::string Value::to_text() const {
  return std::visit(Overloaded{
                        [](std::monostate) { return std::string(); },
                        [](bool v) { return std::string(v ? "true" : "false"); },
                        [](std::int64_t v) { return std::to_string(v); },
                        [](const std::string& v) { return v; },
                        [](const Money& v) { return v.amount; },
                        [](Time v) { return to_iso8601(v); },
                        [](const DueText& v) { return v.text; },
                        [](const CrmFile& v) { return v.name; },
                        [](const List& v) {
                          std::vector<std::string> parts;
                          for (const Value& item : v) parts.push_back(item.to_text());
                          return text::join(parts, ", ");
                        },
                    },
                    v_);
}

std::vector<CrmFile> Value::files() const {
  std::vector<CrmFile> out;
  if (const auto* file = std::get_if<CrmFile>(&v_)) {
    out.push_back(*file);
  } else if (const auto* list = std::get_if<List>(&v_)) {
    for (const Value& item : *list)
      for (CrmFile& inner : item.files()) out.push_back(std::move(inner));
  }
  return out;
}

json::value to_json(const Value& value) {
  return std::visit(Overloaded{
                        [](std::monostate) { return json::value(nullptr); },
                        [](bool v) { return json::value(v); },
                        [](std::int64_t v) { return json::value(v); },
                        [](const std::string& v) { return json::value(json::string(v)); },
                        [](const Money& v) {
                          json::object out{{money_tag, v.amount}};
                          if (!v.currency.empty()) out["currency"] = v.currency;
                          return json::value(std::move(out));
                        },
                        [](Time v) {
                          return json::value(json::object{{time_tag, to_iso8601(v)}});
                        },
                        [](const DueText& v) {
                          return json::value(json::object{{due_tag, v.text}});
                        },
                        // The url is a secret that lives for minutes: it must not reach the store.
                        [](const CrmFile& v) {
                          return json::value(json::object{{file_tag, v.id}, {"name", v.name}});
                        },
                        [](const Value::List& v) {
                          json::array out;
                          for (const Value& item : v) out.push_back(to_json(item));
                          return json::value(std::move(out));
                        },
                    },
                    value.variant());
}

Value value_from_json(const json::value& in) {
  switch (in.kind()) {
    case json::kind::bool_: return in.get_bool();
    case json::kind::int64: return in.get_int64();
    case json::kind::string: return std::string(in.get_string());
    case json::kind::array: {
      Value::List list;
      for (const json::value& item : in.get_array()) list.push_back(value_from_json(item));
      return list;
    }
    case json::kind::object: return tagged_from_json(in.get_object());
    case json::kind::null:
    case json::kind::uint64:
    case json::kind::double_: break;  // to_json writes neither: decimals are Money or text
  }
  return {};
}

json::value to_json(const Fields& fields) {
  json::object out;
  for (const auto& [name, value] : fields) out[name] = to_json(value);
  return out;
}

Fields fields_from_json(const json::value& in) {
  Fields out;
  const json::object* object = in.if_object();
  if (object == nullptr) return out;
  for (const auto& [name, value] : *object) out.emplace(std::string(name), value_from_json(value));
  return out;
}

}  // namespace sedlink
