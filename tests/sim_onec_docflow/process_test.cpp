// Preparing, starting, interrupting processes (onec-docflow 8.5, 8.6, 8.9).
#include <algorithm>

#include "sedlink/core/text.hpp"
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

class Processes : public OnecDocflow {
 protected:
  std::string performer(const std::string& name, const std::string& order = "ПослеПредыдущего") {
    return "<m:performers>" + reference("user", "DMUser", user(name)) +
           reference("approvalOrder", "DMApprovalOrder", order) + "</m:performers>";
  }
  std::string target(const std::string& subject) {
    return "<m:targets><m:items>" + reference("role", "DMBusinessProcessTargetRole", "Основной") + "<m:name/>" +
           reference("target", "DMInternalDocument", subject, "DMInternalDocument") + "</m:items></m:targets>";
  }
  std::string by_hand(const std::string& subject, const std::string& performers, const std::string& id = "",
                      const std::string& state = "") {
    return "<m:name>Согласовать</m:name>" + object_id("objectID", "DMBusinessProcessApproval", id) +
           reference("author", "DMUser", user("Иванов Иван Иванович")) +
           reference("importance", "DMBusinessProcessImportance", "Обычная") +
           "<m:description>Прошу согласовать</m:description><m:dueDate xsi:nil=\"true\"/>" +
           (state.empty() ? "" : reference("state", "DMBusinessProcessState", state)) + target(subject) + performers +
           reference("approvalType", "DMApprovalType", "Последовательно");
  }
  Answer launch(const std::string& members) {
    return ask("DMLaunchBusinessProcessRequest",
               "<m:businessProcess xsi:type=\"m:DMBusinessProcessApproval\">" + members + "</m:businessProcess>");
  }
  Answer update(const std::string& members) {
    return ask("DMUpdateRequest", "<m:objects xsi:type=\"m:DMBusinessProcessApproval\">" + members + "</m:objects>");
  }
  std::string status(const std::string& subject, const std::string& family = "status") {
    return retrieve("DMInternalDocument", subject, family).text("objects/" + family + "/objectID/id");
  }
};

TEST_F(Processes, prefills_without_applying_a_template) {
  const std::string subject = document("Договор поставки 15");
  const Answer answer = ask("DMGetNewBusinessProcessRequest", "<m:type>DMBusinessProcessApproval</m:type>" +
                                                                  object_id("targetID", "DMInternalDocument", subject));
  EXPECT_EQ(answer.type(), "DMGetNewBusinessProcessResponse");
  EXPECT_EQ(answer.text("object/name"), "Согласовать \"Договор поставки 15\"");
  EXPECT_EQ(answer.text("object/author/name"), "Интеграция Битрикс24");
  EXPECT_EQ(answer.text("object/approvalType/objectID/id"), "Параллельно");
  EXPECT_EQ(answer.text("object/targets/items/target/objectID/id"), subject);
  EXPECT_FALSE(answer.has("object/performers"));
}

TEST_F(Processes, prefills_by_template) {
  const std::string from = id_of("DMBusinessProcessApprovalTemplate", "Смешанное согласование");
  const Answer answer =
      ask("DMGetBusinessProcessByTemplateRequest",
          "<m:type>DMBusinessProcessApproval</m:type>" + object_id("targetID", "DMInternalDocument", document()) +
              object_id("businessProcessTemplateId", "DMBusinessProcessApprovalTemplate", from));
  EXPECT_EQ(answer.type(), "DMGetBusinessProcessByTemplateResponse");
  EXPECT_EQ(answer.nodes("object/performers").size(), 3u);
  EXPECT_EQ(answer.text("object/approvalType/objectID/id"), "Смешанно");
  EXPECT_EQ(answer.text("object/businessProcessTemplate/name"), "Смешанное согласование");
}

