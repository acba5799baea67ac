// Tasks, rounds and endings (directum.md A9).
#include <gmock/gmock.h>

#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

class DirectumRoute : public Directum {
 protected:
  std::string state_of(std::int64_t document) {
    return get("IContracts(" + std::to_string(document) + ")").text("InternalApprovalState");
  }
  std::string status_of(std::int64_t task) { return get("ITasks(" + std::to_string(task) + ")").text("Status"); }
  json::value decide(std::int64_t task, const std::string& what, const std::string& person = "",
                     const std::string& comment = "") {
    json::object act_body{{"process", std::to_string(task)}, {"do", what}};
    if (!person.empty()) act_body["person"] = person;
    if (!comment.empty()) act_body["comment"] = comment;
    return act(act_body);
  }
};

TEST_F(DirectumRoute, by_rule_a_draft_runs_to_a_signed_document) {
  const std::int64_t document = contract();
  version(document, "%PDF-1.4 договор");
  const std::int64_t task = draft_by_rule(document);
  EXPECT_EQ(status_of(task), "Draft");
  EXPECT_TRUE(open_assignments(task).empty());
  start(task);
  EXPECT_EQ(status_of(task), "InProcess");
  EXPECT_EQ(state_of(document), "OnApproval");
  EXPECT_EQ(open_assignments(task).size(), 2u);
  decide(task, "approve", "Петров*");
  EXPECT_EQ(open_assignments(task).size(), 1u);
  decide(task, "approve", "Сидорова*");
  EXPECT_EQ(state_of(document), "PendingSign");
  decide(task, "sign", "", "Подписано");
  EXPECT_EQ(state_of(document), "Signed");
  EXPECT_EQ(status_of(task), "Completed");
  const Answer signed_document = get("IContracts(" + std::to_string(document) + ")?$expand=OurSignatory($select=Name)");
  EXPECT_EQ(signed_document.parsed.at("OurSignatory").at("Name").as_string(), "Морозова Елена Викторовна");
  EXPECT_TRUE(signed_document.parsed.at("LastVersionApproved").as_bool());
  EXPECT_EQ(signed_document.text("LifeCycleState"), "Draft");  // a contract waits for the other side
}

TEST_F(DirectumRoute, a_returned_document_goes_to_its_author_and_everybody_is_asked_again) {
  const std::int64_t document = contract();
  const std::int64_t task = draft_by_rule(document);
  start(task);
  decide(task, "approve", "Петров*");
  decide(task, "rework", "Сидорова*", "Нет печати");
  EXPECT_EQ(state_of(document), "OnRework");
  const Answer rework =
      get("IApprovalReworkAssignments?$filter=Task/Id eq " + std::to_string(task) + "&$expand=Performer");
  ASSERT_EQ(rework.rows().size(), 1u);
  EXPECT_EQ(rework.rows().front().at("Performer").at("Name").as_string(), "Интеграция Битрикс24");
  EXPECT_EQ(get("IApprovalTasks(" + std::to_string(task) + ")").number("Iteration"), 2);
  const std::int64_t assignment = rework.rows().front().at("Id").as_int64();
  EXPECT_EQ(call("Docflow/CompleteAssignment", {{"assignmentId", assignment}, {"result", "ForReapproving"}}).status,
            204);
  EXPECT_EQ(state_of(document), "OnApproval");
  EXPECT_EQ(open_assignments(task).size(), 2u);
  EXPECT_EQ(get("IApprovalTasks(" + std::to_string(task) + ")").number("Iteration"), 2);
}

TEST_F(DirectumRoute, a_stage_that_returns_after_each_stops_the_others_at_once) {
  begin(R"(
approval_rules:
  - { name: Быстрый возврат, kinds: [ Договор ], stages: [
      { type: approval, rework: each, performers: [ Петров Пётр Петрович, Сидорова Анна Сергеевна ] } ] }
)");
  const std::int64_t task = draft_by_rule(contract());
  start(task);
  decide(task, "rework", "Петров*", "Исправить");
  const Answer aborted =
      get("IApprovalAssignments?$filter=Task/Id eq " + std::to_string(task) + " and Status eq 'Aborted'");
  EXPECT_EQ(aborted.rows().size(), 1u);
  EXPECT_EQ(open_assignments(task).size(), 1u);
}

TEST_F(DirectumRoute, a_short_round_asks_only_those_who_objected) {
  begin(R"(
approval_rules:
  - { name: Короткий круг, kinds: [ Договор ], only_objectors_again: true, stages: [
      { type: approval, performers: [ Петров Пётр Петрович, Сидорова Анна Сергеевна ] } ] }
)");
  const std::int64_t task = draft_by_rule(contract());
  start(task);
  decide(task, "approve", "Петров*");
  decide(task, "rework", "Сидорова*");
  decide(task, "return");
  ASSERT_EQ(open_assignments(task).size(), 1u);
  decide(task, "approve", "Сидорова*");
  EXPECT_EQ(status_of(task), "Completed");
}

