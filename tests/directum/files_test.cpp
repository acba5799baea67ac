// Versions and bodies: streamed both ways, never overwritten (directum A7.5, A7.6).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "scripted_rx.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::directum::test {
namespace {

using testing::HasSubstr;
namespace js = sedlink::json;

DocumentRef contract() { return DocumentRef{"1234", "IContracts", ""}; }

// A document store as small as the tests need: versions of documents and their bodies.
struct Archive {
  struct Version {
    int id = 0;
    std::string note, extension, body, public_body;
  };
  std::map<std::string, std::vector<Version>> documents{{"1234", {}}};
  std::map<std::string, std::string> extra;  // further properties of a document
  std::vector<std::string> addenda;
  int next = 1;

  std::string versions(const std::string& id) const {
    std::string out;
    int number = 0;
    for (const Version& v : documents.at(id)) {
      out += (out.empty() ? "" : ",") + ("{\"Id\":" + std::to_string(v.id)) +
             ",\"Number\":" + std::to_string(++number) + ",\"Note\":\"" + v.note +
             "\",\"Created\":\"2026-03-01T10:00:00+03:00\",\"AssociatedApplication\":{\"Extension\":\"" + v.extension +
             "\"}}";
    }
    return out;
  }

  std::optional<net::ServerResponse> operator()(const Seen& s) {
    if (s.path == "IAssociatedApplications") {
      if (s.query.find("'exe'") != std::string::npos) return nothing();
      return rows(R"({"Id":3,"Extension":"docx"})");
    }
    if (s.what() == "GET IAddendums") {
      std::string out;
      if (s.query.find("LeadingDocument") == std::string::npos) return nothing();
      for (const auto& a : addenda) out += (out.empty() ? "" : ",") + ("{\"Id\":" + a + "}");
      return rows(out);
    }
    if (s.what() == "POST IAddendums") {
      addenda.push_back(std::to_string(2000 + addenda.size()));
      documents[addenda.back()];
      return json(201, "{\"Id\":" + addenda.back() + "}");
    }
    const auto open = s.path.find('(');
    const auto close = s.path.find(')');
    if (open == std::string::npos) return std::nullopt;
    const std::string id = s.path.substr(open + 1, close - open - 1);
    const auto document = documents.find(id);
    if (document == documents.end()) return std::nullopt;
    const std::string rest = s.path.substr(close + 1);
    if (s.method == "GET" && rest.empty()) {
      return json(200,
                  "{\"Id\":" + id + ",\"Name\":\"Договор 15\",\"Versions\":[" + versions(id) + "]" + extra[id] + "}");
    }
    if (s.method == "POST" && rest == "/Versions") {
      Version v;
      v.id = next++;
      v.note = js::text(js::parse(s.body).value(), "Note");
      v.extension = "docx";
      document->second.push_back(v);
      return json(201, "{\"Id\":" + std::to_string(v.id) + "}");
    }
    for (Version& v : document->second) {
      const std::string own = "/Versions(" + std::to_string(v.id) + ")";
      if (s.method == "PUT" && rest == own + "/Body/$value") {
        v.body = s.body;
        return nothing();
      }
      if (rest == own + "/Body/$value") {
        if (v.body.empty()) return nothing();
        return net::ServerResponse(200, "application/octet-stream", v.body);
      }
      if (rest == own + "/PublicBody/$value" && !v.public_body.empty())
        return net::ServerResponse(200, "application/octet-stream", v.public_body);
    }
    return std::nullopt;
  }
};

std::string content(std::size_t size) {
  std::string bytes;
  bytes.reserve(size);
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 31 + i / 256);
  return bytes;
}
std::string read(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

TEST(RxFiles, go_out_as_they_are_and_come_back_the_same) {
  for (const std::size_t size : {std::size_t{9}, std::size_t{64 * 1024}, std::size_t{5'000'001}}) {
    Archive archive;
    ScriptedRx rx(std::ref(archive));
    const auto adapter = rx.adapter();
    const std::string bytes = content(size);
    const auto sent = rx.run(adapter->attach_file(rx.context(), contract(), rx.spool("Договор 15.docx", bytes)));
    ASSERT_TRUE(sent) << describe(sent.error());
    EXPECT_EQ(sent.value().id, "1234");
    EXPECT_EQ(archive.documents["1234"].at(0).body, bytes);
    const auto put = rx.asked("PUT").at(0);
    EXPECT_EQ(put.path, "IContracts(1234)/Versions(1)/Body/$value");
    EXPECT_EQ(put.headers.get("Content-Type").value_or(""), "application/octet-stream");
    EXPECT_EQ(put.headers.get("Content-Length").value_or(""), std::to_string(size));
    EXPECT_EQ(rx.asked("POST IContracts(1234)/Versions").at(0).headers.get("Return").value_or(""), "representation");
    const auto path = rx.folder / "back";
    const auto back = rx.run(adapter->fetch(rx.context(), sent.value(), path.string()));
    ASSERT_TRUE(back) << describe(back.error());
    EXPECT_EQ(back.value().name, "Договор 15.docx");
    EXPECT_EQ(back.value().sha256, sha256_hex(bytes));
    EXPECT_EQ(read(path), bytes);
  }
}

TEST(RxFiles, an_upload_that_was_cut_off_is_ended_in_its_own_version) {
  Archive archive;
  ScriptedRx rx(std::ref(archive));
  rx.before = [](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.method == "PUT") return json(500, "");
    return std::nullopt;
  };
  const auto adapter = rx.adapter();
  const SpooledFile file = rx.spool("a.docx", "содержимое");
  EXPECT_EQ(rx.run(adapter->attach_file(rx.context(), contract(), file)).error().fault, Fault::ambiguous);
  rx.before = nullptr;
  const auto looked = rx.run(adapter->find_file(rx.context(), contract(), file));
  ASSERT_TRUE(looked) << describe(looked.error());
  EXPECT_FALSE(looked.value());
  ASSERT_TRUE(rx.run(adapter->attach_file(rx.context(), contract(), file)));
  ASSERT_EQ(archive.documents["1234"].size(), 1U) << "no second version";
  EXPECT_EQ(archive.documents["1234"][0].body, "содержимое");
  const auto found = rx.run(adapter->find_file(rx.context(), contract(), file));
  ASSERT_TRUE(found && found.value());
  EXPECT_EQ(found.value()->version_id, "1");
  SpooledFile other = file;
  other.sha256 = sha256_hex("другое");
  EXPECT_FALSE(rx.run(adapter->find_file(rx.context(), contract(), other)).value());
}

