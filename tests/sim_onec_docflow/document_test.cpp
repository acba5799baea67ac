// Documents, counterparties and external objects (onec-docflow 6.2, 7, 8.1, 8.2).
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

const std::string key = "21111111-2222-4333-8444-555555555555";

std::string external(const std::string& id, const std::string& type = "bitrix24.deal") {
  return "<m:externalObject><m:name>Сделка</m:name><m:id>" + id + "</m:id><m:type>" + type +
         "</m:type></m:externalObject>";
}

std::string external_objects(const std::string& id) {
  return "<m:externalObjects><m:name/><m:id>" + id + "</m:id><m:type>bitrix24.deal</m:type></m:externalObjects>";
}

using Documents = OnecDocflow;

TEST_F(Documents, answers_a_create_with_the_full_document_without_its_empty_fields) {
  const std::string id = document("Договор поставки 15");
  const Answer answer = retrieve("DMInternalDocument", id);
  EXPECT_EQ(answer.attribute("objects", "xsi:type"), "m:DMInternalDocument");
  EXPECT_EQ(answer.text("objects/title"), "Договор поставки 15");
  EXPECT_EQ(answer.text("objects/sum"), "150000.00");
  EXPECT_EQ(answer.text("objects/correspondent/name"), "ООО Ромашка");
  EXPECT_EQ(answer.text("objects/status/objectID/id"), "Проект");
  EXPECT_FALSE(answer.has("objects/summary"));
  EXPECT_FALSE(answer.has("objects/deletionMark"));
  EXPECT_TRUE(answer.has("objects/enabledProperties"));
}

TEST_F(Documents, takes_the_external_id_as_its_own_and_doubles_on_repetition) {
  const std::string first = document("Договор 1", external(key));
  const std::string second = document("Договор 1", external(key));
  EXPECT_EQ(first, key);
  EXPECT_NE(second, key);
  EXPECT_FALSE(second.empty());
}

TEST_F(Documents, refuses_an_external_id_that_is_no_uuid) {
  const Answer answer =
      ask("DMCreateRequest", "<m:object xsi:type=\"m:DMCorrespondent\"><m:name>ООО Новая</m:name>" +
                                 object_id("objectID", "DMCorrespondent", "") + external("deal-15") + "</m:object>");
  EXPECT_EQ(answer.type(), "DMError");
  EXPECT_EQ(answer.text("subject"), "Ошибка при записи контрагента");
  EXPECT_EQ(id_of("DMCorrespondent", "ООО Новая"), "");
}

TEST_F(Documents, says_what_the_fill_check_misses) {
  const Answer answer =
      ask("DMCreateRequest",
          "<m:object xsi:type=\"m:DMInternalDocument\"><m:name/>" + object_id("objectID", "DMInternalDocument", "") +
              "<m:title>Договор</m:title>" +
              reference("documentType", "DMInternalDocumentType", id_of("DMInternalDocumentType", "Договор")) +
              "</m:object>");
  EXPECT_EQ(answer.text("subject"), "Ошибка при создании внутреннего документа");
  for (const char* message :
       {"Не выбрана организация", "Поле \"Контрагент\" не заполнено", "Поле \"Папка\" не заполнено"}) {
    EXPECT_NE(answer.text("description").find(message), std::string::npos) << message;
  }
}

TEST_F(Documents, creates_incoming_and_outgoing_ones_too) {
  const auto create = [&](const std::string& type, const std::string& kind_type, const std::string& kind) {
    return ask("DMCreateRequest",
               "<m:object xsi:type=\"m:" + type + "\"><m:name/>" + object_id("objectID", type, "") +
                   "<m:title>Письмо</m:title>" + reference("documentType", kind_type, id_of(kind_type, kind)) +
                   reference("correspondent", "DMCorrespondent", id_of("DMCorrespondent", "ООО Ромашка")) +
                   "</m:object>");
  };
  EXPECT_EQ(create("DMIncomingDocument", "DMIncomingDocumentType", "Письмо").attribute("object", "xsi:type"),
            "m:DMIncomingDocument");
  EXPECT_EQ(create("DMOutgoingDocument", "DMOutgoingDocumentType", "Исходящее письмо").attribute("object", "xsi:type"),
            "m:DMOutgoingDocument");
}

