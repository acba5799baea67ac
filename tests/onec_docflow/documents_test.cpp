// Documents and counterparties: found before created, references in words (onec-docflow 6.2, 7.1, 8.1).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scripted_service.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string list(const std::string& items) { return envelope("DMGetObjectListResponse", items); }
std::string item(const std::string& type, const std::string& id, const std::string& name) {
  return "<m:items><m:canHaveChildren>false</m:canHaveChildren><m:isFolder>false</m:isFolder>" +
         object("object", type, id, name) + "</m:items>";
}

DocumentDraft contract() {
  DocumentDraft d;
  d.type = "internal";
  d.key_source = "dynamic:1036/77";
  d.fields.emplace_back("title", Value("Договор поставки 15"));
  Reference kind, folder, company, user;
  kind.name = "договор";
  folder.name = "Договоры";
  company.id = "c0000000-0000-11e9-80c1-00155d000001";
  user.user = Person{"14", "Иванов Иван", ""};
  d.fields.emplace_back("kind", kind);
  d.fields.emplace_back("folder", folder);
  d.fields.emplace_back("counterparty", company);
  d.fields.emplace_back("responsible", user);
  d.fields.emplace_back("sum", Value(Money{"150000.00", "RUB"}));
  d.fields.emplace_back("subject", Value("Поставка"));
  d.fields.emplace_back("comment", Value());
  return d;
}

// A base with catalogs and nothing else; what is created gets the UUID asked for.
std::string empty_base(const Element& r) {
  if (r.type == "DMGetObjectListRequest") {
    const std::string type = r.text_of("type");
    if (type == "DMInternalDocumentType") return list(item(type, "d1", "Договор") + item(type, "d2", "Счёт"));
    if (type == "DMInternalDocumentFolder") return list(item(type, "e1", "Договоры"));
    if (type == "DMUser") return list(item(type, user_id, "Иванов Иван"));
    return list("");
  }
  if (r.type == "DMGetDocumentListRequest") return envelope("DMGetDocumentListResponse", "");
  if (r.type == "DMRetrieveRequest") {
    return dm_error(
        "Ошибка при получении объектов",
        "{ОбщийМодуль.ОбработкаЗапросовXDTO.Модуль(1)}: Значение не является значением объектного типа (Ссылка)");
  }
  if (r.type == "DMCreateRequest") {
    return envelope("DMCreateResponse", object("object", r.child("object")->type,
                                               r.child("object")->child("externalObject")->text_of("id"), "x"));
  }
  return dm_error("Неизвестное сообщение", r.type);
}

std::vector<std::string> names(const Element& e) {
  std::vector<std::string> all;
  for (const Element& c : e.children) all.push_back(c.name);
  return all;
}

TEST(OnecDocuments, creates_a_document_in_the_order_of_the_page_with_our_key) {
  ScriptedService service(empty_base);
  const auto adapter = service.adapter();
  const auto made = service.run(adapter->create_document(service.context(), contract()));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().id, key);
  EXPECT_EQ(made.value().type, "DMInternalDocument");
  EXPECT_EQ(made.value().url,
            "https://1c.example.ru/doc/#e1cib/data/Справочник.ВнутренниеДокументы?ref=8444555555555555433322222"
            "1111111");
  const auto creates = service.asked("DMCreateRequest");
  ASSERT_EQ(creates.size(), 1u);
  const Element& document = *creates[0].child("object");
  EXPECT_EQ(document.type, "DMInternalDocument");
  EXPECT_THAT(names(document), ElementsAre("name", "objectID", "externalObject", "responsible", "sum", "summary",
                                           "title", "correspondent", "documentType", "folder"));
  EXPECT_EQ(object_id(document).id, "");
  EXPECT_THAT(names(*document.child("externalObject")), ElementsAre("name", "id", "type"));
  EXPECT_EQ(document.child("externalObject")->text_of("type"), "sedlink.item");
  EXPECT_EQ(document.text_of("sum"), "150000.00");
  EXPECT_EQ(object_id(document.child("documentType")).id, "d1");
  EXPECT_EQ(object_id(document.child("correspondent")).type, "DMCorrespondent");
  EXPECT_EQ(object_id(document.child("responsible")).id, user_id);
}