TEST(RxFiles, further_ones_become_addenda_and_are_not_made_twice) {
  Archive archive;
  archive.documents["1234"].push_back({90, "Договор.docx", "docx", "главный", ""});
  ScriptedRx rx(std::ref(archive));
  const auto adapter = rx.adapter();
  const SpooledFile file = rx.spool("Смета.docx", "смета");
  const auto sent = rx.run(adapter->attach_file(rx.context(), contract(), file));
  ASSERT_TRUE(sent) << describe(sent.error());
  EXPECT_EQ(sent.value().id, "2000");
  EXPECT_EQ(archive.documents["2000"].at(0).body, "смета");
  const auto body = js::parse(rx.asked("POST IAddendums").at(0).body).value();
  EXPECT_EQ(js::integer(*js::find(body, "LeadingDocument"), "Id"), 1234);
  EXPECT_EQ(js::text(body, "ExternalId"), key);
  const auto found = rx.run(adapter->find_file(rx.context(), contract(), file));
  ASSERT_TRUE(found && found.value());
  EXPECT_EQ(found.value()->id, "2000");
  EXPECT_EQ(archive.documents["1234"].size(), 1U);
}

TEST(RxFiles, an_addendum_gets_the_only_kind_there_is_and_of_several_the_server_s_own) {
  Archive archive;
  archive.documents["1234"].push_back({90, "Договор.docx", "docx", "главный", ""});
  const auto kind = [](int id, const char* guid) {
    return R"({"Id":)" + std::to_string(id) + R"(,"Name":"В","DocumentType":{"Id":1,"DocumentTypeGuid":")" + guid +
           R"("}})";
  };
  std::string kinds =
      kind(7, "58B9ED35-9C84-46CD-AA79-9B5EF5A82F5D") + "," + kind(8, "f37c7e63-b134-4446-9b5b-f8811f6c9666");
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    return s.path == "IDocumentKinds" ? rows(kinds) : archive(s);
  });
  const auto adapter = rx.adapter();
  ASSERT_TRUE(rx.run(adapter->attach_file(rx.context(), contract(), rx.spool("Смета.docx", "смета"))));
  const auto only = js::parse(rx.asked("POST IAddendums").at(0).body).value();
  ASSERT_NE(js::find(only, "DocumentKind"), nullptr);
  EXPECT_EQ(js::integer(*js::find(only, "DocumentKind"), "Id"), 7);
  kinds += "," + kind(9, "58b9ed35-9c84-46cd-aa79-9b5ef5a82f5d");
  const auto other = rx.adapter();
  ASSERT_TRUE(rx.run(other->attach_file(rx.context(uuid::v5(key, "2")), contract(), rx.spool("План.docx", "план"))));
  const auto several = js::parse(rx.asked("POST IAddendums").at(1).body).value();
  EXPECT_EQ(js::find(several, "DocumentKind"), nullptr);
}