TEST_F(DirectumRoute, without_a_signing_stage_the_document_stays_on_approval) {
  begin(R"(
approval_rules: [ { name: Без подписи, kinds: [ Договор ], stages: [ { type: approval, performers: [ Петров Пётр Петрович ] } ] } ]
)");
  const std::int64_t document = contract();
  const std::int64_t task = draft_by_rule(document);
  start(task);
  decide(task, "remark", "", "Есть мелочи");
  EXPECT_EQ(status_of(task), "Completed");
  EXPECT_EQ(state_of(document), "OnApproval");
  const Answer done =
      get("IAssignments?$filter=Task/Id eq " + std::to_string(task) + "&$expand=Texts($expand=Author($select=Name))");
  ASSERT_EQ(done.rows().size(), 1u);
  EXPECT_EQ(done.rows()[0].at("Result").as_string(), "WithSuggestions");
  EXPECT_EQ(done.rows()[0].at("Texts").at(0).at("Body").as_string(), "Есть мелочи");
  EXPECT_EQ(done.rows()[0].at("@odata.type").as_string(),
            "#Sungero.IntegrationService.Models.Generated.Docflow.IApprovalAssignmentDto");
}

TEST_F(DirectumRoute, a_refusal_to_sign_by_rule_is_a_rework) {
  const std::int64_t document = contract();
  const std::int64_t task = draft_by_rule(document);
  start(task);
  decide(task, "approve", "Петров*");
  decide(task, "approve", "Сидорова*");
  EXPECT_EQ(decide(task, "reject", "", "Невыгодно").at("result").as_string(), "Abort");
  EXPECT_EQ(status_of(task), "InProcess");
  EXPECT_EQ(state_of(document), "OnRework");
}

TEST_F(DirectumRoute, an_aborted_task_marks_the_document_unless_it_was_signed) {
  const std::int64_t document = contract();
  const std::int64_t task = draft_by_rule(document);
  start(task);
  act({{"process", std::to_string(task)}, {"do", "interrupt"}, {"comment", "Передумали"}});
  EXPECT_EQ(status_of(task), "Aborted");
  EXPECT_EQ(state_of(document), "Aborted");
  EXPECT_EQ(get("IApprovalTasks(" + std::to_string(task) + ")").text("AbortingReason"), "Передумали");
  EXPECT_TRUE(open_assignments(task).empty());
  EXPECT_EQ(get("INotices?$filter=Task/Id eq " + std::to_string(task)).rows().size(), 2u);
}

TEST_F(DirectumRoute, signed_is_final_even_for_an_abort) {
  begin(R"(
approval_rules: [ { name: Подпись и задание, kinds: [ Договор ], stages: [
  { type: signing, performers: [ Морозова Елена Викторовна ] }, { type: performance, performers: [ Васильев Андрей Николаевич ] } ] } ]
)");
  const std::int64_t document = contract();
  const std::int64_t task = draft_by_rule(document);
  start(task);
  decide(task, "sign");
  EXPECT_EQ(status_of(task), "InProcess");
  act({{"process", std::to_string(task)}, {"do", "interrupt"}});
  EXPECT_EQ(status_of(task), "Aborted");
  EXPECT_EQ(state_of(document), "Signed");
}

TEST_F(DirectumRoute, a_contract_registered_and_signed_by_both_sides_becomes_active) {
  begin(
      "approval_rules: [ { name: Полный, kinds: [ Договор ], stages: [ { type: signing, performers: [ Морозова Елена "
      "Викторовна ] },"
      " { type: registration, performers: [ Васильев Андрей Николаевич ] }, { type: check_return, performers: [ "
      "Васильев Андрей Николаевич ] } ] } ]");
  const std::int64_t document = contract();
  const std::int64_t task = draft_by_rule(document);
  start(task);
  decide(task, "sign");
  decide(task, "approve");
  EXPECT_EQ(get("IContracts(" + std::to_string(document) + ")").text("RegistrationState"), "Registered");
  EXPECT_EQ(get("IContracts(" + std::to_string(document) + ")").text("LifeCycleState"), "Draft");
  decide(task, "approve");
  EXPECT_EQ(get("IContracts(" + std::to_string(document) + ")").text("LifeCycleState"), "Active");
  EXPECT_EQ(status_of(task), "Completed");
}