TEST_F(Processes, offers_the_templates_that_fit_the_target_and_the_class) {
  const std::string invoice = id_of("DMInternalDocumentType", "Счёт на оплату");
  const auto names = ask("DMGetBusinessProcessTemplatesRequest",
                         object_id("businessProcessTargetId", "DMInternalDocumentType", invoice) +
                             "<m:businessProcessType>DMBusinessProcessApproval</m:businessProcessType>")
                         .texts("businessProcessTemplates/name");
  EXPECT_NE(std::find(names.begin(), names.end(), "Согласование счёта"), names.end());
  EXPECT_EQ(std::find(names.begin(), names.end(), "Согласование договора"), names.end());
  EXPECT_EQ(std::find(names.begin(), names.end(), "Утверждение договора"), names.end());
}

TEST_F(Processes, answers_a_launch_with_a_bare_process_of_the_real_type) {
  const std::string subject = document();
  const Answer answer = launch(by_hand(subject, performer("Петров Пётр Петрович")));
  EXPECT_EQ(answer.attribute("businessProcess", "xsi:type"), "");
  EXPECT_EQ(answer.text("businessProcess/objectID/type"), "DMBusinessProcessApproval");
  EXPECT_EQ(answer.text("businessProcess/started"), "true");
  EXPECT_EQ(status(subject), "НаСогласовании");
  const Answer read = retrieve("DMBusinessProcessApproval", answer.text("businessProcess/objectID/id"));
  EXPECT_EQ(read.text("objects/executionResult/objectID/id"), "");
  EXPECT_EQ(read.attribute("objects/endDate", "xsi:nil"), "true");
  EXPECT_FALSE(read.has("objects/tasks"));
  EXPECT_FALSE(read.has("objects/iterationNumber"));
  EXPECT_FALSE(read.has("objects/completionMark"));
}

TEST_F(Processes, keeps_a_created_process_until_it_is_launched_by_id_and_launches_it_once) {
  const std::string subject = document();
  const Answer created =
      ask("DMCreateRequest", "<m:object xsi:type=\"m:DMBusinessProcessApproval\">" +
                                 by_hand(subject, performer("Петров Пётр Петрович")) + "</m:object>");
  const std::string id = created.text("object/objectID/id");
  EXPECT_FALSE(created.has("object/started"));
  EXPECT_EQ(status(subject), "Проект");
  const std::string members = by_hand(subject, performer("Петров Пётр Петрович"), id);
  EXPECT_EQ(launch(members).text("businessProcess/objectID/id"), id);
  const Answer again = launch(members);
  EXPECT_EQ(again.type(), "DMError");
  EXPECT_EQ(again.text("subject"), "Ошибка запуска процесса");
}

TEST_F(Processes, refuses_the_same_person_twice) {
  const Answer answer =
      launch(by_hand(document(), performer("Петров Пётр Петрович") + performer("Петров Пётр Петрович")));
  EXPECT_EQ(answer.text("description"), "Исполнитель \"Петров Пётр Петрович\" указан дважды в списке согласующих!");
  EXPECT_TRUE(state().at("processes").as_array().empty()) << "a refused launch leaves nothing";
}

TEST_F(Processes, refuses_people_busy_with_another_approval_of_the_subject_only_when_visas_are_in_use) {
  const std::string subject = document();
  launch(by_hand(subject, performer("Петров Пётр Петрович")));
  const Answer refused = launch(by_hand(subject, performer("Петров Пётр Петрович")));
  EXPECT_TRUE(refused.text("description")
                  .starts_with("Невозможно стартовать процесс, так как некоторые из согласующих лиц участвуют"))
      << refused.body;
  EXPECT_EQ(launch(by_hand(subject, performer("Сидорова Анна Сергеевна"))).type(), "DMLaunchBusinessProcessResponse");
}

TEST_F(Processes, needs_performers_and_a_route) {
  EXPECT_EQ(launch(by_hand(document(), "")).text("description"), "Список \"Исполнители\" не заполнен");
  const std::string without = text::replace_all(by_hand(document(), performer("Петров Пётр Петрович")),
                                                reference("approvalType", "DMApprovalType", "Последовательно"), "");
  EXPECT_EQ(launch(without).type(), "DMError");
}