TEST_F(Documents, keeps_links_per_node) {
  const std::string id = document("Договор 1", external(key));
  EXPECT_EQ(ask("DMGetDocumentListRequest", external_objects(key)).text("documents/objectID/id"), id);
  EXPECT_EQ(retrieve("DMInternalDocument", id).text("objects/externalObject/id"), key);
  const Answer elsewhere =
      ask("DMGetDocumentListRequest", external_objects(key), "11111111-1111-4111-8111-111111111111");
  EXPECT_FALSE(elsewhere.has("documents"));
}

TEST_F(Documents, finds_nothing_by_two_external_objects) {
  document("Договор 1", external(key));
  EXPECT_FALSE(ask("DMGetDocumentListRequest", external_objects(key) + external_objects(key)).has("documents"));
}

TEST_F(Documents, rebinds_a_link_without_node_to_whoever_finds_it) {
  const std::string id = document("Договор 1");
  ask("DMAddObjectLinkRequest",
      "<m:ownerObject><m:name/><m:id>" + key + "</m:id><m:type>bitrix24.deal</m:type></m:ownerObject>" +
          object_id("linkedObject", "DMInternalDocument", id),
      "");
  EXPECT_EQ(ask("DMGetDocumentListRequest", external_objects(key), "other").text("documents/objectID/id"), id);
  EXPECT_FALSE(ask("DMGetDocumentListRequest", external_objects(key)).has("documents"));
}

TEST_F(Documents, removes_a_link) {
  const std::string id = document("Договор 1", external(key));
  ask("DMRemoveObjectLinkRequest", "<m:ownerObject><m:name/><m:id>" + key +
                                       "</m:id><m:type>bitrix24.deal</m:type></m:ownerObject>" +
                                       object_id("linkedObject", "DMInternalDocument", id));
  EXPECT_FALSE(ask("DMGetDocumentListRequest", external_objects(key)).has("documents"));
}

TEST_F(Documents, finds_or_makes_a_counterparty_by_its_external_object_and_overwrites_it) {
  const auto create = [&](const std::string& name, const std::string& inn, const std::string& id) {
    return ask("DMCreateRequest",
               "<m:object xsi:type=\"m:DMIncomingDocument\"><m:name/>" +
                   object_id("objectID", "DMIncomingDocument", "") + "<m:title>Письмо</m:title>" +
                   reference("documentType", "DMIncomingDocumentType", id_of("DMIncomingDocumentType", "Письмо")) +
                   "<m:correspondent><m:name>" + name + "</m:name><m:objectID><m:id/><m:type/></m:objectID>" +
                   external(id, "company") + "<m:inn>" + inn + "</m:inn></m:correspondent></m:object>");
  };
  const std::string known = id_of("DMCorrespondent", "ООО Ромашка");
  EXPECT_EQ(create("ООО Ромашка-Плюс", "7717586110", "31111111-2222-4333-8444-555555555555")
                .text("object/correspondent/objectID/id"),
            known);
  EXPECT_EQ(retrieve("DMCorrespondent", known).text("objects/name"), "ООО Ромашка-Плюс");
  EXPECT_EQ(create("ООО Новая", "5001234567", key).text("object/correspondent/objectID/id"), key);
}

TEST_F(Documents, retrieves_all_or_nothing) {
  const std::string id = document();
  const Answer answer = ask("DMRetrieveRequest", object_id("objectIds", "DMInternalDocument", id) +
                                                     object_id("objectIds", "DMInternalDocument", key));
  EXPECT_EQ(answer.type(), "DMError");
  EXPECT_EQ(answer.text("subject"), "Ошибка при получении объектов");
  EXPECT_NE(answer.text("description"), "Объект не найден") << "2.1 tells a missing document by a generic text";
}

TEST_F(Documents, retrieves_a_plain_object_of_a_type_without_own_code_whatever_the_id) {
  const Answer answer = retrieve("DMProject", key);
  EXPECT_EQ(answer.attribute("objects", "xsi:type"), "") << "the declared type, DMObject, needs no xsi:type";
  EXPECT_EQ(answer.text("objects/objectID/id"), key);
}

TEST_F(Documents, ignores_unknown_columns_of_a_retrieve) {
  const Answer answer = retrieve("DMInternalDocument", document(), "status nonsense");
  EXPECT_EQ(answer.text("objects/status/objectID/id"), "Проект");
  EXPECT_FALSE(answer.has("objects/title"));
}

TEST_F(Documents, toggles_the_deletion_mark) {
  const std::string id = document();
  const auto mark = [&] { return retrieve("DMInternalDocument", id).text("objects/deletionMark"); };
  ask("DMDeleteRequest", object_id("objectIds", "DMInternalDocument", id));
  EXPECT_EQ(mark(), "true");
  ask("DMDeleteRequest", object_id("objectIds", "DMInternalDocument", id));
  EXPECT_EQ(mark(), "");
}

