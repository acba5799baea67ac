// Rounds, check-ups, tasks and the approval sheet (onec-docflow 8.7, 8.8, 8.10).
#include <algorithm>

#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

class Rounds : public OnecDocflow {
 protected:
  json::value say(const std::string& process, const std::string& person, const std::string& what,
                  const std::string& comment = "") {
    return act(R"({"process":")" + process + R"(","person":")" + person + R"(*","do":")" + what + R"(","comment":")" +
               comment + "\"}");
  }
  std::string of_process(const std::string& process, const std::string& member) {
    return retrieve("DMBusinessProcessApproval", process).text("objects/" + member);
  }
  std::string result(const std::string& process) { return of_process(process, "executionResult/objectID/id"); }
  Answer sheet(const std::string& subject) {
    return ask("DMGetApprovalSheetRequest", reference("object", "DMInternalDocument", subject));
  }
};

TEST_F(Rounds, complete_at_once_on_a_yes_and_notify_the_author_afterwards) {
  const std::string process = approval(document());
  say(process, "Петров", "approve");
  EXPECT_EQ(of_process(process, "completed"), "");
  say(process, "Сидорова", "approve", "Замечаний нет");
  EXPECT_EQ(of_process(process, "completed"), "true");
  EXPECT_EQ(result(process), "Согласовано");
  EXPECT_EQ(of_process(process, "state/objectID/id"), "Активен") << "a completed process keeps its state";
  EXPECT_FALSE(open_task(process, "Ознакомиться").empty());
}

TEST_F(Rounds, wait_for_the_author_after_remarks) {
  const std::string subject = document();
  const std::string process = approval(subject);
  say(process, "Петров", "remark", "Нет печати");
  say(process, "Сидорова", "approve");
  EXPECT_EQ(result(process), "СогласованоСЗамечаниями") << "set before the author's check-up";
  EXPECT_EQ(of_process(process, "completed"), "");
  const std::string checkup = open_task(process, "Ознакомиться");
  const Answer task = retrieve("DMBusinessProcessTask", checkup);
  EXPECT_EQ(task.attribute("objects", "xsi:type"), "m:DMBusinessProcessApprovalTaskCheckup");
  EXPECT_EQ(task.text("objects/performer/user/name"), "Иванов Иван Иванович");
  EXPECT_EQ(task.nodes("objects/approvalResults").size(), 2u);
  execute_task("DMBusinessProcessApprovalTaskCheckup", checkup, "<m:returned>false</m:returned>");
  EXPECT_EQ(of_process(process, "completed"), "true");
}

TEST_F(Rounds, begin_again_with_the_same_people_when_the_author_returns_the_document) {
  const std::string subject = document();
  const std::string process = approval(subject);
  say(process, "Петров", "reject", "Нет печати");
  say(process, "Сидорова", "approve");
  EXPECT_EQ(result(process), "НеСогласовано");
  execute_task("DMBusinessProcessApprovalTaskCheckup", open_task(process, "Ознакомиться"),
               "<m:returned>true</m:returned>");
  EXPECT_EQ(result(process), "НеСогласовано") << "stale in the next round";
  EXPECT_EQ(of_process(process, "completed"), "");
  const Answer pending = sheet(subject);
  EXPECT_EQ(pending.texts("items/result"), (std::vector<std::string>{"На согласовании", "На согласовании"}))
      << "earlier visas are history";
  say(process, "Петров", "approve");
  say(process, "Сидорова", "approve");
  EXPECT_EQ(result(process), "Согласовано");
  EXPECT_EQ(of_process(process, "completed"), "true");
}

TEST_F(Rounds, end_rejected_when_the_author_accepts_the_refusal) {
  const std::string subject = document();
  const std::string process = approval(subject);
  say(process, "Петров", "reject");
  say(process, "Сидорова", "approve");
  say(process, "Иванов", "accept");
  EXPECT_EQ(of_process(process, "completed"), "true");
  EXPECT_EQ(result(process), "НеСогласовано");
  EXPECT_EQ(retrieve("DMInternalDocument", subject, "statusApproval").text("objects/statusApproval/objectID/id"),
            "НеСогласован");
}

TEST_F(Rounds, ask_one_after_the_other_in_a_sequential_route_and_stop_at_a_refusal) {
  const std::string subject = document();
  const std::string process = approval(subject, "Последовательное согласование");
  EXPECT_EQ(tree_of(process).nodes("businessProcesses/tasks").size(), 1u);
  say(process, "Петров", "approve");
  say(process, "Сидорова", "reject", "Нет суммы");
  const Answer tree = tree_of(process);
  EXPECT_EQ(tree.nodes("businessProcesses/tasks").size(), 3u) << "two decisions and the author's check-up";
  auto rows = sheet(subject).texts("items/result");
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(rows, (std::vector<std::string>{"На согласовании", "Не согласовано", "Согласовано"}))
      << "the sheet still shows whom the round never reached";
}

TEST_F(Rounds, ask_groups_in_a_mixed_route) {
  const std::string process = approval(document(), "Смешанное согласование");
  EXPECT_EQ(tree_of(process).nodes("businessProcesses/tasks").size(), 2u);
  say(process, "Петров", "approve");
  EXPECT_EQ(tree_of(process).nodes("businessProcesses/tasks").size(), 2u);
  say(process, "Сидорова", "approve");
  EXPECT_EQ(tree_of(process).nodes("businessProcesses/tasks").size(), 3u);
}