TEST(RxFiles, an_addendum_is_related_where_the_service_can_so_that_tasks_take_it_along) {
  Archive archive;
  archive.documents["1234"].push_back({90, "Договор.docx", "docx", "главный", ""});
  Offer offer;
  offer.functions.emplace_back("AddRelations");
  int relations = 503;
  ScriptedRx rx(
      [&](const Seen& s) -> std::optional<net::ServerResponse> {
        if (s.path == "Docflow/AddRelations") return relations == 204 ? nothing() : json(relations, "");
        if (s.what() == "GET IAddendums" && s.query.find("ExternalId") != std::string::npos && !archive.addenda.empty())
          return rows("{\"Id\":" + archive.addenda.front() + "}");
        return archive(s);
      },
      offer);
  const auto adapter = rx.adapter();
  const SpooledFile file = rx.spool("Смета.docx", "смета");
  EXPECT_EQ(rx.run(adapter->attach_file(rx.context(), contract(), file)).error().fault, Fault::throttled);
  relations = 204;
  ASSERT_TRUE(rx.run(adapter->attach_file(rx.context(), contract(), file)));
  EXPECT_EQ(archive.addenda.size(), 1U);
  const auto body = js::parse(rx.asked("POST Docflow/AddRelations").at(1).body).value();
  EXPECT_EQ(js::text(body, "relationName"), "Addendum");
  EXPECT_EQ(js::integer(body, "baseDocumentId"), 1234);
  EXPECT_EQ(js::integer(body, "relationDocumentId"), 2000);
  EXPECT_EQ(archive.documents["2000"].at(0).body, "смета");
}

TEST(RxFiles, a_body_longer_than_the_limit_is_told_with_the_limit) {
  Archive archive;
  archive.documents["1234"].push_back({90, "Договор.docx", "docx", std::string(5000, 'x'), ""});
  ScriptedRx rx(std::ref(archive));
  auto settings = rx.settings();
  settings.values["limits.file"] = "2048";
  EdmsFileRef ref;
  ref.id = "1234";
  const auto back = rx.run(rx.adapter(settings)->fetch(rx.context(), ref, (rx.folder / "back").string()));
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, "edms.file_too_large");
  EXPECT_THAT(back.error().message, HasSubstr("limits.file"));
}

