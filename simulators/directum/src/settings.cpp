#include "settings.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "sedlink/sim/scenario.hpp"

namespace sedlink::sim::directum {
namespace {

using Setter = std::function<Result<void>(const json::value&)>;
using Setters = std::map<std::string, Setter, std::less<>>;

Setter text(std::string& into) {
  return [&into](const json::value& v) -> Result<void> {
    into = text_of(v);
    return {};
  };
}

Setter one_of(std::string& into, std::vector<std::string> words) {
  return [&into, words = std::move(words)](const json::value& v) -> Result<void> {
    into = text_of(v);
    if (std::find(words.begin(), words.end(), into) != words.end()) return {};
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    return control_error("ожидается одно из: " + all);
  };
}

Setter flag(bool& into) {
  return [&into](const json::value& v) -> Result<void> {
    if (v.is_bool()) {
      into = v.as_bool();
    } else if (const std::string word = text_of(v); word == "on" || word == "off") {
      into = word == "on";
    } else {
      return control_error("ожидается on или off");
    }
    return {};
  };
}

Setter duration(Duration& into) {
  return [&into](const json::value& v) -> Result<void> {
    Result<Duration> parsed = parse_duration(text_of(v));
    if (parsed.has_error()) return parsed.error();
    into = parsed.value();
    return {};
  };
}

Setter durations(std::vector<Duration>& into) {
  return [&into](const json::value& v) -> Result<void> {
    if (!v.is_array()) return control_error("ожидается список времён");
    into.clear();
    for (const json::value& one : v.as_array()) {
      Result<Duration> parsed = parse_duration(text_of(one));
      if (parsed.has_error()) return parsed.error();
      into.push_back(parsed.value());
    }
    return {};
  };
}

Setter count(std::size_t& into) {
  return [&into](const json::value& v) -> Result<void> {
    const auto number = int_of(v);
    if (!number || *number < 0) return control_error("ожидается число");
    into = static_cast<std::size_t>(*number);
    return {};
  };
}

Result<void> apply(const Setters& setters, const json::object& scenario, const std::string& name) {
  const json::value* section = scenario.if_contains(name);
  if (section == nullptr) return {};
  if (!section->is_object()) return control_error(name + ": ожидается набор ключей");
  for (const json::key_value_pair& member : section->as_object()) {
    const std::string key(member.key());
    const auto setter = setters.find(key);
    if (setter == setters.end()) return control_error(name + "." + key + ": неизвестный ключ");
    if (const Result<void> done = setter->second(member.value()); done.has_error()) {
      return control_error(name + "." + key + ": " + done.error().message);
    }
  }
  return {};
}

}  // namespace

Result<Settings> Settings::read(const json::object& scenario) {
  Settings s;
  const Setters access = {{"user", text(s.user)},
                          {"password", text(s.password)},
                          {"root", text(s.root)},
                          {"basic", flag(s.basic)},
                          {"header_pair", flag(s.header_pair)},
                          {"tokens", flag(s.tokens)},
                          {"token_form", one_of(s.token_form, {"text", "json"})},
                          {"token_lifetime", duration(s.token_lifetime)}};
  const Setters general = {{"time_zone", text(s.time_zone)},
                           {"max_entities", count(s.max_entities)},
                           {"paging_without_filter", flag(s.paging_without_filter)},
                           {"in_operator", flag(s.filter.in_operator)},
                           {"contains_ignores_case", flag(s.filter.contains_ignores_case)},
                           {"empty_collection", one_of(s.empty_collection, {"204", "200"})},
                           {"missing_entity", one_of(s.missing_entity, {"404", "204"})},
                           {"any_accept", flag(s.any_accept)},
                           {"string_length", count(s.string_length)},
                           {"required", flag(s.required)},
                           {"life_cycle_lost_on_create", flag(s.life_cycle_lost_on_create)},
                           {"names_generated", flag(s.names_generated)},
                           {"addenda_related", flag(s.addenda_related)},
                           {"employees_only", flag(s.employees_only)},
                           {"patch_draft", flag(s.patch_draft)},
                           {"patch_status", flag(s.patch_status)},
                           {"comment_required", flag(s.comment_required)},
                           {"complete_foreign", flag(s.complete_foreign)},
                           {"text_moves_on_start", flag(s.text_moves_on_start)},
                           {"assignments_touch_task", flag(s.assignments_touch_task)},
                           {"abort_makes_obsolete", flag(s.abort_makes_obsolete)},
                           {"signing_refusal", one_of(s.signing_refusal, {"abort", "rework", "complete"})},
                           {"background", duration(s.background)},
                           {"notification_delays", durations(s.notification_delays)}};
  if (const Result<void> done = apply(access, scenario, "access"); done.has_error()) return done.error();
  if (const Result<void> done = apply(general, scenario, "settings"); done.has_error()) return done.error();
  if (!s.root.starts_with('/') || s.root.ends_with('/')) return control_error("access.root: ожидается /Имя");
  return s;
}

}  // namespace sedlink::sim::directum
