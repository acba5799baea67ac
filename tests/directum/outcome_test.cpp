// How tasks end: every row of the outcome table (directum A9.4, A9.5, A10).
#include "translate/outcome.hpp"

#include <gtest/gtest.h>

namespace sedlink::directum {
namespace {

Time at(int minute) { return Time(std::chrono::minutes(minute)); }

Decision said(const char* result, int created, int completed, Part part = Part::decision) {
  Decision d;
  d.part = part;
  d.result = result;
  d.created = at(created);
  d.completed = at(completed);
  return d;
}
Decision open(int created) {
  Decision d;
  d.created = at(created);
  return d;
}
Decision rework(int created, int completed) { return said("ForReapproving", created, completed, Part::rework); }

struct Row {
  const char* name;
  TaskKind kind;
  const char* status;
  std::vector<Decision> decisions;
  std::optional<Outcome> outcome;
  bool signed_document = false, simple_is_approval = false;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Ends : public testing::TestWithParam<Row> {};

TEST_P(Ends, as_the_table_says) {
  const Row& row = GetParam();
  EndFacts facts;
  facts.kind = row.kind;
  facts.status = row.status;
  facts.decisions = row.decisions;
  facts.document_signed = row.signed_document;
  facts.simple_is_approval = row.simple_is_approval;
  const auto outcome = outcome_of(facts);
  EXPECT_EQ(outcome.has_value(), row.outcome.has_value());
  if (outcome && row.outcome) { EXPECT_EQ(*outcome, *row.outcome) << to_string(*outcome); }
}

constexpr TaskKind rule = TaskKind::rule, free_kind = TaskKind::free, process = TaskKind::process,
                   simple = TaskKind::simple;

const Row rows[] = {
    {"draft", rule, "Draft", {}, std::nullopt},
    {"runs", rule, "InProcess", {said("ForRevision", 1, 2)}, std::nullopt},
    {"under_review", simple, "UnderReview", {}, std::nullopt},
    {"suspended", rule, "Suspended", {said("Approved", 1, 2)}, std::nullopt},
    {"unknown_status", rule, "Frozen", {}, std::nullopt},
    // by rule
    {"all_approve_and_sign", rule, "Completed", {said("Approved", 1, 2), said("Sign", 3, 4)}, Outcome::approved},
    {"confirm_sign", rule, "Completed", {said("Approved", 1, 2), said("ConfirmSign", 3, 4)}, Outcome::approved},
    {"work_alone", rule, "Completed", {said("Complete", 1, 2, Part::work)}, Outcome::approved},
    {"a_remark_in_the_last_round",
     rule,
     "Completed",
     {said("WithSuggestions", 1, 2), said("Sign", 3, 4)},
     Outcome::approved_with_remarks},
    {"a_remark_in_an_earlier_round",
     rule,
     "Completed",
     {said("WithSuggestions", 1, 2), said("ForRevision", 1, 3), rework(3, 5), said("Approved", 5, 6),
      said("Sign", 7, 8)},
     Outcome::approved},
    {"refused_once_then_approved",
     rule,
     "Completed",
     {said("ForRevision", 1, 2), rework(2, 4), said("Approved", 4, 5)},
     Outcome::approved},
    {"refused_in_the_last_round",
     rule,
     "Completed",
     {said("Approved", 1, 2), said("ForRevision", 1, 3)},
     Outcome::rejected},
    {"a_refusal_outweighs_a_remark",
     rule,
     "Completed",
     {said("WithSuggestions", 1, 2), said("ForRevision", 1, 3)},
     Outcome::rejected},
    {"checking_sent_back", rule, "Completed", {said("Approved", 1, 2), said("ForRework", 3, 4)}, Outcome::rejected},
    {"a_forwarded_rework_ends_no_round",
     rule,
     "Completed",
     {said("ForRevision", 1, 2), said("Forward", 2, 3, Part::rework)},
     Outcome::rejected},
    {"the_counterparty_did_not_sign_is_not_our_verdict",
     rule,
     "Completed",
     {said("Approved", 1, 2), said("Sign", 2, 3), said("NotSigned", 4, 5, Part::work)},
     Outcome::approved},
    {"a_forwarded_approval", rule, "Completed", {said("Forward", 1, 2), said("Approved", 2, 3)}, Outcome::approved},
    {"aborted_after_a_refusal",
     rule,
     "Aborted",
     {said("Approved", 1, 2), said("ForRevision", 1, 3)},
     Outcome::rejected},
    {"aborted_after_the_signatory_refused",
     rule,
     "Aborted",
     {said("Approved", 1, 2), said("Abort", 3, 4)},
     Outcome::rejected},
    {"aborted_though_the_last_word_was_good",
     rule,
     "Aborted",
     {said("ForRevision", 1, 2), said("Approved", 1, 3)},
     Outcome::interrupted},
    {"aborted_while_all_were_silent", rule, "Aborted", {open(1), open(1)}, Outcome::interrupted},
    {"aborted_after_work", rule, "Aborted", {said("Complete", 1, 2, Part::work)}, Outcome::interrupted},
    {"aborted_during_rework_after_a_refusal",
     rule,
     "Aborted",
     {said("ForRevision", 1, 2), said("Forward", 2, 3, Part::rework)},
     Outcome::rejected},
    // by process variant
    {"process_signed", process, "Completed", {said("Approved", 1, 2), said("Sign", 3, 4)}, Outcome::approved},
    {"process_with_a_remark", process, "Completed", {said("WithSuggestions", 1, 2)}, Outcome::approved_with_remarks},
    {"process_rejected_by_the_signatory",
     process,
     "Completed",
     {said("Approved", 1, 2), said("Reject", 3, 4)},
     Outcome::rejected},
    {"process_aborted_after_reject", process, "Aborted", {said("Reject", 1, 2)}, Outcome::rejected},
    // free
    {"free_all_agreed",
     free_kind,
     "Completed",
     {said("Approved", 1, 2), said("Approved", 1, 3), said("Complete", 3, 4, Part::finish)},
     Outcome::approved},
    {"free_objector_agreed_in_the_second_round",
     free_kind,
     "Completed",
     {said("Approved", 1, 2), said("ForRework", 1, 3), said("Reworked", 3, 4, Part::rework), said("Approved", 4, 5)},
     Outcome::approved},
    {"free_ended_over_an_objection",
     free_kind,
     "Completed",
     {said("Approved", 1, 2), said("ForRework", 1, 3)},
     Outcome::rejected},
    {"free_without_a_word_is_no_approval",
     free_kind,
     "Completed",
     {said("Complete", 1, 2, Part::finish)},
     Outcome::unknown},
    {"free_aborted_in_silence", free_kind, "Aborted", {open(1)}, Outcome::interrupted},
    {"free_aborted_after_an_objection", free_kind, "Aborted", {said("ForRework", 1, 2)}, Outcome::rejected},
    // simple
    {"simple_done_is_no_approval", simple, "Completed", {said("Complete", 1, 2, Part::work)}, Outcome::unknown},
    {"simple_done_with_a_signed_document",
     simple,
     "Completed",
     {said("Complete", 1, 2, Part::work)},
     Outcome::approved,
     true},
    {"simple_done_where_the_settings_say_so",
     simple,
     "Completed",
     {said("Complete", 1, 2, Part::work)},
     Outcome::approved,
     false,
     true},
    {"simple_aborted", simple, "Aborted", {said("Complete", 1, 2, Part::work)}, Outcome::interrupted},
};

INSTANTIATE_TEST_SUITE_P(Tasks, Ends, testing::ValuesIn(rows), [](const auto& given) { return given.param.name; });

TEST(Rounds, are_counted_by_the_reworks_that_were_completed) {
  const std::vector<Decision> all{said("ForRevision", 1, 2), rework(2, 5), said("ForRevision", 5, 6), rework(6, 9),
                                  open(9)};
  EXPECT_EQ(round_of(all, 0), 1);
  EXPECT_EQ(round_of(all, 1), 1) << "the rework belongs to the round it ends";
  EXPECT_EQ(round_of(all, 2), 2);
  EXPECT_EQ(round_of(all, 4), 3);
}

TEST(Rounds, within_one_second_are_told_apart_by_the_order_of_ids) {
  const std::vector<Decision> all{said("ForRevision", 1, 1), rework(1, 1), said("Approved", 1, 1)};
  EXPECT_EQ(round_of(all, 0), 1);
  EXPECT_EQ(round_of(all, 2), 2);
  EndFacts facts;
  facts.status = "Completed";
  facts.decisions = all;
  EXPECT_EQ(outcome_of(facts), Outcome::approved);
}

TEST(Rounds, are_counted_though_one_stamp_has_fractions_and_the_other_none) {
  std::vector<Decision> all{said("ForRevision", 1, 2), rework(2, 4), said("Approved", 4, 5)};
  *all[1].completed += std::chrono::milliseconds(700);
  EXPECT_EQ(round_of(all, 2), 2);
}

TEST(Rounds, what_was_handed_on_while_the_rework_was_open_belongs_to_the_round_before) {
  const std::vector<Decision> all{said("ForRevision", 1, 2), rework(2, 9), said("ForRevision", 5, 6),
                                  said("Approved", 9, 10)};
  EXPECT_EQ(round_of(all, 2), 1);
  EndFacts facts;
  facts.status = "Completed";
  facts.decisions = all;
  EXPECT_EQ(outcome_of(facts), Outcome::approved);
}

TEST(AssignmentTypes, of_a_customer_are_judged_by_their_results) {
  const AssignmentType& own = assignment_type("IOurSecurityCheckAssignmentDto");
  EXPECT_EQ(own.part, Part::decision);
  EXPECT_EQ(own.stage, StageKind::other);
  EXPECT_EQ(verdict_of("Approved"), Verdict::approved);
  EXPECT_EQ(verdict_of("Complete"), Verdict::none);
  EXPECT_EQ(assignment_type(type_by_result("Reworked")).part, Part::rework) << "where the answer tells no type";
  EXPECT_EQ(assignment_type(type_by_result("ConfirmSign")).stage, StageKind::signing);
  EXPECT_EQ(type_by_result("Complete"), "");
}

}  // namespace
}  // namespace sedlink::directum