TEST_F(DirectumRoute, only_an_employee_starts_an_approval) {
  const std::int64_t document = contract();
  net::Request made = request("POST", "Docflow/CreateApprovalTask");
  made.headers.set("Content-Type", "application/json");
  made.headers.set("Authorization", authorization("Integration Service"));
  made.body =
      "{\"documentId\":" + std::to_string(document) + ",\"text\":\"\",\"signatoryId\":null,\"addApproverIds\":[]}";
  const Answer created = send(made);
  ASSERT_EQ(created.status, 200) << created.body;
  made.url = root() + "Docflow/StartTask";
  made.body = "{\"taskId\":" + std::to_string(created.number("value")) + "}";
  const Answer started = send(made);
  EXPECT_EQ(started.status, 400);
  EXPECT_EQ(started.message(),
            "Отправить задачу может только сотрудник. Войдите в систему под учетной записью сотрудника.");
}

TEST_F(DirectumRoute, free_approval_waits_for_its_author_and_leaves_the_document_alone) {
  const std::int64_t document = contract();
  const std::string before = get("IContracts(" + std::to_string(document) + ")").body;
  const std::int64_t task = draft_free(document, {"Петров Пётр Петрович", "Сидорова Анна Сергеевна"});
  start(task);
  decide(task, "rework", "Петров*", "Исправьте");
  EXPECT_EQ(open_assignments(task).size(), 1u) << "it always waits for all";
  decide(task, "approve", "Сидорова*");
  ASSERT_EQ(open_assignments(task).size(), 1u);
  EXPECT_EQ(
      call("Docflow/CompleteAssignment", {{"assignmentId", open_assignments(task).front()}, {"result", "Reworked"}})
          .status,
      204);
  ASSERT_EQ(open_assignments(task).size(), 1u) << "only who objected is asked again";
  EXPECT_EQ(get("IFreeApprovalNotifications?$filter=Task/Id eq " + std::to_string(task)).rows().size(), 1u);
  decide(task, "approve", "Петров*");
  EXPECT_EQ(status_of(task), "InProcess");
  const Answer finish = get("IFreeApprovalFinishAssignments?$filter=Task/Id eq " + std::to_string(task));
  ASSERT_EQ(finish.rows().size(), 1u);
  EXPECT_EQ(call("Docflow/CompleteAssignment",
                 {{"assignmentId", finish.rows()[0].at("Id").as_int64()}, {"result", "Complete"}})
                .status,
            204);
  EXPECT_EQ(status_of(task), "Completed");
  EXPECT_EQ(get("IContracts(" + std::to_string(document) + ")").body, before);
}

TEST_F(DirectumRoute, a_process_variant_approves_and_signs_through_its_own_sets) {
  const std::int64_t document = contract();
  const std::int64_t task = draft_process(document);
  start(task);
  EXPECT_EQ(state_of(document), "OnApproval");
  EXPECT_EQ(get("IEntityApprovalAssignments?$filter=Task/Id eq " + std::to_string(task)).rows().size(), 2u);
  decide(task, "approve", "Петров*");
  decide(task, "rework", "Сидорова*", "Переделать");
  EXPECT_EQ(state_of(document), "OnRework");
  decide(task, "return");
  decide(task, "approve", "Петров*");
  decide(task, "approve", "Сидорова*");
  EXPECT_EQ(state_of(document), "PendingSign");
  EXPECT_EQ(get("ISigningAssignments?$filter=Task/Id eq " + std::to_string(task)).rows().size(), 1u);
  decide(task, "sign");
  EXPECT_EQ(status_of(task), "Completed");
  EXPECT_EQ(state_of(document), "Signed");
}

TEST_F(DirectumRoute, assignments_do_not_touch_the_task) {
  const std::int64_t task = draft_by_rule(contract());
  start(task);
  const std::string before = get("ITasks(" + std::to_string(task) + ")").body;
  decide(task, "approve", "Петров*");
  EXPECT_EQ(get("ITasks(" + std::to_string(task) + ")").body, before);
}

TEST_F(DirectumRoute, a_start_by_rule_counts_the_term_anew_whatever_the_draft_said) {
  const std::int64_t task = draft_by_rule(contract());
  const std::string path = "IApprovalTasks(" + std::to_string(task) + ")";
  ASSERT_EQ(patch(path, {{"MaxDeadline", "2099-01-01T00:00:00Z"}}).status, 204);
  EXPECT_TRUE(get(path).text("MaxDeadline").starts_with("2099"));
  start(task);
  EXPECT_FALSE(get(path).text("MaxDeadline").starts_with("2099"));
  EXPECT_NE(get(path).text("MaxDeadline"), "");
}

