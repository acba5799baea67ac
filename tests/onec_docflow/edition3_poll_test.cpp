// What a processing of 3.0 tells, and in how few calls (onec-docflow 9.2, 9.4, 12).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal3.hpp"
#include "translate/processing.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::HasSubstr;

Person3 person(std::string name, std::string state, std::string result = {}, std::string comment = {},
               std::string date = "0001-01-01T00:00:00") {
  Person3 p;
  p.name = std::move(name);
  p.state = std::move(state);
  p.result = std::move(result);
  p.comment = std::move(comment);
  p.date = std::move(date);
  return p;
}

class OnecProcessingSnapshot : public testing::Test {
 protected:
  OnecProcessingSnapshot() : service([this](const Element& r) { return portal(r); }) {
    service.version = version3;
    d().present = true;
    d().state = "Executing";
    d().started = "2024-03-01T10:00:00";
  }
  Document3& d() { return portal.documents[document_id]; }
  Snapshot taken(const ProcessRef& ref = process3()) {
    const auto answer = service.run(adapter->poll(service.context(), {ref}));
    EXPECT_TRUE(answer && answer.value().snapshots.size() == 1u && answer.value().snapshots[0]);
    return answer && answer.value().snapshots[0] ? answer.value().snapshots[0].value() : Snapshot();
  }
  Outcome outcome_of(const std::string& rows, const std::string& document_fields = {}) {
    d().state = "Completed";
    d().rows = rows;
    d().document_fields = document_fields;
    return taken().outcome.value_or(Outcome::withdrawn);
  }

  Portal3 portal;
  ScriptedService service;
  std::unique_ptr<api::EdmsAdapter> adapter = service.adapter();
};

TEST_F(OnecProcessingSnapshot, tells_who_holds_the_document_who_has_decided_and_who_waits) {
  Person3 late = person("Петров Пётр Петрович", "Performing", "", "", "2024-03-01T11:00:00");
  late.due = "до 5 марта";
  d().rows = action_row("DMActionApproval", "Согласование", "Performing", "",
                        {person("Иванов Иван Иванович (Юрист)", "Completed", "ApprovedWithReservations", "нет печати",
                                "2024-03-01T10:30:00"),
                         late, person("Сидоров", "InTheExecutionQueue")}) +
             action_row("DMActionConfirmation", "Утверждение", "InTheExecutionQueue", "", {});
  d().document_fields =
      "<m:processingState>Executing</m:processingState><m:regDate>2024-03-02T00:00:00</m:regDate>"
      "<m:regNumber>15/Д</m:regNumber><m:statusApproval>AwaitingApproval</m:statusApproval>"
      "<m:statusRegistration>Project</m:statusRegistration>";
  const Snapshot s = taken();
  EXPECT_EQ(s.state, ProcessState::running);
  EXPECT_FALSE(s.outcome);
  ASSERT_EQ(s.stages.size(), 1u);
  EXPECT_EQ(s.stages[0].kind, StageKind::approval);
  EXPECT_EQ(s.stages[0].name, "Согласование");
  ASSERT_EQ(s.participants.size(), 3u);
  EXPECT_EQ(s.participants[0].person.name, "Иванов Иван Иванович");
  EXPECT_EQ(s.participants[0].position, "Юрист");
  EXPECT_EQ(s.participants[0].state, ParticipantState::done);
  EXPECT_EQ(s.participants[0].verdict, Verdict::approved_with_remarks);
  EXPECT_EQ(s.participants[0].comment, "нет печати");
  ASSERT_TRUE(s.participants[0].decided_at);
  EXPECT_EQ(to_iso8601(*s.participants[0].decided_at), "2024-03-01T07:30:00Z");
  EXPECT_EQ(s.participants[1].state, ParticipantState::working);
  ASSERT_TRUE(s.participants[1].since);
  EXPECT_EQ(std::get<DueText>(s.participants[1].due).text, "до 5 марта");
  EXPECT_EQ(s.participants[2].state, ParticipantState::waiting);
  EXPECT_FALSE(s.participants[2].decided_at) << "0001-01-01 is no date";
  EXPECT_EQ(s.document.state, "На согласовании");
  EXPECT_EQ(s.document.number, "15/Д");
  EXPECT_EQ(to_iso8601(*s.started_at), "2024-03-01T07:00:00Z");
}

