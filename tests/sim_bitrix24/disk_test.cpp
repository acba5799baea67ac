// Disk (bitrix24.md 11).
#include "portal_fixture.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24_test {

class Disk : public PortalTest {
 protected:
  std::string common_root() {
    const json::value storages = ok("disk.storage.getlist", {{"filter", {{"ENTITY_TYPE", "common"}}}});
    return text_of(storages.at(0).at("ROOT_OBJECT_ID"));
  }
  Reply upload(const json::value& folder, const std::string& name, const std::string& bytes, json::object more = {}) {
    more["id"] = folder;
    more["data"] = json::object{{"NAME", name}};
    more["fileContent"] = json::array{json::string(name), json::string(text::base64_encode(bytes))};
    return call("disk.folder.uploadFile", more);
  }
};

TEST_F(Disk, makes_a_folder_once) {
  const std::string root = common_root();
  const json::value made = ok("disk.folder.addsubfolder", {{"id", root}, {"data", {{"NAME", "Контрагенты"}}}});
  EXPECT_TRUE(made.at("ID").is_int64());
  const Reply again = call("disk.folder.addsubfolder", {{"id", root}, {"data", {{"NAME", "Контрагенты"}}}});
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.body.at("error"), "DISK_OBJ_22000");
  const Reply found = call("disk.folder.getchildren", {{"id", root}, {"filter", {{"NAME", "Контрагенты"}}}});
  EXPECT_EQ(found.body.at("total"), 1);
  EXPECT_EQ(found.result().at(0).at("ID"), json::string(std::to_string(made.at("ID").as_int64())));
}

TEST_F(Disk, mixes_numbers_and_strings_as_the_portal_does) {
  const Reply reply = upload(json::value(common_root()), "a.pdf", "ABC");
  ASSERT_EQ(reply.status, 200) << reply.raw;
  EXPECT_TRUE(reply.result().at("ID").is_int64());
  EXPECT_TRUE(reply.result().at("STORAGE_ID").is_string());
  EXPECT_EQ(reply.result().at("SIZE"), "3");
  const json::value read = ok("disk.file.get", {{"id", reply.result().at("ID")}});
  EXPECT_TRUE(read.at("ID").is_string());
  EXPECT_EQ(get(text_of(read.at("DOWNLOAD_URL"))).raw, "ABC");
}

TEST_F(Disk, refuses_a_taken_name_unless_a_unique_one_is_asked_for) {
  const json::value root(common_root());
  ASSERT_EQ(upload(root, "a.pdf", "1").status, 200);
  EXPECT_EQ(upload(root, "a.pdf", "2").body.at("error"), "DISK_OBJ_22000");
  const Reply unique = upload(root, "a.pdf", "3", {{"generateUniqueName", true}});
  EXPECT_EQ(unique.result().at("NAME"), "a (1).pdf");
}

TEST_F(Disk, takes_a_file_in_two_steps) {
  const json::value ticket = ok("disk.folder.uploadfile", {{"id", common_root()}, {"data", {{"NAME", "Договор.pdf"}}}});
  EXPECT_EQ(ticket.at("field"), "file");
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.bin\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\nBYTES\r\n--b--\r\n";
  const Reply stored = post(text_of(ticket.at("uploadUrl")), "multipart/form-data; boundary=b", body);
  ASSERT_EQ(stored.status, 200) << stored.raw;
  EXPECT_EQ(stored.result().at("NAME"), "Договор.pdf");
  EXPECT_EQ(get(text_of(stored.result().at("DOWNLOAD_URL"))).raw, "BYTES");
  const std::string other =
      "--b\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"x\"\r\n\r\nB\r\n--b--\r\n";
  EXPECT_EQ(post(text_of(ticket.at("uploadUrl")), "multipart/form-data; boundary=b", other).status, 400);
}

TEST_F(Disk, keeps_versions) {
  const Reply file = upload(json::value(common_root()), "a.pdf", "1");
  const json::value version =
      ok("disk.file.uploadversion", {{"id", file.result().at("ID")}, {"fileContent", {"other.pdf", "Mg=="}}});
  EXPECT_TRUE(version.at("ID").is_string());
  EXPECT_EQ(version.at("GLOBAL_CONTENT_VERSION"), 2);
  EXPECT_EQ(version.at("NAME"), "a.pdf");
  EXPECT_EQ(get(text_of(version.at("DOWNLOAD_URL"))).raw, "2");
  EXPECT_EQ(ok("disk.file.delete", {{"id", file.result().at("ID")}}), true);
  EXPECT_EQ(call("disk.file.get", {{"id", file.result().at("ID")}}).body.at("error"), "ERROR_NOT_FOUND");
}

TEST_F(Disk, shows_its_tree_with_digests) {
  const std::string root = common_root();
  const json::value folder = ok("disk.folder.addsubfolder", {{"id", root}, {"data", {{"NAME", "Договоры"}}}});
  ASSERT_EQ(upload(folder.at("ID"), "a.pdf", "ABC").status, 200);
  bool found = false;
  const json::value now = state();
  for (const json::value& row : now.at("disk").as_array()) {
    if (row.at("path") != "Общий диск/Договоры/a.pdf") continue;
    found = true;
    EXPECT_EQ(row.at("sha256"), "b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78");
  }
  EXPECT_TRUE(found);
}

TEST_F(Disk, names_a_missing_argument) { EXPECT_EQ(call("disk.file.get").body.at("error"), "ERROR_ARGUMENT"); }

}  // namespace sedlink::sim::b24_test