TEST_F(Documents, deletes_all_or_nothing) {
  const std::string id = document();
  EXPECT_EQ(ask("DMDeleteRequest",
                object_id("objectIds", "DMInternalDocument", id) + object_id("objectIds", "DMInternalDocument", key))
                .type(),
            "DMError");
  EXPECT_EQ(retrieve("DMInternalDocument", id).text("objects/deletionMark"), "");
}

TEST_F(Documents, answers_an_update_with_the_type_of_its_request_and_stops_at_the_first_error) {
  const std::string id = document();
  const auto update = [&](const std::string& which, const std::string& title) {
    return "<m:objects xsi:type=\"m:DMInternalDocument\"><m:name/>" +
           object_id("objectID", "DMInternalDocument", which) + "<m:title>" + title + "</m:title></m:objects>";
  };
  const Answer answer = ask("DMUpdateRequest", update(id, "Новый заголовок"));
  EXPECT_EQ(answer.type(), "DMUpdateRequest");
  EXPECT_EQ(answer.text("objects/title"), "Новый заголовок");
  EXPECT_EQ(answer.text("objects/sum"), "150000.00");
  EXPECT_EQ(ask("DMUpdateRequest", update(id, "Второй") + update(key, "Чужой")).type(), "DMError");
  EXPECT_EQ(retrieve("DMInternalDocument", id).text("objects/title"), "Второй")
      << "what was written before the error stays";
}

TEST_F(Documents, locks_properties_of_a_registered_document) {
  const std::string id = document();
  const Answer registered =
      ask("DMDocumentRegistrationRequest", reference("document", "DMInternalDocument", id, "DMInternalDocument"));
  EXPECT_EQ(registered.text("document/status/objectID/id"), "Зарегистрирован");
  EXPECT_FALSE(registered.text("document/regNumber").empty());
  const Answer answer =
      ask("DMUpdateRequest", "<m:objects xsi:type=\"m:DMInternalDocument\"><m:name/>" +
                                 object_id("objectID", "DMInternalDocument", id) + "<m:sum>1</m:sum></m:objects>");
  EXPECT_EQ(answer.text("description"), "Свойство \"sum\" не может быть изменено для состояния \"Зарегистрирован\"");
}

TEST_F(Documents, refuses_to_create_what_it_cannot) {
  const Answer answer = ask("DMCreateRequest", "<m:object xsi:type=\"m:DMProject\"><m:name>П</m:name>" +
                                                   object_id("objectID", "DMProject", "") + "</m:object>");
  EXPECT_EQ(answer.text("subject"), "Создание объектов этого типа не поддерживается");
}

TEST_F(Documents, gives_a_new_object_bare) {
  const Answer answer = ask("DMGetNewObjectRequest", "<m:type>DMInternalDocument</m:type>");
  EXPECT_EQ(answer.type(), "DMInternalDocument");
  EXPECT_EQ(answer.text("author/name"), "Интеграция Битрикс24");
}

TEST_F(Documents, tells_an_enumeration_value_it_does_not_have) {
  const Answer answer =
      ask("DMCreateRequest", "<m:object xsi:type=\"m:DMCorrespondent\"><m:name>А</m:name>" +
                                 object_id("objectID", "DMCorrespondent", "") +
                                 reference("legalPrivatePerson", "DMLegalPrivatePerson", "ООО") + "</m:object>");
  EXPECT_EQ(answer.text("description"), "Нет значения \"ООО\" среди значений типа \"DMLegalPrivatePerson\"");
}

TEST_F(Documents, guesses_who_a_counterparty_is_from_its_inn) {
  const auto kind = [&](const std::string& inn) {
    return ask("DMCreateRequest", "<m:object xsi:type=\"m:DMCorrespondent\"><m:name>А</m:name>" +
                                      object_id("objectID", "DMCorrespondent", "") + "<m:inn>" + inn +
                                      "</m:inn></m:object>")
        .text("object/legalPrivatePerson/objectID/id");
  };
  EXPECT_EQ(kind("771234567890"), "ФизЛицо");
  EXPECT_EQ(kind("7712345678"), "ЮрЛицо");
  EXPECT_EQ(kind(""), "ЮрЛицоНеРезидент");
}

}  // namespace
}  // namespace sedlink::sim_test
