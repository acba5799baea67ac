// An early release of 2.1: what it does not know is refused and left out (onec-docflow 4.5, 8.1, 11).
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

class EarlyRelease : public OnecDocflow {
 protected:
  EarlyRelease() {
    edition = "2.1.11";
    wrong_requests = true;  // there is no schema of this release to judge by
  }
  std::string named(const std::string& element, const std::string& type, const std::string& name) {
    return reference(element, type, id_of(type, name));
  }
  // The own members of DMInternalDocument in the order of 2.1.11.
  Answer create() {
    return ask("DMCreateRequest", "<m:object xsi:type=\"m:DMInternalDocument\"><m:name>Договор 1</m:name>" +
                                      object_id("objectID", "DMInternalDocument", "") +
                                      named("organization", "DMOrganization", "ООО Вектор") +
                                      "<m:title>Договор 1</m:title>" +
                                      named("documentType", "DMInternalDocumentType", "Договор") +
                                      named("folder", "DMInternalDocumentFolder", "Договоры") +
                                      named("correspondent", "DMCorrespondent", "ООО Ромашка") + "</m:object>");
  }
};

TEST_F(EarlyRelease, tells_its_version) {
  EXPECT_EQ(ask("DMGetVersionRequest", "").text("versionNumber"), "2.1.11.5.CORP");
}

TEST_F(EarlyRelease, has_an_order_of_its_own_for_internal_documents) {
  const Answer created = create();
  ASSERT_EQ(created.type(), "DMCreateResponse") << created.body;
  EXPECT_FALSE(created.has("object/registrationAvailable")) << "came later";
  EXPECT_TRUE(created.has("object/statusChangeEnabled"));
  const std::string head = "<m:name>А</m:name>" + object_id("objectID", "DMInternalDocument", "");
  const Answer later =
      ask("DMCreateRequest", "<m:object xsi:type=\"m:DMInternalDocument\">" + head +
                                 named("correspondent", "DMCorrespondent", "ООО Ромашка") +
                                 named("documentType", "DMInternalDocumentType", "Договор") + "</m:object>");
  EXPECT_EQ(later.status, 500);
}

TEST_F(EarlyRelease, refuses_members_and_requests_that_came_later) {
  const Answer member = ask("DMCreateRequest", "<m:object xsi:type=\"m:DMInternalDocument\"><m:name>А</m:name>" +
                                                   object_id("objectID", "DMInternalDocument", "") +
                                                   "<m:checkRelations>true</m:checkRelations></m:object>");
  EXPECT_EQ(member.status, 500);
  const Answer request = ask("DMGetPredefinedObjectRequest", "<m:type>DMUser</m:type><m:predefinedObjectName/>");
  EXPECT_EQ(request.status, 500);
}

TEST_F(EarlyRelease, runs_an_approval_to_its_end) {
  const std::string process = approval(create().text("object/objectID/id"));
  for (const char* person : {"Петров", "Сидорова"})
    act(R"({"process":")" + process + R"(","person":")" + person + R"(*","do":"approve"})");
  const Answer answer = retrieve("DMBusinessProcessApproval", process);
  EXPECT_EQ(answer.text("objects/completed"), "true");
  EXPECT_EQ(answer.text("objects/executionResult/objectID/id"), "Согласовано");
}

TEST_F(EarlyRelease, has_no_mark_for_a_process_that_is_queued) {
  begin("settings: { costs: off, background_start: 10s }");
  const Answer answer = retrieve("DMBusinessProcessApproval", approval(create().text("object/objectID/id")));
  EXPECT_EQ(answer.type(), "DMRetrieveResponse") << answer.body;
  EXPECT_FALSE(answer.has("objects/started"));
  EXPECT_FALSE(answer.has("objects/completionMark"));
}

}  // namespace
}  // namespace sedlink::sim_test