TEST(RxFiles, a_type_nobody_registered_is_told_before_anything_is_made) {
  Archive archive;
  ScriptedRx rx(std::ref(archive));
  const auto adapter = rx.adapter();
  const auto sent = rx.run(adapter->attach_file(rx.context(), contract(), rx.spool("virus.exe", "MZ")));
  EXPECT_EQ(sent.error().code, "edms.file_type");
  EXPECT_THAT(sent.error().message, HasSubstr("Приложения-обработчики"));
  EXPECT_TRUE(rx.asked("POST").empty());
}

TEST(RxFiles, a_signed_or_locked_document_takes_no_version) {
  Archive archive;
  archive.documents["1234"].push_back({90, "a.docx", "docx", "раз", ""});
  ScriptedRx rx(std::ref(archive));
  const auto adapter = rx.adapter();
  EdmsFileRef ref;
  ref.id = "1234";
  archive.extra["1234"] = R"(,"InternalApprovalState":"Signed")";
  EXPECT_EQ(rx.run(adapter->add_version(rx.context(), contract(), ref, rx.spool("a.docx", "два"))).error().code,
            "edms.version_refused");
  archive.extra["1234"] = R"(,"VersionsLocked":true)";
  EXPECT_EQ(rx.run(adapter->add_version(rx.context(), contract(), ref, rx.spool("a.docx", "два"))).error().code,
            "edms.version_refused");
  archive.extra.clear();
  ASSERT_TRUE(rx.run(adapter->add_version(rx.context(), contract(), ref, rx.spool("a.docx", "два"))));
  EXPECT_EQ(archive.documents["1234"].size(), 2U);
  EXPECT_TRUE(rx.run(adapter->has_version(rx.context(), ref, rx.spool("a.docx", "два"))).value());
  EXPECT_FALSE(rx.run(adapter->has_version(rx.context(), ref, rx.spool("a.docx", "раз"))).value());
}

ProcessRef task() {
  ProcessRef p;
  p.id = "500";
  p.type = "IApprovalTasks";
  p.document = contract();
  return p;
}

TEST(RxResults, without_the_module_say_who_has_signed_and_that_there_are_no_bytes) {
  Archive archive;
  archive.documents["1234"].push_back({90, "Договор.docx", "docx", "главный", "pdf-тело"});
  archive.extra["1234"] = R"(,"HasPublicBody":true)";
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.path == "IAssignments") {
      return rows(
          R"({"Id":1,"@odata.type":"#X.IApprovalSigningAssignmentDto","Task":{"Id":500},"Status":"Completed","Result":"Sign",
                      "Created":"2026-03-01T10:00:00+03:00","Completed":"2026-03-01T10:05:00+03:00","Performer":{"Id":41,"Name":"Орлова"}})");
    }
    return archive(s);
  });
  const auto adapter = rx.adapter();
  const auto results = rx.run(adapter->list_results(rx.context(), task()));
  ASSERT_TRUE(results) << describe(results.error());
  ASSERT_EQ(results.value().files.size(), 2U);
  const ResultFile& main = results.value().files[0];
  EXPECT_EQ(main.name, "Договор.docx");
  ASSERT_EQ(main.signatures.size(), 1U);
  EXPECT_EQ(main.signatures[0].signer, "Орлова");
  EXPECT_TRUE(main.signatures[0].bytes.empty()) << "not available, and said so";
  EXPECT_FALSE(results.value().sheet_pdf);
  const auto pdf = rx.run(adapter->fetch(rx.context(), results.value().files[1].ref, (rx.folder / "pdf").string()));
  ASSERT_TRUE(pdf) << describe(pdf.error());
  EXPECT_EQ(pdf.value().name, "Договор 15.pdf");
  EXPECT_EQ(read(rx.folder / "pdf"), "pdf-тело");
}

