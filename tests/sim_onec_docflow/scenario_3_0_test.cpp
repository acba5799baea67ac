// People of 3.0 who act by themselves, and the state that tells of them.
#include "stand_3_0.hpp"

namespace sedlink::sim_test {
namespace {

class Scenarios3 : public OnecDocflow3 {
 protected:
  bool ends(const std::string& document, const std::string& state) {
    return eventually([&] { return retrieve("DMDocument", document).text("objects/processingState") == state; });
  }
};

TEST_F(Scenarios3, approve_what_their_rules_match) {
  begin("settings: { costs: off }\nrules:\n  - { match: { stage: approval }, after: 10ms, act: approve }\n");
  EXPECT_TRUE(ends(started(), "Completed"));
}

TEST_F(Scenarios3, return_the_first_round_and_agree_to_the_second) {
  begin(
      "settings: { costs: off }\nrules:\n"
      "  - { match: { stage: approval, round: 1, person: 'Петров*' }, act: reject, comment: Нет печати }\n"
      "  - { match: { stage: rework, title: 'Договор*' }, act: return, file: { name: Договор.pdf, text: новый } }\n"
      "  - { match: { stage: approval }, act: approve }\n");
  const std::string id = document3();
  file3(id, "Договор", "старый");
  process("DMStartProcessingRequest", id);
  ASSERT_TRUE(ends(id, "Completed"));
  const json::value now = state();
  EXPECT_EQ(now.at("processes").as_array().front().at("result").as_string(), "Approved");
  EXPECT_EQ(now.at("documents").as_array().front().at("files").as_array().front().at("version").to_number<int>(), 2);
}

TEST_F(Scenarios3, rework_by_the_person_of_the_setting) {
  begin(
      "settings: { costs: off, result_processor: responsible }\nrules:\n"
      "  - { match: { stage: approval }, act: reject, comment: Нет }\n"
      "  - { match: { stage: rework, person: 'Иванов*' }, act: accept }\n");
  const std::string id = document3(
      "Договор 1", {{"responsible", reference("responsible", "DMEmployee", employee("Иванов Иван Иванович"))}});
  process("DMStartProcessingRequest", id);
  EXPECT_TRUE(ends(id, "Completed"));
}

TEST_F(Scenarios3, interrupt_and_delete) {
  begin("settings: { costs: off }\nrules:\n  - { match: { person: 'Петров*' }, act: interrupt, comment: Отозван }\n");
  const std::string id = started();
  ASSERT_TRUE(ends(id, "Terminated"));
  EXPECT_EQ(current(id).text("terminationReason"), "Отозван");
  act(R"({"document":")" + id + R"(","do":"delete"})");
  EXPECT_EQ(retrieve("DMDocument", id, "deletionMark").text("objects/deletionMark"), "true");
}

TEST_F(Scenarios3, say_what_cannot_be_done) {
  const std::string id = started();
  act(R"({"document":")" + id + R"(","person":"Морозова*","do":"approve"})", 400);
  act(R"({"document":")" + id + R"(","do":"return"})", 400);
  act(R"({"process":"nothing","do":"approve"})", 400);
}

TEST_F(Scenarios3, show_state_in_the_shape_of_the_other_edition) {
  const std::string id = document3("Договор 9", {},
                                   "<m:externalObject><m:name/><m:id>21111111-2222-4333-8444-555555555555</m:id>"
                                   "<m:type>bitrix24.deal</m:type></m:externalObject>");
  file3(id, "Договор", "текст");
  process("DMStartProcessingRequest", id);
  const json::value now = state();
  const json::value& shown = now.at("documents").as_array().front();
  EXPECT_EQ(shown.at("key").as_string(), "21111111-2222-4333-8444-555555555555");
  EXPECT_EQ(shown.at("status").as_string(), "AwaitingApproval");
  EXPECT_EQ(shown.at("files").as_array().front().at("name").as_string(), "Договор.pdf");
  const json::value& running = now.at("processes").as_array().front();
  EXPECT_EQ(running.at("id").as_string(), shown.at("processes").as_array().front().as_string());
  EXPECT_EQ(running.at("type").as_string(), "DMObjectProcessing");
  EXPECT_EQ(running.at("state").as_string(), "running");
  EXPECT_EQ(running.at("document").as_string(), id);
  ASSERT_EQ(running.at("open").as_array().size(), 2u);
  EXPECT_EQ(running.at("open").as_array().front().at("stage").as_string(), "approval");
  EXPECT_EQ(running.at("open").as_array().front().at("person").as_string(), "Петров Пётр Петрович");
}

}  // namespace
}  // namespace sedlink::sim_test