TEST_F(OnecProcessingSnapshot, ends_by_the_table_of_results) {
  const auto approval = [](const std::string& result) {
    return action_row("DMActionApproval", "Согласование", "Completed", result, {});
  };
  EXPECT_EQ(outcome_of(approval("Approved")), Outcome::approved);
  EXPECT_EQ(outcome_of(approval("ApprovedWithReservations")), Outcome::approved_with_remarks);
  EXPECT_EQ(outcome_of(approval("NotApproved")), Outcome::rejected);
  const auto then = [&approval](const std::string& type, const std::string& result) {
    return approval("Approved") + action_row(type, "Далее", "Completed", result, {});
  };
  EXPECT_EQ(outcome_of(then("DMActionConfirmation", "Confirmed")), Outcome::approved);
  EXPECT_EQ(outcome_of(then("DMActionConfirmation", "NotConfirmed")), Outcome::rejected);
  EXPECT_EQ(outcome_of(then("DMActionSigning", "Signed")), Outcome::approved);
  EXPECT_EQ(outcome_of(then("DMActionSigning", "NotSigned")), Outcome::rejected);
  EXPECT_EQ(outcome_of(then("DMActionRegistration", "NotRegistered")), Outcome::rejected);
  EXPECT_EQ(outcome_of(then("DMActionExamination", "RefusalOfExamination")), Outcome::rejected);
  EXPECT_EQ(outcome_of(action_row("DMActionExamination", "Ознакомление", "Completed", "Examined", {})),
            Outcome::approved);
  EXPECT_EQ(outcome_of(action_row("DMActionPerformance", "Исполнение", "Completed", "Performed", {})),
            Outcome::approved);
}

TEST_F(OnecProcessingSnapshot, takes_the_people_or_the_document_where_the_action_has_no_result) {
  EXPECT_EQ(outcome_of(action_row("DMActionApproval", "Согласование", "Completed", "",
                                  {person("А", "Completed", "Approved"), person("Б", "Completed", "NotApproved")})),
            Outcome::rejected);
  EXPECT_EQ(outcome_of("", "<m:statusApproval>Approved</m:statusApproval>"), Outcome::approved);
  EXPECT_EQ(outcome_of(action_row("DMActionApproval", "Согласование", "Completed", "", {})), Outcome::unknown);
}

TEST_F(OnecProcessingSnapshot, does_not_take_a_refusal_of_an_earlier_round_for_the_verdict) {
  EXPECT_EQ(outcome_of(action_row("DMActionApproval", "Согласование", "Completed", "",
                                  {person("А", "Completed", "NotApproved"), person("А", "Completed", "Approved")})),
            Outcome::approved);
  EXPECT_EQ(taken().round, 2);
}

TEST_F(OnecProcessingSnapshot, shows_a_round_that_waits_for_its_processing_as_rework_of_a_person) {
  d().rows = action_row("DMActionApproval", "Согласование", "ProcessingResult", "NotApproved",
                        {person("Петров", "Completed", "NotApproved", "нет печати"), person("Автор", "Performing")});
  const Snapshot s = taken();
  EXPECT_EQ(s.state, ProcessState::running);
  EXPECT_FALSE(s.outcome);
  ASSERT_EQ(s.stages.size(), 1u);
  EXPECT_EQ(s.stages[0].kind, StageKind::rework);
  ASSERT_TRUE(s.author_decision);
  EXPECT_EQ(s.author_decision->round_verdict, Verdict::rejected);
  EXPECT_EQ(s.author_decision->author.name, "Автор");
  EXPECT_FALSE(s.author_decision->ours);
}

TEST_F(OnecProcessingSnapshot, of_a_round_to_be_processed_names_nobody_who_has_decided_as_its_holder) {
  std::string rows = action_row("DMActionApproval", "Согласование", "ProcessingResult", "",
                                {person("Петров", "Completed", "NotApproved")});
  const std::string nobody = "<m:employeesPresentation/><m:presentation>Согласование";
  rows.replace(rows.rfind(nobody), nobody.size(),
               "<m:employeesPresentation>Петров</m:employeesPresentation><m:presentation>Согласование");
  d().rows = rows;
  const Snapshot s = taken();
  ASSERT_EQ(s.participants.size(), 1u);
  EXPECT_EQ(s.participants[0].state, ParticipantState::done);
  ASSERT_TRUE(s.author_decision);
  EXPECT_EQ(s.author_decision->author.name, "");
  EXPECT_EQ(s.author_decision->round_verdict, Verdict::rejected);
}

TEST_F(OnecProcessingSnapshot, knows_paused_queued_and_terminated) {
  d().rows = action_row("DMActionApproval", "Согласование", "OnPause", "", {person("Петров", "OnPause")});
  d().state = "Stopped";
  EXPECT_EQ(taken().state, ProcessState::paused);
  d().state.clear();
  d().started = "0001-01-01T00:00:00";
  EXPECT_EQ(taken().state, ProcessState::queued);
  d().present = false;
  d().ended = "2024-03-01T12:00:00";
  d().interrupted = "Петров";
  d().reason = "неверный договор";
  d().document_fields = "<m:processingState>Terminated</m:processingState>";
  const Snapshot s = taken();
  EXPECT_EQ(s.state, ProcessState::interrupted);
  EXPECT_EQ(s.outcome, Outcome::interrupted);
  EXPECT_THAT(s.ended_how, HasSubstr("Петров"));
  EXPECT_THAT(s.ended_how, HasSubstr("неверный договор"));
}

