#include "scripted_portal.hpp"

namespace sedlink::bitrix24::testing {
namespace {

class Finding : public PortTest {
 protected:
  Finding() { script_metadata(); }
  Result<std::optional<api::Receipt>> find(const std::string& key, CrmAction action) {
    std::vector<api::CrmEffect> effects{api::CrmEffect(key, std::move(action))};
    auto found = run(adapter_->find(context(), std::move(effects)));
    if (!found) throw std::runtime_error(describe(found.error()));
    return found->front();
  }
  const std::string key_ = "1a2b3c4d-0000-5000-8000-000000000000";
};

TEST_F(Finding, a_comment_is_found_by_its_mark_on_a_later_page) {
  portal_.on("crm.timeline.comment.list", [](const Asked& asked) {
    Reply reply;
    if (asked.text({"start"}) == "0") {
      reply.result = json::array{json::object{{"ID", "12"}, {"COMMENT", "другое\n[sl:ffffffff]"}}};
      reply.next = 50;
    } else {
      reply.result = json::array{json::object{{"ID", "7"}, {"COMMENT", "текст\n[sl:1a2b3c4d]"}}};
    }
    return reply;
  });
  sedlink::Comment effect;
  effect.item = item_;
  const auto found = find(key_, effect);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->id, "7");
  EXPECT_EQ(portal_.asked[0].text({"order", "ID"}), "DESC");
  EXPECT_EQ(portal_.asked[0].text({"filter", "ENTITY_TYPE"}), "dynamic_1036");
  const auto other = find("ffffaaaa-0000-5000-8000-000000000000", effect);
  ASSERT_TRUE(other);
  EXPECT_FALSE(*other);
}

TEST_F(Finding, many_doubtful_effects_are_looked_up_in_few_requests) {
  portal_.on("crm.item.list", [](const Asked& asked) {
    json::array items;
    for (int i = 0; i < 50; ++i) {
      const auto id = asked.text({"filter", "@id", std::to_string(i)});
      if (!id.empty()) items.push_back(card(std::stoi(id), "DT1036_10:APPROVAL"));
    }
    return Reply(json::object{{"items", items}});
  });
  portal_.on("crm.timeline.comment.list", [](const Asked& asked) {
    if (asked.text({"filter", "ENTITY_ID"}) != "3") return Reply(json::array());
    return Reply(json::array{json::object{{"ID", "12"}, {"COMMENT", "т\n[sl:1a2b3c4d]"}}});
  });
  std::vector<api::CrmEffect> effects;
  for (int i = 1; i <= 20; ++i) {
    MoveStage move;
    move.item = ItemRef{"portal", "dynamic:1036", std::to_string(i)};
    move.to = "DT1036_10:APPROVAL";
    effects.emplace_back("m", move);
    sedlink::Comment comment;
    comment.item = move.item;
    effects.emplace_back(key_, comment);
  }
  const auto found = run(adapter_->find(context(), effects));
  ASSERT_TRUE(found);
  for (std::size_t i = 0; i < 20; ++i) {
    ASSERT_TRUE((*found)[2 * i] && *(*found)[2 * i]);
    EXPECT_TRUE((*(*found)[2 * i])->moved);
    ASSERT_TRUE((*found)[2 * i + 1]);
    EXPECT_EQ((*found)[2 * i + 1]->has_value(), i == 2) << i;
  }
  EXPECT_LE(portal_.requests.size(), 4u);  // a list of the cards, a batch of timelines, the stages
}

TEST_F(Finding, a_task_is_found_by_its_key_and_its_checklist_is_completed) {
  portal_.on("tasks.task.list", [this](const Asked&) {
    return Reply(json::object{{"tasks", json::array{json::object{{"id", "3711"}, {"xmlId", key_}}}}});
  });
  portal_.on("task.checklistitem.getlist", [](const Asked&) {
    return Reply(json::array{json::object{{"ID", "1"}, {"PARENT_ID", 0}, {"TITLE", "Чек-лист 1"}},
                             json::object{{"ID", "2"}, {"PARENT_ID", "1"}, {"TITLE", "есть &quot;печать&quot;"}}});
  });
  portal_.on("task.checklistitem.add", [](const Asked&) { return Reply(json::value(3)); });
  CreateTask effect;
  effect.item = item_;
  effect.title = "Т";
  effect.checklist = {"есть \"печать\"", "нет подписи"};
  const auto found = find(key_, effect);
  ASSERT_TRUE(found && *found) << describe(found.error());
  EXPECT_EQ((*found)->id, "3711");
  const auto added = portal_.asked_for("task.checklistitem.add");
  ASSERT_EQ(added.size(), 1u);
  EXPECT_EQ(added[0].text({"1", "TITLE"}), "нет подписи");
  EXPECT_EQ(portal_.asked[0].text({"filter", "XML_ID"}), key_);
}

TEST_F(Finding, a_task_of_another_key_is_not_ours) {
  portal_.on("tasks.task.list", [](const Asked&) {
    return Reply(json::object{{"tasks", json::array{json::object{{"id", "1"}, {"xmlId", "another"}}}}});
  });
  CreateTask effect;
  effect.item = item_;
  const auto found = find(key_, effect);
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST_F(Finding, a_move_of_ours_is_recognised_by_stage_and_mover) {
  std::string stage = "DT1036_10:APPROVAL";
  int mover = 7;
  portal_.on("crm.item.list", [&](const Asked&) {
    auto item = card(77, stage);
    item["movedBy"] = mover;
    return Reply(json::object{{"items", json::array{item}}});
  });
  MoveStage effect;
  effect.item = item_;
  effect.expected = {"DT1036_10:NEW"};
  effect.to = "DT1036_10:APPROVAL";
  const auto ours = find(key_, effect);
  ASSERT_TRUE(ours && *ours);
  EXPECT_TRUE((*ours)->moved);
  EXPECT_TRUE((*ours)->moved_at);
  mover = 14;
  const auto theirs = find(key_, effect);
  ASSERT_TRUE(theirs && *theirs);
  EXPECT_FALSE((*theirs)->moved);
  stage = "DT1036_10:NEW";
  const auto not_yet = find(key_, effect);
  ASSERT_TRUE(not_yet);
  EXPECT_FALSE(*not_yet);
}

TEST_F(Finding, a_tagged_notification_may_be_repeated_and_an_untagged_one_cannot_be_told) {
  Notify effect;
  effect.user_id = "14";
  const auto tagged = find(key_, effect);
  ASSERT_TRUE(tagged);
  EXPECT_FALSE(*tagged);
  connect({{"notify_tag", "off"}});
  const auto untagged = find(key_, effect);
  ASSERT_FALSE(untagged);
  EXPECT_EQ(untagged.error().code, "crm.unsearchable");
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
