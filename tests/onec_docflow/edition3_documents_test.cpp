// Documents, people, counterparties, files and printed forms of 3.0 (onec-docflow 5.1, 6, 7, 9.2, 9.6, 9.7).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "portal3.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class OnecEdition3 : public testing::Test {
 protected:
  OnecEdition3() : service([this](const Element& r) { return portal(r); }) {
    service.version = version3;
    portal.lists["DMDocumentType"] = {{"k1", "Договор"}};
    portal.lists["DMEmployee"] = {{employee_id, "Иванов Иван Иванович"}, {"e2", "Петров Пётр Петрович"}};
    portal.lists["DMDocumentTemplate"] = {{"t1", "Договор с поставщиком"}};
  }
  SpooledFile spooled(const std::string& name, const std::string& bytes) {
    SpooledFile file;
    file.path = (service.folder / name).string();
    file.name = name;
    std::ofstream(file.path, std::ios::binary) << bytes;
    file.size = bytes.size();
    Sha256 hash;
    hash.update(bytes);
    file.sha256 = hash.hex_digest();
    return file;
  }
  Portal3 portal;
  ScriptedService service;
  std::unique_ptr<api::EdmsAdapter> adapter = service.adapter();
};

TEST_F(OnecEdition3, creates_one_document_with_our_key_in_the_order_of_the_schema) {
  portal.other = [this](const Element& r) {
    EXPECT_EQ(r.type, "DMCreateRequest");
    portal.documents[key] = Document3();
    return envelope("DMCreateResponse", object("object", "DMDocument", key, "Договор поставки 15"));
  };
  DocumentDraft draft;
  draft.type = "internal";
  draft.key_source = "dynamic:1036/77";
  Reference kind, responsible;
  kind.name = "договор";
  responsible.user = Person{"14", "Иванов Иван Иванович", ""};
  draft.fields.emplace_back("title", Value("Договор поставки 15"));
  draft.fields.emplace_back("responsible", responsible);
  draft.fields.emplace_back("kind", kind);
  draft.fields.emplace_back("sum", Value("150000.00"));
  draft.fields.emplace_back("vendor.typeOfAppeal", Value("Personal"));
  const auto made = service.run(adapter->create_document(service.context(), draft));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().id, key);
  EXPECT_EQ(made.value().type, "DMDocument");
  EXPECT_THAT(made.value().url, HasSubstr("Справочник.ДокументыПредприятия?ref="));
  const Element create = service.asked("DMCreateRequest").at(0);
  const Element* sent = create.child("object");
  EXPECT_EQ(sent->type, "DMDocument");
  EXPECT_EQ(object_id(*sent).type, "DMDocument");
  EXPECT_EQ(sent->child("externalObject")->text_of("id"), key);
  EXPECT_EQ(object_id(sent->child("responsible")).type, "DMEmployee");
  EXPECT_EQ(object_id(sent->child("documentType")).id, "k1");
  EXPECT_EQ(sent->text_of("typeOfAppeal"), "Personal");
  const auto found = service.run(adapter->find_document(service.context(), draft));
  ASSERT_TRUE(found && found.value());
  EXPECT_EQ(found.value()->id, key);
}

TEST_F(OnecEdition3, refuses_a_word_that_is_not_on_the_closed_list_and_a_field_it_has_not) {
  DocumentDraft draft;
  draft.type = "document";
  draft.fields.emplace_back("vendor.typeOfAppeal", Value("Коллективное"));
  const auto word = service.run(adapter->create_document(service.context(), draft));
  ASSERT_FALSE(word);
  EXPECT_THAT(word.error().message, HasSubstr("Personal, Cooperative, Anonymous"));
  draft.fields.clear();
  draft.fields.emplace_back("signer", Value("Иванов"));
  const auto field = service.run(adapter->create_document(service.context(), draft));
  ASSERT_FALSE(field);
  EXPECT_EQ(field.error().code, "edms.field_unknown");
}

TEST_F(OnecEdition3, finds_people_among_employees) {
  Reference who;
  who.name = "петров петр петрович";
  const auto found = service.run(adapter->find_person(service.context(), who));
  ASSERT_TRUE(found);
  ASSERT_EQ(found.value().size(), 1u);
  EXPECT_EQ(found.value()[0].id, "e2");
}

TEST_F(OnecEdition3, says_which_attribute_a_condition_means) {
  portal.lists["DMCorrespondent"] = {{"c1", "ООО Ромашка"}};
  Reference wanted;
  wanted.inn = "7717586110";
  wanted.kpp = "771701001";
  const auto found = service.run(adapter->ensure_counterparty(service.context(), wanted, "Ромашка"));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found.value().id, "c1");
  const Element asked = service.asked("DMGetObjectListRequest").at(0);
  const Element* query = asked.child("query");
  const auto pairs = query->all("columnConformity");
  ASSERT_EQ(pairs.size(), 2u);
  EXPECT_EQ(pairs[0]->text_of("xdtoPropertyName"), "inn");
  EXPECT_EQ(pairs[0]->text_of("dmPropertyName"), "ИНН");
  EXPECT_EQ(pairs[1]->text_of("dmPropertyName"), "КПП");
}