TEST_F(OnecProcessingSnapshot, that_went_into_history_ends_by_the_documents_statuses) {
  d().present = false;
  d().document_fields =
      "<m:processingState>Completed</m:processingState><m:statusApproval>NotApproved</m:statusApproval>";
  const Snapshot s = taken();
  EXPECT_EQ(s.state, ProcessState::completed);
  EXPECT_EQ(s.outcome, Outcome::rejected);
}

TEST_F(OnecProcessingSnapshot, never_ends_on_two_answers_of_different_moments) {
  d().present = false;
  d().document_fields = "<m:processingState>Executing</m:processingState>";
  const Snapshot s = taken();
  EXPECT_FALSE(s.complete);
  EXPECT_FALSE(s.outcome);
}

TEST_F(OnecProcessingSnapshot, of_a_document_marked_for_deletion_ends) {
  d().rows = action_row("DMActionApproval", "Согласование", "Performing", "", {person("Петров", "Performing")});
  d().document_fields = "<m:deletionMark>true</m:deletionMark>";
  const Snapshot s = taken();
  EXPECT_EQ(s.state, ProcessState::deleted);
  EXPECT_EQ(s.outcome, Outcome::interrupted);
}

TEST_F(OnecProcessingSnapshot, is_ours_by_the_id_of_the_processing) {
  d().processing = "another";
  const Snapshot s = taken();
  EXPECT_EQ(s.outcome, Outcome::interrupted);
  EXPECT_THAT(s.ended_how, HasSubstr("заново"));
}

TEST_F(OnecProcessingSnapshot, leaves_subtasks_and_removed_rows_out) {
  d().rows = action_row("DMActionApproval", "Согласование", "Performing", "", {person("Петров", "Performing")}) +
             action_row("DMActionSigning", "Убрано", "Performing", "", {}, "<m:deletionMark>true</m:deletionMark>");
  const Snapshot s = taken();
  EXPECT_EQ(s.stages.size(), 1u);
  EXPECT_EQ(s.participants.size(), 1u);
}

TEST_F(OnecProcessingSnapshot, of_a_document_of_edition_2_1_says_what_to_do) {
  ProcessRef old = process3();
  old.document.type = "DMInternalDocument";
  const auto answer = service.run(adapter->poll(service.context(), {old, process3()}));
  ASSERT_TRUE(answer);
  ASSERT_FALSE(answer.value().snapshots.at(0));
  EXPECT_EQ(answer.value().snapshots[0].error().code, "onec.old_edition");
  EXPECT_TRUE(answer.value().snapshots.at(1));
}

TEST_F(OnecProcessingSnapshot, that_cannot_be_read_spoils_no_other_and_is_not_called_deleted) {
  std::vector<ProcessRef> refs;
  for (int i = 0; i < 60; ++i) {
    const std::string id = "d" + std::to_string(i);
    portal.documents[id] = d();
    portal.documents[id].processing = "p" + std::to_string(i);
    refs.push_back(process3(id, "p" + std::to_string(i)));
  }
  portal.documents["d7"].readable = false;
  const auto answer = service.run(adapter->poll(service.context(), refs));
  ASSERT_TRUE(answer) << describe(answer.error());
  for (std::size_t i = 0; i < refs.size(); ++i) EXPECT_EQ(answer.value().snapshots[i].has_value(), i != 7) << i;
  EXPECT_EQ(answer.value().snapshots[7].error().fault, Fault::transient);
  const std::size_t before = service.seen.size();
  ASSERT_TRUE(service.run(adapter->poll(service.context(), refs)));
  EXPECT_EQ(service.seen.size() - before, 4u) << "the bad one is asked for apart from the start";
}

TEST_F(OnecProcessingSnapshot, of_a_thousand_takes_at_most_sixty_calls) {
  std::vector<ProcessRef> all;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = "d" + std::to_string(i);
    Document3& one = portal.documents[id] = d();
    one.processing = "p" + std::to_string(i);
    one.rows = action_row("DMActionApproval", "Согласование", "Performing", "", {person("Петров", "Performing")});
    all.push_back(process3(id, one.processing));
  }
  service.judged = false;  // the same envelopes as above, many
  std::size_t read = 0;
  for (std::size_t from = 0; from < all.size();) {
    const std::size_t to = std::min(all.size(), from + adapter->capabilities().poll_batch);
    const std::vector<ProcessRef> part(all.begin() + static_cast<std::ptrdiff_t>(from),
                                       all.begin() + static_cast<std::ptrdiff_t>(to));
    const auto answer = service.run(adapter->poll(service.context(), part));
    ASSERT_TRUE(answer) << describe(answer.error());
    for (const auto& s : answer.value().snapshots) read += s && s.value().participants.size() == 1u;
    from = to;
  }
  EXPECT_EQ(read, 1000u);
  EXPECT_LE(service.seen.size(), 60u);
  for (const Seen& s : service.seen) EXPECT_LE(s.request.all("requests").size(), 20u);
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
