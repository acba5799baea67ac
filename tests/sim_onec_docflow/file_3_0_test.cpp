// Files, roles and signatures of 3.0 (onec-docflow 9.7).
#include "sedlink/core/text.hpp"
#include "stand_3_0.hpp"

namespace sedlink::sim_test {
namespace {

class Files3 : public OnecDocflow3 {
 protected:
  Answer update(const std::string& file, const std::string& own) {
    return ask("DMUpdateRequest", "<m:objects xsi:type=\"m:DMFile\"><m:name>Договор</m:name>" +
                                      object_id("objectID", "DMFile", file) + own + "</m:objects>");
  }
  std::size_t signatures(const std::string& file) {
    return retrieve("DMFile", file, "name signatures").nodes("objects/signatures").size();
  }
  std::string signed_file() {
    const std::string id = document3();
    const std::string file = file3(id, "Договор", "текст");
    act(R"({"document":")" + id + R"(","person":"Морозова*","do":"sign"})");
    return file;
  }
};

TEST_F(Files3, bring_everything_for_an_empty_column_set) {
  const Answer answer = retrieve("DMFile", file3(document3(), "Договор", "текст"));
  EXPECT_EQ(answer.text("objects/binaryData"), text::base64_encode("текст"));
  EXPECT_TRUE(answer.has("objects/htmlView"));
  EXPECT_EQ(answer.text("objects/signed"), "false");
  EXPECT_EQ(answer.text("objects/author/objectID/type"), "DMEmployee");
}

TEST_F(Files3, bring_signatures_by_the_one_column_only) {
  const std::string file = signed_file();
  EXPECT_EQ(signatures(file), 1u);
  const Answer by_members = retrieve("DMFile", file, "name signatures.author signatures.signature");
  EXPECT_TRUE(by_members.nodes("objects/signatures").empty());
  const Answer whole = retrieve("DMFile", file, "signatures");
  EXPECT_EQ(whole.text("objects/signatures/signer/objectID/type"), "DMUser");
  EXPECT_EQ(whole.text("objects/signatures/author"), "CN=Морозова Елена Викторовна");
}

TEST_F(Files3, keep_their_signatures_when_none_are_sent) {
  const std::string file = signed_file();
  EXPECT_EQ(update(file, "<m:description>Подписан</m:description>").text("objects/success"), "true");
  EXPECT_EQ(signatures(file), 1u);
  update(file, "<m:updateSignatures>true</m:updateSignatures>");
  EXPECT_EQ(signatures(file), 0u);
}

TEST_F(Files3, have_no_signatures_in_a_new_version) {
  const std::string file = signed_file();
  update(file, "<m:binaryData>" + text::base64_encode("другой текст") + "</m:binaryData>");
  EXPECT_EQ(signatures(file), 0u);
  EXPECT_EQ(retrieve("DMFile", file, "binaryData").text("objects/binaryData"), text::base64_encode("другой текст"));
}

TEST_F(Files3, refuse_an_external_id_that_is_no_uuid) {
  const std::string id = document3();
  const std::string file = "<m:file><m:name>Договор</m:name>" + object_id("objectID", "DMFile", "") +
                           "<m:externalObject><m:name/><m:id>deal-1</m:id><m:type>x</m:type></m:externalObject>"
                           "<m:binaryData>MTIz</m:binaryData></m:file>";
  EXPECT_EQ(ask("DMAddFileRequest", file + reference("owner", "DMDocument", id, "DMDocument")).type(), "DMError");
}

TEST_F(Files3, are_refused_by_a_state_of_the_document) {
  begin("settings: { costs: off, files_refused_in: Registered }");
  const std::string id = document3();
  file3(id, "Договор", "текст");
  ask("DMDocumentRegistrationRequest", reference("document", "DMDocument", id));
  const Answer answer =
      ask("DMAddFileRequest", "<m:file><m:name>Поздний</m:name>" + object_id("objectID", "DMFile", "") +
                                  "<m:binaryData>MTIz</m:binaryData></m:file>" +
                                  reference("owner", "DMDocument", id, "DMDocument"));
  EXPECT_EQ(answer.text("description"), "Для текущего состояния документа запрещено добавление файлов.");
}

TEST_F(Files3, change_their_role) {
  begin("settings: { costs: off }\ndocument_types:\n  - { name: Договор, file_roles: [ Скан, Оригинал ] }\n");
  const std::string id = document3();
  const std::string file = file3(id, "Договор", "текст", reference("role", "DMFileRole", id_of("DMFileRole", "Скан")));
  EXPECT_EQ(retrieve("DMFile", file, "role").text("objects/role/name"), "Скан");
  const Answer changed =
      ask("DMChangeFilesRoleRequest",
          reference("files", "DMFile", file) + reference("newRole", "DMFileRole", id_of("DMFileRole", "Оригинал")));
  EXPECT_EQ(changed.type(), "DMChangeFilesRoleResponse") << changed.body;
  EXPECT_EQ(retrieve("DMFile", file, "role").text("objects/role/name"), "Оригинал");
}

TEST_F(Files3, are_listed_by_owner) {
  const std::string id = document3();
  file3(id, "Договор", "текст");
  const Answer answer = ask("DMGetFileListByOwnerRequest", reference("owners", "DMDocument", id, "DMDocument") +
                                                               "<m:columnSet>name</m:columnSet>"
                                                               "<m:columnSet>size</m:columnSet>");
  EXPECT_EQ(answer.text("files/name"), "Договор");
  EXPECT_EQ(answer.text("files/size"), "10");
  EXPECT_FALSE(answer.has("files/binaryData"));
}

}  // namespace
}  // namespace sedlink::sim_test