TEST_F(Rounds, let_the_service_execute_a_task_with_its_result) {
  const std::string process = approval(document());
  const std::string task = open_task(process, "Согласовать");
  const std::string yes = reference("approvalResult", "DMApprovalResult", "Согласовано");
  const Answer answer = execute_task("DMBusinessProcessApprovalTaskApproval", task, yes, "Согласен");
  EXPECT_EQ(answer.type(), "DMUpdateRequest");
  EXPECT_EQ(answer.text("objects/executed"), "true");
  EXPECT_EQ(answer.text("objects/executionComment"), "Согласен");
  EXPECT_EQ(answer.text("objects/executionMark"), "ExecutedPositive");
  const Answer again = execute_task("DMBusinessProcessApprovalTaskApproval", task, yes);
  EXPECT_EQ(again.text("subject"), "Ошибка при изменении задачи");
}

TEST_F(Rounds, need_a_comment_with_a_refusal_through_the_service) {
  const std::string process = approval(document());
  const std::string task = open_task(process, "Согласовать");
  const std::string no = reference("approvalResult", "DMApprovalResult", "НеСогласовано");
  EXPECT_EQ(execute_task("DMBusinessProcessApprovalTaskApproval", task, no).type(), "DMError");
  EXPECT_EQ(execute_task("DMBusinessProcessApprovalTaskApproval", task, no, "Нет печати").type(), "DMUpdateRequest");
}

TEST_F(Rounds, queue_executed_tasks_when_they_run_in_the_background) {
  begin("settings: { costs: off, background_tasks: 200ms }");
  const std::string process = approval(document());
  const std::string task = open_task(process, "Согласовать");
  const Answer answer = execute_task("DMBusinessProcessApprovalTaskApproval", task,
                                     reference("approvalResult", "DMApprovalResult", "Согласовано"));
  EXPECT_EQ(answer.text("objects/executed"), "false");
  EXPECT_EQ(answer.text("objects/executionMark"), "ReadyToExecute");
  EXPECT_TRUE(eventually([&] { return retrieve("DMBusinessProcessTask", task).text("objects/executed") == "true"; }));
}

TEST_F(Rounds, undo_a_decision_while_the_round_is_open) {
  const std::string process = approval(document());
  const std::string task = open_task(process, "Согласовать");
  execute_task("DMBusinessProcessApprovalTaskApproval", task,
               reference("approvalResult", "DMApprovalResult", "Согласовано"));
  const Answer undone =
      ask("DMUpdateRequest", "<m:objects xsi:type=\"m:DMBusinessProcessApprovalTaskApproval\"><m:name/>" +
                                 object_id("objectID", "DMBusinessProcessApprovalTaskApproval", task) +
                                 reference("importance", "DMBusinessProcessTaskImportance", "Обычная") +
                                 "<m:performer/><m:executed>false</m:executed>"
                                 "<m:beginDate>0001-01-01T00:00:00</m:beginDate><m:dueDate "
                                 "xsi:nil=\"true\"/><m:endDate xsi:nil=\"true\"/><m:description/>" +
                                 reference("parentBusinessProcess", "DMBusinessProcess", "") +
                                 "<m:businessProcessStep/></m:objects>");
  EXPECT_EQ(undone.text("objects/executed"), "false");
}

TEST_F(Rounds, show_no_decisions_in_the_sheet_without_visas) {
  begin("settings: { costs: off, visas: off }");
  const std::string subject = document();
  const std::string process = approval(subject);
  say(process, "Петров", "approve");
  const Answer answer = sheet(subject);
  ASSERT_EQ(answer.nodes("items").size(), 1u);
  EXPECT_EQ(answer.text("items/name"), "Сидорова Анна Сергеевна");
  EXPECT_EQ(answer.text("items/position"), "Главный бухгалтер");
  EXPECT_EQ(answer.text("items/date"), "0001-01-01T00:00:00");
}

TEST_F(Rounds, hand_a_task_over_and_take_it_into_work) {
  const std::string process = approval(document());
  const std::string task = open_task(process, "Согласовать");
  const std::string tasks = reference("tasks", "DMBusinessProcessApprovalTaskApproval", task);
  EXPECT_EQ(ask("DMAcceptTasksRequest", tasks).type(), "DMAcceptTasksResponse");
  EXPECT_EQ(retrieve("DMBusinessProcessTask", task).text("objects/accepted"), "true");
  const Answer redirected =
      ask("DMRedirectTasksRequest", tasks + "<m:performer>" +
                                        reference("user", "DMUser", user("Кузнецов Дмитрий Олегович")) +
                                        "</m:performer><m:comment>Вместо меня</m:comment>");
  EXPECT_EQ(redirected.type(), "DMOK");
  EXPECT_EQ(retrieve("DMBusinessProcessTask", task).text("objects/performer/user/name"), "Кузнецов Дмитрий Олегович");
}

TEST_F(Rounds, let_an_approver_bring_a_new_version) {
  const std::string subject = document();
  const std::string id = file(subject, "Договор", "один");
  const std::string process = approval(subject);
  act(R"({"process":")" + process +
      R"(","person":"Петров*","do":"remark","comment":"Правки в тексте","file":{"name":"Договор.pdf","text":"с правками"}})");
  const json::value document_state = state().at("documents").as_array().front();
  const json::value& kept = document_state.at("files").as_array().front();
  EXPECT_EQ(kept.at("id").as_string(), id);
  EXPECT_EQ(kept.at("version").to_number<int>(), 2);
}

}  // namespace
}  // namespace sedlink::sim_test
