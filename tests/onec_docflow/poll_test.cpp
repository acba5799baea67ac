// Polling many processes in few calls (onec-docflow 8.7, 8.8, 12).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal2.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::HasSubstr;

std::size_t calls(const ScriptedService& service) { return service.seen.size(); }

TEST(OnecPoll, tells_who_holds_the_document_in_two_calls_and_then_in_one) {
  ScriptedService service(running());
  const auto adapter = service.adapter();
  const auto first = service.run(adapter->poll(service.context(), {ref("p1")}));
  ASSERT_TRUE(first) << describe(first.error());
  ASSERT_TRUE(first.value().snapshots.at(0)) << describe(first.value().snapshots.at(0).error());
  const Snapshot& s = first.value().snapshots.at(0).value();
  EXPECT_EQ(s.state, ProcessState::running);
  ASSERT_EQ(s.stages.size(), 1u);
  EXPECT_EQ(s.stages[0].kind, StageKind::approval);
  EXPECT_EQ(s.stages[0].name, "Согласовать");
  ASSERT_EQ(s.participants.size(), 1u);
  EXPECT_EQ(s.participants[0].person.name, "Имя u1");
  EXPECT_EQ(to_iso8601(*s.participants[0].since), "2024-03-01T07:00:00Z");
  EXPECT_EQ(s.document.state, "На согласовании");
  EXPECT_EQ(s.document.number, "15/Д");
  const std::size_t before = calls(service);
  const auto second = service.run(adapter->poll(service.context(), {ref("p1")}));
  ASSERT_TRUE(second && second.value().snapshots.at(0));
  EXPECT_EQ(second.value().snapshots.at(0).value().participants.size(), 1u);
  EXPECT_EQ(calls(service) - before, 1u) << "nothing changed: no details";
  EXPECT_EQ(before, 4u) << "version, user, tree with documents, details";
}

TEST(OnecPoll, gives_every_sub_request_its_own_database_id_and_at_most_twenty_to_a_batch) {
  Base base;
  std::vector<ProcessRef> refs;
  for (int i = 0; i < 100; ++i) {
    const std::string id = "p" + std::to_string(i);
    base.tree[id] = node(id, "NotExecuted", bare("t" + id, false));
    base.headers[id] = "<m:started>true</m:started>";
    refs.push_back(ref(id));
    refs.back().document.id = "d" + std::to_string(i);
  }
  ScriptedService service(base);
  const auto adapter = service.adapter();
  EXPECT_EQ(adapter->capabilities().poll_batch, 100u);
  const auto answer = service.run(adapter->poll(service.context(), refs));
  ASSERT_TRUE(answer) << describe(answer.error());
  ASSERT_EQ(answer.value().snapshots.size(), 100u);
  for (std::size_t i = 0; i < refs.size(); ++i) {
    ASSERT_TRUE(answer.value().snapshots[i]) << describe(answer.value().snapshots[i].error());
    EXPECT_EQ(answer.value().snapshots[i].value().ref.id, refs[i].id);
  }
  for (const Seen& s : service.seen) {
    const auto subs = s.request.all("requests");
    EXPECT_LE(subs.size(), 20u);
    for (const Element* sub : subs) EXPECT_EQ(sub->text_of("dataBaseID"), database_id);
  }
  EXPECT_EQ(service.asked("DMGetTasksTreeRequest").size(), 1u);
}

TEST(OnecPoll, lets_one_unreadable_process_spoil_no_other_and_never_calls_it_deleted) {
  Base base = running();
  base.tree["p2"] = node("p2", "NotExecuted", bare("t9", false));
  ScriptedService service(base);
  const auto adapter = service.adapter();
  const auto answer = service.run(adapter->poll(service.context(), {ref("p2"), ref("p1"), ref("p3")}));
  ASSERT_TRUE(answer) << describe(answer.error());
  ASSERT_EQ(answer.value().snapshots.size(), 3u);
  EXPECT_FALSE(answer.value().snapshots[0]);
  EXPECT_EQ(answer.value().snapshots[0].error().fault, Fault::transient);
  EXPECT_TRUE(answer.value().snapshots[1]);
  EXPECT_FALSE(answer.value().snapshots[2]);
}