TEST_F(Processes, accepts_the_importance_of_tasks_in_a_process) {
  std::string members = by_hand(document(), performer("Петров Пётр Петрович"));
  members = text::replace_all(members, reference("importance", "DMBusinessProcessImportance", "Обычная"),
                              reference("importance", "DMBusinessProcessTaskImportance", "Высокая"));
  const std::string id = launch(members).text("businessProcess/objectID/id");
  EXPECT_EQ(retrieve("DMBusinessProcessApproval", id).text("objects/importance/objectID/id"), "Высокая");
}

TEST_F(Processes, is_interrupted_by_an_update_and_takes_states_and_visas_with_it) {
  const std::string subject = document();
  const std::string performers = performer("Петров Пётр Петрович") + performer("Сидорова Анна Сергеевна");
  const std::string id = launch(by_hand(subject, performers)).text("businessProcess/objectID/id");
  act(R"({"process":")" + id + R"(","do":"approve"})");
  EXPECT_EQ(ask("DMGetApprovalSheetRequest", reference("object", "DMInternalDocument", subject)).nodes("items").size(),
            2u);
  EXPECT_EQ(update(by_hand(subject, performers, id, "Прерван")).type(), "DMUpdateRequest");
  EXPECT_EQ(retrieve("DMBusinessProcessApproval", id).text("objects/state/objectID/id"), "Прерван");
  EXPECT_EQ(retrieve("DMBusinessProcessApproval", id).text("objects/completed"), "");
  EXPECT_EQ(status(subject), "Проект");
  EXPECT_FALSE(ask("DMGetApprovalSheetRequest", reference("object", "DMInternalDocument", subject)).has("items"));
  EXPECT_EQ(update(by_hand(subject, performers, id, "Активен")).type(), "DMError") << "irreversible";
}

TEST_F(Processes, lets_a_completed_process_be_interrupted_but_not_stopped) {
  const std::string subject = document();
  const std::string performers = performer("Петров Пётр Петрович");
  const std::string id = launch(by_hand(subject, performers)).text("businessProcess/objectID/id");
  act(R"({"process":")" + id + R"(","do":"approve"})");
  EXPECT_EQ(status(subject), "Согласован");
  EXPECT_EQ(update(by_hand(subject, performers, id, "Остановлен")).type(), "DMError");
  EXPECT_EQ(update(by_hand(subject, performers, id, "Прерван")).type(), "DMUpdateRequest");
  EXPECT_EQ(status(subject), "Проект");
}

TEST_F(Processes, asks_again_from_the_start_after_an_update_of_a_sequential_route) {
  const std::string subject = document();
  const std::string performers = performer("Петров Пётр Петрович") + performer("Сидорова Анна Сергеевна");
  const std::string id = launch(by_hand(subject, performers)).text("businessProcess/objectID/id");
  act(R"({"process":")" + id + R"(","person":"Петров*","do":"approve"})");
  update(by_hand(subject, performers, id));
  act(R"({"process":")" + id + R"(","person":"Сидорова*","do":"approve"})");
  EXPECT_EQ(tree_of(id).nodes("businessProcesses/tasks").size(), 3u);
  act(R"({"process":")" + id + R"(","person":"Петров*","do":"approve"})");
}

TEST_F(Processes, does_not_change_states_in_the_prof_edition) {
  begin("settings: { costs: off, edition: prof }");
  const std::string subject = document();
  const std::string performers = performer("Петров Пётр Петрович");
  const std::string id = launch(by_hand(subject, performers)).text("businessProcess/objectID/id");
  EXPECT_EQ(update(by_hand(subject, performers, id, "Прерван")).type(), "DMUpdateRequest");
  EXPECT_EQ(retrieve("DMBusinessProcessApproval", id).text("objects/state/objectID/id"), "Активен");
}

