#include "sedlink/core/domain.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sedlink {
namespace {

Time at(const char* iso) { return parse_iso8601(iso).value(); }

std::string printed(const boost::json::value& v) { return boost::json::serialize(v); }

Snapshot full_snapshot() {
  Snapshot s;
  s.ref = {"p1", "DMBusinessProcessApproval", "https://1c/p1", {"d1", "DMInternalDocument", "https://1c/d1"}};
  s.asked_at = at("2026-05-14T07:26:32Z");
  s.state = ProcessState::paused;
  s.outcome = Outcome::approved_with_remarks;
  s.ended_how = "прерван";
  s.round = 2;
  s.stages = {{StageKind::approval, "Согласование с юристом"}, {StageKind::rework, ""}};
  Participant person;
  person.person = {"u1", "Иванов Иван", "i@example.ru"};
  person.role = "Юрист";
  person.position = "Советник";
  person.stage = StageKind::signing;
  person.stage_name = "Подпись";
  person.round = 2;
  person.state = ParticipantState::done;
  person.verdict = Verdict::rejected;
  person.comment = "Нет печати";
  person.since = at("2026-05-13T07:00:00Z");
  person.decided_at = at("2026-05-14T07:00:00.250Z");
  person.due = DueText{"до конца недели"};
  s.participants = {person, Participant{}};
  s.author_decision = AuthorDecision{Verdict::rejected, {"u2", "Петров", ""}, true, "t9", 2};
  s.started_at = at("2026-05-12T07:00:00Z");
  s.ended_at = at("2026-05-15T07:00:00Z");
  s.due = at("2026-05-20T07:00:00Z");
  s.document = {"На согласовании", "Д-17", at("2026-05-12T00:00:00Z")};
  s.complete = false;
  return s;
}

TEST(Domain, a_snapshot_survives_json_with_every_field) {
  const Snapshot in = full_snapshot();
  const Snapshot out = snapshot_from_json(boost::json::parse(printed(to_json(in))));
  EXPECT_EQ(printed(to_json(out)), printed(to_json(in)));
  EXPECT_EQ(out.ref, in.ref);
  EXPECT_EQ(out.asked_at, in.asked_at);
  EXPECT_EQ(out.state, in.state);
  EXPECT_EQ(out.outcome, in.outcome);
  EXPECT_EQ(out.ended_how, in.ended_how);
  EXPECT_EQ(out.round, 2);
  EXPECT_EQ(out.stages, in.stages);
  ASSERT_EQ(out.participants.size(), 2U);
  EXPECT_EQ(out.participants[0].person, in.participants[0].person);
  EXPECT_EQ(out.participants[0].stage, StageKind::signing);
  EXPECT_EQ(out.participants[0].state, ParticipantState::done);
  EXPECT_EQ(out.participants[0].verdict, Verdict::rejected);
  EXPECT_EQ(out.participants[0].decided_at, in.participants[0].decided_at);
  EXPECT_EQ(out.participants[0].due, in.participants[0].due);
  EXPECT_EQ(out.participants[1].since, std::nullopt);
  ASSERT_TRUE(out.author_decision);
  EXPECT_EQ(out.author_decision->task_id, "t9");
  EXPECT_TRUE(out.author_decision->ours);
  EXPECT_EQ(out.due, in.due);
  EXPECT_EQ(out.document, in.document);
  EXPECT_FALSE(out.complete);
}

TEST(Domain, an_empty_snapshot_reads_as_running_and_complete) {
  const Snapshot out = snapshot_from_json(boost::json::parse("{}"));
  EXPECT_EQ(out.state, ProcessState::running);
  EXPECT_EQ(out.outcome, std::nullopt);
  EXPECT_TRUE(out.complete);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(out.due));
}

TEST(Domain, stages_are_found_by_their_russian_word_in_any_case) {
  EXPECT_EQ(stage_kind_from_russian("на  ДОРАБОТКЕ"), StageKind::rework);
  EXPECT_EQ(stage_kind_from_russian("Согласование с юристом"), std::nullopt);
  EXPECT_STREQ(russian_name(StageKind::examination), "Ознакомление");
}

TEST(Domain, outcomes_and_verdicts_survive_their_names) {
  for (const Outcome o : {Outcome::approved, Outcome::approved_with_remarks, Outcome::rejected, Outcome::withdrawn,
                          Outcome::interrupted, Outcome::unknown})
    EXPECT_EQ(outcome_from_string(to_string(o)), o);
  for (const Verdict v :
       {Verdict::none, Verdict::approved, Verdict::approved_with_remarks, Verdict::rejected, Verdict::delegated})
    EXPECT_EQ(verdict_from_string(to_string(v)), v);
  EXPECT_EQ(outcome_from_string(""), std::nullopt);
}

TEST(Domain, references_survive_json) {
  const ItemRef item{"portal", "dynamic:1036", "77"};
  EXPECT_EQ(item_ref_from_json(to_json(item)), item);
  EXPECT_EQ(to_string(item), "portal/dynamic:1036/77");
  const ProcessRef process{"p", "t", "u", {"d", "dt", "du"}};
  EXPECT_EQ(process_ref_from_json(to_json(process)), process);
}

}  // namespace
}  // namespace sedlink
