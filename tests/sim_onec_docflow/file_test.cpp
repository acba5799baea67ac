// Files, versions, signatures (onec-docflow 8.3, 8.4).
#include <fstream>

#include "sedlink/core/text.hpp"
#include "stand.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::sim_test {
namespace {

constexpr const char* all_signature_columns =
    " signatures.author signatures.date signatures.comment signatures.signature signatures.thumbprint "
    "signatures.certificate"
    " signatures.signatureFileName signatures.signer";

class Files : public OnecDocflow {
 protected:
  std::string content(const std::string& file) {
    return text::base64_decode(retrieve("DMFile", file, "binaryData").text("objects/binaryData")).value();
  }
  Answer update(const std::string& file, const std::string& name, const std::string& members) {
    return ask("DMUpdateRequest", "<m:objects xsi:type=\"m:DMFile\"><m:name>" + name + "</m:name>" +
                                      object_id("objectID", "DMFile", file) + members + "</m:objects>");
  }
};

TEST_F(Files, gives_content_only_when_asked_for) {
  const std::string id = file(document(), "Договор 15", "%PDF-1.4 один");
  EXPECT_FALSE(retrieve("DMFile", id).has("objects/binaryData"));
  const Answer answer = retrieve("DMFile", id, "name extension size binaryData");
  EXPECT_EQ(answer.text("objects/name"), "Договор 15");
  EXPECT_EQ(answer.text("objects/extension"), "pdf");
  EXPECT_EQ(answer.text("objects/size"), std::to_string(std::string("%PDF-1.4 один").size()));
  EXPECT_EQ(content(id), "%PDF-1.4 один");
}

TEST_F(Files, adds_a_version_when_told_to_try_and_another_file_when_not) {
  const std::string owner = document();
  const std::string first = file(owner, "Договор", "один");
  EXPECT_EQ(file(owner, "Договор", "два", "<m:tryToUpdate>true</m:tryToUpdate>"), first);
  EXPECT_EQ(content(first), "два");
  EXPECT_NE(file(owner, "Договор", "три"), first);
  EXPECT_EQ(ask("DMGetFileListByOwnerRequest", reference("owners", "DMInternalDocument", owner, "DMInternalDocument"))
                .nodes("files")
                .size(),
            2u);
}

TEST_F(Files, needs_content_or_a_template) {
  const std::string owner = document();
  const std::string head = "<m:file><m:name>Копия</m:name>" + object_id("objectID", "DMFile", "");
  const std::string tail = "</m:file>" + reference("owner", "DMInternalDocument", owner, "DMInternalDocument");
  const Answer refused = ask("DMAddFileRequest", head + tail);
  EXPECT_EQ(refused.text("description"), "Не заполнен ни шаблон, ни двоичные данные файла");
  EXPECT_EQ(refused.text("subject"), "Ошибка при добавлении файла");
  const std::string source = file(owner, "Образец", "содержание");
  const Answer copied = ask("DMAddFileRequest", head + reference("template", "DMFile", source) + tail);
  EXPECT_EQ(content(copied.text("file/objectID/id")), "содержание");
}

TEST_F(Files, says_that_a_file_is_missing) {
  EXPECT_EQ(retrieve("DMFile", "21111111-2222-4333-8444-555555555555").text("description"), "Файл не найден");
}

TEST_F(Files, keeps_every_version_with_its_own_signatures) {
  const std::string owner = document();
  const std::string id = file(owner, "Договор", "один");
  const std::string first = retrieve("DMFile", id, "activeVersion").text("objects/activeVersion/objectID/id");
  act(R"({"document":")" + owner + R"(","person":"Морозова*","do":"sign"})");
  update(id, "Договор", "<m:binaryData>" + text::base64_encode("два") + "</m:binaryData>");
  EXPECT_EQ(content(id), "два");
  EXPECT_FALSE(retrieve("DMFile", id, "name" + std::string(all_signature_columns)).has("objects/signatures"));
  const Answer old = retrieve("DMFileVersion", first, "binaryData" + std::string(all_signature_columns));
  EXPECT_EQ(text::base64_decode(old.text("objects/binaryData")).value(), "один");
  EXPECT_EQ(old.nodes("objects/signatures").size(), 1u);
}

TEST_F(Files, signs_with_a_detached_cms_that_openssl_verifies) {
  const std::string owner = document();
  const std::string id = file(owner, "Договор", "подписанный текст");
  act(R"({"document":")" + owner + R"(","person":"Морозова*","do":"sign","comment":"Подписано"})");
  const Answer answer = retrieve("DMFile", id, "name signed" + std::string(all_signature_columns));
  EXPECT_EQ(answer.text("objects/signed"), "true");
  EXPECT_EQ(answer.text("objects/signatures/signer/name"), "Морозова Елена Викторовна");
  EXPECT_EQ(answer.text("objects/signatures/comment"), "Подписано");
  const testing_support::TempDir folder;
  std::ofstream(folder / "cms") << text::base64_decode(answer.text("objects/signatures/signature")).value();
  std::ofstream(folder / "content") << "подписанный текст";
  const auto verifies = [&] {
    const std::string at = folder.path().string();
    return std::system(("openssl cms -verify -binary -inform DER -in " + at + "/cms -content " + at +
                        "/content -noverify -out /dev/null 2>/dev/null")
                           .c_str()) == 0;
  };
  EXPECT_TRUE(verifies());
  std::ofstream(folder / "content") << "другой текст";
  EXPECT_FALSE(verifies());
}

TEST_F(Files, gives_no_signatures_for_the_bare_column_and_refuses_an_incomplete_set) {
  const std::string owner = document();
  const std::string id = file(owner, "Договор", "один");
  act(R"({"document":")" + owner + R"(","person":"Морозова*","do":"sign"})");
  EXPECT_FALSE(retrieve("DMFile", id, "name signatures").has("objects/signatures"));
  EXPECT_EQ(retrieve("DMFile", id, "name signatures.author").type(), "DMError");
}

TEST_F(Files, loses_signatures_in_an_update_that_does_not_echo_them) {
  const std::string owner = document();
  const std::string id = file(owner, "Договор", "один");
  act(R"({"document":")" + owner + R"(","person":"Морозова*","do":"sign"})");
  EXPECT_EQ(retrieve("DMFile", id, "signed").text("objects/signed"), "true");
  update(id, "Договор (подписан)", "");
  const Answer answer = retrieve("DMFile", id, "name signed");
  EXPECT_EQ(answer.text("objects/name"), "Договор (подписан)");
  EXPECT_EQ(answer.text("objects/signed"), "");
}

TEST_F(Files, keeps_an_absent_description) {
  const std::string id = file(document(), "Договор", "один");
  update(id, "Договор", "<m:description>Основной файл</m:description>");
  update(id, "Договор 2", "");
  EXPECT_EQ(retrieve("DMFile", id, "description").text("objects/description"), "Основной файл");
}

TEST_F(Files, locks_and_unlocks) {
  const std::string id = file(document(), "Договор", "один");
  const Answer locked =
      ask("DMLockFileRequest", object_id("objectId", "DMFile", id) + "<m:lockDate>2024-03-01T10:00:00</m:lockDate>");
  EXPECT_EQ(locked.text("object/editingUser/name"), "Интеграция Битрикс24");
  EXPECT_EQ(locked.text("object/lockDate"), "2024-03-01T10:00:00");
  EXPECT_FALSE(ask("DMUnlockFileRequest", object_id("objectId", "DMFile", id)).has("object/editing"));
}

TEST_F(Files, are_listed_with_every_condition_applied) {
  const std::string first = document("Договор 1");
  const std::string second = document("Договор 2");
  const std::string id = file(first, "Договор", "один");
  file(second, "Договор", "два");
  file(first, "Договор", "три", "<m:tryToUpdate>true</m:tryToUpdate>");
  const auto list = [&](const std::string& type, const std::string& property, const std::string& value,
                        const std::string& value_type) {
    return ask("DMGetObjectListRequest", "<m:type>" + type + "</m:type><m:query><m:conditions><m:property>" + property +
                                             "</m:property><m:value xsi:type=\"" + value_type + "\">" + value +
                                             "</m:value></m:conditions></m:query>");
  };
  const std::string owner = "<m:id>" + first + "</m:id><m:type>DMInternalDocument</m:type>";
  EXPECT_EQ(list("DMFile", "owner", owner, "m:DMObjectID").texts("items/object/objectID/id"),
            std::vector<std::string>{id});
  EXPECT_EQ(list("DMFile", "extension", "pdf", "xs:string").nodes("items").size(), 2u);
  EXPECT_EQ(list("DMFile", "signed", "true", "xs:boolean").nodes("items").size(), 0u);
  EXPECT_EQ(list("DMFile", "size", "6", "xs:decimal").nodes("items").size(), 2u) << "два and три are six bytes each";
  EXPECT_EQ(list("DMFileVersion", "owner", "<m:id>" + id + "</m:id><m:type>DMFile</m:type>", "m:DMObjectID")
                .nodes("items")
                .size(),
            2u);
  EXPECT_EQ(list("DMFile", "color", "red", "xs:string").type(), "DMError");
}

TEST_F(Files, may_refuse_a_new_version_of_a_signed_file) {
  begin("settings: { costs: off, new_version_of_signed: false }");
  const std::string owner = document();
  const std::string id = file(owner, "Договор", "один");
  act(R"({"document":")" + owner + R"(","person":"Морозова*","do":"sign"})");
  EXPECT_EQ(update(id, "Договор", "<m:binaryData>MQ==</m:binaryData>").text("subject"), "Ошибка при записи файла");
}

}  // namespace
}  // namespace sedlink::sim_test