TEST_F(OnecEdition3, discovers_kinds_templates_and_employees) {
  portal.lists["DMOrganization"] = {{"o1", "Наша организация"}};
  portal.lists["DMDocumentFolder"] = {{"f1", "Договоры"}};
  portal.other = [](const Element& r) {
    EXPECT_EQ(r.type, "DMRetrieveRequest");
    return envelope("DMRetrieveResponse",
                    object("objects", "DMOrganization", "o1", "Наша организация", "<m:inn>7701234567</m:inn>"));
  };
  const auto catalog = service.run(adapter->discover(service.context()));
  ASSERT_TRUE(catalog) << describe(catalog.error());
  const auto company = std::find_if(catalog.value().begin(), catalog.value().end(),
                                    [](const api::CatalogEntry& e) { return e.kind == "organization"; });
  ASSERT_NE(company, catalog.value().end());
  EXPECT_EQ(company->detail, "7701234567");
  std::vector<std::string> seen;
  for (const api::CatalogEntry& e : catalog.value()) {
    if (!e.kind.starts_with("document_field.")) seen.push_back(e.kind + "=" + e.name);
  }
  for (const char* wanted :
       {"document_kind.internal=Договор", "document_kind.incoming=Договор", "template.processing=Договор с поставщиком",
        "person=Иванов Иван Иванович", "organization=Наша организация", "folder=Договоры"}) {
    EXPECT_THAT(seen, Contains(wanted));
  }
}

TEST_F(OnecEdition3, reports_edition_and_a_user_without_an_employee) {
  const auto report = service.run(adapter->test_connection(service.context()));
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(report.value().product, "1С:Документооборот КОРП, редакция 3.0");
  EXPECT_EQ(report.value().version, version3);
  EXPECT_THAT(report.value().warnings, ElementsAre(HasSubstr("нет сотрудника")));
}

TEST_F(OnecEdition3, gives_a_file_the_demanded_role_that_is_still_missing) {
  portal.documents[document_id].document_fields = object("documentType", "DMDocumentType", "k1", "Договор", "", false);
  std::string taken;
  portal.other = [&taken](const Element& r) {
    if (r.type == "DMRetrieveRequest") {
      EXPECT_EQ(r.text_of("columnSet"), "roles");
      const std::string required = "<m:required>true</m:required>";
      return envelope("DMRetrieveResponse",
                      object("objects", "DMDocumentType", "k1", "Договор",
                             object("roles", "DMFileRole", "r0", "Прочее", "<m:required>false</m:required>", false) +
                                 object("roles", "DMFileRole", "r1", "Основной", required, false) +
                                 object("roles", "DMFileRole", "r2", "Приложение", required, false)));
    }
    if (r.type == "DMGetFileListByOwnerRequest") return envelope("DMGetFileListByOwnerResponse", taken);
    EXPECT_EQ(r.type, "DMAddFileRequest");
    return envelope("DMAddFileResponse", object("file", "DMFile", "f1", "договор"));
  };
  const SpooledFile file = spooled("договор.pdf", "%PDF-1.4");
  ASSERT_TRUE(service.run(adapter->attach_file(service.context(), document3(), file)));
  taken = object("files", "DMFile", "f1", "договор", object("role", "DMFileRole", "r1", "Основной", "", false));
  ASSERT_TRUE(service.run(adapter->attach_file(service.context(), document3(), file)));
  taken += object("files", "DMFile", "f2", "ещё", object("role", "DMFileRole", "r2", "Приложение", "", false));
  ASSERT_TRUE(service.run(adapter->attach_file(service.context(), document3(), file)));
  const auto added = service.asked("DMAddFileRequest");
  ASSERT_EQ(added.size(), 3u);
  EXPECT_EQ(object_id(added[0].child("file")->child("role")).id, "r1");
  EXPECT_EQ(object_id(added[1].child("file")->child("role")).id, "r2");
  EXPECT_EQ(added[2].child("file")->child("role"), nullptr);
}