TEST(OnecPoll, asks_for_the_verdict_when_the_tree_says_it_has_ended) {
  Base base = running();
  ScriptedService service([&base](const Element& r) { return base(r); });
  const auto adapter = service.adapter();
  ASSERT_TRUE(service.run(adapter->poll(service.context(), {ref("p1")})));
  base.tree["p1"] = node("p1", "ExecutedAlmostPositive", bare("t1", true));
  base.headers["p1"] +=
      "<m:completed>true</m:completed>" +
      object("executionResult", "DMApprovalResult", "СогласованоСЗамечаниями", "Согласовано с замечаниями", "", false);
  base.tasks["p1"] =
      typed("t1", asked_of, "u1", true,
            "<m:endDate>2024-03-01T12:00:00</m:endDate><m:executionComment>нет печати</m:executionComment>" + step +
                object("approvalResult", "DMApprovalResult", "СогласованоСЗамечаниями", "", "", false));
  const auto ended = service.run(adapter->poll(service.context(), {ref("p1")}));
  ASSERT_TRUE(ended && ended.value().snapshots.at(0));
  const Snapshot& s = ended.value().snapshots[0].value();
  EXPECT_EQ(s.state, ProcessState::completed);
  ASSERT_TRUE(s.outcome);
  EXPECT_EQ(*s.outcome, Outcome::approved_with_remarks);
  ASSERT_EQ(s.participants.size(), 1u);
  EXPECT_EQ(s.participants[0].verdict, Verdict::approved_with_remarks);
  EXPECT_EQ(s.participants[0].comment, "нет печати");
}

TEST(OnecPoll, sees_a_process_that_is_not_started_and_so_is_in_no_tree) {
  Base base;
  base.headers["p1"] = "<m:completionMark>ReadyToExecute</m:completionMark>";
  ScriptedService service(base);
  const auto adapter = service.adapter();
  const auto answer = service.run(adapter->poll(service.context(), {ref("p1")}));
  ASSERT_TRUE(answer && answer.value().snapshots.at(0));
  EXPECT_EQ(answer.value().snapshots[0].value().state, ProcessState::queued);
}

TEST(OnecPoll, shows_the_open_children_of_a_complex_process_by_their_names) {
  Base base;
  base.tree["p1"] = object(
      "businessProcesses", "DMComplexBusinessProcess", "p1", "Договор",
      object("tasks", "DMBusinessProcessTask", "t0", "Шаг",
             "<m:executed>false</m:executed>" +
                 object("businessProcesses", approval, "p2", "Юристы", bare("t1", false)) +
                 object("businessProcesses", "DMBusinessProcessConfirmation", "p3", "Директор", bare("t2", false))) +
          "<m:completionMark>NotExecuted</m:completionMark>");
  base.headers["p1"] = "<m:started>true</m:started>";
  base.tasks["p2"] = typed("t1", asked_of, "u1", false, step);
  base.tasks["p3"] = typed("t2", "DMBusinessProcessConfirmationTaskConfirmation", "u2", false, step);
  ScriptedService service(base);
  const auto adapter = service.adapter();
  ProcessRef complex = ref("p1");
  complex.type = "DMComplexBusinessProcess";
  const auto answer = service.run(adapter->poll(service.context(), {complex}));
  ASSERT_TRUE(answer && answer.value().snapshots.at(0));
  const Snapshot& s = answer.value().snapshots[0].value();
  ASSERT_EQ(s.stages.size(), 2u);
  EXPECT_EQ(s.stages[0].kind, StageKind::approval);
  EXPECT_EQ(s.stages[0].name, "Юристы");
  EXPECT_EQ(s.stages[1].kind, StageKind::confirmation);
  EXPECT_EQ(s.stages[1].name, "Директор");
}

TEST(OnecPoll, gives_no_snapshot_an_ending_without_its_tasks) {
  Base base = running();
  base.headers["p1"] = "<m:started>true</m:started><m:completed>true</m:completed>" +
                       object("executionResult", "DMApprovalResult", "Согласовано", "Согласовано", "", false);
  ScriptedService service([&base](const Element& r) {
    return r.type == "DMGetObjectListRequest" ? dm_error("Ошибка при получении списка задач", "непонятно что")
                                              : base(r);
  });
  const auto adapter = service.adapter();
  const auto answer = service.run(adapter->poll(service.context(), {ref("p1")}));
  ASSERT_TRUE(answer && answer.value().snapshots.at(0));
  EXPECT_FALSE(answer.value().snapshots[0].value().complete);
  EXPECT_FALSE(answer.value().snapshots[0].value().outcome);
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
