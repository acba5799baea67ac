// Files larger than what the simulator keeps in memory (onec-docflow 8.3).
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

std::string large(char first) {
  std::string bytes(300'000, first);
  for (std::size_t i = 1; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 43 + i / 89);
  return bytes;
}

class LargeFiles : public OnecDocflow {
 protected:
  std::string content(const std::string& type, const std::string& id) {
    const auto bytes = text::base64_decode(retrieve(type, id, "binaryData").text("objects/binaryData"));
    return bytes ? *bytes : std::string();
  }
};

TEST_F(LargeFiles, are_added_replaced_and_given_back_version_by_version) {
  const std::string one = large('1'), two = large('2');
  const std::string id = file(document(), "Договор", one);
  const std::string first = retrieve("DMFile", id, "activeVersion").text("objects/activeVersion/objectID/id");
  const Answer updated = ask("DMUpdateRequest", "<m:objects xsi:type=\"m:DMFile\"><m:name>Договор</m:name>" +
                                                    object_id("objectID", "DMFile", id) + "<m:binaryData>" +
                                                    text::base64_encode(two) + "</m:binaryData></m:objects>");
  EXPECT_EQ(updated.type(), "DMUpdateRequest") << updated.body;
  EXPECT_TRUE(content("DMFile", id) == two);
  EXPECT_TRUE(content("DMFileVersion", first) == one);
  EXPECT_EQ(retrieve("DMFile", id, "size").text("objects/size"), "300000");
  const json::value state_now = state();
  EXPECT_EQ(state_now.at("documents").at(0).at("files").at(0).at("sha256"), json::string(sha256_hex(two)));
}

TEST_F(LargeFiles, are_given_in_batches_with_others) {
  const std::string owner = document();
  const std::string one = large('1'), two = large('2');
  const std::string ids[] = {file(owner, "Первый", one), file(owner, "Второй", two)};
  std::string requests;
  for (const std::string& id : ids) {
    requests += std::string("<m:requests xsi:type=\"m:DMRetrieveRequest\"><m:dataBaseID>") + database_id +
                "</m:dataBaseID>" + object_id("objectIds", "DMFile", id) +
                "<m:columnSet>binaryData</m:columnSet></m:requests>";
  }
  const std::vector<std::string> answers = ask("DMBatchRequest", requests).texts("responses/objects/binaryData");
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_TRUE(answers[0] == text::base64_encode(one));
  EXPECT_TRUE(answers[1] == text::base64_encode(two));
}

TEST_F(LargeFiles, are_signed_whole) {
  const std::string owner = document();
  const std::string id = file(owner, "Договор", large('s'));
  act(R"({"document":")" + owner + R"(","person":"Морозова*","do":"sign"})");
  EXPECT_EQ(retrieve("DMFile", id, "signed").text("objects/signed"), "true");
}

TEST_F(LargeFiles, are_a_fault_when_they_are_not_base64) {
  wrong_requests = true;
  std::string broken = text::base64_encode(large('b'));
  broken[350'000] = '*';
  const Answer refused =
      ask("DMAddFileRequest", "<m:file><m:name>Договор</m:name>" + object_id("objectID", "DMFile", "") +
                                  "<m:binaryData>" + broken + "</m:binaryData></m:file>" +
                                  reference("owner", "DMInternalDocument", document(), "DMInternalDocument"));
  EXPECT_EQ(refused.status, 500);
  EXPECT_NE(refused.fault().find("binaryData"), std::string::npos) << refused.fault();
}

TEST_F(LargeFiles, are_made_up_when_somebody_brings_one_of_a_size) {
  const std::string owner = document();
  const std::string process = approval(owner);
  act(R"({"process":")" + process + R"(","person":"Петров*","do":"approve","file":{"name":"big.bin","size":400000}})");
  const json::value files = state().at("documents").at(0).at("files");
  EXPECT_EQ(files.at(0).at("size"), 400'000);
}

}  // namespace
}  // namespace sedlink::sim_test
