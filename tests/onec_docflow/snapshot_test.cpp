// The decision table and the rounds of onec-docflow 8.7.
#include "translate/snapshot.hpp"

#include <gtest/gtest.h>

#include "sedlink/core/error.hpp"
#include "wire/reader.hpp"

namespace sedlink::onec_docflow {
namespace {

TimeZone moscow() { return TimeZone::find("Europe/Moscow").value(); }

Element xml(const std::string& text) {
  auto read = parse_xml("<root xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">" + text + "</root>");
  EXPECT_TRUE(read) << describe(read.error());
  return read.value();
}

std::string ref(const std::string& name, const std::string& type, const std::string& id, const std::string& title) {
  return "<" + name + "><name>" + title + "</name><objectID><id>" + id +
         "</id><presentation>пусто</presentation><type>" + type + "</type></objectID></" + name + ">";
}

// A retrieved approval.
ProcessFacts approval(const std::string& more) {
  const Element e =
      xml("<objects xsi:type=\"m:DMBusinessProcessApproval\">" + ref("x", "y", "z", "") + more + "</objects>");
  return read_process(e.children.front(), moscow());
}

std::string task(const std::string& type, const std::string& id, const std::string& user, bool executed,
                 const std::string& more, const std::string& mark = "") {
  return "<items><object xsi:type=\"m:" + type + "\"><name>Задача</name><objectID><id>" + id + "</id><type>" + type +
         "</type></objectID><performer>" + ref("user", "DMUser", user, "Имя " + user) + "</performer><executed>" +
         (executed ? "true" : "false") + "</executed>" +
         (mark.empty() ? "" : "<executionMark>" + mark + "</executionMark>") +
         "<beginDate>2024-03-01T10:00:00</beginDate><dueDate>0001-01-01T00:00:00</dueDate><endDate>" +
         (executed ? "2024-03-01T12:00:00" : "0001-01-01T00:00:00") + "</endDate>" + more + "</object></items>";
}

const std::string ask = "DMBusinessProcessApprovalTaskApproval";
const std::string checkup = "DMBusinessProcessApprovalTaskCheckup";

std::vector<TaskFact> tasks(const std::string& items) {
  return read_tasks(xml(items), "DMBusinessProcessApproval", "", moscow());
}

std::string said(const std::string& id, const std::string& comment, int round = 1) {
  return "<businessProcessStep>Согласовать</businessProcessStep><executionComment>" + comment +
         "</executionComment><iterationNumber>" + std::to_string(round) + "</iterationNumber>" +
         ref("approvalResult", "DMApprovalResult", id, "");
}

Snapshot snapshot(ProcessFacts facts, std::vector<TaskFact> list) {
  SnapshotParts parts;
  parts.process = std::move(facts);
  parts.tasks = std::move(list);
  parts.integration_user = "me";
  return build_snapshot(parts);
}

const std::string active = "<state><objectID><id>Активен</id></objectID></state>";

TEST(OnecSnapshot, takes_no_verdict_from_a_result_alone) {
  const Snapshot s = snapshot(approval("<started>true</started>" + active +
                                       ref("executionResult", "DMApprovalResult", "Согласовано", "Согласовано")),
                              tasks(task(ask, "t1", "u1", false, said("", ""))));
  EXPECT_EQ(s.state, ProcessState::running);
  EXPECT_FALSE(s.outcome);
}

TEST(OnecSnapshot, ends_when_completed_with_its_result) {
  for (const auto& [id, outcome] :
       std::vector<std::pair<std::string, Outcome>>{{"Согласовано", Outcome::approved},
                                                    {"СогласованоСЗамечаниями", Outcome::approved_with_remarks},
                                                    {"НеСогласовано", Outcome::rejected}}) {
    const Snapshot s = snapshot(approval("<started>true</started><completed>true</completed>" + active +
                                         ref("executionResult", "DMApprovalResult", id, "")),
                                tasks(task(ask, "t1", "u1", true, said(id, "нет печати")) +
                                      task(checkup, "t2", "me", false, "<iterationNumber>1</iterationNumber>")));
    EXPECT_EQ(s.state, ProcessState::completed);
    ASSERT_TRUE(s.outcome);
    EXPECT_EQ(*s.outcome, outcome);
    EXPECT_FALSE(s.author_decision) << "the check-up after the end is a mere notice";
    EXPECT_TRUE(s.stages.empty());
    ASSERT_EQ(s.participants.size(), 1u);
    EXPECT_EQ(s.participants[0].comment, "нет печати");
  }
}

TEST(OnecSnapshot, calls_a_completed_approval_without_result_unknown) {
  const Snapshot s = snapshot(approval("<started>true</started><completed>true</completed>" +
                                       ref("executionResult", "DMApprovalResult", "", "")),
                              {});
  ASSERT_TRUE(s.outcome);
  EXPECT_EQ(*s.outcome, Outcome::unknown);
}

TEST(OnecSnapshot, waits_for_the_author_after_a_refusal) {
  const Snapshot s = snapshot(
      approval("<started>true</started>" + active + ref("executionResult", "DMApprovalResult", "НеСогласовано", "")),
      tasks(task(ask, "t1", "u1", true, said("НеСогласовано", "нет печати")) +
            task(checkup, "t2", "me", false,
                 "<businessProcessStep>Ознакомиться</businessProcessStep><iterationNumber>1</iterationNumber>" +
                     ref("approvalResult", "DMApprovalResult", "НеСогласовано", ""))));
  EXPECT_EQ(s.state, ProcessState::running);
  ASSERT_EQ(s.stages.size(), 1u);
  EXPECT_EQ(s.stages[0].kind, StageKind::rework);
  ASSERT_TRUE(s.author_decision);
  EXPECT_EQ(s.author_decision->round_verdict, Verdict::rejected);
  EXPECT_TRUE(s.author_decision->ours);
  EXPECT_EQ(s.author_decision->round, 1);
  EXPECT_EQ(task_id(s.author_decision->task_id).id, "t2");
  EXPECT_EQ(task_id(s.author_decision->task_id).type, checkup);
}

TEST(OnecSnapshot, does_not_ask_the_author_twice_while_1c_writes_the_answer_down) {
  const Snapshot s = snapshot(
      approval("<started>true</started>" + active + ref("executionResult", "DMApprovalResult", "НеСогласовано", "")),
      tasks(task(checkup, "t2", "me", false, "<iterationNumber>1</iterationNumber>", "ReadyToExecute")));
  EXPECT_FALSE(s.author_decision);
  EXPECT_TRUE(s.stages.empty());
}

TEST(OnecSnapshot, counts_rounds_and_keeps_the_people_of_all_of_them) {
  const Snapshot s = snapshot(
      approval("<started>true</started>" + active + ref("executionResult", "DMApprovalResult", "НеСогласовано", "") +
               "<performers>" + ref("user", "DMUser", "u1", "Имя u1") + "</performers><performers>" +
               ref("user", "DMUser", "u2", "Имя u2") + "</performers>"),
      tasks(task(ask, "t1", "u1", true, said("НеСогласовано", "нет печати", 1)) +
            task(checkup, "t2", "me", true, "<iterationNumber>1</iterationNumber><returned>true</returned>") +
            task(ask, "t3", "u1", false, said("", "", 2))));
  EXPECT_EQ(s.round, 2);
  EXPECT_FALSE(s.author_decision);
  ASSERT_EQ(s.participants.size(), 3u);
  EXPECT_EQ(s.participants[0].verdict, Verdict::rejected);
  EXPECT_EQ(s.participants[1].state, ParticipantState::working);
  EXPECT_EQ(s.participants[2].person.id, "u2");
  EXPECT_EQ(s.participants[2].state, ParticipantState::waiting);
  EXPECT_EQ(s.participants[2].round, 2);
}

TEST(OnecSnapshot, knows_queued_paused_interrupted_and_a_failed_start) {
  EXPECT_EQ(snapshot(approval("<completionMark>ReadyToExecute</completionMark>"), {}).state, ProcessState::queued);
  EXPECT_EQ(snapshot(approval(active), {}).stages.at(0).kind, StageKind::queued);
  EXPECT_EQ(snapshot(approval("<completionMark>ExecutionCanceled</completionMark>"), {}).state,
            ProcessState::failed_start);
  EXPECT_EQ(snapshot(approval("<completionMark>StartCanceled</completionMark>"), {}).state, ProcessState::failed_start);
  const Snapshot paused =
      snapshot(approval("<started>true</started><state><objectID><id>Остановлен</id></objectID></state>"),
               tasks(task(ask, "t1", "u1", false, said("", ""))));
  EXPECT_EQ(paused.state, ProcessState::paused);
  EXPECT_EQ(paused.stages.at(0).kind, StageKind::paused);
  const Snapshot stopped =
      snapshot(approval("<started>true</started><state><objectID><id>Прерван</id></objectID></state>" +
                        ref("executionResult", "DMApprovalResult", "Согласовано", "")),
               {});
  EXPECT_EQ(stopped.state, ProcessState::interrupted);
  ASSERT_TRUE(stopped.outcome);
  EXPECT_EQ(*stopped.outcome, Outcome::interrupted);
  EXPECT_FALSE(stopped.ended_how.empty());
}

TEST(OnecSnapshot, ends_a_process_whose_document_is_marked_for_deletion) {
  SnapshotParts parts;
  parts.process = approval("<started>true</started>" + active);
  parts.document_deleted = true;
  const Snapshot s = build_snapshot(parts);
  EXPECT_EQ(s.state, ProcessState::deleted);
  EXPECT_EQ(*s.outcome, Outcome::interrupted);
  EXPECT_NE(s.ended_how.find("удаление"), std::string::npos);
}

TEST(OnecSnapshot, never_ends_on_half_an_answer) {
  SnapshotParts parts;
  parts.process = approval("<started>true</started><completed>true</completed>" +
                           ref("executionResult", "DMApprovalResult", "Согласовано", ""));
  parts.complete = false;
  EXPECT_FALSE(build_snapshot(parts).outcome);
}

TEST(OnecTree, tells_when_something_changed_and_what_is_nested) {
  const auto tree = [](const std::string& executed) {
    return read_tree(
        xml("<businessProcesses xsi:type=\"m:DMComplexBusinessProcess\"><name>К</name><objectID><id>p1</id><type>"
            "DMComplexBusinessProcess</type></objectID><tasks><objectID><id>t0</id></objectID>"
            "<businessProcesses xsi:type=\"m:DMBusinessProcessApproval\"><name>Юристы</name><objectID><id>p2</id><type>"
            "DMBusinessProcessApproval</type></objectID><completionMark>NotExecuted</completionMark>"
            "<tasks><objectID><id>t1</id></objectID><executed>" +
            executed +
            "</executed></tasks>"
            "</businessProcesses></tasks></businessProcesses>"));
  };
  const auto before = tree("false");
  const auto nested = with_nested(before, "p1");
  ASSERT_EQ(nested.size(), 2u);
  EXPECT_EQ(nested[1]->name, "Юристы");
  EXPECT_EQ(nested[1]->id.type, "DMBusinessProcessApproval");
  EXPECT_TRUE(nested[1]->header.tells_state());
  EXPECT_EQ(before.at("p2").signature, tree("false").at("p2").signature);
  EXPECT_NE(before.at("p2").signature, tree("true").at("p2").signature);
  EXPECT_EQ(before.at("p1").signature, tree("true").at("p1").signature);
}

}  // namespace
}  // namespace sedlink::onec_docflow
