// batch (bitrix24.md 3).
#include "portal_fixture.hpp"

namespace sedlink::sim::b24_test {

class Batch : public PortalTest {
 protected:
  json::value batch(json::value cmd, int halt = 0) { return ok("batch", {{"halt", halt}, {"cmd", std::move(cmd)}}); }
};

TEST_F(Batch, substitutes_references_after_decoding) {
  const std::int64_t id = new_contract({{"companyId", 5}});
  const std::string number = std::to_string(id);
  const json::value plain = batch({{"a", "crm.item.get?entityTypeId=1036&id=" + number},
                                   {"b", "crm.item.get?entityTypeId=4&id=$result[a][item][companyId]"},
                                   {"c", "crm.requisite.list?filter%5BENTITY_ID%5D=%24result%5Bb%5D%5Bitem%5D%5Bid%5D"},
                                   {"d", "crm.requisite.get?id=$result[c][0][ID]"}});
  EXPECT_EQ(plain.at("result_error"), json::value(json::array()));
  EXPECT_EQ(plain.at("result").at("b").at("item").at("title"), "ООО Ромашка");
  EXPECT_EQ(plain.at("result").at("d").at("RQ_INN"), "7717586110");
  EXPECT_EQ(plain.at("result_total").at("c"), 1);
  EXPECT_TRUE(plain.at("result_time").at("a").as_object().contains("operating"));
}

TEST_F(Batch, gives_lists_for_list_commands_and_empty_maps) {
  const json::value answer = batch(json::array{"server.time", "profile"});
  EXPECT_EQ(answer.at("result").as_array().size(), 2u);
  EXPECT_EQ(answer.at("result_total"), json::value(json::array()));
  const json::value holes = batch(json::array{"no.such.method", "profile"});
  EXPECT_TRUE(holes.at("result").is_object());
  EXPECT_TRUE(holes.at("result").as_object().contains("1"));
  EXPECT_EQ(holes.at("result_error").at(0).at("error"), "ERROR_METHOD_NOT_FOUND");
}

TEST_F(Batch, stops_at_the_first_error_when_told) {
  const json::value halted = batch({{"a", "profile"}, {"b", "no.such.method"}, {"c", "profile"}}, 1);
  EXPECT_FALSE(halted.at("result").as_object().contains("c"));
  const json::value all = batch({{"a", "profile"}, {"b", "no.such.method"}, {"c", "profile"}}, 0);
  EXPECT_TRUE(all.at("result").as_object().contains("c"));
}

TEST_F(Batch, runs_fifty_and_refuses_the_rest) {
  json::object commands;
  for (int i = 0; i < 52; ++i) commands["k" + std::to_string(i)] = "server.time";
  const json::value answer = batch(commands);
  EXPECT_EQ(answer.at("result").as_object().size(), 50u);
  EXPECT_EQ(answer.at("result_error").at("k51").at("error"), "ERROR_BATCH_LENGTH_EXCEEDED");
}

TEST_F(Batch, refuses_uploads_and_itself) {
  const json::value answer = batch(
      {{"a", "batch?cmd[x]=profile"}, {"b", "disk.folder.uploadfile?id=1"}, {"c", "disk.file.uploadversion?id=1"}});
  for (const char* key : {"a", "b", "c"}) {
    EXPECT_EQ(answer.at("result_error").at(key).at("error"), "ERROR_BATCH_METHOD_NOT_ALLOWED") << key;
  }
}

TEST_F(Batch, loses_its_answer_after_sixty_seconds_but_not_what_ran) {
  start("limits: { operating: { costs: { crm.item.update: 25 } } }");
  const std::int64_t id = new_contract();
  json::object commands;
  for (int i = 0; i < 5; ++i) {
    commands["k" + std::to_string(i)] =
        "crm.item.update?entityTypeId=1036&id=" + std::to_string(id) + "&fields[title]=T" + std::to_string(i);
  }
  EXPECT_EQ(call("batch", {{"cmd", commands}}).status, 502);
  EXPECT_EQ(state_item("dynamic:1036", id).at("title"), "T2");
}

TEST_F(Batch, counts_as_one_request_and_charges_each_method) {
  start("limits: { rate: { capacity: 3, per_second: 0 } }");
  ASSERT_EQ(call("batch", {{"cmd", {{"a", "profile"}, {"b", "profile"}, {"c", "profile"}, {"d", "profile"}}}}).status,
            200);
  const json::object calls = state().at("calls").as_object();
  EXPECT_EQ(calls.at("profile"), 4);
  EXPECT_EQ(calls.at("batch"), 1);
}

TEST_F(Batch, takes_switched_faults_of_single_methods) {
  start();
  control("POST", "/_sim/fault", {{"match", {{"method", "profile"}}}, {"do", "throttle"}, {"next", 1}});
  const json::value answer = batch({{"a", "profile"}, {"b", "profile"}});
  EXPECT_EQ(answer.at("result_error").at("a").at("error"), "OPERATION_TIME_LIMIT");
  EXPECT_TRUE(answer.at("result").as_object().contains("b"));
}

}  // namespace sedlink::sim::b24_test
