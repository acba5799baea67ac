// Comments and notifications (bitrix24.md 10, 12).
#include "portal_fixture.hpp"

namespace sedlink::sim::b24_test {

class Timeline : public PortalTest {
 protected:
  json::object fields(std::int64_t id, const char* text) {
    return {{"ENTITY_ID", id}, {"ENTITY_TYPE", "dynamic_1036"}, {"COMMENT", text}};
  }
};

TEST_F(Timeline, keeps_comments_with_files_on_disk) {
  const std::int64_t id = new_contract();
  json::object with_file = fields(id, "Согласовано");
  with_file["FILES"] = json::array{json::array{"лист.pdf", "QUJD"}};
  const json::value added = ok("crm.timeline.comment.add", {{"fields", with_file}});
  ASSERT_TRUE(added.is_int64());
  ok("crm.timeline.comment.add", {{"fields", fields(id, "Второй")}});
  const Reply list =
      call("crm.timeline.comment.list",
           {{"filter", {{"ENTITY_ID", id}, {"ENTITY_TYPE", "dynamic_1036"}}}, {"order", {{"ID", "DESC"}}}});
  ASSERT_EQ(list.status, 200) << list.raw;
  EXPECT_EQ(list.body.at("total"), 2);
  EXPECT_EQ(list.result().at(0).at("COMMENT"), "Второй");
  EXPECT_EQ(list.result().at(0).at("FILES"), json::value(json::object()));
  EXPECT_EQ(list.result().at(1).at("ID"), json::string(std::to_string(added.as_int64())));
  const json::object files = list.result().at(1).at("FILES").as_object();
  ASSERT_EQ(files.size(), 1u);
  const std::string disk_id(files.begin()->key());
  const json::value file = ok("disk.file.get", {{"id", disk_id}});
  EXPECT_EQ(file.at("NAME"), "лист.pdf");
  EXPECT_EQ(get(text_of(file.at("DOWNLOAD_URL"))).raw, "ABC");
}

TEST_F(Timeline, takes_only_lower_case_fields_and_existing_owners) {
  const std::int64_t id = new_contract();
  EXPECT_EQ(call("crm.timeline.comment.add", {{"FIELDS", fields(id, "x")}}).body.at("error"), "100");
  EXPECT_EQ(call("crm.timeline.comment.add", {{"fields", fields(4711, "x")}}).body.at("error"), "OWNER_NOT_FOUND");
  EXPECT_EQ(call("crm.timeline.comment.add", {{"fields", fields(id, "")}}).body.at("error"), "INVALID_ARG_VALUE");
  EXPECT_EQ(call("crm.timeline.comment.list").status, 400);
}

TEST_F(Timeline, deletes_with_null_and_loses_old_files_on_update) {
  const std::int64_t id = new_contract();
  json::object with_file = fields(id, "Файл");
  with_file["FILES"] = json::array{json::array{"a.pdf", "QQ=="}};
  const json::value comment = ok("crm.timeline.comment.add", {{"fields", with_file}});
  ok("crm.timeline.comment.update",
     {{"id", comment}, {"fields", {{"COMMENT", "Другой"}, {"FILES", json::array{json::array{"b.pdf", "Qg=="}}}}}});
  const json::object item = state_item("dynamic:1036", id);
  ASSERT_EQ(item.at("comments").at(0).at("files").as_array().size(), 1u);
  EXPECT_EQ(item.at("comments").at(0).at("files").at(0).at("name"), "b.pdf");
  const Reply gone = call("crm.timeline.comment.delete", {{"id", comment}});
  EXPECT_EQ(gone.status, 200);
  EXPECT_TRUE(gone.result().is_null());
  EXPECT_EQ(call("crm.timeline.comment.delete", {{"id", comment}}).body.at("error"), "NOT_FOUND");
}

TEST_F(Timeline, replaces_a_notification_with_the_same_tag) {
  const json::value first = ok("im.notify.system.add", {{"USER_ID", 14}, {"MESSAGE", "Раз"}, {"TAG", "k1"}});
  ASSERT_TRUE(first.is_int64());
  ok("im.notify.system.add", {{"USER_ID", 14}, {"MESSAGE", "Два"}, {"TAG", "k1"}});
  ok("im.notify.personal.add", {{"USER_ID", 14}, {"MESSAGE", "Три"}});
  const json::array all = state().at("notifications").as_array();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].at("message"), "Два");
  EXPECT_EQ(call("im.notify.system.add", {{"MESSAGE", "Кому?"}}).body.at("error"), "USER_ID_EMPTY");
  EXPECT_EQ(call("im.notify.system.add", {{"USER_ID", 14}}).body.at("error"), "MESSAGE_EMPTY");
  act({{"do", "set"}, {"quirks", {{"notify_needs_client_id", true}}}});
  EXPECT_EQ(call("im.notify.system.add", {{"USER_ID", 14}, {"MESSAGE", "Раз"}, {"TAG", "k1"}}).status, 403);
}

}  // namespace sedlink::sim::b24_test
