#include "settings.hpp"

#include <functional>
#include <map>

#include "sedlink/sim/scenario.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

using Setter = std::function<Result<void>(const json::value&)>;
using Setters = std::map<std::string, Setter, std::less<>>;

Setter text(std::string& into) {
  return [&into](const json::value& v) -> Result<void> {
    into = text_of(v);
    return {};
  };
}

Setter flag(bool& into) {
  return [&into](const json::value& v) -> Result<void> {
    if (v.is_bool()) {
      into = v.as_bool();
    } else if (const std::string word = text_of(v); word == "on" || word == "off") {
      into = word == "on";
    } else {
      return control_error("ожидается true или false");
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

Result<void> apply(const Setters& setters, const json::value& section, const std::string& name) {
  if (!section.is_object()) return control_error(name + ": ожидается набор ключей");
  for (const json::key_value_pair& member : section.as_object()) {
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

Result<Settings> Settings::read(const json::object& scenario, const Edition& edition) {
  Settings s;
  s.version = std::string(edition.version) + ".CORP";
  const Setters access = {{"user", text(s.user)},
                          {"password", text(s.password)},
                          {"database_id", text(s.database_id)},
                          {"publication", text(s.publication)},
                          {"access_token_key", text(s.access_token_key)},
                          {"login_cp1251", flag(s.login_cp1251)}};
  const Setter count = [&s](const json::value& v) -> Result<void> {
    const auto number = int_of(v);
    if (!number || *number < 0) return control_error("ожидается число");
    s.licences = static_cast<std::size_t>(*number);
    return {};
  };
  const Setter edition_kind = [&s, &edition](const json::value& v) -> Result<void> {
    const std::string word = text_of(v);
    if (word != "corp" && word != "prof") return control_error("ожидается corp или prof");
    s.corp = word == "corp";
    if (!s.corp) s.version = std::string(edition.version) + ".PROF";
    return {};
  };
  const Setters general = {{"edition", edition_kind},
                           {"version", text(s.version)},
                           {"time_zone", text(s.time_zone)},
                           {"prefix", text(s.style.prefix)},
                           {"bom", flag(s.style.bom)},
                           {"costs", flag(s.costs)},
                           {"session_cost", duration(s.session_cost)},
                           {"sub_request_cost", duration(s.sub_request_cost)},
                           {"licences", count},
                           {"visas", flag(s.visas)},
                           {"digital_signatures", flag(s.digital_signatures)},
                           {"comment_required", flag(s.comment_required)},
                           {"new_version_of_signed", flag(s.new_version_of_signed)},
                           {"failed_launch_spoils_batch", flag(s.failed_launch_spoils_batch)},
                           {"background_start", duration(s.background_start)},
                           {"background_tasks", duration(s.background_tasks)},
                           {"result_processor", text(s.result_processor)},
                           {"unreadable", text(s.unreadable)},
                           {"terminate_role", flag(s.terminate_role)},
                           {"unstarted_processing_visible", flag(s.unstarted_processing_visible)},
                           {"ask_before_task", flag(s.ask_before_task)},
                           {"files_refused_in", text(s.files_refused_in)}};
  if (const json::value* section = scenario.if_contains("access")) {
    if (const Result<void> done = apply(access, *section, "access"); done.has_error()) return done.error();
  }
  if (const json::value* section = scenario.if_contains("settings")) {
    if (const Result<void> done = apply(general, *section, "settings"); done.has_error()) return done.error();
  }
  return s;
}

}  // namespace sedlink::sim::onec_docflow
