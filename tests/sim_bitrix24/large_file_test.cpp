// Files larger than what the simulator keeps in memory, on every way in and out.
#include <fstream>
#include <sstream>

#include "portal_fixture.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::sim::b24_test {
namespace {

std::string large(char first) {
  std::string bytes(300'000, first);
  for (std::size_t i = 1; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 41 + i / 97);
  return bytes;
}

}  // namespace

class LargeFiles : public PortalTest {
 protected:
  std::string common_root() {
    return text_of(ok("disk.storage.getlist", {{"filter", {{"ENTITY_TYPE", "common"}}}}).at(0).at("ROOT_OBJECT_ID"));
  }
  static json::array pair(const std::string& name, const std::string& bytes) {
    return {json::string(name), json::string(text::base64_encode(bytes))};
  }
};

TEST_F(LargeFiles, go_through_a_field_and_come_back_by_their_link) {
  const std::string bytes = large('f');
  const std::int64_t id = new_contract({{"ufCrm10Contract", json::array{pair("Договор.pdf", bytes)}}});
  const json::value item = ok("crm.item.get", {{"entityTypeId", 1036}, {"id", id}}).at("item");
  const Reply reply = get(text_of(item.at("ufCrm10Contract").at(0).at("urlMachine")));
  ASSERT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.raw == bytes);
  EXPECT_EQ(reply.headers.get("Content-Length"), std::to_string(bytes.size()));
}

TEST_F(LargeFiles, go_through_the_timeline) {
  const std::string bytes = large('t');
  const std::int64_t id = new_contract();
  ok("crm.timeline.comment.add", {{"fields",
                                   {{"ENTITY_ID", id},
                                    {"ENTITY_TYPE", "dynamic_1036"},
                                    {"COMMENT", "Лист"},
                                    {"FILES", json::array{pair("a.pdf", bytes)}}}}});
  const json::object comment = state_item("dynamic:1036", id).at("comments").at(0).as_object();
  EXPECT_EQ(text_of(comment.at("files").at(0).at("sha256")), sha256_hex(bytes));
}

TEST_F(LargeFiles, go_to_disk_in_two_steps_and_in_one) {
  const std::string bytes = large('d');
  const json::value ticket = ok("disk.folder.uploadfile", {{"id", common_root()}, {"data", {{"NAME", "two.bin"}}}});
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.bin\"\r\n\r\n" + bytes + "\r\n--b--\r\n";
  const Reply stored = post(text_of(ticket.at("uploadUrl")), "multipart/form-data; boundary=b", body);
  ASSERT_EQ(stored.status, 200) << stored.raw;
  EXPECT_EQ(stored.result().at("SIZE"), "300000");
  EXPECT_TRUE(get(text_of(stored.result().at("DOWNLOAD_URL"))).raw == bytes);
  const json::value direct =
      ok("disk.folder.uploadfile",
         {{"id", common_root()}, {"data", {{"NAME", "one.bin"}}}, {"fileContent", pair("one.bin", bytes)}});
  EXPECT_TRUE(get(text_of(direct.at("DOWNLOAD_URL"))).raw == bytes);
}

TEST_F(LargeFiles, are_refused_when_they_are_not_base64) {
  json::array file = pair("a.pdf", large('b'));
  std::string broken = text_of(file[1]);
  broken[350'000] = '*';
  file[1] = broken;
  const std::int64_t id = new_contract();
  const Reply reply = call("crm.item.update",
                           {{"entityTypeId", 1036}, {"id", id}, {"fields", {{"ufCrm10Contract", json::array{file}}}}});
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body.at("error"), "CRM_FIELD_ERROR_VALUE_NOT_VALID");
}

TEST_F(LargeFiles, are_cut_and_garbled_by_faults) {
  const std::string bytes = large('x');
  const std::int64_t id = new_contract({{"ufCrm10Contract", json::array{pair("a.pdf", bytes)}}});
  const json::value item = ok("crm.item.get", {{"entityTypeId", 1036}, {"id", id}}).at("item");
  const std::string link = text_of(item.at("ufCrm10Contract").at(0).at("urlMachine"));
  const json::object match{{"path", "getFile"}};
  ASSERT_EQ(control("POST", "/_sim/fault", {{"match", match}, {"do", "truncate"}, {"next", 1}}).status, 200);
  EXPECT_EQ(get(link).status, 0);
  ASSERT_EQ(control("POST", "/_sim/fault", {{"match", match}, {"do", "corrupt"}, {"next", 1}}).status, 200);
  const Reply garbled = get(link);
  ASSERT_EQ(garbled.raw.size(), bytes.size());
  EXPECT_FALSE(garbled.raw == bytes);
  EXPECT_TRUE(get(link).raw == bytes);
}

TEST_F(LargeFiles, are_recorded_byte_by_byte) {
  const testing_support::TempDir folder;
  start("", folder.path().string());
  const std::string bytes = large('r');
  const std::int64_t id = new_contract({{"ufCrm10Contract", json::array{pair("a.pdf", bytes)}}});
  const json::value item = ok("crm.item.get", {{"entityTypeId", 1036}, {"id", id}}).at("item");
  ASSERT_EQ(get(text_of(item.at("ufCrm10Contract").at(0).at("urlMachine"))).status, 200);
  const auto recorded = [&](const char* name) {
    std::ifstream in(folder / name, std::ios::binary);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  };
  EXPECT_NE(recorded("000001-request.http").find(text::base64_encode(bytes)), std::string::npos);
  EXPECT_TRUE(recorded("000003-response.http").ends_with("\r\n\r\n" + bytes));
}

TEST_F(LargeFiles, are_made_up_when_somebody_drops_one_of_a_size_into_a_card) {
  const std::int64_t id = new_contract();
  act({{"item", "dynamic:1036/" + std::to_string(id)},
       {"do", "edit"},
       {"file", {{"field", "ufCrm10Contract"}, {"name", "big.bin"}, {"size", 500'000}}}});
  const json::object item = state_item("dynamic:1036", id);
  EXPECT_EQ(item.at("files").at(0).at("size"), 500'000);
}

}  // namespace sedlink::sim::b24_test
