// How a process ends, and what is told on the way: verdicts, people, rounds, interruptions.
#include <algorithm>

#include "contract/battery.hpp"

namespace sedlink::contract {
namespace {

const Participant* person(const Snapshot& s, const std::string& name) {
  const Participant* found = nullptr;
  for (const Participant& p : s.participants)
    if (p.person.name == name) found = &p;
  return found;
}

void expect_ended(const Snapshot& s, ProcessState state, Outcome outcome) {
  EXPECT_EQ(s.state, state) << to_string(s.state);
  ASSERT_TRUE(s.outcome.has_value());
  EXPECT_EQ(*s.outcome, outcome) << to_string(*s.outcome);
  EXPECT_TRUE(s.complete);
  EXPECT_TRUE(s.stages.empty()) << "open work after the end";
}

TEST_P(Contract, an_open_process_tells_who_holds_it_since_when) {
  const ProcessRef process = running();
  const Snapshot s = look(process);
  EXPECT_EQ(s.ref, process);
  EXPECT_EQ(s.state, ProcessState::running);
  EXPECT_FALSE(s.outcome.has_value());
  EXPECT_TRUE(s.complete);
  ASSERT_EQ(s.stages.size(), 1u);
  EXPECT_EQ(s.stages[0].kind, StageKind::approval);
  EXPECT_FALSE(s.stages[0].name.empty());
  const Participant* holder = person(s, stand().approver());
  ASSERT_NE(holder, nullptr);
  EXPECT_EQ(holder->state, ParticipantState::working);
  EXPECT_EQ(holder->verdict, Verdict::none);
  EXPECT_EQ(holder->stage, StageKind::approval);
  EXPECT_FALSE(holder->decided_at.has_value());
}

TEST_P(Contract, an_approved_process_tells_who_approved_it) {
  const ProcessRef process = running();
  stand().act(Deed::approve, process, "Согласен");
  const Snapshot s = conclude(process);
  expect_ended(s, ProcessState::completed, Outcome::approved);
  const Participant* p = person(s, stand().approver());
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(p->state, ParticipantState::done);
  EXPECT_EQ(p->verdict, Verdict::approved);
  EXPECT_EQ(p->comment, "Согласен");
  EXPECT_TRUE(p->decided_at.has_value());
  ASSERT_TRUE(s.started_at.has_value());
  ASSERT_TRUE(s.ended_at.has_value());
  EXPECT_LE(*s.started_at, *s.ended_at);
}

TEST_P(Contract, remarks_of_an_approved_process_are_not_lost) {
  const ProcessRef process = running();
  stand().act(Deed::remark, process, "Поправить пункт 3");
  const Snapshot s = conclude(process);
  expect_ended(s, ProcessState::completed, Outcome::approved_with_remarks);
  const Participant* p = person(s, stand().approver());
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(p->verdict, Verdict::approved_with_remarks);
  EXPECT_EQ(p->comment, "Поправить пункт 3");
}

TEST_P(Contract, a_rejected_process_tells_why) {
  const ProcessRef process = running();
  stand().act(Deed::reject, process, "Нет печати");
  const Snapshot s = conclude(process);
  expect_ended(s, given_up(), Outcome::rejected);
  const Participant* p = person(s, stand().approver());
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(p->verdict, Verdict::rejected);
  EXPECT_EQ(p->comment, "Нет печати");
}

// A refusal is not the end while the author may send the document round again.
TEST_P(Contract, a_second_round_may_approve_what_the_first_refused) {
  const ProcessRef process = running();
  stand().act(Deed::reject, process, "Нет печати");
  const Snapshot refused = look_until(process, [](const Snapshot& s) {
    return s.author_decision.has_value() || (!s.stages.empty() && s.stages[0].kind == StageKind::rework);
  });
  EXPECT_FALSE(refused.outcome.has_value()) << "a round is not the process";
  ASSERT_EQ(refused.stages.size(), 1u);
  EXPECT_EQ(refused.stages[0].kind, StageKind::rework);
  if (edms().capabilities().resubmit) {
    ASSERT_TRUE(refused.author_decision.has_value());
    const AuthorDecision decision = *refused.author_decision;
    EXPECT_TRUE(decision.ours);
    EXPECT_EQ(decision.round_verdict, Verdict::rejected);
    must(edms().decide_round(context(key()), process, decision, true, "Печать поставлена"));
    const Result<void> again = run(edms().decide_round(context(key()), process, decision, true, "Печать поставлена"));
    EXPECT_TRUE(again) << "asked twice: " << describe(again.error());
  } else {
    stand().act(Deed::send_back, process, "Печать поставлена");
  }
  const Snapshot second = look_until(process, [](const Snapshot& s) {
    return !s.author_decision && s.stages.size() == 1 && s.stages[0].kind == StageKind::approval;
  });
  EXPECT_FALSE(second.outcome.has_value());
  if (edms().capabilities().resubmit) { EXPECT_EQ(second.round, 2); }
  stand().act(Deed::approve, process, "Теперь согласен");
  expect_ended(conclude(process), ProcessState::completed, Outcome::approved);
  EXPECT_EQ(stand().tally().started, 1u) << "a round is no second process";
}

TEST_P(Contract, the_author_may_be_asked_to_leave_it_at_the_verdict) {
  if (!needs(capabilities().resubmit, "resubmit")) return;
  if (!needs(capabilities().cancel || !stand().giving_up_is_cancelling(), "cancel")) return;
  const ProcessRef process = running();
  stand().act(Deed::reject, process, "Нет печати");
  const Snapshot s = look_until(process, [](const Snapshot& seen) { return seen.author_decision.has_value(); });
  must(edms().decide_round(context(key()), process, *s.author_decision, false, "Отказ принят"));
  expect_ended(look_until(process, has_ended), given_up(), Outcome::rejected);
}

TEST_P(Contract, what_people_interrupt_is_told_interrupted) {
  const ProcessRef process = running();
  stand().act(Deed::interrupt, process, "Сделка отменена");
  const Snapshot s = look_until(process, has_ended);
  expect_ended(s, ProcessState::interrupted, Outcome::interrupted);
  EXPECT_FALSE(s.ended_how.empty()) << "words for people";
}

TEST_P(Contract, what_we_withdraw_is_interrupted_once_and_stays_so) {
  if (!needs(capabilities().cancel, "cancel")) return;
  const ProcessRef process = running();
  must(edms().cancel(context(key()), process, "Отозвано инициатором"));
  expect_ended(look_until(process, has_ended), ProcessState::interrupted, Outcome::interrupted);
  const Result<void> again = run(edms().cancel(context(key()), process, "Отозвано инициатором"));
  EXPECT_TRUE(again) << describe(again.error());
  EXPECT_EQ(stand().tally().interrupted, 1u);
}

// Interrupting a completed process would wipe its approval in some systems.
TEST_P(Contract, what_has_ended_is_not_withdrawn_any_more) {
  if (!needs(capabilities().cancel, "cancel")) return;
  const ProcessRef process = running();
  stand().act(Deed::approve, process, "");
  conclude(process);
  const Result<void> late = run(edms().cancel(context(key()), process, "Поздно"));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().fault, Fault::rejected);
  EXPECT_EQ(late.error().code, "edms.already_ended");
  expect_ended(look(process), ProcessState::completed, Outcome::approved);
  EXPECT_EQ(stand().tally().interrupted, 0u);
}

TEST_P(Contract, a_prepared_process_that_waits_is_told_neither_ended_nor_held) {
  const ProcessRef process = prepared(document());
  std::vector<ProcessRef> one(1, process);
  const api::PollAnswer answer = must(edms().poll(context(), one));
  ASSERT_EQ(answer.snapshots.size(), 1u);
  if (!answer.snapshots[0]) {
    EXPECT_EQ(answer.snapshots[0].error().fault, Fault::transient) << describe(answer.snapshots[0].error());
    return;
  }
  EXPECT_FALSE(answer.snapshots[0].value().outcome.has_value());
  EXPECT_FALSE(has_ended(answer.snapshots[0].value()));
  must(edms().start_process(context(key()), process));
  look_until(process, [](const Snapshot& s) { return s.state == ProcessState::running; });
}

}  // namespace
}  // namespace sedlink::contract