TEST(OnecDocuments, are_looked_for_by_the_link_and_the_uuid_in_one_call) {
  ScriptedService service(empty_base);
  const auto adapter = service.adapter();
  const auto found = service.run(adapter->find_document(service.context(), contract()));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_FALSE(found.value());
  const auto lists = service.asked("DMGetDocumentListRequest");
  ASSERT_EQ(lists.size(), 1u);
  EXPECT_EQ(lists[0].all("externalObjects").size(), 1u);
  EXPECT_EQ(lists[0].text_of("dataBaseID"), database_id) << "a sub-request has its own";
  const auto retrieves = service.asked("DMRetrieveRequest");
  ASSERT_EQ(retrieves.size(), 1u);
  EXPECT_EQ(retrieves[0].child("objectIds")->text_of("id"), key);
  // Who creates has looked: the create asks nothing twice.
  ASSERT_TRUE(service.run(adapter->create_document(service.context(), contract())));
  EXPECT_EQ(service.asked("DMGetDocumentListRequest").size(), 1u);
  EXPECT_EQ(service.asked("DMRetrieveRequest").size(), 1u);
  EXPECT_EQ(service.asked("DMCreateRequest").size(), 1u);
}

TEST(OnecDocuments, without_a_key_are_neither_looked_for_nor_made) {
  ScriptedService service(empty_base);
  const auto adapter = service.adapter();
  for (const char* wrong : {"", "77", "сделка-15"}) {
    const auto found = service.run(adapter->find_document(service.context(wrong), contract()));
    ASSERT_FALSE(found) << wrong;
    EXPECT_EQ(found.error().code, "edms.key");
    const auto made = service.run(adapter->create_document(service.context(wrong), contract()));
    ASSERT_FALSE(made) << wrong;
    EXPECT_EQ(made.error().code, "edms.key");
  }
  EXPECT_TRUE(service.seen.empty() || service.asked("DMCreateRequest").empty());
}

TEST(OnecDocuments, returns_the_document_that_has_our_uuid_without_a_link) {
  ScriptedService service([](const Element& r) {
    if (r.type != "DMRetrieveRequest") return empty_base(r);
    return envelope("DMRetrieveResponse", object("objects", "DMInternalDocument", key, "Договор"));
  });
  const auto adapter = service.adapter();
  const auto found = service.run(adapter->find_document(service.context(), contract()));
  ASSERT_TRUE(found) << describe(found.error());
  ASSERT_TRUE(found.value());
  EXPECT_EQ(found.value()->id, key);
}

TEST(OnecDocuments, returns_the_document_that_is_linked_under_another_uuid) {
  ScriptedService service([](const Element& r) {
    if (r.type != "DMGetDocumentListRequest") return empty_base(r);
    return envelope("DMGetDocumentListResponse", object("documents", "DMInternalDocument", document_id, "Договор"));
  });
  const auto adapter = service.adapter();
  const auto found = service.run(adapter->find_document(service.context(), contract()));
  ASSERT_TRUE(found) << describe(found.error());
  ASSERT_TRUE(found.value());
  EXPECT_EQ(found.value()->id, document_id);
}

TEST(OnecDocuments, does_not_say_not_there_while_1c_cannot_answer) {
  for (const char* text : {"Конфликт блокировок при выполнении транзакции", "Нарушение прав доступа!"}) {
    ScriptedService service([text](const Element& r) {
      return r.type == "DMRetrieveRequest" ? dm_error("Ошибка при получении объектов", text) : empty_base(r);
    });
    const auto adapter = service.adapter();
    const auto found = service.run(adapter->find_document(service.context(), contract()));
    EXPECT_FALSE(found) << text;
  }
}

TEST(OnecDocuments, marks_the_second_one_for_deletion_when_1c_made_one) {
  bool created = false;
  ScriptedService service([&created](const Element& r) {
    if (r.type == "DMCreateRequest") {
      created = true;
      return envelope("DMCreateResponse", object("object", "DMInternalDocument", document_id, "x"));
    }
    if (r.type == "DMRetrieveRequest" && created) {
      return envelope("DMRetrieveResponse", object("objects", "DMInternalDocument", key, "x"));
    }
    if (r.type == "DMDeleteRequest") return envelope("DMDeleteResponse", "");
    return empty_base(r);
  });
  const auto adapter = service.adapter();
  const auto made = service.run(adapter->create_document(service.context(), contract()));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().id, key);
  const auto deletes = service.asked("DMDeleteRequest");
  ASSERT_EQ(deletes.size(), 1u);
  EXPECT_EQ(deletes[0].child("objectIds")->text_of("id"), document_id);
}

TEST(OnecDocuments, tells_the_user_what_1c_does_not_know) {
  ScriptedService service(empty_base);
  const auto adapter = service.adapter();
  DocumentDraft draft = contract();
  Reference kind;
  kind.name = "Контракт";
  draft.fields[1] = DraftField("kind", kind);
  const auto made = service.run(adapter->create_document(service.context(), draft));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "edms.reference.none");
  EXPECT_EQ(made.error().audience, Audience::user);
  EXPECT_THAT(made.error().message, HasSubstr("Вид документа «Контракт»"));
  EXPECT_THAT(made.error().message, HasSubstr("«Договор», «Счёт»"));
  EXPECT_TRUE(service.asked("DMCreateRequest").empty());
}

