// Filters, order, pages (bitrix24.md 7.2).
#include "portal_fixture.hpp"

namespace sedlink::sim::b24_test {

class ItemLists : public PortalTest {
 protected:
  void fill(int count) {
    start("limits: { rate: false }");
    for (int i = 1; i <= count; ++i) {
      act({{"entity", "dynamic:1036"},
           {"do", "create"},
           {"title", "Договор " + std::to_string(i)},
           {"fields", {{"opportunity", i * 10}, {"companyId", i % 2 == 0 ? 5 : 6}}}});
    }
  }
  Reply list(json::object params) {
    params["entityTypeId"] = 1036;
    return call("crm.item.list", params);
  }
  std::size_t count(json::object filter) {
    const Reply reply = list({{"filter", std::move(filter)}});
    EXPECT_EQ(reply.status, 200) << reply.raw;
    return reply.status == 200 ? reply.result().at("items").as_array().size() : 0;
  }
};

TEST_F(ItemLists, come_in_pages_of_fifty) {
  fill(57);
  const Reply first = list({});
  EXPECT_EQ(first.result().at("items").as_array().size(), 50u);
  EXPECT_EQ(first.body.at("total"), 57);
  EXPECT_EQ(first.body.at("next"), 50);
  const Reply second = list({{"start", 50}});
  EXPECT_EQ(second.result().at("items").as_array().size(), 7u);
  EXPECT_FALSE(second.body.as_object().contains("next"));
  const Reply fast = list({{"start", -1}, {"filter", {{">id", 10}}}, {"order", {{"id", "ASC"}}}});
  EXPECT_EQ(fast.body.at("total"), 0);
  EXPECT_FALSE(fast.body.as_object().contains("next"));
  EXPECT_EQ(fast.result().at("items").at(0).at("id"), 11);
}

TEST_F(ItemLists, understand_every_prefix) {
  fill(6);
  EXPECT_EQ(count({{"opportunity", 30}}), 1u);
  EXPECT_EQ(count({{"=opportunity", "30"}}), 1u);
  EXPECT_EQ(count({{"!=opportunity", 30}}), 5u);
  EXPECT_EQ(count({{">opportunity", 30}}), 3u);
  EXPECT_EQ(count({{">=opportunity", 30}}), 4u);
  EXPECT_EQ(count({{"<opportunity", 30}}), 2u);
  EXPECT_EQ(count({{"@id", {1, 2, "3"}}}), 3u);
  EXPECT_EQ(count({{"!@id", {1, 2}}}), 4u);
  EXPECT_EQ(count({{"%title", "ГОВОР 5"}}), 1u);
  EXPECT_EQ(count({{"=%title", "Договор%"}}), 6u);
  EXPECT_EQ(count({{"!%title", "5"}}), 5u);
  const json::object either{{"logic", "OR"}, {"0", {{"id", 1}}}, {"1", {{"opportunity", 60}}}};
  EXPECT_EQ(count({{"0", either}, {"companyId", 5}}), 1u);
}

TEST_F(ItemLists, find_what_changed_since) {
  fill(3);
  const std::string now = text_of(ok("server.time"));
  EXPECT_EQ(count({{">=updatedTime", "2020-01-01T00:00:00+03:00"}}), 3u);
  EXPECT_EQ(count({{">updatedTime", "2090-01-01T00:00:00Z"}}), 0u);
  EXPECT_FALSE(now.empty());
}

TEST_F(ItemLists, refuse_fields_they_do_not_know) {
  fill(1);
  const Reply filter = list({{"filter", {{"noSuchField", 1}}}});
  EXPECT_EQ(filter.status, 400);
  EXPECT_EQ(filter.body.at("error"), "INVALID_ARG_VALUE");
  EXPECT_EQ(list({{"order", {{"id", "SIDEWAYS"}}}}).body.at("error"), "INVALID_ARG_VALUE");
}

TEST_F(ItemLists, sort_both_ways_and_show_what_is_selected) {
  fill(3);
  const Reply reply = list({{"order", {{"opportunity", "DESC"}}}, {"select", {"opportunity"}}});
  const json::object first = reply.result().at("items").at(0).as_object();
  EXPECT_EQ(first, (json::object{{"id", 3}, {"opportunity", 30}}));
}

TEST_F(ItemLists, take_user_booleans_as_one_and_zero_only) {
  start("types: [{entityTypeId: 1036, fields: [{name: UF_CRM_10_URGENT, type: boolean}]}]");
  new_contract({{"ufCrm10Urgent", "Y"}});
  new_contract({{"ufCrm10Urgent", "N"}});
  EXPECT_EQ(count({{"ufCrm10Urgent", 1}}), 1u);
  EXPECT_EQ(list({}).result().at("items").at(0).at("ufCrm10Urgent"), "Y");
  EXPECT_EQ(count({{"opened", "Y"}}), 2u);
}

}  // namespace sedlink::sim::b24_test
