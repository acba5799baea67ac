// People who act by themselves.
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

class Scenarios : public OnecDocflow {
 protected:
  bool ends(const std::string& process, const std::string& result) {
    return eventually([&] {
      const Answer answer = retrieve("DMBusinessProcessApproval", process);
      return answer.text("objects/completed") == "true" && answer.text("objects/executionResult/objectID/id") == result;
    });
  }
};

TEST_F(Scenarios, approve_what_their_rules_match) {
  begin("settings: { costs: off }\nrules:\n  - { match: { stage: approval }, after: 10ms, act: approve }\n");
  EXPECT_TRUE(ends(approval(document()), "Согласовано"));
}

TEST_F(Scenarios, hang_after_remarks_until_the_author_acts) {
  begin(
      "settings: { costs: off }\nrules:\n  - { match: { person: 'Петров*' }, act: remark, comment: Нет печати }\n  - { "
      "match: { stage: approval }, act: approve }\n");
  const std::string process = approval(document());
  ASSERT_TRUE(eventually([&] { return !open_task(process, "Ознакомиться").empty(); }));
  EXPECT_EQ(retrieve("DMBusinessProcessApproval", process).text("objects/completed"), "");
  act(R"({"process":")" + process + R"(","do":"accept"})");
  EXPECT_TRUE(ends(process, "СогласованоСЗамечаниями"));
}

TEST_F(Scenarios, let_an_author_return_the_first_round_and_people_agree_to_the_second) {
  begin(
      "settings: { costs: off }\nrules:\n"
      "  - { match: { stage: approval, round: 1, person: 'Петров*' }, act: reject, comment: Нет печати }\n"
      "  - { match: { stage: rework, title: 'Договор*' }, act: return }\n"
      "  - { match: { stage: approval }, act: approve }\n");
  EXPECT_TRUE(ends(approval(document()), "Согласовано"));
}

TEST_F(Scenarios, interrupt_and_delete) {
  begin(
      "settings: { costs: off }\nrules:\n  - { match: { template: Последовательное согласование }, act: interrupt }\n");
  const std::string subject = document();
  const std::string process = approval(subject, "Последовательное согласование");
  EXPECT_TRUE(eventually(
      [&] { return retrieve("DMBusinessProcessApproval", process).text("objects/state/objectID/id") == "Прерван"; }));
  act(R"({"document":")" + subject + R"(","do":"delete"})");
  EXPECT_EQ(retrieve("DMInternalDocument", subject, "deletionMark").text("objects/deletionMark"), "true");
}

TEST_F(Scenarios, say_what_cannot_be_done) {
  const std::string process = approval(document());
  act(R"({"process":")" + process + R"(","person":"Морозова*","do":"approve"})", 400);
  act(R"({"process":")" + process + R"(","do":"return"})", 400);
  act(R"({"process":"nothing","do":"approve"})", 400);
  act(R"({"process":")" + process + R"(","do":"dance"})", 400);
}

TEST_F(Scenarios, show_state_as_a_whole) {
  const std::string subject = document("Договор 9",
                                       "<m:externalObject><m:name/><m:id>21111111-2222-4333-8444-555555555555</"
                                       "m:id><m:type>bitrix24.deal</m:type></m:externalObject>");
  file(subject, "Договор", "текст");
  const std::string process = approval(subject);
  const json::value now = state();
  const json::value& shown = now.at("documents").as_array().front();
  EXPECT_EQ(shown.at("key").as_string(), "21111111-2222-4333-8444-555555555555");
  EXPECT_EQ(shown.at("files").as_array().front().at("name").as_string(), "Договор.pdf");
  EXPECT_EQ(shown.at("processes").as_array().front().as_string(), process);
  const json::value& running = now.at("processes").as_array().front();
  EXPECT_EQ(running.at("state").as_string(), "running");
  EXPECT_EQ(running.at("round").to_number<int>(), 1);
  ASSERT_EQ(running.at("open").as_array().size(), 2u);
  EXPECT_EQ(running.at("open").as_array().front().at("stage").as_string(), "approval");
}

}  // namespace
}  // namespace sedlink::sim_test