TEST_F(Processes, starts_later_when_it_starts_in_the_background) {
  begin("settings: { costs: off, background_start: 200ms }");
  const Answer launched = launch(by_hand(document(), performer("Петров Пётр Петрович")));
  EXPECT_EQ(launched.text("businessProcess/started"), "true") << "optimistic";
  const std::string id = launched.text("businessProcess/objectID/id");
  const Answer queued = retrieve("DMBusinessProcessApproval", id);
  EXPECT_EQ(queued.text("objects/started"), "");
  EXPECT_EQ(queued.text("objects/completionMark"), "ReadyToExecute");
  EXPECT_TRUE(eventually([&] { return retrieve("DMBusinessProcessApproval", id).text("objects/started") == "true"; }));
}

TEST_F(Processes, runs_the_stages_of_a_complex_process_as_processes_of_their_own) {
  const std::string subject = document();
  const std::string from = id_of("DMComplexBusinessProcessTemplate", "Согласование и утверждение договора");
  const Answer prefilled =
      ask("DMGetBusinessProcessByTemplateRequest",
          "<m:type>DMComplexBusinessProcess</m:type>" + object_id("targetID", "DMInternalDocument", subject) +
              object_id("businessProcessTemplateId", "DMComplexBusinessProcessTemplate", from));
  ASSERT_EQ(prefilled.nodes("object/stages").size(), 2u);
  const std::string id = launch_as(prefilled.nodes("object").front());
  const auto tree = [&] {
    return ask("DMGetTasksTreeRequest",
               "<m:query>" + reference("target", "DMInternalDocument", subject) + "</m:query>");
  };
  EXPECT_EQ(tree().nodes("businessProcesses").size(), 1u);
  EXPECT_EQ(tree().text("businessProcesses/tasks/businessProcesses/objectID/type"), "DMBusinessProcessApproval");
  act(R"({"process":")" + id + R"(","person":"Петров*","do":"approve"})");
  act(R"({"process":")" + id + R"(","person":"Сидорова*","do":"approve"})");
  const json::value now = state();
  EXPECT_EQ(now.at("processes").as_array().front().at("open").as_array().front().at("stage").as_string(),
            "confirmation");
  EXPECT_EQ(status(subject), "НаУтверждении");
  act(R"({"process":")" + id + R"(","person":"Морозова*","do":"approve"})");
  EXPECT_EQ(retrieve("DMComplexBusinessProcess", id).text("objects/completed"), "true");
  EXPECT_EQ(status(subject, "statusApproval"), "Согласован");
  EXPECT_EQ(status(subject, "statusConfirmation"), "Утвержден");
}

TEST_F(Processes, finds_unstarted_and_foreign_processes_by_their_target) {
  const std::string subject = document("Договор 7",
                                       "<m:externalObject><m:name/><m:id>21111111-2222-4333-8444-555555555555</"
                                       "m:id><m:type>bitrix24.deal</m:type></m:externalObject>");
  ask("DMCreateRequest", "<m:object xsi:type=\"m:DMBusinessProcessApproval\">" +
                             by_hand(subject, performer("Петров Пётр Петрович")) + "</m:object>");
  const Answer by_target =
      ask("DMGetTasksTreeRequest", "<m:query>" + reference("target", "DMInternalDocument", subject) + "</m:query>");
  EXPECT_EQ(by_target.text("businessProcesses/description"), "Прошу согласовать");
  EXPECT_EQ(by_target.text("businessProcesses/started"), "");
  const Answer by_link = ask("DMGetTasksTreeRequest",
                             "<m:query><m:externalTarget><m:name/><m:id>21111111-2222-4333-8444-555555555555</"
                             "m:id><m:type>bitrix24.deal</m:type></m:externalTarget></m:query>");
  EXPECT_EQ(by_link.nodes("businessProcesses").size(), 1u);
  const Answer nothing = ask(
      "DMGetTasksTreeRequest",
      "<m:query>" + reference("target", "DMInternalDocument", "31111111-2222-4333-8444-555555555555") + "</m:query>");
  EXPECT_EQ(nothing.type(), "DMGetTasksTreeResponse");
  EXPECT_FALSE(nothing.has("businessProcesses"));
}

}  // namespace
}  // namespace sedlink::sim_test
