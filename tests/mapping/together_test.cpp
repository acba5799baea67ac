#include <gtest/gtest.h>

#include "sedlink/core/text.hpp"
#include "sedlink/mapping/compile.hpp"

namespace sedlink::mapping {
namespace {

constexpr const char* base = R"(mapping: first
title: Договоры
crm: portal
edms: docflow
launch: { entity: deal, category: 1, when: { stage: NEW }, once_per: item }
withdraw: { when: { stage: BACK } }
document: { type: internal, fields: { title: Т } }
process: { kind: approval, template: Ш }
stages: [ { edms: "*", crm: keep } ]
outcomes:
  approved: { crm: WON }
  approved_with_remarks: { crm: WON }
  rejected: { crm: LOSE }
  withdrawn: { crm: keep }
  interrupted: { crm: keep }
)";

struct Change {
  std::string from, to;
};

MappingPtr mapping(const std::string& file, const std::vector<Change>& changes) {
  std::string text = base;
  for (const Change& c : changes) text = text::replace_all(std::move(text), c.from, c.to);
  CompileResult result = compile(text, file, {});
  EXPECT_NE(result.mapping, nullptr);
  return result.mapping;
}

std::vector<std::string> rules(const std::vector<MappingPtr>& mappings) {
  std::vector<std::string> out;
  for (const config::Finding& f : check_together(mappings)) out.push_back(f.file + " " + f.rule);
  return out;
}
using Rules = std::vector<std::string>;

const Change other_id{"mapping: first", "mapping: second"}, other_stage{"stage: NEW", "stage: READY"};

TEST(Together, different_mappings_live_side_by_side) {
  EXPECT_EQ(rules({mapping("a", {}), mapping("b", {other_id, other_stage})}), Rules{});
  EXPECT_EQ(rules({mapping("a", {}), mapping("b", {other_id, {"category: 1", "category: 2"}})}), Rules{});
}

TEST(Together, same_id_is_refused_at_the_second_file) {
  const auto found = check_together({mapping("a", {}), mapping("b", {other_stage})});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().rule, "mapping.duplicate-id");
  EXPECT_EQ(found.front().file, "b");
  EXPECT_EQ(found.front().range, (config::Range{{1, 10}, {1, 15}}));
}

TEST(Together, one_stage_launches_one_mapping) {
  EXPECT_EQ(rules({mapping("a", {}), mapping("b", {other_id})}), Rules{"b mapping.same-launch"});
  EXPECT_EQ(rules({mapping("a", {}), mapping("b", {other_id, {" category: 1,", ""}})}), Rules{"b mapping.same-launch"});
}

TEST(Together, launch_on_anothers_withdraw_stage_would_bounce) {
  EXPECT_EQ(rules({mapping("a", {}),
                   mapping("b", {other_id, {"stage: BACK", "stage: AWAY"}, {"stage: NEW", "stage: BACK"}})}),
            Rules{"b mapping.bounce"});
}

TEST(Together, outcome_on_anothers_launch_stage_starts_nothing_and_is_told) {
  EXPECT_EQ(rules({mapping("a", {}), mapping("b", {other_id, {"stage: NEW", "stage: LOSE"}})}),
            Rules{"a mapping.no-chain"});
}

}  // namespace
}  // namespace sedlink::mapping
