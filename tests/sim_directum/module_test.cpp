// The customer's module (docs/directum-module.md), and what there is without it.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "sedlink/core/text.hpp"
#include "sedlink/net/server.hpp"
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

using ::testing::HasSubstr;

class DirectumModule : public Directum {
 protected:
  DirectumModule() { module = true; }
  json::array signatures(std::int64_t document) {
    const Answer answer = get("SedlinkConnector/GetDocumentSignatures(documentId=" + std::to_string(document) + ")");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.text("value")).as_array();
  }
  std::int64_t signed_contract() {
    const std::int64_t document = contract();
    version(document, "%PDF-1.4 договор");
    const std::int64_t task = draft_by_rule(document);
    start(task);
    for (const char* person : {"Петров*", "Сидорова*", "Морозова*"})
      act({{"process", std::to_string(task)}, {"do", "approve"}, {"person", person}, {"comment", "Согласен"}});
    return document;
  }
};

TEST_F(DirectumModule, without_it_its_functions_are_unknown) {
  module = false;
  EXPECT_EQ(get("SedlinkConnector/GetConnectorVersion()").status, 404);
  EXPECT_THAT(get("$metadata").body, ::testing::Not(HasSubstr("AbortApprovalTask")));
}

TEST_F(DirectumModule, it_tells_its_version_and_shows_in_metadata) {
  EXPECT_EQ(get("SedlinkConnector/GetConnectorVersion()").text("value"), "1.0");
  EXPECT_THAT(get("$metadata").body, HasSubstr("<Action Name=\"AbortApprovalTask\""));
}

TEST_F(DirectumModule, signatures_belong_to_versions_and_only_those_with_a_certificate_carry_data) {
  const json::array all = signatures(signed_contract());
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].at("type").as_string(), "Endorsing");
  EXPECT_TRUE(all[0].at("data").is_null());
  EXPECT_EQ(all[2].at("type").as_string(), "Approval");
  EXPECT_EQ(all[2].at("signatory").as_string(), "Морозова Елена Викторовна");
  EXPECT_EQ(all[2].at("versionNumber").as_int64(), 1);
  EXPECT_EQ(std::string(all[2].at("thumbprint").as_string()).size(), 40u);
  const Result<std::string> cms = text::base64_decode(std::string(all[2].at("data").as_string()));
  ASSERT_TRUE(cms.has_value());
  EXPECT_EQ(cms.value().front(), '\x30');
}

TEST_F(DirectumModule, a_sheet_is_there_after_the_first_decision) {
  const std::int64_t fresh = contract("Без решений");
  EXPECT_EQ(get("SedlinkConnector/GetApprovalSheetPdf(documentId=" + std::to_string(fresh) + ")")
                .parsed.at("value")
                .as_string(),
            "");
  const Answer sheet =
      get("SedlinkConnector/GetApprovalSheetPdf(documentId=" + std::to_string(signed_contract()) + ")");
  const Result<std::string> pdf = text::base64_decode(sheet.text("value"));
  ASSERT_TRUE(pdf.has_value());
  EXPECT_THAT(pdf.value(), ::testing::StartsWith("%PDF-"));
}

TEST_F(DirectumModule, approval_tasks_are_aborted_with_a_reason_and_once_more_without_harm) {
  const std::int64_t task = draft_by_rule(contract());
  const json::object given{{"taskId", task}, {"reason", "Отозвано в CRM"}};
  EXPECT_EQ(call("SedlinkConnector/AbortApprovalTask", given).message(),
            "Abort task. Task with ID (" + std::to_string(task) + ") is not started.");
  start(task);
  EXPECT_EQ(call("SedlinkConnector/AbortApprovalTask", given).status, 204);
  EXPECT_EQ(get("IApprovalTasks(" + std::to_string(task) + ")").text("AbortingReason"), "Отозвано в CRM");
  EXPECT_EQ(call("SedlinkConnector/AbortApprovalTask", given).status, 204);
  EXPECT_EQ(call("SedlinkConnector/AbortApprovalTask", {{"taskId", task}}).status, 404);
  EXPECT_EQ(call("SedlinkConnector/AbortApprovalTask", {{"taskId", 1}, {"reason", ""}}).message(),
            "Abort task. Task with ID (1) not found.");
}

TEST_F(DirectumModule, changes_are_told_to_the_target) {
  begin();
  const std::string url = listen();
  EXPECT_EQ(call("SedlinkConnector/SetNotificationTarget", {{"url", url}, {"token", "secret"}}).status, 204);
  const std::int64_t task = draft_by_rule(contract());
  start(task);
  const std::string wanted = "event=TaskChanged&token=secret&task_id=" + std::to_string(task);
  EXPECT_TRUE(
      eventually([&] { return std::find(deliveries().begin(), deliveries().end(), wanted) != deliveries().end(); }));
}

TEST_F(DirectumModule, what_is_not_taken_is_told_again_so_often_and_dropped_then) {
  begin("settings: { notification_delays: [ 20ms, 30ms ] }");
  // Nobody listens there.
  EXPECT_EQ(call("SedlinkConnector/SetNotificationTarget", {{"url", "http://127.0.0.1:9/"}, {"token", "t"}}).status,
            204);
  contract();
  const auto count = [this](const char* what) { return state().at("notifications").at(what).as_int64(); };
  EXPECT_TRUE(eventually([&] { return count("dropped") == 1; }));
  EXPECT_EQ(count("sent"), 3);
  EXPECT_EQ(count("accepted"), 0);
  EXPECT_EQ(count("waiting"), 0);
}

TEST_F(DirectumModule, decisions_and_bodies_are_told_and_an_empty_address_ends_it) {
  begin();
  const std::int64_t document = contract();
  const std::int64_t task = draft_by_rule(document);
  start(task);
  const std::string url = listen();
  EXPECT_EQ(call("SedlinkConnector/SetNotificationTarget", {{"url", url}, {"token", "с пробелом &="}}).status, 204);
  const std::string token = net::encode_form({{"token", "с пробелом &="}});
  const auto told = [this](const std::string& wanted) {
    return eventually(
        [&] { return std::find(deliveries().begin(), deliveries().end(), wanted) != deliveries().end(); });
  };
  act({{"process", std::to_string(task)}, {"do", "approve"}, {"person", "Петров*"}});
  EXPECT_TRUE(told("event=TaskChanged&" + token + "&task_id=" + std::to_string(task)))
      << (deliveries().empty() ? "nothing came" : deliveries().front());
  version(document, "%PDF-1.4 договор");
  EXPECT_TRUE(told("event=DocumentChanged&" + token + "&document_id=" + std::to_string(document)));
  EXPECT_EQ(call("SedlinkConnector/SetNotificationTarget", {{"url", ""}, {"token", ""}}).status, 204);
  EXPECT_TRUE(eventually(
      [this] { return state().at("notifications").at("accepted") == state().at("notifications").at("sent"); }));
  const std::size_t before = deliveries().size();
  act({{"process", std::to_string(task)}, {"do", "approve"}, {"person", "Сидорова*"}});
  get("ITasks(" + std::to_string(task) + ")");
  EXPECT_EQ(deliveries().size(), before);
  EXPECT_EQ(call("SedlinkConnector/SetNotificationTarget", {{"url", url}}).status, 404)
      << "every parameter must be there";
}

}  // namespace
}  // namespace sedlink::sim_test
