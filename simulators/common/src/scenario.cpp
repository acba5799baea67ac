#include "sedlink/sim/scenario.hpp"

#include <charconv>
#include <fstream>
#include <sstream>

#include "sedlink/core/text.hpp"

namespace sedlink::sim {
namespace {

bool value_matches(const json::value& wanted, const json::value* fact) {
  if (const json::array* any_of = wanted.if_array()) {
    for (const json::value& one : *any_of) {
      if (value_matches(one, fact)) return true;
    }
    return false;
  }
  if (const json::object* inner = wanted.if_object()) {
    const json::object* facts = fact == nullptr ? nullptr : fact->if_object();
    for (const auto& member : *inner) {
      if (!value_matches(member.value(), facts == nullptr ? nullptr : facts->if_contains(member.key()))) return false;
    }
    return true;
  }
  if (fact == nullptr) return wanted.is_null();
  if (const json::array* several = fact->if_array()) {
    for (const json::value& one : *several) {
      if (value_matches(wanted, &one)) return true;
    }
    return false;
  }
  return glob(text_of(wanted), text_of(*fact), false);
}

Result<void> parse_range(std::string_view text, Duration& low, Duration& high) {
  const auto dots = text.find("..");
  const auto first = parse_duration(text.substr(0, dots));
  if (!first) return first.error();
  low = high = *first;
  if (dots == std::string_view::npos) return {};
  const auto second = parse_duration(text.substr(dots + 2));
  if (!second) return second.error();
  high = *second;
  return {};
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  text = text::trim(text);
  double number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text::trim(text.substr(static_cast<std::size_t>(end - text.data())));
  double ms = 0;
  if (unit == "ms") ms = 1;
  if (unit == "s" || unit.empty()) ms = 1000;
  if (unit == "m" || unit == "min") ms = 60'000;
  if (unit == "h") ms = 3'600'000;
  if (ec != std::errc() || ms == 0 || number < 0) {
    return control_error("not a duration: \"" + std::string(text) + "\" (500ms, 2s, 3m, 1h)");
  }
  return Duration(static_cast<std::int64_t>(number * ms));
}

Result<Scenario> Scenario::load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return control_error("cannot read scenario " + file.string());
  auto scenario = parse(text.str());
  if (!scenario) return control_error(file.string() + ": " + scenario.error().message);
  return scenario;
}

Result<Scenario> Scenario::parse(const std::string& yaml) {
  auto root = parse_yaml(yaml);
  if (!root) return root.error();
  Scenario scenario;
  const json::array* rules = root->if_array();
  if (json::object* mapping = root->if_object()) {
    scenario.settings_ = *mapping;
    scenario.settings_.erase("rules");
    const json::value* listed = mapping->if_contains("rules");
    rules = listed == nullptr ? nullptr : listed->if_array();
    if (listed != nullptr && !listed->is_null() && rules == nullptr) return control_error("rules must be a list");
  } else if (rules == nullptr && !root->is_null()) {
    return control_error("a scenario is a list of {match, after, act…} or a mapping with rules:");
  }
  std::size_t number = 0;
  for (const json::value& rule : rules == nullptr ? json::array() : *rules) {
    const auto added = scenario.add_rule(rule, ++number);
    if (!added) return added.error();
  }
  return scenario;
}

Result<void> Scenario::add_rule(const json::value& text, std::size_t number) {
  const std::string where = "rule " + std::to_string(number) + ": ";
  const json::object* given = text.if_object();
  if (given == nullptr) return control_error(where + "must be a mapping");
  Rule rule;
  Step common;
  json::object rest;
  const json::value* act = nullptr;
  for (const auto& member : *given) {
    const std::string_view key(member.key().data(), member.key().size());
    if (key == "match") {
      if (!member.value().is_object()) return control_error(where + "match must be a mapping");
      rule.match = member.value().get_object();
    } else if (key == "after") {
      const auto range = parse_range(text_of(member.value()), common.low, common.high);
      if (!range) return control_error(where + range.error().message);
    } else if (key == "times") {
      rule.times = int_of(member.value()).value_or(-1);
    } else if (key == "act") {
      act = &member.value();
    } else {
      rest[key] = member.value();
    }
  }
  const auto add_step = [&](json::object one) -> Result<void> {
    Step step = common;
    if (const json::value* after = one.if_contains("after")) {
      Duration low{}, high{};
      const auto range = parse_range(text_of(*after), low, high);
      if (!range) return control_error(where + range.error().message);
      step.low += low;
      step.high += high;
      one.erase("after");
    }
    for (const auto& member : rest) {
      if (!one.contains(member.key())) one[member.key()] = member.value();
    }
    step.act = std::move(one);
    rule.steps.push_back(std::move(step));
    return {};
  };
  Result<void> added{};
  if (act == nullptr)
    added = add_step({});
  else if (act->is_string())
    added = add_step({{"do", act->get_string()}});
  else if (act->is_object())
    added = add_step(act->get_object());
  else if (act->is_array()) {
    for (const json::value& one : act->get_array()) {
      if (!one.is_object()) return control_error(where + "act must list mappings");
      added = add_step(one.get_object());
      if (!added) break;
    }
  } else
    return control_error(where + "act must be a word, a mapping or a list of mappings");
  if (!added) return added;
  for (const Step& step : rule.steps) {
    if (!step.act.contains("do")) return control_error(where + "says not what to do (do: …)");
  }
  rules_.push_back(std::move(rule));
  return {};
}

std::vector<PlannedAct> Scenario::plan(const json::object& facts, Rng& rng) {
  std::vector<PlannedAct> out;
  for (Rule& rule : rules_) {
    if (rule.times == 0) continue;
    bool matches = true;
    for (const auto& member : rule.match) {
      matches = matches && value_matches(member.value(), facts.if_contains(member.key()));
    }
    if (!matches) continue;
    if (rule.times > 0) --rule.times;
    for (const Step& step : rule.steps) {
      PlannedAct planned;
      planned.delay = Duration(rng.between(step.low.count(), step.high.count()));
      planned.act = step.act;
      if (const json::object* subject = object_of(facts, "subject")) {
        for (const auto& member : *subject) {
          if (!planned.act.contains(member.key())) planned.act[member.key()] = member.value();
        }
      }
      out.push_back(std::move(planned));
    }
    return out;
  }
  return out;
}

}  // namespace sedlink::sim
