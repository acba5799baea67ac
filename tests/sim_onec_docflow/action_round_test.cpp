// Rounds of people in 3.0, what progress shows of them, and the printed forms (onec-docflow 9.4, 9.6).
#include <algorithm>

#include "sedlink/core/text.hpp"
#include "stand_3_0.hpp"

namespace sedlink::sim_test {
namespace {

class ActionRounds : public OnecDocflow3 {
 protected:
  // A document whose template chooses the rule.
  std::string started_by(const std::string& rule, const std::string& title = "Договор поставки 15") {
    const std::string chosen = reference("template", "DMDocumentTemplate", id_of("DMDocumentTemplate", rule));
    const std::string id = document3(title, {{"template", chosen}});
    EXPECT_EQ(process("DMStartProcessingRequest", id).type(), "DMStartProcessingResponse");
    return id;
  }
  std::string status(const std::string& document, const std::string& property) {
    return retrieve("DMDocument", document, property).text("objects/" + property);
  }
  std::string printed(const std::string& document, const std::string& command, const std::string& type) {
    const Answer answer = ask("DMGetPrintedFormRequest",
                              object_id("objects", "DMDocument", document) + "<m:printCommand>" + command +
                                  "</m:printCommand>" + "<m:printedFormFileType>" + type + "</m:printedFormFileType>");
    EXPECT_EQ(answer.type(), "DMGetPrintedFormResponse") << answer.body;
    const Result<std::string> bytes = text::base64_decode(answer.text("printedForm"));
    return bytes.has_value() ? bytes.value() : std::string();
  }
};

TEST_F(ActionRounds, complete_when_everybody_agrees) {
  const std::string id = started();
  say(id, "Петров", "approve");
  EXPECT_EQ(processing_state(id), "Executing");
  say(id, "Сидорова", "approve", "Замечаний нет");
  const Answer answer = current(id);
  EXPECT_EQ(answer.text("objectProcessing/state"), "Completed");
  EXPECT_EQ(answer.text("objectProcessing/completedNegativelyWithComments"), "false");
  EXPECT_EQ(answer.text("objectProcessing/actionsRows/rows/additionalFields/result"), "Approved");
  EXPECT_EQ(participants(id), (std::vector<std::string>{"Петров Пётр Петрович: Completed/Approved/",
                                                        "Сидорова Анна Сергеевна: Completed/Approved/Замечаний нет"}));
  EXPECT_EQ(status(id, "statusApproval"), "Approved");
}

TEST_F(ActionRounds, wait_for_who_processes_the_result_after_a_refusal) {
  const std::string id = started();
  say(id, "Петров", "reject", "Нет печати");
  say(id, "Сидорова", "approve");
  const Answer answer = current(id);
  EXPECT_EQ(answer.text("objectProcessing/state"), "Executing") << "a refused round has not ended the processing";
  EXPECT_EQ(answer.text("objectProcessing/actionsRows/rows/additionalFields/state"), "ProcessingResult");
  EXPECT_EQ(status(id, "statusApproval"), "NotApproved");
  EXPECT_EQ(participants(id).front(), "Петров Пётр Петрович: Completed/NotApproved/Нет печати");
  act(R"({"document":")" + id + R"(","do":"accept"})");
  EXPECT_EQ(current(id).text("objectProcessing/completedNegativelyWithComments"), "true");
  EXPECT_EQ(processing_state(id), "Completed");
}

TEST_F(ActionRounds, ask_the_same_people_again_when_the_document_is_returned) {
  const std::string id = started();
  say(id, "Петров", "reject", "Нет печати");
  say(id, "Сидорова", "approve");
  act(R"({"document":")" + id + R"(","do":"return"})");
  EXPECT_EQ(status(id, "statusApproval"), "AwaitingApproval");
  EXPECT_EQ(participants(id),
            (std::vector<std::string>{"Петров Пётр Петрович: Performing//", "Сидорова Анна Сергеевна: Performing//"}));
  EXPECT_EQ(state().at("processes").as_array().front().at("round").to_number<int>(), 2);
  say(id, "Петров", "approve");
  say(id, "Сидорова", "approve");
  EXPECT_EQ(processing_state(id), "Completed");
  const std::string action = current(id).text("objectProcessing/actionsRows/rows/additionalFields/action/objectID/id");
  const Answer history = retrieve("DMActionApproval", action);
  EXPECT_EQ(history.texts("objects/allStatesAndResultsRows/rows/result"),
            (std::vector<std::string>{"NotApproved", "Approved", "ReturnForRevision", "Approved", "Approved"}));
}

TEST_F(ActionRounds, wait_after_remarks_too_and_end_with_them) {
  const std::string id = started();
  say(id, "Петров", "remark", "Уточните срок");
  say(id, "Сидорова", "approve");
  EXPECT_EQ(processing_state(id), "Executing");
  act(R"({"document":")" + id + R"(","do":"accept"})");
  const Answer answer = current(id);
  EXPECT_EQ(answer.text("objectProcessing/actionsRows/rows/additionalFields/result"), "ApprovedWithReservations");
  EXPECT_EQ(answer.text("objectProcessing/completedNegativelyWithComments"), "true");
  EXPECT_EQ(status(id, "statusApproval"), "Approved");
}

TEST_F(ActionRounds, ask_one_by_one_and_skip_the_rest_after_a_refusal) {
  const std::string id = started_by("Последовательное согласование");
  EXPECT_EQ(participants(id), (std::vector<std::string>{"Петров Пётр Петрович: Performing//",
                                                        "Сидорова Анна Сергеевна: InTheExecutionQueue//",
                                                        "Кузнецов Дмитрий Олегович: InTheExecutionQueue//"}));
  say(id, "Петров", "approve");
  say(id, "Сидорова", "reject", "Дорого");
  EXPECT_EQ(participants(id).back(), "Кузнецов Дмитрий Олегович: Skipped//");
}

TEST_F(ActionRounds, go_through_all_actions_in_order) {
  const std::string id = started_by("Полный путь договора");
  say(id, "Петров", "approve");
  say(id, "Сидорова", "approve");
  EXPECT_EQ(status(id, "statusSigning"), "AwaitsSigning");
  file3(id, "Договор", "текст");
  say(id, "Морозова", "sign");
  EXPECT_EQ(status(id, "statusSigning"), "Signed");
  say(id, "Васильев", "approve");
  EXPECT_EQ(status(id, "statusRegistration"), "Registered");
  EXPECT_FALSE(status(id, "regNumber").empty());
  EXPECT_EQ(processing_state(id), "Completed");
  const Answer shown = retrieve("DMDocument", id, "statusByActionTypeRows");
  EXPECT_EQ(shown.nodes("objects/statusByActionTypeRows/rows").size(), 3u);
}

TEST_F(ActionRounds, skip_later_actions_after_a_refusal_that_is_accepted) {
  const std::string id = started_by("Согласование и утверждение договора");
  say(id, "Петров", "reject", "Нет печати");
  say(id, "Сидорова", "approve");
  act(R"({"document":")" + id + R"(","do":"accept"})");
  EXPECT_EQ(current(id).texts("objectProcessing/actionsRows/rows/additionalFields/state"),
            (std::vector<std::string>{"Completed", "Skipped"}));
}

TEST_F(ActionRounds, show_visas_of_the_last_round) {
  const std::string id = started();
  say(id, "Петров", "approve", "Да");
  const Answer answer = retrieve("DMDocument", id, "visas");
  EXPECT_EQ(answer.nodes("objects/visas").size(), 2u);
  EXPECT_EQ(answer.texts("objects/visas/result"), std::vector<std::string>{"Approved"});
  EXPECT_EQ(answer.texts("objects/visas/date").back(), "0001-01-01T00:00:00");
}

TEST_F(ActionRounds, print_an_approval_sheet_as_pdf) {
  const std::string id = started();
  say(id, "Петров", "approve", "Да");
  const std::string pdf = printed(id, "ApprovalSheet", "PDF_A_1");
  EXPECT_TRUE(pdf.starts_with("%PDF-"));
  EXPECT_NE(pdf.find("%%EOF"), std::string::npos);
  const std::string html = printed(id, "ApprovalSheet", "HTML");
  EXPECT_NE(html.find("<td>Юрист</td><td>Петров Пётр Петрович</td><td>Согласовано</td>"), std::string::npos) << html;
}

TEST_F(ActionRounds, print_earlier_rounds_and_objections_on_forms_of_their_own) {
  const std::string id = started();
  say(id, "Петров", "reject", "Нет печати");
  say(id, "Сидорова", "approve");
  EXPECT_EQ(printed(id, "ProtocolOfDisagreements", "HTML").find("Сидорова"), std::string::npos);
  EXPECT_NE(printed(id, "ProtocolOfDisagreements", "HTML").find("Нет печати"), std::string::npos);
  act(R"({"document":")" + id + R"(","do":"return"})");
  EXPECT_EQ(printed(id, "ApprovalSheet", "HTML").find("Нет печати"), std::string::npos);
  EXPECT_NE(printed(id, "ApprovalSheetWithHistory", "HTML").find("Нет печати"), std::string::npos);
}

}  // namespace
}  // namespace sedlink::sim_test
