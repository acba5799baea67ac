// DMBatchRequest (onec-docflow 5).
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

class Batches : public OnecDocflow {
 protected:
  static std::string inner(const std::string& type, const std::string& content, const std::string& node = "") {
    return "<m:requests xsi:type=\"m:" + type + "\">" +
           (node.empty() ? "" : "<m:dataBaseID>" + node + "</m:dataBaseID>") + content + "</m:requests>";
  }
};

TEST_F(Batches, answer_in_order_and_leave_an_error_in_its_place) {
  const std::string id = document();
  const Answer answer =
      ask("DMBatchRequest", inner("DMGetVersionRequest", "") +
                                inner("DMRetrieveRequest", object_id("objectIds", "DMFile", id)) +
                                inner("DMRetrieveRequest", object_id("objectIds", "DMInternalDocument", id)));
  const auto responses = answer.nodes("responses");
  ASSERT_EQ(responses.size(), 3u);
  EXPECT_STREQ(responses[0].attribute("xsi:type").value(), "m:DMGetVersionResponse");
  EXPECT_STREQ(responses[1].attribute("xsi:type").value(), "m:DMError");
  EXPECT_STREQ(responses[2].attribute("xsi:type").value(), "m:DMRetrieveResponse");
}

TEST_F(Batches, do_not_lend_their_database_id_to_sub_requests) {
  const std::string key = "21111111-2222-4333-8444-555555555555";
  document("Договор",
           "<m:externalObject><m:name/><m:id>" + key + "</m:id><m:type>bitrix24.deal</m:type></m:externalObject>");
  const std::string find =
      "<m:externalObjects><m:name/><m:id>" + key + "</m:id><m:type>bitrix24.deal</m:type></m:externalObjects>";
  const Answer answer = ask(
      "DMBatchRequest", inner("DMGetDocumentListRequest", find) + inner("DMGetDocumentListRequest", find, database_id));
  EXPECT_EQ(answer.nodes("responses/documents").size(), 1u);
}

TEST_F(Batches, lose_what_follows_a_refused_launch) {
  const std::string subject = document();
  const std::string launch = inner("DMLaunchBusinessProcessRequest",
                                   "<m:businessProcess xsi:type=\"m:DMBusinessProcessApproval\"><m:name>А</m:name>" +
                                       object_id("objectID", "DMBusinessProcessApproval", "") + "</m:businessProcess>");
  const std::string rename = inner("DMUpdateRequest", "<m:objects xsi:type=\"m:DMInternalDocument\"><m:name/>" +
                                                          object_id("objectID", "DMInternalDocument", subject) +
                                                          "<m:title>Новый</m:title></m:objects>");
  EXPECT_EQ(ask("DMBatchRequest", launch + rename).nodes("responses").size(), 2u);
  EXPECT_EQ(retrieve("DMInternalDocument", subject, "title").text("objects/title"), "Договор поставки 15");
  ask("DMBatchRequest", rename + launch);
  EXPECT_EQ(retrieve("DMInternalDocument", subject, "title").text("objects/title"), "Новый");
}

}  // namespace
}  // namespace sedlink::sim_test
