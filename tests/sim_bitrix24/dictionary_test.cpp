// Types, pipelines, stages, requisites (bitrix24.md 7.4-7.6, 9).
#include "portal_fixture.hpp"

namespace sedlink::sim::b24_test {

class Dictionary : public PortalTest {};

TEST_F(Dictionary, tells_the_type_id_from_the_entity_type_id) {
  const json::value type = ok("crm.type.list").at("types").at(0);
  EXPECT_EQ(type.at("entityTypeId"), 1036);
  EXPECT_EQ(type.at("id"), 10);
  const Reply upper = call("crm.type.list", {{"order", {{"ID", "ASC"}}}});
  EXPECT_EQ(upper.status, 400);
  EXPECT_EQ(upper.body.at("error"), "100");
  EXPECT_EQ(upper.body.at("error_description"), "Unknown field definition `I_D`");
}

TEST_F(Dictionary, lists_pipelines_and_their_stages) {
  const json::value deals = ok("crm.category.list", {{"entityTypeId", 2}}).at("categories");
  EXPECT_EQ(deals.at(0).at("id"), 0);
  EXPECT_FALSE(deals.at(0).as_object().contains("originId"));
  const json::value stages =
      ok("crm.status.list", {{"filter", {{"ENTITY_ID", "DYNAMIC_1036_STAGE_10"}}}, {"order", {{"SORT", "ASC"}}}});
  EXPECT_EQ(stages.at(0).at("STATUS_ID"), "DT1036_10:NEW");
  EXPECT_TRUE(stages.at(0).at("ID").is_string());
  EXPECT_EQ(stages.at(0).at("CATEGORY_ID"), "10");
  EXPECT_TRUE(stages.at(0).at("SEMANTICS").is_null());
  bool found = false;
  const json::value kinds = ok("crm.status.entity.types");
  for (const json::value& kind : kinds.as_array()) {
    if (kind.at("ID") != "DEAL_STAGE_9") continue;
    found = true;
    EXPECT_EQ(kind.at("PREFIX"), "C9");
    EXPECT_EQ(kind.at("ENTITY_TYPE_ID"), 2);
  }
  EXPECT_TRUE(found);
}

TEST_F(Dictionary, finds_companies_by_inn_and_kpp) {
  const Reply both = call("crm.requisite.list", {{"filter", {{"RQ_INN", "7736050003"}, {"ENTITY_TYPE_ID", 4}}},
                                                 {"select", {"ID", "ENTITY_ID", "RQ_KPP"}}});
  EXPECT_EQ(both.body.at("total"), 2);
  EXPECT_TRUE(both.result().at(0).at("ENTITY_ID").is_string());
  const Reply one = call("crm.requisite.list", {{"filter", {{"RQ_INN", "7736050003"}, {"RQ_KPP", "165543001"}}}});
  EXPECT_EQ(one.body.at("total"), 1);
  EXPECT_EQ(one.result().at(0).at("NAME"), "Филиал в Казани");
  EXPECT_EQ(call("crm.requisite.list", {{"filter", {{"RQ_INN", "0"}}}}).body.at("total"), 0);
}

TEST_F(Dictionary, adds_user_fields_by_the_type_id) {
  const json::value added =
      ok("userfieldconfig.add",
         {{"moduleId", "crm"},
          {"field", {{"entityId", "CRM_10"}, {"fieldName", "UF_CRM_10_EDMS_ID"}, {"userTypeId", "string"}}}});
  EXPECT_EQ(added.at("field").at("fieldName"), "UF_CRM_10_EDMS_ID");
  EXPECT_TRUE(ok("crm.item.fields", {{"entityTypeId", 1036}}).at("fields").as_object().contains("ufCrm10EdmsId"));
  const Reply wrong =
      call("userfieldconfig.add",
           {{"moduleId", "crm"}, {"field", {{"entityId", "CRM_1036"}, {"fieldName", "UF_CRM_1036_X"}}}});
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.body.at("error"), "");
}

}  // namespace sedlink::sim::b24_test