TEST_F(DirectumRoute, a_simple_task_that_wants_it_waits_for_its_author) {
  const Answer made =
      call("Docflow/CreateSimpleTask", {{"assignmentType", "Assignment"},
                                        {"subject", "Проверить"},
                                        {"deadline", nullptr},
                                        {"importance", "Normal"},
                                        {"text", ""},
                                        {"performerIds", json::array{id_of("IEmployees", "Петров Пётр Петрович")}},
                                        {"observerIds", json::array()},
                                        {"documentIds", json::array()}});
  const std::int64_t task = made.number("value");
  ASSERT_EQ(patch("ISimpleTasks(" + std::to_string(task) + ")", {{"NeedsReview", true}}).status, 204);
  start(task);
  decide(task, "approve");
  EXPECT_EQ(status_of(task), "UnderReview");
  decide(task, "accept");
  EXPECT_EQ(status_of(task), "Completed");
}

TEST_F(DirectumRoute, related_addenda_are_attached_once) {
  const std::int64_t document = contract();
  const Answer addendum = post("IAddendums", {{"Name", "Смета"}, {"LeadingDocument", {{"Id", document}}}});
  ASSERT_EQ(addendum.status, 201) << addendum.body;
  const auto attached = [&] {
    const std::int64_t task = draft_by_rule(document);
    const Answer shown = get("IApprovalTasks(" + std::to_string(task) + ")?$expand=AttachmentDetails");
    return shown.parsed.at("AttachmentDetails").as_array().size();
  };
  EXPECT_EQ(attached(), 1u) << "LeadingDocument alone relates nothing unless the settings say so";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(call("Docflow/AddRelations", {{"relationName", "Addendum"},
                                            {"baseDocumentId", document},
                                            {"relationDocumentId", addendum.number("Id")}})
                  .status,
              204);
  }
  EXPECT_EQ(attached(), 2u);
}

TEST_F(DirectumRoute, an_addendum_relates_itself_where_the_settings_say_so) {
  begin("settings: { addenda_related: on }");
  const std::int64_t document = contract();
  ASSERT_EQ(post("IAddendums", {{"Name", "Смета"}, {"LeadingDocument", {{"Id", document}}}}).status, 201);
  const std::int64_t task = draft_by_rule(document);
  const Answer shown = get("IApprovalTasks(" + std::to_string(task) + ")?$expand=AttachmentDetails");
  EXPECT_EQ(shown.parsed.at("AttachmentDetails").as_array().size(), 2u);
}

TEST_F(DirectumRoute, abort_task_knows_simple_tasks_only) {
  const std::int64_t task = draft_by_rule(contract());
  EXPECT_EQ(call("Shell/AbortTask", {{"taskId", task}}).status, 400);
  const Answer simple =
      call("Docflow/CreateSimpleTask", {{"assignmentType", "Assignment"},
                                        {"subject", "Перезвонить"},
                                        {"deadline", nullptr},
                                        {"importance", "Normal"},
                                        {"text", ""},
                                        {"performerIds", json::array{id_of("IEmployees", "Петров Пётр Петрович")}},
                                        {"observerIds", json::array()},
                                        {"documentIds", json::array()}});
  ASSERT_EQ(simple.status, 200) << simple.body;
  start(simple.number("value"));
  EXPECT_EQ(call("Shell/AbortTask", {{"taskId", simple.number("value")}}).status, 204);
  EXPECT_EQ(status_of(simple.number("value")), "Aborted");
}

TEST_F(DirectumRoute, other_peoples_assignments_and_unknown_results_are_refused) {
  const std::int64_t task = draft_by_rule(contract());
  start(task);
  const std::int64_t assignment = open_assignments(task).front();
  const Answer wrong = call("Docflow/CompleteAssignment", {{"assignmentId", assignment}, {"result", "Complete"}});
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.message(), "Элемент перечисления \"Result\" со значением \"Complete\" недопустим");
  EXPECT_EQ(call("Docflow/CompleteAssignment", {{"assignmentId", assignment}, {"result", "Approved"}}).status, 403);
}

TEST_F(DirectumRoute, the_task_of_a_document_is_found_by_its_attachments) {
  const std::int64_t document = contract();
  const std::int64_t task = draft_by_rule(document, "Прошу\n3f2504e0-4f89-51d3-9a0c-0305e82c3301");
  const Answer found = get("IApprovalTasks?$filter=AttachmentDetails/any(a: a/AttachmentId eq " +
                           std::to_string(document) + ")&$orderby=Id desc&$top=1&$expand=AttachmentDetails");
  ASSERT_EQ(found.rows().size(), 1u) << found.body;
  EXPECT_EQ(found.rows()[0].at("Id").as_int64(), task);
  EXPECT_EQ(found.rows()[0].at("ActiveText").as_string(), "Прошу\n3f2504e0-4f89-51d3-9a0c-0305e82c3301");
  EXPECT_EQ(found.rows()[0].at("AttachmentDetails").at(0).at("GroupId").as_string(),
            "08e1ef90-521f-41a1-a13f-c6f175007e54");
}

}  // namespace
}  // namespace sedlink::sim_test
