// How few requests the adapter needs, counted by the simulator with the costs of a real portal.
#include "sedlink/core/hash.hpp"
#include "sim_port.hpp"

namespace sedlink::bitrix24::testing {
namespace {

using Economy = SimPort;

std::string key_of(const char* kind, int i) {
  return idempotency_key("economy", std::string(kind) + std::to_string(i));
}

TEST_F(Economy, a_hundred_processes_moved_one_stage_cost_at_most_fifteen_requests) {
  start(R"(
limits:
  operating: { enabled: true, limit: 480, costs: { crm.item.update: 0.05, "*": 0.05 } }
)");
  std::vector<api::CrmEffect> effects;
  std::vector<ItemRef> cards;
  for (int i = 0; i < 100; ++i) {
    cards.push_back(ref("dynamic:1036", create("dynamic:1036", {{"stage", "DT1036_10:APPROVAL"}})));
    const auto& card = cards.back();
    effects.push_back(move(card, {"DT1036_10:APPROVAL"}, "DT1036_10:SIGNING", key_of("move", i)));
    effects.push_back(comment(card, "Этап СЭД: Подписание", key_of("comment", i)));
    effects.push_back(notice(card, "14", "Документ на подписании", key_of("first", i)));
    effects.push_back(notice(card, "15", "Документ на подписании", key_of("second", i)));
    effects.push_back(
        fields(card, {{"ufCrm10EdmsStatus", Value("Подписание")}, {"ufCrm10EdmsHolder", Value("Петров Пётр Петрович")}},
               key_of("fields", i)));
  }
  const auto before = requests();
  const auto done = apply(effects);
  const auto used = requests() - before;
  for (const auto& one : done) ASSERT_TRUE(one) << describe(one.error());
  EXPECT_LE(used, 15);
  RecordProperty("requests", static_cast<int>(used));
  const auto portal = state();
  int seen = 0;
  for (const auto& one : portal.at("items").as_array()) {
    const auto& row = one.as_object();
    if (sim::text_of(row, "entity") != "dynamic:1036") continue;
    ++seen;
    ASSERT_EQ(sim::text_of(row, "stage"), "DT1036_10:SIGNING");
    ASSERT_EQ(sim::text_of(row.at("fields").as_object(), "ufCrm10EdmsStatus"), "Подписание");
    ASSERT_EQ(row.at("comments").as_array().size(), 1u);
  }
  EXPECT_EQ(seen, 100);
  EXPECT_EQ(portal.at("notifications").as_array().size(), 200u);
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