TEST_F(OnecEdition3, adds_a_version_and_hears_a_refusal_of_the_one_object) {
  bool refuse = false;
  portal.other = [&refuse](const Element& r) {
    if (r.type == "DMRetrieveRequest") {
      return envelope("DMRetrieveResponse",
                      object("objects", "DMFile", "f1", "договор", "<m:extension>pdf</m:extension>"));
    }
    EXPECT_EQ(r.type, "DMUpdateRequest");
    const std::string id = "<m:objects><m:key><m:id>f1</m:id><m:type>DMFile</m:type></m:key>";
    if (refuse) {
      return envelope("DMUpdateResponse", id + "<m:success>false</m:success><m:error><m:description>Для текущего "
                                               "состояния документа запрещено</m:description><m:subject>Ошибка"
                                               "</m:subject></m:error></m:objects>");
    }
    return envelope("DMUpdateResponse",
                    id + "<m:success>true</m:success>" +
                        object("object", "DMFile", "f1", "договор",
                               object("activeVersion", "DMFileVersion", "v2", "договор", "", false)) +
                        "</m:objects>");
  };
  EdmsFileRef ref;
  ref.id = "f1";
  const SpooledFile file = spooled("договор.pdf", "%PDF-1.5");
  const auto made = service.run(adapter->add_version(service.context(), document3(), ref, file));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().version_id, "v2");
  refuse = true;
  const auto refused = service.run(adapter->add_version(service.context(), document3(), ref, file));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "edms.version_refused");
  EXPECT_THAT(refused.error().message, HasSubstr("запрещено"));
}

TEST_F(OnecEdition3, brings_signatures_by_the_bare_column_and_the_sheet_as_a_pdf_of_1c) {
  std::string form = text::base64_encode("%PDF-1.4 лист");
  std::vector<std::string> columns;
  portal.other = [&](const Element& r) {
    if (r.type == "DMGetFileListByOwnerRequest") {
      return envelope("DMGetFileListByOwnerResponse",
                      object("files", "DMFile", "f1", "договор",
                             "<m:extension>pdf</m:extension><m:signed>true</m:signed><m:size>8</m:size>"));
    }
    if (r.type == "DMGetPrintedFormRequest") {
      EXPECT_EQ(r.text_of("printCommand"), "ApprovalSheet");
      EXPECT_EQ(r.text_of("printedFormFileType"), "PDF");
      if (form.empty()) return dm_error("Ошибка", "Печатная форма недоступна");
      return envelope("DMGetPrintedFormResponse", "<m:printedForm>" + form + "</m:printedForm>");
    }
    EXPECT_EQ(r.type, "DMRetrieveRequest");
    for (const Element* c : r.all("columnSet")) columns.push_back(c->text);
    return envelope("DMRetrieveResponse",
                    object("objects", "DMFile", "f1", "договор",
                           "<m:signatures><m:author>CN=Иванов</m:author><m:certificate/><m:comment/><m:date>2024-03-01T"
                           "12:00:00</m:date><m:signature>AQID</m:signature><m:signatureFileName>договор.p7s"
                           "</m:signatureFileName><m:thumbprint>ab</m:thumbprint></m:signatures>"));
  };
  const auto results = service.run(adapter->list_results(service.context(), process3()));
  ASSERT_TRUE(results) << describe(results.error());
  ASSERT_EQ(results.value().files.size(), 1u);
  ASSERT_EQ(results.value().files[0].signatures.size(), 1u);
  EXPECT_EQ(results.value().files[0].signatures[0].bytes, "\x01\x02\x03");
  EXPECT_THAT(columns, Contains("signatures"));
  EXPECT_THAT(columns, testing::Not(Contains(HasSubstr("signatures."))));
  ASSERT_TRUE(results.value().sheet_pdf);
  const std::string path = (service.folder / "sheet").string();
  const auto sheet = service.run(adapter->fetch(service.context(), *results.value().sheet_pdf, path));
  ASSERT_TRUE(sheet) << describe(sheet.error());
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(bytes.str(), "%PDF-1.4 лист");
  EXPECT_EQ(sheet.value().size, bytes.str().size());
  form.clear();
  const auto without = service.run(adapter->list_results(service.context(), process3()));
  ASSERT_TRUE(without);
  EXPECT_FALSE(without.value().sheet_pdf) << "ours is drawn then";
}

TEST_F(OnecEdition3, asks_early_releases_for_signatures_by_their_parts) {
  service.version = "3.0.8.1.CORP";
  std::vector<std::string> columns;
  portal.other = [&columns](const Element& r) {
    if (r.type == "DMGetFileListByOwnerRequest") {
      return envelope("DMGetFileListByOwnerResponse",
                      object("files", "DMFile", "f1", "договор", "<m:signed>true</m:signed>"));
    }
    if (r.type == "DMGetPrintedFormRequest") return dm_error("Ошибка", "Неизвестное сообщение");
    for (const Element* c : r.all("columnSet")) columns.push_back(c->text);
    return envelope("DMRetrieveResponse", object("objects", "DMFile", "f1", "договор"));
  };
  ASSERT_TRUE(service.run(adapter->list_results(service.context(), process3())));
  EXPECT_THAT(columns, Contains("signatures.signature"));
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
