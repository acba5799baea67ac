// Files: streamed both ways, never overwritten, versions and signatures (onec-docflow 8.3, 8.4).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "scripted_service.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const char* file_id = "f0000000-6a1b-11ee-8f01-00155d000001";

std::string content(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 31 + i / 256);
  return bytes;
}

SpooledFile spool(const ScriptedService& service, const std::string& name, const std::string& bytes) {
  SpooledFile f;
  f.path = service.folder / "spooled";
  std::ofstream(f.path, std::ios::binary) << bytes;
  f.name = name;
  f.size = bytes.size();
  f.sha256 = sha256_hex(bytes);
  return f;
}

DocumentRef contract() { return DocumentRef{document_id, "DMInternalDocument", ""}; }

std::vector<std::string> names(const Element& e) {
  std::vector<std::string> all;
  for (const Element& c : e.children) all.push_back(c.name);
  return all;
}

std::string file_object(const std::string& element, const std::string& bytes, const std::string& more = {}) {
  return object(element, "DMFile", file_id, "Договор 15",
                "<m:binaryData>" + text::base64_encode(bytes) + "</m:binaryData><m:extension>pdf</m:extension>" + more +
                    "<m:size>" + std::to_string(bytes.size()) + "</m:size>");
}

TEST(OnecFiles, are_sent_whole_and_added_without_touching_one_of_the_same_name) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{9}, std::size_t{48 * 1024}, std::size_t{200'001}}) {
    ScriptedService service(
        [](const Element&) { return envelope("DMAddFileResponse", object("file", "DMFile", file_id, "Договор 15")); });
    const auto adapter = service.adapter();
    const std::string bytes = content(size);
    const auto made =
        service.run(adapter->attach_file(service.context(), contract(), spool(service, "Договор 15.pdf", bytes)));
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(made.value().id, file_id);
    const Element add = service.asked("DMAddFileRequest").at(0);
    EXPECT_THAT(names(add), ElementsAre("dataBaseID", "file", "owner")) << "no tryToUpdate";
    const Element& file = *add.child("file");
    EXPECT_THAT(names(file), ElementsAre("name", "objectID", "binaryData", "creationDate", "extension",
                                         "modificationDate", "modificationDateUniversal", "size"));
    EXPECT_EQ(file.text_of("name"), "Договор 15");
    EXPECT_EQ(file.text_of("extension"), "pdf");
    EXPECT_EQ(file.text_of("modificationDate"), "2024-03-01T10:00:00");
    EXPECT_EQ(file.text_of("modificationDateUniversal"), "2024-03-01T07:00:00");
    EXPECT_EQ(file.text_of("size"), std::to_string(size));
    EXPECT_EQ(text::base64_decode(file.text_of("binaryData")).value(), bytes);
    EXPECT_EQ(add.child("owner")->type, "DMInternalDocument");
  }
}

TEST(OnecFiles, are_not_kept_when_the_answer_shows_them_again) {
  ScriptedService service(
      [](const Element&) { return envelope("DMUpdateRequest", file_object("objects", content(3'000'000))); });
  service.judged = false;
  auto settings = service.settings();
  settings.values["limits.answer"] = "1048576";
  const auto adapter = service.adapter(settings);
  service.before = [](const Seen& seen) -> std::optional<net::ServerResponse> {
    if (seen.request.type != "DMRetrieveRequest") return std::nullopt;
    return net::ServerResponse(200, "text/xml",
                               envelope("DMRetrieveResponse", object("objects", "DMFile", file_id, "Договор 15")));
  };
  EdmsFileRef ref;
  ref.id = file_id;
  const auto made = service.run(
      adapter->add_version(service.context(), contract(), ref, spool(service, "Договор 15.pdf", content(3'000'000))));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().id, file_id);
}

TEST(OnecFiles, over_the_limit_are_refused_before_anything_is_sent) {
  ScriptedService service([](const Element&) { return std::string(); });
  auto settings = service.settings();
  settings.values["limits.file"] = "1024";
  const auto adapter = service.adapter(settings);
  const auto made =
      service.run(adapter->attach_file(service.context(), contract(), spool(service, "a.pdf", content(1025))));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "edms.file_too_large");
  EXPECT_TRUE(service.seen.empty());
}

