#include <limits>

#include "functions.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::directum {

Arguments Arguments::of_action(const Function& function, const json::object& body) {
  Arguments made;
  for (const Parameter& parameter : function.parameters) {
    const json::value* value = body.if_contains(parameter.name);
    if (value == nullptr) not_found();  // as if there were no such action (directum.md A8)
    check(parameter, *value);
    made.values_[parameter.name] = *value;
  }
  if (body.size() != function.parameters.size())
    bad_request("Лишний параметр в вызове " + std::string(function.name) + ".");
  return made;
}

Arguments Arguments::of_function(const Function& function, const std::string& text) {
  const QueryOptions given = parse_arguments(text);
  Arguments made;
  for (const Parameter& parameter : function.parameters) {
    const auto found =
        std::find_if(given.begin(), given.end(), [&](const auto& pair) { return pair.first == parameter.name; });
    if (found == given.end()) not_found();
    const std::string& word = found->second;
    json::value value;
    if (word.starts_with('\'')) {
      if (word.size() < 2 || !word.ends_with('\'')) bad_request("Строка не закрыта.");
      value = json::string(text::replace_all(word.substr(1, word.size() - 2), "''", "'"));
    } else if (word == "true" || word == "false") {
      value = word == "true";
    } else if (const auto number = parse_key(word)) {
      value = *number;
    } else if (word != "null") {
      if (parameter.type == "String") bad_request("Строка без кавычек: " + word);
      value = json::string(word);  // dates and GUIDs
    }
    if (parameter.type == "Guid" && word.starts_with('\'')) bad_request("GUID пишется без кавычек.");
    check(parameter, value);
    made.values_[parameter.name] = std::move(value);
  }
  if (given.size() != function.parameters.size()) not_found();
  return made;
}

void Arguments::check(const Parameter& parameter, const json::value& value) {
  const auto wrong = [&] {
    bad_request("Параметр " + std::string(parameter.name) + " ожидает " + std::string(parameter.type) + ".");
  };
  std::string_view type = parameter.type;
  const bool nullable = type.starts_with("Nullable<") || type == "String" || type.starts_with("List<");
  if (value.is_null()) {
    if (!nullable) wrong();
    return;
  }
  if (type.starts_with("List<")) {
    const json::array* list = value.if_array();
    if (list == nullptr) wrong();
    for (const json::value& one : *list) {
      if (type == "List<Int64>" ? !one.is_int64() : !one.is_string()) wrong();
    }
    return;
  }
  if (type.starts_with("Nullable<")) type = type.substr(9, type.size() - 10);
  if (type == "Int64" && !value.is_int64()) wrong();
  if (type == "Int32" && (!value.is_int64() || value.get_int64() > std::numeric_limits<std::int32_t>::max())) wrong();
  if (type == "Boolean" && !value.is_bool()) wrong();
  if (type == "Double" && !value.is_number()) wrong();
  if ((type == "String" || type == "Guid" || type == "DateTime" || type == "Byte[]") && !value.is_string()) wrong();
}

Id Arguments::id(std::string_view name) const {
  const json::value& value = values_.at(name);
  return value.is_int64() ? value.get_int64() : 0;
}

std::string Arguments::text(std::string_view name) const {
  const json::value& value = values_.at(name);
  return value.is_string() ? std::string(value.get_string()) : std::string();
}

bool Arguments::flag(std::string_view name) const {
  const json::value& value = values_.at(name);
  return value.is_bool() && value.get_bool();
}

std::vector<Id> Arguments::ids(std::string_view name) const {
  const json::array* list = values_.at(name).if_array();
  if (list == nullptr) bad_request("Object reference not set to an instance of an object.");
  std::vector<Id> ids;
  for (const json::value& one : *list) ids.push_back(one.get_int64());
  return ids;
}

std::optional<Time> Arguments::date(std::string_view name, const Installation& base) const {
  if (values_.at(name).is_null()) return std::nullopt;
  const auto time = base.read_date(text(name));
  if (!time) bad_request("Параметр " + std::string(name) + " ожидает дату.");
  return time;
}

}  // namespace sedlink::sim::directum