TEST(RxResults, have_a_pdf_only_where_that_very_version_was_converted) {
  Archive archive;
  archive.documents["1234"].push_back({90, "Договор.docx", "docx", "первая", "pdf первой"});
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    return s.path == "IAssignments" ? nothing() : archive(s);
  });
  const auto adapter = rx.adapter();
  EXPECT_EQ(rx.run(adapter->list_results(rx.context(), task())).value().files.size(), 2U) << "the flag was not told";
  archive.extra["1234"] = R"(,"HasPublicBody":true)";
  archive.documents["1234"].push_back({91, "Правки.docx", "docx", "вторая", ""});
  EXPECT_EQ(rx.run(adapter->list_results(rx.context(), task())).value().files.size(), 1U);
  archive.documents["1234"].back().public_body = "pdf второй";
  EXPECT_EQ(rx.run(adapter->list_results(rx.context(), task())).value().files.size(), 2U);
  archive.documents["1234"].push_back({92, "Скан.pdf", "pdf", "третья", "pdf с отметкой о подписи"});
  const auto marked = rx.run(adapter->list_results(rx.context(), task()));
  ASSERT_EQ(marked.value().files.size(), 2U) << "a PDF is converted too: with its marks";
  archive.extra["1234"] = R"(,"HasPublicBody":false)";
  const std::size_t before = rx.asked("GET IElectronicDocuments").size();
  EXPECT_EQ(rx.run(adapter->list_results(rx.context(), task())).value().files.size(), 1U);
  EXPECT_EQ(rx.asked("GET IElectronicDocuments").size(), before) << "told: nobody asks for it";
}

TEST(RxResults, of_the_module_are_the_signatures_of_that_version_and_its_sheet) {
  Archive archive;
  archive.documents["1234"].push_back({90, "Договор.docx", "docx", "главный", ""});
  Offer offer;
  offer.module = true;
  std::string sheet = text::base64_encode("%PDF-лист");
  ScriptedRx rx(
      [&](const Seen& s) -> std::optional<net::ServerResponse> {
        if (s.path == "SedlinkConnector/GetDocumentSignatures(documentId=1234)") {
          return json(200, "{\"value\":" +
                               boost::json::serialize(boost::json::string(
                                   R"([{"versionId":90,"signatory":"Орлова","data":"MDE="},
                                                   {"versionId":89,"signatory":"старая","data":"MDI="},
                                                   {"versionId":88,"type":"Approval","signatory":"Орлова","data":"MDM="},
                                                   {"versionId":89,"type":"Approval","signatory":"Львов","data":"MDQ="}])")) +
                               "}");
        }
        if (s.path == "SedlinkConnector/GetApprovalSheetPdf(documentId=1234)")
          return json(200, "{\"value\":\"" + sheet + "\"}");
        return archive(s);
      },
      offer);
  const auto adapter = rx.adapter();
  const auto results = rx.run(adapter->list_results(rx.context(), task()));
  ASSERT_TRUE(results) << describe(results.error());
  ASSERT_EQ(results.value().files.at(0).signatures.size(), 2U);
  EXPECT_EQ(results.value().files[0].signatures[0].bytes, "01");
  EXPECT_EQ(results.value().files[0].signatures[1].bytes, "04") << "approved an older version only: that must be told";
  ASSERT_TRUE(results.value().sheet_pdf);
  const auto path = rx.folder / "sheet";
  ASSERT_TRUE(rx.run(adapter->fetch(rx.context(), *results.value().sheet_pdf, path.string())));
  EXPECT_EQ(read(path), "%PDF-лист");
  sheet.clear();
  EXPECT_FALSE(rx.run(adapter->list_results(rx.context(), task())).value().sheet_pdf) << "ours is drawn then";
}

}  // namespace
}  // namespace sedlink::directum::test
