// Tasks of 3.0: the dynamic list and their execution through the service (onec-docflow 9.5).
#include "stand_3_0.hpp"

namespace sedlink::sim_test {
namespace {

// The technical user is asked itself: only its own tasks can be listed and executed.
constexpr const char* asked_itself =
    "  - { name: Согласование договора, type: approval, for: [ Договор ], days: 2,\n"
    "      performers: [ Интеграция Битрикс24, Петров Пётр Петрович ] }\n";

class TaskActions : public OnecDocflow3 {
 protected:
  void begin_with(const std::string& settings = "") {
    begin("settings: { costs: off" + settings + " }\ntemplates:\n" + asked_itself);
  }
  Answer list(int page = 1, int per_page = 10, const std::string& rest = "") {
    return ask("DMGetDynamicListRequest", "<m:type>DMTaskAction</m:type><m:page>" + std::to_string(page) +
                                              "</m:page><m:numberOfObjectsPerPage>" + std::to_string(per_page) +
                                              "</m:numberOfObjectsPerPage>" + rest);
  }
  Answer execute(const std::string& task, const std::string& version, const std::string& result,
                 const std::string& comment = "", const std::string& interactive = "") {
    return ask("DMExecuteTaskActionRequest",
               "<m:actionResultString>" + comment + "</m:actionResultString><m:dataVersion>" + version +
                   "</m:dataVersion>" + interactive + "<m:resultOfTaskAction><m:name/>" +
                   object_id("objectID", "DMResultOfTaskAction", "") + "<m:taskResultType>" + result +
                   "</m:taskResultType></m:resultOfTaskAction>" + reference("taskAction", "DMTaskAction", task));
  }
  std::string version_of(const std::string& task) {
    return retrieve("DMTaskAction", task).text("objects/actionArea/dataVersion");
  }
};

TEST_F(TaskActions, are_listed_to_their_performer_by_pages) {
  begin_with();
  for (const char* title : {"Договор 1", "Договор 2", "Договор 3"}) started(title);
  const Answer first = list(1, 2);
  EXPECT_EQ(first.nodes("objects").size(), 2u);
  EXPECT_EQ(first.text("pageCount"), "2");
  EXPECT_EQ(first.text("objects/performerPresentation"), "Интеграция Битрикс24");
  EXPECT_EQ(list(2, 2).nodes("objects").size(), 1u);
  const Answer ordered = list(1, 10,
                              "<m:columnSet>title</m:columnSet><m:orderBy><m:column>title</m:column>"
                              "<m:sortingOperator>DESC</m:sortingOperator></m:orderBy>");
  EXPECT_EQ(ordered.text("objects/title"), "Согласовать \"Договор 3\"");
  EXPECT_FALSE(ordered.has("objects/actionArea"));
}

TEST_F(TaskActions, are_the_only_kind_of_dynamic_list) {
  const Answer answer =
      ask("DMGetDynamicListRequest",
          "<m:type>DMDocument</m:type><m:page>1</m:page><m:numberOfObjectsPerPage>5</m:numberOfObjectsPerPage>");
  EXPECT_EQ(answer.type(), "DMError");
}

TEST_F(TaskActions, are_executed_with_their_version) {
  begin_with();
  const std::string id = started();
  const std::string task = list().text("objects/objectID/id");
  const Answer shown = retrieve("DMTaskAction", task);
  EXPECT_EQ(shown.text("objects/actionArea/resultOfOption1/taskResultType"), "Positive");
  EXPECT_EQ(shown.text("objects/actionArea/resultOfOption2/taskResultType"), "PositiveWithComments");
  EXPECT_EQ(shown.text("objects/actionArea/resultOfOption3/taskResultType"), "Negative");
  const Answer stale = execute(task, "999", "Positive");
  EXPECT_EQ(stale.text("description"), "Задача изменилась перед попыткой исполнения");
  EXPECT_EQ(execute(task, version_of(task), "Negative").type(), "DMError") << "a refusal wants a comment";
  const Answer done = execute(task, version_of(task), "Negative", "Нет печати");
  EXPECT_EQ(done.type(), "DMExecuteTaskActionResponse") << done.body;
  EXPECT_EQ(participants(id).front(), "Интеграция Битрикс24: Completed/NotApproved/Нет печати");
  EXPECT_TRUE(list().nodes("objects").empty());
  EXPECT_TRUE(execute(task, version_of(task), "Positive").text("description").starts_with("Нельзя выполнить задачу"));
}

TEST_F(TaskActions, of_others_are_not_executed_for_them) {
  begin_with();
  const std::string id = started();
  const std::string task = open_task_of(id, "Петров");
  const Answer answer = execute(task, version_of(task), "Positive");
  ASSERT_EQ(answer.type(), "DMError");
  EXPECT_TRUE(answer.text("description").starts_with("Нельзя выполнить задачу"));
}

TEST_F(TaskActions, may_ask_before_they_are_executed) {
  begin_with(", ask_before_task: on");
  const std::string id = started();
  const std::string task = list().text("objects/objectID/id");
  const std::string version = version_of(task);
  const Answer asked = execute(task, version, "Positive");
  EXPECT_EQ(asked.text("requiredInteractiveAction/interactiveAction"), "AskAQuestion");
  EXPECT_EQ(participants(id).front(), "Интеграция Битрикс24: Performing//");
  execute(task, version, "Positive", "",
          "<m:interactiveActionResult><m:interactiveAction>AskAQuestion</m:interactiveAction>"
          "<m:context xsi:type=\"xs:string\">Да</m:context></m:interactiveActionResult>");
  EXPECT_EQ(participants(id).front(), "Интеграция Битрикс24: Completed/Approved/");
}

TEST_F(TaskActions, are_executed_in_the_background_when_that_is_on) {
  begin_with(", background_tasks: 300ms");
  const std::string id = started();
  const std::string task = list().text("objects/objectID/id");
  EXPECT_EQ(execute(task, version_of(task), "Positive").type(), "DMExecuteTaskActionResponse");
  EXPECT_EQ(participants(id).front(), "Интеграция Битрикс24: Performing//") << "not yet";
  EXPECT_TRUE(list().nodes("objects").empty());
  EXPECT_TRUE(eventually([&] { return participants(id).front().find("Approved") != std::string::npos; }));
}

TEST_F(TaskActions, are_accepted_flagged_and_redirected) {
  begin_with();
  const std::string id = started();
  const std::string task = list().text("objects/objectID/id");
  const std::string tasks = reference("tasks", "DMTaskAction", task);
  EXPECT_EQ(ask("DMAcceptTasksRequest", tasks).type(), "DMAcceptTasksResponse");
  EXPECT_EQ(retrieve("DMTaskAction", task).text("objects/actionArea/buttonAcceptTask/visible"), "false");
  EXPECT_EQ(ask("DMRevokeTaskAcceptanceRequest", tasks).type(), "DMRevokeTaskAcceptanceResponse");
  EXPECT_EQ(ask("DMSetFlagRequest", tasks + "<m:flag>Red</m:flag>").type(), "DMSetFlagResponse");
  EXPECT_EQ(retrieve("DMTaskAction", task).text("objects/flag"), "Red");
  const Answer redirected =
      ask("DMRedirectTasksRequest", tasks + "<m:performer><m:name/>" + object_id("objectID", "DMTaskParticipant", "") +
                                        reference("employee", "DMEmployee", employee("Кузнецов Дмитрий Олегович")) +
                                        "</m:performer>");
  EXPECT_EQ(redirected.type(), "DMRedirectTasksResponse") << redirected.body;
  EXPECT_EQ(participants(id).front(), "Кузнецов Дмитрий Олегович: Performing//");
  EXPECT_TRUE(list().nodes("objects").empty());
}

TEST_F(TaskActions, are_withdrawn_by_an_interruption) {
  begin_with();
  const std::string id = started();
  const std::string task = list().text("objects/objectID/id");
  process("DMTerminateProcessingRequest", id, "<m:terminationReason>Отозван</m:terminationReason>");
  EXPECT_TRUE(list().nodes("objects").empty());
  EXPECT_EQ(execute(task, version_of(task), "Positive").type(), "DMError");
}

}  // namespace
}  // namespace sedlink::sim_test
