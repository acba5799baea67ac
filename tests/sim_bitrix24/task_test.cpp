// Tasks and check-lists (bitrix24.md 12).
#include "portal_fixture.hpp"

namespace sedlink::sim::b24_test {

class Tasks : public PortalTest {
 protected:
  json::value add(json::object more = {}) {
    more["TITLE"] = "Учесть замечания";
    more["RESPONSIBLE_ID"] = 14;
    return ok("tasks.task.add", {{"fields", std::move(more)}}).at("task");
  }
};

TEST_F(Tasks, answer_in_camel_case_strings) {
  const json::value task = add({{"XML_ID", "key-1"}, {"DEADLINE", "2030-01-02T10:00:00+03:00"}});
  EXPECT_TRUE(task.at("id").is_string());
  EXPECT_EQ(task.at("responsibleId"), "14");
  EXPECT_EQ(task.at("createdBy"), "9");
  EXPECT_EQ(task.at("deadline"), "2030-01-02T10:00:00+03:00");
}

TEST_F(Tasks, are_found_by_their_external_id) {
  const json::value task = add({{"XML_ID", "key-1"}});
  add({{"XML_ID", "key-2"}});
  const Reply list =
      call("tasks.task.list", {{"filter", {{"XML_ID", "key-1"}}}, {"select", {"ID", "XML_ID", "UF_CRM_TASK"}}});
  EXPECT_EQ(list.body.at("total"), 1);
  EXPECT_EQ(list.result().at("tasks").at(0).at("id"), task.at("id"));
  EXPECT_EQ(list.result().at("tasks").at(0).at("xmlId"), "key-1");
}

TEST_F(Tasks, belong_to_their_item) {
  const std::int64_t id = new_contract();
  add({{"UF_CRM_TASK", {"T40c_" + std::to_string(id)}}});
  const json::object item = state_item("dynamic:1036", id);
  ASSERT_EQ(item.at("tasks").as_array().size(), 1u);
  EXPECT_EQ(item.at("tasks").at(0).at("title"), "Учесть замечания");
}

TEST_F(Tasks, refuse_with_a_localized_text) {
  const Reply reply = call("tasks.task.add", {{"fields", {{"TITLE", "Без исполнителя"}}}});
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body.at("error"), "ERROR_CORE");
}

TEST_F(Tasks, take_checklist_items_by_position) {
  const std::string id = text_of(add().at("id"));
  const json::value list =
      ok("task.checklistitem.add", json::array{id, json::object{{"TITLE", "Замечания"}, {"PARENT_ID", 0}}});
  ASSERT_TRUE(list.is_int64());
  const Reply form = post(
      webhook_url() + "task.checklistitem.add", "application/x-www-form-urlencoded",
      "0=" + id + "&1[TITLE]=%D0%9F%D0%B5%D1%87%D0%B0%D1%82%D1%8C&1[PARENT_ID]=" + std::to_string(list.as_int64()));
  ASSERT_EQ(form.status, 200) << form.raw;
  ok("task.checklistitem.add", {{"TASKID", id}, {"FIELDS", {{"TITLE", "Без родителя"}}}});
  const json::value rows = ok("task.checklistitem.getlist", json::array{id});
  ASSERT_EQ(rows.as_array().size(), 3u);
  EXPECT_EQ(rows.at(0).at("PARENT_ID"), 0);
  EXPECT_EQ(rows.at(1).at("PARENT_ID"), json::string(std::to_string(list.as_int64())));
  EXPECT_EQ(rows.at(2).at("PARENT_ID"), rows.at(1).at("PARENT_ID"));
}

TEST_F(Tasks, break_on_query_parameters_before_the_positions) {
  const std::string id = text_of(add().at("id"));
  const Reply reply = post(webhook_url() + "task.checklistitem.add?bx24_request_id=1a2b", "application/json",
                           "[" + id + ",{\"TITLE\":\"x\"}]");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body.at("error"), "ERROR_CORE");
}

}  // namespace sedlink::sim::b24_test