TEST(OnecFiles, are_fetched_into_the_file_with_their_hash) {
  const std::string bytes = content(300'000);
  ScriptedService service(
      [&](const Element&) { return envelope("DMRetrieveResponse", file_object("objects", bytes)); });
  const auto adapter = service.adapter();
  EdmsFileRef ref;
  ref.id = file_id;
  const std::string path = service.folder / "fetched";
  const auto got = service.run(adapter->fetch(service.context(), ref, path));
  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(got.value().name, "Договор 15.pdf");
  EXPECT_EQ(got.value().size, bytes.size());
  EXPECT_EQ(got.value().sha256, sha256_hex(bytes));
  std::ostringstream read;
  read << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(read.str(), bytes);
  EXPECT_EQ(service.asked("DMRetrieveRequest").at(0).child("objectIds")->text_of("type"), "DMFile");
}

TEST(OnecFiles, of_a_version_are_asked_by_the_type_of_versions) {
  ScriptedService service([](const Element&) { return dm_error("Ошибка при получении объектов", "Файл не найден"); });
  const auto adapter = service.adapter();
  EdmsFileRef ref;
  ref.id = file_id;
  ref.version_id = "v1";
  const auto got = service.run(adapter->fetch(service.context(), ref, service.folder / "fetched"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().fault, Fault::not_found);
  EXPECT_EQ(service.asked("DMRetrieveRequest").at(0).child("objectIds")->text_of("type"), "DMFileVersion");
}

TEST(OnecFiles, larger_than_allowed_stop_while_they_arrive) {
  ScriptedService service(
      [&](const Element&) { return envelope("DMRetrieveResponse", file_object("objects", content(300'000))); });
  auto settings = service.settings();
  settings.values["limits.file"] = "2048";
  const auto adapter = service.adapter(settings);
  EdmsFileRef ref;
  ref.id = file_id;
  const auto got = service.run(adapter->fetch(service.context(), ref, service.folder / "fetched"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, "edms.file_too_large");
}

TEST(OnecFiles, are_found_again_by_name_size_and_content) {
  const std::string bytes = content(5000);
  std::string other = bytes;
  other[10] = 'x';
  ScriptedService service([&](const Element& r) {
    if (r.type == "DMGetFileListByOwnerRequest") {
      return envelope(
          "DMGetFileListByOwnerResponse",
          object("files", "DMFile", "f1", "Договор 15", "<m:extension>pdf</m:extension><m:size>5000</m:size>") +
              object("files", "DMFile", "f2", "Договор 15", "<m:extension>pdf</m:extension><m:size>5000</m:size>") +
              object("files", "DMFile", "f3", "Договор 15", "<m:extension>pdf</m:extension><m:size>4999</m:size>"));
    }
    return envelope("DMRetrieveResponse",
                    file_object("objects", r.child("objectIds")->text_of("id") == "f2" ? bytes : other));
  });
  const auto adapter = service.adapter();
  const auto found =
      service.run(adapter->find_file(service.context(), contract(), spool(service, "Договор 15.pdf", bytes)));
  ASSERT_TRUE(found) << describe(found.error());
  ASSERT_TRUE(found.value());
  EXPECT_EQ(found.value()->id, "f2");
  EXPECT_EQ(service.asked("DMRetrieveRequest").size(), 2u) << "a file of another size is not downloaded";
  const auto none = service.run(adapter->find_file(service.context(), contract(), spool(service, "Другой.pdf", bytes)));
  ASSERT_TRUE(none);
  EXPECT_FALSE(none.value());
}

TEST(OnecFiles, take_a_new_version_under_their_own_name_without_signatures) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMRetrieveRequest") {
      return envelope("DMRetrieveResponse",
                      object("objects", "DMFile", file_id, "Имя в 1С", "<m:extension>pdf</m:extension>"));
    }
    return envelope("DMUpdateRequest", object("objects", "DMFile", file_id, "Имя в 1С"));  // sic, onec-docflow 3
  });
  const auto adapter = service.adapter();
  EdmsFileRef ref;
  ref.id = file_id;
  const auto made =
      service.run(adapter->add_version(service.context(), contract(), ref, spool(service, "Новый.pdf", content(10))));
  ASSERT_TRUE(made) << describe(made.error());
  const Element update = service.asked("DMUpdateRequest").at(0);
  const Element& file = *update.child("objects");
  EXPECT_EQ(file.type, "DMFile");
  EXPECT_EQ(object_id(file).id, file_id);
  EXPECT_EQ(file.text_of("name"), "Имя в 1С");
  EXPECT_EQ(text::base64_decode(file.text_of("binaryData")).value(), content(10));
  EXPECT_EQ(file.child("signatures"), nullptr);
}

TEST(OnecFiles, refuse_a_version_when_signed_deleted_or_by_the_words_of_1c) {
  for (const std::string more : {"<m:signed>true</m:signed>", "<m:deletionMark>true</m:deletionMark>", ""}) {
    ScriptedService service([&more](const Element& r) {
      if (r.type == "DMRetrieveRequest")
        return envelope("DMRetrieveResponse", object("objects", "DMFile", file_id, "Имя", more));
      return dm_error("Ошибка при записи файла",
                      "Свойство \"Файлы\" не может быть изменено для состояния \"Зарегистрирован\"");
    });
    const auto adapter = service.adapter();
    EdmsFileRef ref;
    ref.id = file_id;
    const auto made =
        service.run(adapter->add_version(service.context(), contract(), ref, spool(service, "a.pdf", content(10))));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "edms.version_refused") << more;
    EXPECT_EQ(service.asked("DMUpdateRequest").size(), more.empty() ? 1u : 0u);
  }
}

TEST(OnecResults, bring_files_with_the_signatures_of_their_version_and_the_rows_of_the_sheet) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMGetFileListByOwnerRequest") {
      return envelope("DMGetFileListByOwnerResponse",
                      object("files", "DMFile", "f1", "Договор",
                             "<m:extension>pdf</m:extension><m:modificationDateUniversal>2024-03-01T07:00:00</"
                             "m:modificationDateUniversal>"
                             "<m:signed>true</m:signed><m:size>9</m:size>" +
                                 object("activeVersion", "DMFileVersion", "v2", "2")) +
                          object("files", "DMFile", "f2", "Черновик", "<m:extension>docx</m:extension>") +
                          object("files", "DMFile", "f3", "Удалён", "<m:deletionMark>true</m:deletionMark>"));
    }
    if (r.type == "DMGetApprovalSheetRequest") {
      return envelope(
          "DMGetApprovalSheetResponse",
          "<m:items><m:position>Юрист</m:position><m:name>Иванов</m:name><m:date>2024-03-01T12:00:00</m:date>"
          "<m:result>Согласовано</m:result><m:comment>ок</m:comment></m:items><m:items><m:position/><m:name>Петров</"
          "m:name>"
          "<m:date>0001-01-01T00:00:00</m:date><m:result>На согласовании</m:result><m:comment/></m:items>");
    }
    return envelope(
        "DMRetrieveResponse",
        object("objects", "DMFile", "f1", "Договор",
               "<m:signatures><m:author>CN=Иванов</m:author><m:certificate>AA==</m:certificate><m:comment>к</m:comment>"
               "<m:date>2024-03-01T12:00:00</m:date><m:signature>MIIB</m:signature><m:signatureFileName>a.p7s</"
               "m:signatureFileName>" +
                   object("signer", "DMUser", user_id, "Иванов Иван") +
                   "<m:thumbprint>ab</m:thumbprint></m:signatures>"));
  });
  const auto adapter = service.adapter();
  ProcessRef process;
  process.id = process_id;
  process.document = contract();
  const auto results = service.run(adapter->list_results(service.context(), process));
  ASSERT_TRUE(results) << describe(results.error());
  ASSERT_EQ(results.value().files.size(), 2u);
  const ResultFile& file = results.value().files[0];
  EXPECT_EQ(file.name, "Договор.pdf");
  EXPECT_EQ(file.ref.version_id, "v2");
  EXPECT_EQ(file.size, 9u);
  ASSERT_EQ(file.signatures.size(), 1u);
  EXPECT_EQ(file.signatures[0].signer, "Иванов Иван");
  EXPECT_EQ(file.signatures[0].bytes, text::base64_decode("MIIB").value());
  EXPECT_EQ(to_iso8601(*file.signatures[0].signed_at), "2024-03-01T09:00:00Z");
  ASSERT_EQ(results.value().sheet_rows.size(), 2u);
  EXPECT_EQ(results.value().sheet_rows[0].position, "Юрист");
  EXPECT_FALSE(results.value().sheet_rows[1].date);
  int signature_columns = 0;
  const Element retrieve = service.asked("DMRetrieveRequest").at(0);
  for (const Element* c : retrieve.all("columnSet")) signature_columns += c->text.starts_with("signatures.");
  EXPECT_EQ(signature_columns, 8);
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
