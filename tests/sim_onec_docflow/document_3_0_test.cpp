// DMDocument, employees, links and the service about itself in 3.0 (onec-docflow 3, 4.2, 5, 7, 9.1, 9.2).
#include <algorithm>

#include "sedlink/core/text.hpp"
#include "stand_3_0.hpp"

namespace sedlink::sim_test {
namespace {

constexpr const char* deal = "21111111-2222-4333-8444-555555555555";

std::string external(const std::string& id, const std::string& type = "bitrix24.deal") {
  return "<m:externalObject><m:name/><m:id>" + id + "</m:id><m:type>" + type + "</m:type></m:externalObject>";
}

class Documents3 : public OnecDocflow3 {};

TEST_F(Documents3, tell_their_edition_by_the_version) {
  EXPECT_EQ(ask("DMGetVersionRequest", "").text("versionNumber"), "3.0.16.33.CORP");
}

TEST_F(Documents3, know_the_caller_as_a_user_with_employees) {
  const Answer answer = ask("DMGetCurrentUserRequest", "");
  EXPECT_EQ(answer.text("user/name"), "Интеграция Битрикс24");
  EXPECT_EQ(answer.text("employees/name"), "Интеграция Битрикс24");
  EXPECT_EQ(answer.text("employees/objectID/type"), "DMEmployee");
  EXPECT_EQ(answer.text("employees/user/objectID/type"), "DMUser");
}

TEST_F(Documents3, write_settings_with_their_false_values) {
  const Answer answer = ask("DMGetSettingsRequest", "");
  EXPECT_EQ(answer.type(), "DMGetSettingsResponse");
  EXPECT_EQ(answer.text("useDigitalSignatures"), "true");
  EXPECT_EQ(answer.text("needExtractText"), "false");
}

TEST_F(Documents3, refuse_what_only_2_1_knows) {
  wrong_requests = true;
  const Answer launch = send(envelope("<m:request xsi:type=\"m:DMLaunchBusinessProcessRequest\"/>"));
  EXPECT_EQ(launch.status, 500);
  EXPECT_NE(launch.fault().find("Тип не определен"), std::string::npos) << launch.fault();
  const Answer sheet = send(envelope("<m:request xsi:type=\"m:DMGetApprovalSheetRequest\"/>"));
  EXPECT_EQ(sheet.status, 500);
}

TEST_F(Documents3, answer_a_message_of_the_schema_that_is_not_served_with_its_name) {
  const Answer answer = ask("DMGetThisNodeRequest", "");
  EXPECT_EQ(answer.type(), "DMError");
  EXPECT_EQ(answer.text("description"), "Неизвестное сообщение: DMGetThisNodeRequest");
}

TEST_F(Documents3, are_one_class_in_alphabetical_order) {
  wrong_requests = true;
  const std::string type = reference("documentType", "DMDocumentType", id_of("DMDocumentType", "Служебная записка"));
  const std::string head = "<m:name>А</m:name>" + object_id("objectID", "DMDocument", "");
  const auto create = [&](const std::string& own) {
    return ask("DMCreateRequest", "<m:object xsi:type=\"m:DMDocument\">" + head + own + "</m:object>");
  };
  EXPECT_EQ(create("<m:title>А</m:title>" + type).status, 500);
  EXPECT_EQ(create(type + "<m:title>А</m:title>").type(), "DMCreateResponse");
  EXPECT_EQ(create(type + "<m:status>Проект</m:status><m:title>А</m:title>").status, 500) << "no status in 3.0";
}

TEST_F(Documents3, are_shown_with_empty_values_but_without_empty_references) {
  const Answer answer = retrieve("DMDocument", document3());
  EXPECT_EQ(answer.text("objects/title"), "Договор поставки 15");
  EXPECT_TRUE(answer.has("objects/comment"));
  EXPECT_EQ(answer.text("objects/sum"), "0");
  EXPECT_EQ(answer.text("objects/openEnded"), "false");
  EXPECT_EQ(answer.text("objects/regDate"), "0001-01-01T00:00:00");
  EXPECT_FALSE(answer.has("objects/folder"));
  EXPECT_FALSE(answer.has("objects/processingState")) << "an empty enumeration stays away";
  EXPECT_EQ(answer.text("objects/responsible/objectID/type"), "DMEmployee");
  EXPECT_EQ(answer.text("objects/statusRegistration"), "Project");
}

TEST_F(Documents3, run_the_fill_check_of_their_type) {
  const Answer answer = ask("DMCreateRequest", "<m:object xsi:type=\"m:DMDocument\">" +
                                                   members3("Без организации", {{"organization", ""}}) + "</m:object>");
  ASSERT_EQ(answer.type(), "DMError");
  EXPECT_NE(answer.text("description").find("Не выбрана организация"), std::string::npos);
}

TEST_F(Documents3, adopt_the_external_id_and_ignore_one_that_is_no_uuid) {
  EXPECT_EQ(document3("Договор 1", {}, external(deal)), deal);
  const std::string other = document3("Договор 2", {}, external(deal));
  EXPECT_NE(other, deal) << "a repeated create makes a duplicate";
  EXPECT_FALSE(document3("Договор 3", {}, external("deal-15")).empty());
}

TEST_F(Documents3, are_found_by_all_their_external_objects_without_the_deleted) {
  const std::string first = document3("Договор 1", {}, external(deal));
  const std::string second = document3("Договор 2", {}, external("31111111-2222-4333-8444-555555555555"));
  const auto owner = [](const std::string& id) {
    return "<m:externalObjects><m:name/><m:id>" + id + "</m:id><m:type>bitrix24.deal</m:type></m:externalObjects>";
  };
  const std::string both = owner(deal) + owner("31111111-2222-4333-8444-555555555555");
  EXPECT_EQ(ask("DMGetDocumentListRequest", both + "<m:columnSet>title</m:columnSet>").texts("documents/objectID/id"),
            (std::vector<std::string>{first, second}));
  ask("DMDeleteRequest", object_id("objectIds", "DMDocument", first));
  EXPECT_EQ(ask("DMGetDocumentListRequest", both).texts("documents/objectID/id"), std::vector<std::string>{second});
  EXPECT_TRUE(
      ask("DMGetDocumentListRequest", both, "11111111-5f0a-4a55-9a7e-2f0c6a0b24aa").texts("documents/name").empty())
      << "links belong to the node";
}

TEST_F(Documents3, are_written_by_the_type_of_their_object_id) {
  const std::string members = "<m:name>ООО Клён</m:name>" + object_id("objectID", "DMCorrespondent", "");
  const Answer answer = ask("DMCreateRequest", "<m:object xsi:type=\"m:DMCorrespondent\">" + members +
                                                   "<m:legalPrivatePerson>LglPerson</m:legalPrivatePerson>"
                                                   "<m:inn>7701111111</m:inn></m:object>");
  ASSERT_EQ(answer.type(), "DMCreateResponse") << answer.body;
  EXPECT_EQ(answer.text("object/legalPrivatePerson"), "LglPerson");
  const Answer nothing = ask("DMCreateRequest", "<m:object xsi:type=\"m:DMDocument\"><m:name>А</m:name>" +
                                                    object_id("objectID", "DMTaskAction", "") + "</m:object>");
  EXPECT_EQ(nothing.type(), "DMError");
}

TEST_F(Documents3, are_updated_one_by_one_with_an_answer_for_each) {
  const std::string id = document3();
  const std::string missing = "99999999-2222-4333-8444-555555555555";
  const Answer answer =
      ask("DMUpdateRequest", "<m:objects xsi:type=\"m:DMDocument\">" + members3("Нет такого", {}, "", missing) +
                                 "</m:objects><m:objects xsi:type=\"m:DMDocument\">" +
                                 members3("Новое имя", {}, "", id) + "</m:objects>");
  ASSERT_EQ(answer.type(), "DMUpdateResponse") << answer.body;
  EXPECT_EQ(answer.texts("objects/success"), (std::vector<std::string>{"false", "true"}));
  EXPECT_EQ(answer.text("objects/error/description"),
            "Объект типа \"DMDocument\" не найден по идентификатору \"" + missing + "\"");
  EXPECT_EQ(answer.texts("objects/key/id"), (std::vector<std::string>{missing, id}));
  EXPECT_EQ(retrieve("DMDocument", id, "title").text("objects/title"), "Новое имя");
}

TEST_F(Documents3, fail_a_whole_retrieve_when_one_of_them_cannot_be_read) {
  const std::string id = document3();
  const std::string missing = "99999999-2222-4333-8444-555555555555";
  const Answer answer = ask("DMRetrieveRequest",
                            object_id("objectIds", "DMDocument", id) + object_id("objectIds", "DMDocument", missing));
  ASSERT_EQ(answer.type(), "DMError");
  EXPECT_EQ(answer.text("description"), "Объект типа \"DMDocument\" не найден по идентификатору \"" + missing + "\"");
}

TEST_F(Documents3, hide_from_the_technical_user_what_it_may_not_read) {
  begin("settings: { costs: off, unreadable: 'Секрет*' }");
  const std::string hidden = document3("Секретный договор", {}, external(deal));
  const Answer answer = retrieve("DMDocument", hidden);
  EXPECT_EQ(answer.type(), "DMError");
  EXPECT_TRUE(answer.text("description").starts_with("Нет прав на чтение объекта")) << answer.body;
  EXPECT_TRUE(id_of("DMDocument", "Секретный договор").empty()) << "a list drops it silently";
  EXPECT_EQ(current(hidden).type(), "DMError");
}

TEST_F(Documents3, are_registered_once) {
  const std::string id = document3();
  const std::string request = reference("document", "DMDocument", id);
  const Answer answer = ask("DMDocumentRegistrationRequest", request);
  ASSERT_EQ(answer.type(), "DMDocumentRegistrationResponse") << answer.body;
  EXPECT_EQ(answer.text("document/statusRegistration"), "Registered");
  EXPECT_FALSE(answer.text("document/regNumber").empty());
  EXPECT_EQ(ask("DMDocumentRegistrationRequest", request).type(), "DMError");
}

TEST_F(Documents3, are_prefilled_by_type) {
  const std::string type = id_of("DMDocumentType", "Договор");
  const Answer answer =
      ask("DMGetNewObjectRequest", "<m:type>DMDocument</m:type>" + object_id("documentType", "DMDocumentType", type));
  EXPECT_EQ(answer.type(), "DMDocument") << "the return is the object itself";
  EXPECT_EQ(answer.text("documentType/objectID/id"), type);
  EXPECT_EQ(answer.text("responsible/name"), "Интеграция Битрикс24");
}

TEST_F(Documents3, keep_links_and_tell_the_broken_ones) {
  const std::string id = document3();
  const auto link = [](const std::string& object) {
    return "<m:links><m:ownerObject><m:id>" + std::string(deal) +
           "</m:id><m:type>bitrix24.deal</m:type></m:ownerObject>" + object_id("linkedObject", "DMDocument", object) +
           "</m:links>";
  };
  const std::string missing = "99999999-2222-4333-8444-555555555555";
  const Answer answer = ask("DMSynchronizeObjectLinksRequest", link(id) + link(missing));
  EXPECT_EQ(answer.texts("brokenLinks/linkedObject/id"), std::vector<std::string>{missing});
  EXPECT_EQ(retrieve("DMDocument", id).text("objects/externalObject/id"), deal);
}

TEST_F(Documents3, serve_the_wsdl_of_their_edition) {
  net::Request request = post("");
  request.method = "GET";
  request.url += "?wsdl";
  const std::string wsdl = http(std::move(request)).body;
  EXPECT_NE(wsdl.find("name=\"DMStartProcessingRequest\""), std::string::npos);
  EXPECT_EQ(wsdl.find("DMLaunchBusinessProcessRequest"), std::string::npos);
}

}  // namespace
}  // namespace sedlink::sim_test
