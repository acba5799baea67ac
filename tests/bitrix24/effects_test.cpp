#include "scripted_portal.hpp"

namespace sedlink::bitrix24::testing {
namespace {

class Effects : public PortTest {
 protected:
  Effects() {
    script_metadata();
    portal_.on("crm.item.list", [this](const Asked&) {
      return Reply(json::object{{"items", json::array{card(77, stage_)}}});
    });
    portal_.on("crm.item.update", [this](const Asked& asked) {
      const auto to = asked.text({"fields", "stageId"});
      for (const auto& name : refused_)
        if (asked.params.at("fields").as_object().contains(name))
          return Reply::refusal("CRM_FIELD_ERROR_VALUE_NOT_VALID", "Неверное значение поля");
      if (!to.empty()) stage_ = then_.empty() ? to : then_;
      auto item = card(77, stage_);
      item["movedTime"] = "2026-05-14T11:00:00+03:00";
      return Reply(json::object{{"item", item}});
    });
  }
  api::CrmEffect move(std::vector<std::string> expected, const std::string& to) {
    MoveStage effect;
    effect.item = item_;
    effect.expected = std::move(expected);
    effect.to = to;
    return api::CrmEffect("key", effect);
  }
  api::CrmEffect set(Fields fields) {
    SetFields effect;
    effect.item = item_;
    effect.fields = std::move(fields);
    return api::CrmEffect("key", effect);
  }
  std::string stage_ = "DT1036_10:NEW";
  std::vector<std::string> refused_;  // fields the portal does not take
  std::string then_;                  // where automation takes the card inside the call
};

TEST_F(Effects, a_card_on_an_expected_stage_is_moved_and_the_time_of_the_move_is_told) {
  const auto done = apply({move({"DT1036_10:NEW"}, "DT1036_10:APPROVAL")});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  EXPECT_TRUE(done[0]->moved);
  EXPECT_EQ(done[0]->stage, "DT1036_10:APPROVAL");
  EXPECT_EQ(done[0]->category, "10");
  EXPECT_EQ(done[0]->semantics, StageSemantics::open);
  ASSERT_TRUE(done[0]->moved_at);
  EXPECT_EQ(to_iso8601(*done[0]->moved_at), "2026-05-14T08:00:00Z");
}

TEST_F(Effects, a_card_elsewhere_is_left_alone_and_its_place_is_told) {
  stage_ = "DT1036_10:FAIL";
  const auto done = apply({move({"DT1036_10:NEW"}, "DT1036_10:APPROVAL")});
  ASSERT_TRUE(done[0]);
  EXPECT_FALSE(done[0]->moved);
  EXPECT_EQ(done[0]->stage, "DT1036_10:FAIL");
  EXPECT_EQ(done[0]->semantics, StageSemantics::failure);
  EXPECT_TRUE(portal_.asked_for("crm.item.update").empty());
}

TEST_F(Effects, a_card_that_is_there_already_is_success_without_a_write) {
  stage_ = "DT1036_10:APPROVAL";
  const auto done = apply({move({"DT1036_10:APPROVAL", "DT1036_10:NEW"}, "DT1036_10:APPROVAL")});
  ASSERT_TRUE(done[0]);
  EXPECT_FALSE(done[0]->moved);
  EXPECT_EQ(done[0]->stage, "DT1036_10:APPROVAL");
  EXPECT_TRUE(portal_.asked_for("crm.item.update").empty());
}

TEST_F(Effects, automation_that_takes_the_card_further_is_seen) {
  then_ = "DT1036_10:SUCCESS";
  const auto done = apply({move({"DT1036_10:NEW"}, "DT1036_10:APPROVAL")});
  ASSERT_TRUE(done[0]);
  EXPECT_TRUE(done[0]->moved);
  EXPECT_EQ(done[0]->stage, "DT1036_10:SUCCESS");
  EXPECT_EQ(done[0]->semantics, StageSemantics::success);
}

TEST_F(Effects, a_move_into_another_pipeline_names_the_pipeline) {
  const auto done = apply({move({"DT1036_10:NEW"}, "DT1036_12:NEW")});
  ASSERT_TRUE(done[0]);
  EXPECT_EQ(portal_.asked_for("crm.item.update").at(0).text({"fields", "categoryId"}), "12");
}

TEST_F(Effects, two_moves_of_one_card_see_each_other) {
  const auto done =
      apply({move({"DT1036_10:NEW"}, "DT1036_10:APPROVAL"), move({"DT1036_10:APPROVAL"}, "DT1036_10:SUCCESS")});
  ASSERT_TRUE(done[0] && done[1]);
  EXPECT_TRUE(done[1]->moved);
  EXPECT_EQ(stage_, "DT1036_10:SUCCESS");
}

TEST_F(Effects, fields_are_written_by_their_types) {
  const auto done = apply({set({{"ufCrm10EdmsStatus", Value("На подписи")},
                                {"ufCrm10Due", Value(DueText{"потом"})},
                                {"ufCrm10Tags", Value(Value::List{"a", "b"})}})});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  const auto update = portal_.asked_for("crm.item.update").at(0);
  EXPECT_EQ(update.text({"fields", "ufCrm10EdmsStatus"}), "На подписи");
  EXPECT_EQ(update.text({"fields", "ufCrm10Due"}), "");
  EXPECT_TRUE(update.params.at("fields").as_object().contains("ufCrm10Due"));
  EXPECT_EQ(update.text({"fields", "ufCrm10Tags", "1"}), "b");
}

TEST_F(Effects, a_move_and_several_field_sets_of_one_card_are_one_update) {
  const auto done = apply({move({"DT1036_10:NEW"}, "DT1036_10:APPROVAL"), set({{"ufCrm10EdmsStatus", Value("раз")}}),
                           set({{"ufCrm10EdmsStatus", Value("два")}, {"title", Value("Т")}})});
  for (const auto& one : done) ASSERT_TRUE(one) << describe(one.error());
  EXPECT_TRUE(done[0]->moved);
  const auto updates = portal_.asked_for("crm.item.update");
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_EQ(updates[0].text({"fields", "stageId"}), "DT1036_10:APPROVAL");
  EXPECT_EQ(updates[0].text({"fields", "ufCrm10EdmsStatus"}), "два");
  EXPECT_EQ(updates[0].text({"fields", "title"}), "Т");
}

TEST_F(Effects, a_refused_field_holds_neither_the_move_nor_other_fields_back) {
  refused_ = {"ufCrm10EdmsStatus"};
  const auto done = apply({move({"DT1036_10:NEW"}, "DT1036_10:APPROVAL"), set({{"ufCrm10EdmsStatus", Value("x")}}),
                           set({{"title", Value("Т")}})});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  EXPECT_TRUE(done[0]->moved);
  ASSERT_FALSE(done[1]);
  EXPECT_EQ(done[1].error().code, "b24.field_value");
  EXPECT_TRUE(done[2]);
  EXPECT_EQ(stage_, "DT1036_10:APPROVAL");
}

TEST_F(Effects, a_move_to_another_pipeline_goes_without_the_fields) {
  const auto done = apply({move({"DT1036_10:NEW"}, "DT1036_12:NEW"), set({{"title", Value("Т")}})});
  ASSERT_TRUE(done[0] && done[1]);
  const auto updates = portal_.asked_for("crm.item.update");
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[0].text({"fields", "title"}), "");
}

TEST_F(Effects, a_card_that_is_gone_is_told_as_gone) {
  portal_.on("crm.item.list", [](const Asked&) { return Reply(json::object{{"items", json::array()}}); });
  const auto done = apply({move({"DT1036_10:NEW"}, "DT1036_10:APPROVAL")});
  ASSERT_FALSE(done[0]);
  EXPECT_EQ(done[0].error().code, "crm.item");
  EXPECT_NE(done[0].error().message.find("объединена"), std::string::npos);
}

TEST_F(Effects, an_unknown_field_is_an_error_with_a_proposal) {
  const auto done = apply({set({{"ufCrm10EdmsStatu", Value("x")}})});
  ASSERT_FALSE(done[0]);
  EXPECT_EQ(done[0].error().code, "crm.field");
  EXPECT_NE(done[0].error().message.find("ufCrm10EdmsStatus"), std::string::npos);
  EXPECT_TRUE(portal_.asked_for("crm.item.update").empty());
}

TEST_F(Effects, a_multiple_field_is_cleared_with_an_empty_list) {
  const auto done = apply({set({{"ufCrm10Tags", Value()}})});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  const auto update = portal_.asked_for("crm.item.update").at(0);
  EXPECT_EQ(update.batch, 0);
  EXPECT_TRUE(update.params.at("fields").as_object().at("ufCrm10Tags").as_array().empty());
}

TEST_F(Effects, a_comment_is_escaped_and_ends_with_its_mark) {
  portal_.on("crm.timeline.comment.add", [](const Asked&) { return Reply(json::value(999)); });
  sedlink::Comment effect;
  effect.item = item_;
  effect.text = "Вернули: [B]нет печати[/B]";
  const auto done = apply({api::CrmEffect("1a2b3c4d-0000-5000-8000-000000000000", effect)});
  ASSERT_TRUE(done[0]);
  EXPECT_EQ(done[0]->id, "999");
  const auto text = portal_.asked_for("crm.timeline.comment.add").at(0).text({"fields", "COMMENT"});
  EXPECT_TRUE(text.ends_with("\n[sl:1a2b3c4d]")) << text;
  EXPECT_EQ(text.find("[B]"), std::string::npos);
}

TEST_F(Effects, a_notification_carries_its_key_as_tag) {
  portal_.on("im.notify.system.add", [](const Asked&) { return Reply(json::value(5)); });
  Notify effect;
  effect.user_id = "14";
  effect.text = "Срок истёк";
  effect.item = item_;
  ASSERT_TRUE(apply({api::CrmEffect("key-1", effect)})[0]);
  const auto with = portal_.asked_for("im.notify.system.add").at(0);
  EXPECT_EQ(with.text({"TAG"}), "key-1");
  EXPECT_FALSE(with.params.contains("CLIENT_ID"));
  EXPECT_NE(with.text({"MESSAGE"}).find("/crm/type/1036/details/77/"), std::string::npos);
  connect({{"notify_client_id", "bridge"}});
  ASSERT_TRUE(apply({api::CrmEffect("key-2", effect)})[0]);
  EXPECT_EQ(portal_.asked_for("im.notify.system.add").at(1).text({"CLIENT_ID"}), "bridge");
  connect({{"notify_tag", "off"}});
  ASSERT_TRUE(apply({api::CrmEffect("key-3", effect)})[0]);
  EXPECT_FALSE(portal_.asked_for("im.notify.system.add").at(2).params.contains("TAG"));
}

TEST_F(Effects, a_task_gets_its_key_its_card_and_its_checklist_in_order) {
  portal_.on("tasks.task.add", [](const Asked&) {
    return Reply(json::object{{"task", json::object{{"id", "3711"}}}});
  });
  portal_.on("task.checklistitem.add", [](const Asked&) { return Reply(json::value(1)); });
  CreateTask effect;
  effect.item = item_;
  effect.title = "Работа над ошибками";
  effect.responsible_id = "14";
  effect.checklist = {"Петров: нет печати", "Сидоров: не согласовано"};
  effect.due = parse_iso8601("2026-05-20T07:00:00Z").value();
  const auto done = apply({api::CrmEffect("key-9", effect)});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  EXPECT_EQ(done[0]->id, "3711");
  const auto task = portal_.asked_for("tasks.task.add").at(0);
  EXPECT_EQ(task.text({"fields", "XML_ID"}), "key-9");
  EXPECT_EQ(task.text({"fields", "UF_CRM_TASK", "0"}), "T40c_77");
  EXPECT_EQ(task.text({"fields", "DEADLINE"}), "2026-05-20T10:00:00+03:00");
  const auto items = portal_.asked_for("task.checklistitem.add");
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].text({"0"}), "3711");
  EXPECT_EQ(items[1].text({"1", "TITLE"}), "Сидоров: не согласовано");
}

TEST_F(Effects, a_task_without_its_checklist_is_doubt_not_failure) {
  portal_.on("tasks.task.add", [](const Asked&) {
    return Reply(json::object{{"task", json::object{{"id", "3711"}}}});
  });
  portal_.on("task.checklistitem.add", [](const Asked&) { return Reply::refusal("QUERY_LIMIT_EXCEEDED"); });
  CreateTask effect;
  effect.item = item_;
  effect.title = "Т";
  effect.responsible_id = "14";
  effect.checklist = {"пункт"};
  const auto done = apply({api::CrmEffect("key-9", effect)});
  ASSERT_FALSE(done[0]);
  EXPECT_EQ(done[0].error().fault, Fault::ambiguous);
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
