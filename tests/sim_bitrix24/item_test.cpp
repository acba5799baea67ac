// crm.item.*, stages, history (bitrix24.md 7).
#include "portal_fixture.hpp"

namespace sedlink::sim::b24_test {

class Items : public PortalTest {
 protected:
  json::value get_item(std::int64_t id, int entity = 1036) {
    return ok("crm.item.get", {{"entityTypeId", entity}, {"id", id}}).at("item");
  }
  Reply update(std::int64_t id, json::object fields, int entity = 1036) {
    return call("crm.item.update", {{"entityTypeId", entity}, {"id", id}, {"fields", std::move(fields)}});
  }
  json::array history(int entity = 1036) {
    return ok("crm.stagehistory.list", {{"entityTypeId", entity}, {"order", {{"ID", "ASC"}}}}).at("items").as_array();
  }
};

TEST_F(Items, begin_on_the_first_stage_of_the_default_pipeline) {
  const json::value item = get_item(new_contract());
  EXPECT_EQ(item.at("categoryId"), 10);
  EXPECT_EQ(item.at("stageId"), "DT1036_10:NEW");
  EXPECT_TRUE(item.at("id").is_int64());
  EXPECT_EQ(item.at("createdBy"), 9);
  EXPECT_EQ(item.at("opened"), "Y");
}

TEST_F(Items, name_what_is_missing_with_400) {
  const Reply item = call("crm.item.get", {{"entityTypeId", 1036}, {"id", 12345}});
  EXPECT_EQ(item.status, 400);
  EXPECT_EQ(item.body.at("error"), "NOT_FOUND");
  EXPECT_EQ(item.body.at("error_description"), "Элемент не найден");
  const Reply type = call("crm.item.get", {{"entityTypeId", 1044}, {"id", 1}});
  EXPECT_EQ(type.status, 400);
  EXPECT_EQ(type.body.at("error_description"), "Смарт-процесс не найден");
  EXPECT_EQ(call("crm.item.get", {{"entityTypeId", 5}, {"id", 1}}).body.at("error"), "ENTITY_TYPE_NOT_SUPPORTED");
}

TEST_F(Items, ignore_unknown_names_and_save_nothing_when_nothing_changes) {
  const std::int64_t id = new_contract();
  const json::value before = get_item(id);
  ASSERT_EQ(update(id, {{"title", "Поставка"}, {"noSuchField", 1}, {"updatedBy", 1}}).status, 200);
  EXPECT_EQ(get_item(id), before);
  EXPECT_EQ(history().size(), 1u);
}

TEST_F(Items, keep_a_row_of_history_for_every_move) {
  const std::int64_t id = new_contract();
  ASSERT_EQ(update(id, {{"stageId", "DT1036_10:APPROVAL"}}).status, 200);
  ASSERT_EQ(update(id, {{"stageId", "DT1036_10:SUCCESS"}}).status, 200);
  ASSERT_EQ(update(id, {{"categoryId", 12}}).status, 200);
  const json::array rows = history();
  ASSERT_EQ(rows.size(), 4u);
  std::vector<std::int64_t> kinds;
  for (const json::value& row : rows) kinds.push_back(row.at("TYPE_ID").as_int64());
  EXPECT_EQ(kinds, (std::vector<std::int64_t>{1, 2, 3, 5}));
  EXPECT_EQ(rows[2].at("STAGE_SEMANTIC_ID"), "S");
  EXPECT_EQ(rows[3].at("STAGE_ID"), "DT1036_12:NEW");
  EXPECT_EQ(rows[3].at("CATEGORY_ID"), 12);
  EXPECT_LT(rows[0].at("ID").as_int64(), rows[1].at("ID").as_int64());
  const json::value later =
      ok("crm.stagehistory.list", {{"entityTypeId", 1036}, {"filter", {{">ID", rows[2].at("ID")}}}});
  EXPECT_EQ(later.at("items").as_array().size(), 1u);
}

TEST_F(Items, remember_who_moved_them) {
  const std::int64_t id = new_contract();
  act({{"item", "dynamic:1036/" + std::to_string(id)},
       {"do", "move"},
       {"stage", "DT1036_10:PREPARATION"},
       {"user", 15}});
  const json::value item = get_item(id);
  EXPECT_EQ(item.at("movedBy"), 15);
  EXPECT_EQ(item.at("updatedBy"), 15);
  EXPECT_EQ(item.at("previousStageId"), "DT1036_10:NEW");
  ASSERT_EQ(update(id, {{"title", "Другой"}}).status, 200);
  EXPECT_EQ(get_item(id).at("movedBy"), 15);
  EXPECT_EQ(get_item(id).at("updatedBy"), 9);
}

TEST_F(Items, refuse_stages_that_are_not_theirs) {
  const std::int64_t id = new_contract();
  for (const char* stage : {"DT1036_10:NOWHERE", "C9:NEW", "DT1036_12:APPROVAL"}) {
    const Reply reply = update(id, {{"stageId", stage}});
    EXPECT_EQ(reply.status, 400) << stage;
    EXPECT_EQ(reply.body.at("error"), "CRM_FIELD_ERROR_VALUE_NOT_VALID");
  }
  EXPECT_EQ(update(id, {{"categoryId", 77}}).status, 400);
  EXPECT_EQ(get_item(id).at("stageId"), "DT1036_10:NEW");
}

TEST_F(Items, check_required_fields_only_when_the_stage_changes) {
  start(
      "types: [{entityTypeId: 1036, fields: [{name: UF_CRM_10_REASON, title: Причина, required_at: "
      "['DT1036_10:WITHDRAWN']}]}]");
  const std::int64_t id = new_contract();
  EXPECT_EQ(update(id, {{"title", "Без причины"}}).status, 200);
  const Reply refused = update(id, {{"stageId", "DT1036_10:WITHDRAWN"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body.at("error"), "CRM_FIELD_ERROR_REQUIRED");
  EXPECT_EQ(update(id, {{"stageId", "DT1036_10:WITHDRAWN"}, {"ufCrm10Reason", "Передумали"}}).status, 200);
}

TEST_F(Items, spell_user_fields_by_the_table) {
  start(
      R"(types: [{entityTypeId: 1036, fields: [{name: UF_CRM_10_5186744711}, {name: UF_CRM_10_DIGIT10}, {name: UF_CRM_10_DIGIT_10}]}])");
  const json::value contract = ok("crm.item.fields", {{"entityTypeId", 1036}}).at("fields");
  EXPECT_EQ(contract.at("ufCrm10_5186744711").at("upperName"), "UF_CRM_10_5186744711");
  EXPECT_EQ(contract.at("ufCrm_10_DIGIT10").at("upperName"), "UF_CRM_10_DIGIT10");
  EXPECT_EQ(contract.at("ufCrm_10_DIGIT_10").at("upperName"), "UF_CRM_10_DIGIT_10");
  EXPECT_EQ(contract.at("ufCrm10EdmsStatus").at("upperName"), "UF_CRM_10_EDMS_STATUS");
  EXPECT_EQ(contract.at("stageId").at("upperName"), "STAGE_ID");
  const json::value deal = ok("crm.item.fields", {{"entityTypeId", 2}}).at("fields");
  EXPECT_EQ(deal.at("ufCrm_1747309879").at("upperName"), "UF_CRM_1747309879");
  const std::int64_t id = new_contract({{"ufCrm_10_5186744711", "принято и так"}});
  EXPECT_EQ(get_item(id).at("ufCrm10_5186744711"), "принято и так");
}

TEST_F(Items, lose_system_fields_when_original_names_meet_select) {
  new_contract();
  const json::value rows =
      ok("crm.item.list", {{"entityTypeId", 1036}, {"useOriginalUfNames", "Y"}, {"select", {"id", "title"}}});
  EXPECT_EQ(rows.at("items").at(0), json::value(json::array()));
  const json::value whole = ok("crm.item.list", {{"entityTypeId", 1036}, {"useOriginalUfNames", "Y"}});
  EXPECT_TRUE(whole.at("items").at(0).as_object().contains("UF_CRM_10_REASON"));
}

TEST_F(Items, want_lists_for_multiple_fields) {
  const std::int64_t id = new_contract();
  const Reply reply = update(id, {{"observers", "14"}});
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body.at("error"), "100");
}

TEST_F(Items, read_dates_in_server_time_and_answer_with_an_offset) {
  const std::int64_t id = new_contract({{"begindate", "2024-07-18"}, {"ufCrm10EdmsDue", "2024-07-18T10:00:00Z"}});
  EXPECT_EQ(get_item(id).at("begindate"), "2024-07-18T00:00:00+03:00");
  EXPECT_EQ(get_item(id).at("ufCrm10EdmsDue"), "2024-07-18T13:00:00+03:00");
  EXPECT_EQ(update(id, {{"ufCrm10EdmsDue", "до конца недели"}}).body.at("error"), "CRM_FIELD_ERROR_VALUE_NOT_VALID");
}

TEST_F(Items, answer_a_deletion_with_an_empty_list) {
  const std::int64_t id = new_contract();
  EXPECT_EQ(ok("crm.item.delete", {{"entityTypeId", 1036}, {"id", id}}), json::value(json::array()));
  EXPECT_EQ(call("crm.item.get", {{"entityTypeId", 1036}, {"id", id}}).status, 400);
}

TEST_F(Items, know_no_history_of_companies) {
  const Reply reply = call("crm.stagehistory.list", {{"entityTypeId", 4}});
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body.at("error"), 0);
}

TEST_F(Items, are_strings_in_the_old_methods) {
  const json::value added =
      ok("crm.item.add",
         {{"entityTypeId", 2}, {"fields", {{"title", "Сделка"}, {"opportunity", 1000000}, {"companyId", 5}}}});
  const std::int64_t id = added.at("item").at("id").as_int64();
  EXPECT_EQ(added.at("item").at("stageSemanticId"), "P");
  const json::value deal = ok("crm.deal.get", {{"id", id}});
  EXPECT_EQ(deal.at("ID"), json::string(std::to_string(id)));
  EXPECT_EQ(deal.at("OPPORTUNITY"), "1000000.00");
  EXPECT_EQ(ok("crm.deal.update", {{"ID", id}, {"FIELDS", {{"STAGE_ID", "WON"}}}}), true);
  EXPECT_EQ(get_item(id, 2).at("stageSemanticId"), "S");
  EXPECT_EQ(history(2).size(), 2u);
}

}  // namespace sedlink::sim::b24_test
