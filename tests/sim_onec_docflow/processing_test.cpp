// Processings of 3.0: start, pause, interruption, progress (onec-docflow 9.3, 9.4).
#include <algorithm>

#include "stand_3_0.hpp"

namespace sedlink::sim_test {
namespace {

class Processings : public OnecDocflow3 {
 protected:
  static std::string reason(const std::string& text) {
    return "<m:terminationReason>" + text + "</m:terminationReason>";
  }
  static std::string to(const std::string& state) {
    return "<m:objectProcessingState>" + state + "</m:objectProcessingState>";
  }
};

TEST_F(Processings, show_nothing_before_anything_was_started) {
  const Answer answer = current(document3());
  EXPECT_EQ(answer.type(), "DMGetCurrentObjectProcessingResponse");
  for (const char* member : {"objectProcessing", "endDate", "interrupted", "terminationReason"})
    EXPECT_FALSE(answer.has(member)) << member;
  EXPECT_EQ(answer.text("processingIsSetByRules"), "true");
}

TEST_F(Processings, start_with_the_actions_of_the_rules) {
  const std::string id = started();
  const Answer answer = current(id);
  EXPECT_EQ(answer.text("objectProcessing/state"), "Executing");
  EXPECT_EQ(answer.text("objectProcessing/began/objectID/type"), "DMEmployee");
  EXPECT_EQ(answer.text("objectProcessing/target/objectID/id"), id);
  EXPECT_EQ(answer.text("objectProcessing/actionsRows/rows/additionalFields/itIsAction"), "true");
  EXPECT_EQ(answer.attribute("objectProcessing/actionsRows/rows/additionalFields/action", "xsi:type"),
            "m:DMActionApproval");
  EXPECT_EQ(participants(id),
            (std::vector<std::string>{"Петров Пётр Петрович: Performing//", "Сидорова Анна Сергеевна: Performing//"}));
  const Answer shown = retrieve("DMDocument", id, "statusApproval processingState");
  EXPECT_EQ(shown.text("objects/statusApproval"), "AwaitingApproval");
  EXPECT_EQ(shown.text("objects/processingState"), "Executing");
}

TEST_F(Processings, never_start_twice) {
  const std::string id = started();
  const Answer again = process("DMStartProcessingRequest", id);
  ASSERT_EQ(again.type(), "DMError");
  EXPECT_NE(again.text("description").find("не доступен по состоянию"), std::string::npos);
  process("DMStopContinueProcessingRequest", id, to("Stopped"));
  const Answer stopped = process("DMStartProcessingRequest", id);
  EXPECT_EQ(stopped.text("description"), "Обработка уже была начата ранее. Текущее состояние обработки: Остановлена");
  EXPECT_EQ(state().at("processes").as_array().size(), 1u);
}

TEST_F(Processings, hide_results_and_flags_unless_both_columns_are_named) {
  const std::string id = started();
  EXPECT_FALSE(current(id, "state").has("objectProcessing/actionsRows"));
  const Answer half = current(id, "state actionsRows");
  EXPECT_TRUE(half.has("objectProcessing/actionsRows/rows"));
  EXPECT_FALSE(half.has("objectProcessing/actionsRows/rows/additionalFields"));
  EXPECT_FALSE(half.has("objectProcessing/startDate"));
  const Answer whole = current(id, "state actionsRows additionalFields");
  EXPECT_EQ(whole.text("objectProcessing/actionsRows/rows/additionalFields/state"), "Performing");
}

TEST_F(Processings, are_refused_to_documents_without_rules_or_required_files) {
  begin(
      "settings: { costs: off }\n"
      "document_types:\n  - { name: Договор, file_roles: [ { name: Скан, required: true } ] }\n  - { name: Письмо }\n");
  const std::string bare = document3("Договор 1");
  const Answer no_file = process("DMStartProcessingRequest", bare);
  ASSERT_EQ(no_file.type(), "DMError");
  EXPECT_NE(no_file.text("description").find("с ролью \"Скан\""), std::string::npos) << no_file.body;
  file3(bare, "Скан договора", "текст", reference("role", "DMFileRole", id_of("DMFileRole", "Скан")));
  EXPECT_EQ(process("DMStartProcessingRequest", bare).type(), "DMStartProcessingResponse");
  const std::string letter = document3(
      "Письмо 1", {{"documentType", reference("documentType", "DMDocumentType", id_of("DMDocumentType", "Письмо"))}});
  const Answer no_rule = process("DMStartProcessingRequest", letter);
  EXPECT_TRUE(no_rule.text("description").starts_with("Документ не может быть запущен в обработку")) << no_rule.body;
}

TEST_F(Processings, belong_to_documents_only) {
  const Answer answer =
      ask("DMStartProcessingRequest", object_id("object", "DMCorrespondent", id_of("DMCorrespondent", "ООО Ромашка")));
  ASSERT_EQ(answer.type(), "DMError");
  EXPECT_NE(answer.text("description").find("не поддерживает обработку"), std::string::npos);
}

TEST_F(Processings, store_a_link_with_the_start) {
  const std::string id = document3();
  process("DMStartProcessingRequest", id,
          "<m:link><m:ownerObject><m:id>21111111-2222-4333-8444-555555555555</m:id><m:type>bitrix24.deal</m:type>"
          "</m:ownerObject>" +
              object_id("linkedObject", "DMDocument", id) + "</m:link>");
  EXPECT_EQ(retrieve("DMDocument", id).text("objects/externalObject/id"), "21111111-2222-4333-8444-555555555555");
}

TEST_F(Processings, pause_and_resume) {
  const std::string id = started();
  EXPECT_EQ(process("DMStopContinueProcessingRequest", id, to("Stopped")).type(), "DMStopContinueProcessingResponse");
  EXPECT_EQ(processing_state(id), "Stopped");
  EXPECT_EQ(process("DMStopContinueProcessingRequest", id, to("Stopped")).type(), "DMError");
  act(R"({"document":")" + id + R"(","person":"Петров*","do":"approve"})", 400);
  process("DMStopContinueProcessingRequest", id, to("Executing"));
  EXPECT_EQ(processing_state(id), "Executing");
  say(id, "Петров", "approve");
}

TEST_F(Processings, go_into_history_at_once_when_they_are_interrupted) {
  const std::string id = started();
  EXPECT_EQ(process("DMTerminateProcessingRequest", id, reason("Отозван")).type(), "DMTerminateProcessingResponse");
  const Answer answer = current(id);
  EXPECT_FALSE(answer.has("objectProcessing"));
  EXPECT_EQ(answer.text("terminationReason"), "Отозван");
  EXPECT_EQ(answer.text("interrupted/name"), "Интеграция Битрикс24");
  EXPECT_FALSE(answer.text("endDate").empty());
  EXPECT_EQ(retrieve("DMDocument", id, "processingState").text("objects/processingState"), "Terminated");
}

TEST_F(Processings, keep_telling_of_the_interruption_until_a_new_one_is_started) {
  const std::string id = started();
  process("DMTerminateProcessingRequest", id, reason("Отозван"));
  EXPECT_EQ(process("DMFillProcessingRequest", id).type(), "DMFillProcessingResponse");
  EXPECT_EQ(current(id).text("terminationReason"), "Отозван");
  EXPECT_EQ(processing_state(id), "");
  EXPECT_EQ(process("DMStartProcessingRequest", id).type(), "DMStartProcessingResponse");
  EXPECT_FALSE(current(id).has("terminationReason"));
  EXPECT_EQ(processing_state(id), "Executing");
}

TEST_F(Processings, end_in_history_without_a_trace_when_they_were_completed) {
  const std::string id = started();
  say(id, "Петров", "approve");
  say(id, "Сидорова", "approve");
  EXPECT_EQ(processing_state(id), "Completed");
  process("DMTerminateProcessingRequest", id, reason("В историю"));
  const Answer answer = current(id);
  EXPECT_FALSE(answer.has("objectProcessing"));
  EXPECT_FALSE(answer.has("terminationReason"));
  EXPECT_EQ(retrieve("DMDocument", id, "processingState").text("objects/processingState"), "Completed");
}

TEST_F(Processings, answer_an_interruption_of_nothing_with_success) {
  EXPECT_EQ(process("DMTerminateProcessingRequest", document3(), reason("Нечего")).type(),
            "DMTerminateProcessingResponse");
}

TEST_F(Processings, need_a_right_to_be_interrupted) {
  begin("settings: { costs: off, terminate_role: off }");
  const std::string others = document3(
      "Договор 1", {{"responsible", reference("responsible", "DMEmployee", employee("Иванов Иван Иванович"))}});
  process("DMStartProcessingRequest", others);
  const Answer refused = process("DMTerminateProcessingRequest", others, reason("Отозван"));
  ASSERT_EQ(refused.type(), "DMError");
  EXPECT_TRUE(refused.text("description").starts_with("У Вас недостаточно прав для прерывания обработки"));
  const std::string own = started("Договор 2");
  EXPECT_EQ(process("DMTerminateProcessingRequest", own, reason("Отозван")).type(), "DMTerminateProcessingResponse");
}

TEST_F(Processings, are_restarted_as_new_ones_that_are_not_started) {
  const std::string id = started();
  EXPECT_EQ(process("DMRestartProcessingRequest", id).type(), "DMRestartProcessingResponse");
  EXPECT_EQ(processing_state(id), "");
  EXPECT_EQ(process("DMStartProcessingRequest", id).type(), "DMStartProcessingResponse");
  EXPECT_EQ(state().at("processes").as_array().size(), 2u);
}

TEST_F(Processings, start_in_the_background_and_are_not_yet_what_was_answered) {
  begin("settings: { costs: off, background_start: 300ms }");
  const std::string id = document3();
  EXPECT_EQ(process("DMStartProcessingRequest", id).type(), "DMStartProcessingResponse");
  EXPECT_EQ(processing_state(id), "");
  EXPECT_EQ(state().at("processes").as_array().front().at("state").as_string(), "queued");
  EXPECT_EQ(process("DMStartProcessingRequest", id).type(), "DMError");
  EXPECT_TRUE(eventually([&] { return processing_state(id) == "Executing"; }));
}

TEST_F(Processings, take_other_participants_before_the_start_only) {
  const std::string id = document3();
  process("DMFillProcessingRequest", id);
  const std::string action = current(id).text("objectProcessing/actionsRows/rows/additionalFields/action/objectID/id");
  const Answer read = retrieve("DMActionApproval", action);
  EXPECT_EQ(read.text("objects/changeAllowed"), "true");
  EXPECT_EQ(read.texts("objects/participantRows/rows/participant/taskParticipant/employee/name").size(), 2u);
  EXPECT_EQ(read.text("objects/participantRows/rows/participantFunction"), "ApprovingPerson");
  const std::string boss = employee("Морозова Елена Викторовна");
  const auto update = [&] {
    return ask("DMUpdateRequest", "<m:objects xsi:type=\"m:DMActionApproval\"><m:name/>" +
                                      object_id("objectID", "DMActionApproval", action) +
                                      "<m:participantRows><m:rows><m:participant><m:name/>" +
                                      object_id("objectID", "DMActionParticipant", "") +
                                      "<m:taskParticipant><m:name/>" + object_id("objectID", "DMTaskParticipant", "") +
                                      reference("employee", "DMEmployee", boss) +
                                      "</m:taskParticipant></m:participant></m:rows></m:participantRows></m:objects>");
  };
  EXPECT_EQ(update().text("objects/success"), "true");
  process("DMStartProcessingRequest", id);
  EXPECT_EQ(participants(id), std::vector<std::string>{"Морозова Елена Викторовна: Performing//"});
  EXPECT_EQ(update().text("objects/success"), "false");
}

TEST_F(Processings, are_polled_with_the_document_in_one_batch) {
  const std::string id = started();
  const std::string node = "<m:dataBaseID>" + std::string(database_id) + "</m:dataBaseID>";
  const Answer answer =
      ask("DMBatchRequest",
          "<m:requests xsi:type=\"m:DMGetCurrentObjectProcessingRequest\">" + node +
              object_id("target", "DMDocument", id) + "</m:requests><m:requests xsi:type=\"m:DMRetrieveRequest\">" +
              node + object_id("objectIds", "DMDocument", "99999999-2222-4333-8444-555555555555") +
              "</m:requests><m:requests xsi:type=\"m:DMRetrieveRequest\">" + node +
              object_id("objectIds", "DMDocument", id) + "<m:columnSet>statusApproval</m:columnSet></m:requests>");
  ASSERT_EQ(answer.nodes("responses").size(), 3u);
  EXPECT_EQ(answer.text("responses/objectProcessing/state"), "Executing");
  EXPECT_EQ(answer.text("responses/objects/statusApproval"), "AwaitingApproval");
  EXPECT_TRUE(answer.has("responses/description")) << "the failed one leaves its error in its place";
}

}  // namespace
}  // namespace sedlink::sim_test
