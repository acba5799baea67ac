#pragma once
// What the people of the imitated system do by themselves, and how the simulator is set up.
//
//   - match: { event: task_opened, person: "Петров*" }     # every key must equal the fact, '*' is a wildcard, a list
//   is "any of"
//     after: 2s..5s                                         # 500ms | 2s | 3m | 1h | a range, drawn from the seed;
//     default 0 do: reject                                            # the rest is the act, as POST /_sim/act takes
//     it; comment: Нет печати                                   # or  act: {do: …}  or  act: [{do: …}, {do: …, after:
//     1s}] times: 1                                              # the rule is used at most so often
//
// The first rule that matches and is not used up wins. The list stands alone, or as `rules:` of a mapping whose other
// keys (access:, settings:, seed data) belong to the simulator.
#include <boost/json/object.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/error.hpp"
#include "sedlink/sim/json.hpp"
#include "sedlink/sim/rng.hpp"

namespace sedlink::sim {

// YAML 1.2 (core schema: plain scalars get types, quoted ones stay text) to JSON. Errors: control text with line.
[[nodiscard]] Result<json::value> parse_yaml(const std::string& text);
// "1500ms", "2s", "3m", "1h" or a bare number of seconds. Errors: control text.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

struct PlannedAct {
  Duration delay{};
  json::object act;
};

class Scenario {
 public:
  Scenario() = default;
  static Result<Scenario> parse(const std::string& yaml);
  static Result<Scenario> load(const std::filesystem::path& file);

  // The mapping form without `rules`; empty for the list form.
  [[nodiscard]] const json::object& settings() const noexcept { return settings_; }
  [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

  // What people do about `facts`. Members of facts["subject"] complete each act where it does not name them itself.
  [[nodiscard]] std::vector<PlannedAct> plan(const json::object& facts, Rng& rng);

 private:
  struct Step {
    Duration low{}, high{};
    json::object act;
  };
  struct Rule {
    json::object match;
    std::vector<Step> steps;
    std::int64_t times = -1;  // left; negative = no limit
  };
  Result<void> add_rule(const json::value& text, std::size_t number);

  json::object settings_;
  std::vector<Rule> rules_;
};

}  // namespace sedlink::sim