TEST(OnecDocuments, tells_the_admin_about_a_field_the_type_has_not) {
  ScriptedService service(empty_base);
  const auto adapter = service.adapter();
  DocumentDraft draft = contract();
  draft.fields.emplace_back("vendor.performancDate", Value("2024-03-01"));
  const auto made = service.run(adapter->create_document(service.context(), draft));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "edms.field_unknown");
  EXPECT_THAT(made.error().message, HasSubstr("vendor.performanceDate"));
}

TEST(OnecDocuments, passes_on_the_fill_check_of_1c) {
  ScriptedService service([](const Element& r) {
    return r.type == "DMCreateRequest"
               ? dm_error("Ошибка при создании внутреннего документа", "Поле \"Папка\" не заполнено")
               : empty_base(r);
  });
  const auto adapter = service.adapter();
  const auto made = service.run(adapter->create_document(service.context(), contract()));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::rejected);
  EXPECT_EQ(made.error().audience, Audience::user);
  EXPECT_THAT(made.error().message, HasSubstr("Поле \"Папка\" не заполнено"));
}

TEST(OnecDocuments, asks_lists_of_names_once_in_ten_minutes) {
  ScriptedService service(empty_base);
  const auto adapter = service.adapter();
  ASSERT_TRUE(service.run(adapter->create_document(service.context(), contract())));
  const auto once = service.asked("DMGetObjectListRequest").size();
  ASSERT_TRUE(service.run(adapter->create_document(service.context(), contract())));
  EXPECT_EQ(service.asked("DMGetObjectListRequest").size(), once);
  service.clock.advance(std::chrono::minutes(11));
  ASSERT_TRUE(service.run(adapter->create_document(service.context(), contract())));
  EXPECT_EQ(service.asked("DMGetObjectListRequest").size(), 2 * once);
}

Reference requisites(bool create) {
  Reference r;
  r.inn = "7717586110";
  r.kpp = "771701001";
  r.create = create;
  return r;
}

std::vector<std::string> conditions(const Element& request) {
  std::vector<std::string> all;
  for (const Element* c : request.child("query")->all("conditions"))
    all.push_back(c->text_of("property") + "=" + c->text_of("value"));
  return all;
}

TEST(OnecCounterparties, are_searched_by_both_numbers_then_by_inn) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMGetObjectListRequest" && conditions(r).size() == 1)
      return list(item("DMCorrespondent", "c1", "ООО Ромашка"));
    return empty_base(r);
  });
  const auto adapter = service.adapter();
  const auto found = service.run(adapter->ensure_counterparty(service.context(), requisites(true), "Ромашка"));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found.value().id, "c1");
  const auto lists = service.asked("DMGetObjectListRequest");
  ASSERT_EQ(lists.size(), 2u);
  EXPECT_THAT(conditions(lists[0]), ElementsAre("inn=7717586110", "kpp=771701001"));
  EXPECT_THAT(conditions(lists[1]), ElementsAre("inn=7717586110"));
  EXPECT_EQ(lists[0].child("query")->child("conditions")->child("value")->type, "string");
}

TEST(OnecCounterparties, are_ambiguous_in_words) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMGetObjectListRequest") {
      return list(item("DMCorrespondent", "c1", "ООО Ромашка") + item("DMCorrespondent", "c2", "Ромашка, филиал"));
    }
    return empty_base(r);
  });
  const auto adapter = service.adapter();
  const auto found = service.run(adapter->ensure_counterparty(service.context(), requisites(true), "Ромашка"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "edms.counterparty.several");
  EXPECT_THAT(found.error().message, HasSubstr("«Ромашка, филиал»"));
}

TEST(OnecCounterparties, are_created_only_on_demand_and_with_our_key) {
  ScriptedService service(empty_base);
  const auto adapter = service.adapter();
  const auto refused = service.run(adapter->ensure_counterparty(service.context(), requisites(false), "ООО Ромашка"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "edms.counterparty.none");
  const auto made = service.run(adapter->ensure_counterparty(service.context(), requisites(true), "ООО Ромашка"));
  ASSERT_TRUE(made) << describe(made.error());
  const auto creates = service.asked("DMCreateRequest");
  ASSERT_EQ(creates.size(), 1u);
  EXPECT_THAT(names(*creates[0].child("object")),
              ElementsAre("name", "objectID", "externalObject", "inn", "kpp", "fullName"));
  EXPECT_EQ(creates[0].child("object")->child("externalObject")->text_of("id"), key);
  EXPECT_EQ(made.value().id, key);
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
