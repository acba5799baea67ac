#include "translate/process_draft.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sedlink::onec_docflow {
namespace {

using testing::ElementsAre;

const char* key = "21111111-2222-4333-8444-555555555555";

std::vector<std::string> names(const Element& e) {
  std::vector<std::string> all;
  for (const Element& c : e.children) all.push_back(c.name);
  return all;
}

ProcessPlan plan() {
  ProcessPlan p;
  p.author = NamedId(ObjectId("u1", "DMUser"), "Интеграция");
  p.target = NamedId(ObjectId("d1", "DMInternalDocument"), "");
  p.name = "Согласовать: Договор 15";
  p.description = "Прошу согласовать";
  p.key = key;
  return p;
}

Element prefilled(const std::string& type) {
  Element e("object");
  e.type = type;
  e.children.emplace_back("name", "Согласовать");
  e.children.push_back(id_element("objectID", ObjectId("", type)));
  return e;
}

class OnecProcessDraft : public testing::Test {
 protected:
  Schema schema = Schema::builtin();
  TimeZone zone = TimeZone::find("Europe/Moscow").value();
};

TEST_F(OnecProcessDraft, builds_an_approval_in_the_order_of_the_page) {
  Element e = prefilled("DMBusinessProcessApproval");
  ProcessPlan p = plan();
  p.approvers = {NamedId(ObjectId("u2", "DMUser"), "Иванов"), NamedId(ObjectId("u3", "DMUser"), "Петров"),
                 NamedId(ObjectId("u2", "DMUser"), "Иванов")};
  p.due = std::chrono::hours(50);
  ASSERT_TRUE(edit_process(e, *process_kind("approval"), p, schema, zone));
  EXPECT_THAT(names(e), ElementsAre("name", "objectID", "author", "description", "targets", "performers", "performers",
                                    "approvalType"));
  EXPECT_EQ(e.text_of("description"), "Прошу согласовать\nsedlink:21111111-2222-4333-8444-555555555555");
  const Element& performer = *e.child("performers");
  EXPECT_THAT(names(performer), ElementsAre("user", "dueDateSpecificationOption", "dueDate", "dueDateDays",
                                            "dueDateHours", "dueDateMinutes", "approvalOrder"));
  EXPECT_EQ(performer.text_of("dueDateDays"), "2");
  EXPECT_EQ(performer.text_of("dueDateHours"), "2");
  EXPECT_TRUE(performer.child("dueDate")->nil);
  EXPECT_EQ(object_id(performer.child("approvalOrder")).id, "ВместеСПредыдущим");
  EXPECT_EQ(object_id(e.child("approvalType")).id, "Параллельно");
  const Element& item = *e.child("targets")->child("items");
  EXPECT_THAT(names(item), ElementsAre("role", "name", "target"));
  EXPECT_EQ(item.child("target")->type, "DMInternalDocument");
}

TEST_F(OnecProcessDraft, keeps_what_the_template_filled) {
  Element e = prefilled("DMBusinessProcessApproval");
  schema.put(e, e.type, Element("description", "Из шаблона"));
  Element performer("performers");
  performer.children.push_back(reference("user", ObjectId("u9", "DMUser"), "Из шаблона"));
  performer.children.push_back(
      enumeration("approvalOrder", "DMApprovalOrder", "ПослеПредыдущего", "После предыдущего"));
  schema.put(e, e.type, performer);
  schema.put(e, e.type, enumeration("approvalType", "DMApprovalType", "Последовательно", "По очереди"));
  e.children.emplace_back("TD_Own", "x");
  schema.put(e, e.type, enumeration("importance", "DMBusinessProcessTaskImportance", "Высокая", "Высокая важность"));
  ProcessPlan p = plan();
  p.name.clear();
  p.description.clear();
  ASSERT_TRUE(edit_process(e, *process_kind("approval"), p, schema, zone));
  EXPECT_EQ(e.text_of("name"), "Согласовать");
  EXPECT_EQ(e.text_of("description"), "Из шаблона\nsedlink:" + std::string(key));
  EXPECT_EQ(object_id(e.child("performers")->child("user")).id, "u9");
  EXPECT_EQ(object_id(e.child("performers")->child("approvalOrder")).id, "ПослеПредыдущего");
  EXPECT_EQ(object_id(e.child("approvalType")).id, "Последовательно");
  EXPECT_EQ(e.text_of("TD_Own"), "x");
  EXPECT_EQ(object_id(e.child("importance")).id, "Высокая");
}

TEST_F(OnecProcessDraft, writes_performers_of_performance_own_fields_first) {
  Element e = prefilled("DMBusinessProcessPerformance");
  ProcessPlan p = plan();
  p.approvers = {NamedId(ObjectId("u2", "DMUser"), "Иванов")};
  ASSERT_TRUE(edit_process(e, *process_kind("performance"), p, schema, zone));
  EXPECT_THAT(names(*e.child("performers")),
              ElementsAre("personalDueDate", "personalDescription", "personalTaskName", "responsible", "user"));
  EXPECT_EQ(e.child("performers")->text_of("responsible"), "false");
  Element request("request");
  request.children.push_back(e);
  schema.set_own_first(false);
  EXPECT_TRUE(reorder_performers(request, schema));
  EXPECT_EQ(request.children[0].child("performers")->children.front().name, "user");
}

TEST_F(OnecProcessDraft, refuses_several_performers_where_one_is_taken_and_none_where_some_are_needed) {
  Element e = prefilled("DMBusinessProcessConfirmation");
  ProcessPlan p = plan();
  p.approvers = {NamedId(ObjectId("u2", "DMUser"), "А"), NamedId(ObjectId("u3", "DMUser"), "Б")};
  const auto many = edit_process(e, *process_kind("confirmation"), p, schema, zone);
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, "edms.approvers");
  Element empty = prefilled("DMBusinessProcessApproval");
  const auto none = edit_process(empty, *process_kind("approval"), plan(), schema, zone);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().audience, Audience::user);
}

TEST_F(OnecProcessDraft, tells_signing_from_confirmation) {
  Element e = prefilled("DMBusinessProcessConfirmation");
  ProcessPlan p = plan();
  p.approvers = {NamedId(ObjectId("u2", "DMUser"), "А")};
  ASSERT_TRUE(edit_process(e, *process_kind("signing"), p, schema, zone));
  EXPECT_EQ(object_id(e.child("processType")).id, "Подписание");
}

TEST(OnecKeyLine, is_found_only_at_the_end) {
  EXPECT_TRUE(ends_with_key("Текст\nsedlink:" + std::string(key) + "\r\n ", key));
  EXPECT_FALSE(ends_with_key("sedlink:" + std::string(key) + " дальше", key));
  EXPECT_FALSE(ends_with_key("Текст", key));
  EXPECT_FALSE(ends_with_key("Текст", ""));
}

}  // namespace
}  // namespace sedlink::onec_docflow
