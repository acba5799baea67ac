// Scenarios: the list form, the mapping form, delays and order.
#include "sedlink/sim/scenario.hpp"
#include "portal_fixture.hpp"

namespace sedlink::sim::b24_test {

TEST(Scenarios, are_lists_of_match_after_and_act) {
  auto scenario = Scenario::parse(R"(
- match: { event: moved, stage: "DT1036_10:*" }
  after: 2s
  do: comment
  comment: Вижу
)");
  ASSERT_TRUE(scenario.has_value()) << scenario.error().message;
  Rng rng(1);
  const json::object facts{
      {"event", "moved"}, {"stage", "DT1036_10:REWORK"}, {"subject", {{"item", "dynamic:1036/7"}}}};
  const auto acts = scenario->plan(facts, rng);
  ASSERT_EQ(acts.size(), 1u);
  EXPECT_EQ(acts[0].delay, Duration(2000));
  EXPECT_EQ(acts[0].act, (json::object{{"do", "comment"}, {"comment", "Вижу"}, {"item", "dynamic:1036/7"}}));
  EXPECT_TRUE(scenario->plan({{"event", "moved"}, {"stage", "C9:NEW"}}, rng).empty());
}

TEST(Scenarios, use_a_rule_as_often_as_it_says_and_draw_delays_from_the_seed) {
  auto scenario = Scenario::parse(R"(
rules:
  - { match: { event: [created, moved] }, times: 1, after: 1s..3s, act: reject }
  - { match: { event: created }, act: [ { do: approve }, { do: comment, after: 500ms } ] }
)");
  ASSERT_TRUE(scenario.has_value()) << scenario.error().message;
  Rng rng(5);
  const auto first = scenario->plan({{"event", "created"}}, rng);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].act.at("do"), "reject");
  EXPECT_GE(first[0].delay, Duration(1000));
  EXPECT_LE(first[0].delay, Duration(3000));
  const auto second = scenario->plan({{"event", "created"}}, rng);
  ASSERT_EQ(second.size(), 2u);
  EXPECT_EQ(second[1].delay, Duration(500));
}

TEST(Scenarios, name_the_line_or_the_rule_that_is_wrong) {
  EXPECT_NE(Scenario::parse("a: [1, 2").error().message.find("line"), std::string::npos);
  EXPECT_NE(Scenario::parse("- { match: { event: x } }").error().message.find("rule 1"), std::string::npos);
  EXPECT_FALSE(Scenario::parse("- { after: soon, do: x }").has_value());
  EXPECT_FALSE(Scenario::parse("a: 1\na: 2\n").has_value());
}

class ScenarioRuns : public PortalTest {};

TEST_F(ScenarioRuns, let_people_react_to_what_the_daemon_does) {
  start(R"(
- match: { event: moved, stage: "DT1036_10:REWORK" }
  after: 20ms
  user: 14
  act:
    - do: edit
      files: { ufCrm10Contract: [fixed.pdf] }
    - { do: move, stage: "DT1036_10:PREPARATION", after: 10ms }
)");
  const std::int64_t id = new_contract();
  ok("crm.item.update", {{"entityTypeId", 1036}, {"id", id}, {"fields", {{"stageId", "DT1036_10:REWORK"}}}});
  ASSERT_TRUE(eventually([&] { return state_item("dynamic:1036", id).at("stage") == "DT1036_10:PREPARATION"; }));
  const json::object item = state_item("dynamic:1036", id);
  EXPECT_EQ(item.at("files").at(0).at("name"), "fixed.pdf");
  EXPECT_EQ(item.at("fields").at("movedBy"), 14);
}

TEST_F(ScenarioRuns, seed_users_companies_types_and_items) {
  start(R"(
users: [ { id: 40, full_name: "Николаева Ольга Петровна" } ]
companies:
  - { id: 50, title: ООО Лютик, requisites: [ { inn: "5001000001", kpp: "500101001" } ] }
types:
  - entityTypeId: 1040
    id: 14
    title: Акты
    categories: [ { id: 20, name: Акты, default: true, stages: [ { id: NEW, name: Новый }, { id: DONE, name: Готов, semantics: S } ] } ]
    fields: [ { name: UF_CRM_14_SCAN, type: file, multiple: true } ]
items:
  - { entity: "dynamic:1040", id: 77, title: Акт 1, user: 40, fields: { companyId: 50 }, files: { ufCrm14Scan: [scan.pdf] } }
)");
  const json::value item = ok("crm.item.get", {{"entityTypeId", 1040}, {"id", 77}}).at("item");
  EXPECT_EQ(item.at("stageId"), "DT1040_20:NEW");
  EXPECT_EQ(item.at("createdBy"), 40);
  EXPECT_EQ(item.at("ufCrm14Scan").as_array().size(), 1u);
  EXPECT_EQ(call("crm.requisite.list", {{"filter", {{"RQ_INN", "5001000001"}}}}).result().at(0).at("ENTITY_ID"), "50");
}

}  // namespace sedlink::sim::b24_test
