#include "scripted_portal.hpp"

namespace sedlink::bitrix24::testing {
namespace {

using Reading = PortTest;

TEST_F(Reading, a_card_comes_with_its_stage_company_and_requisite) {
  script_metadata();
  portal_.on("crm.item.get", [](const Asked& asked) {
    if (asked.text({"entityTypeId"}) == "4")
      return Reply(json::object{{"item", json::object{{"id", 5}, {"title", "ООО Ромашка"}}}});
    auto item = card(77, "DT1036_10:SUCCESS");
    item["companyId"] = 5;
    item["ufCrm10Contract"] = json::object{{"id", 30577}, {"url", "https://p/x"}, {"urlMachine", "https://p/y"}};
    return Reply(json::object{{"item", item}});
  });
  portal_.on("crm.requisite.list", [](const Asked&) {
    return Reply(json::array{json::object{{"ID", "1"},
                                          {"ENTITY_ID", "5"},
                                          {"RQ_INN", "7717586110"},
                                          {"RQ_KPP", "771701001"},
                                          {"RQ_COMPANY_NAME", "Ромашка"}}});
  });
  portal_.on("crm.requisite.link.list", [](const Asked&) { return Reply(json::array()); });
  const auto items = run(adapter_->read(context(), {item_}));
  ASSERT_TRUE(items) << describe(items.error());
  ASSERT_TRUE(items->front()) << describe(items->front().error());
  const Item& item = *items->front();
  EXPECT_EQ(item.stage, "DT1036_10:SUCCESS");
  EXPECT_EQ(item.semantics, StageSemantics::success);
  EXPECT_EQ(item.category, "10");
  EXPECT_EQ(item.assigned_by, "14");
  EXPECT_EQ(item.moved_by, "7");
  EXPECT_EQ(to_iso8601(item.moved_at), "2026-05-14T07:26:32Z");
  EXPECT_EQ(item.fields.at("opportunity"), Value(Money{"150000.5", "RUB"}));
  EXPECT_EQ(item.fields.at("ufCrm10Contract").files().size(), 1u);
  EXPECT_EQ(item.company.at("title"), Value("ООО Ромашка"));
  EXPECT_EQ(item.company.at("requisite.inn"), Value("7717586110"));
  EXPECT_EQ(item.company.at("requisite.kpp"), Value("771701001"));
  EXPECT_NE(item.url.find("/crm/type/1036/details/77/"), std::string::npos);
}

TEST_F(Reading, a_deleted_card_spoils_no_other) {
  script_metadata();
  portal_.on("crm.item.get", [](const Asked& asked) {
    if (asked.text({"id"}) == "78") return Reply::refusal("NOT_FOUND", "Элемент не найден");
    return Reply(json::object{{"item", card(77, "DT1036_10:NEW")}});
  });
  const auto items =
      run(adapter_->read(context(), {item_, {"portal", "dynamic:1036", "78"}, {"portal", "elephant", "1"}}));
  ASSERT_TRUE(items);
  EXPECT_TRUE((*items)[0]);
  ASSERT_FALSE((*items)[1]);
  EXPECT_EQ((*items)[1].error().fault, Fault::not_found);
  EXPECT_EQ((*items)[1].error().code, "crm.item");
  ASSERT_FALSE((*items)[2]);
  EXPECT_EQ((*items)[2].error().code, "crm.entity");
}

TEST_F(Reading, fifty_cards_of_one_company_cost_few_requests) {
  script_metadata();
  portal_.on("crm.item.get", [](const Asked& asked) {
    if (asked.text({"entityTypeId"}) == "4")
      return Reply(json::object{{"item", json::object{{"id", 5}, {"title", "ООО"}}}});
    auto item = card(1, "DT1036_10:NEW");
    item["companyId"] = 5;
    return Reply(json::object{{"item", item}});
  });
  portal_.on("crm.requisite.list", [](const Asked&) { return Reply(json::array()); });
  portal_.on("crm.requisite.link.list", [](const Asked&) { return Reply(json::array()); });
  std::vector<ItemRef> refs;
  for (int i = 1; i <= 50; ++i) refs.push_back({"portal", "dynamic:1036", std::to_string(i)});
  const auto items = run(adapter_->read(context(), refs));
  ASSERT_TRUE(items);
  for (const auto& item : *items) EXPECT_TRUE(item);
  EXPECT_EQ(portal_.asked_for("crm.requisite.list").size(), 1u);
  EXPECT_LE(portal_.requests.size(), 7u);
}

TEST_F(Reading, a_card_that_concerns_nobody_costs_one_request_and_no_neighbour) {
  script_metadata();
  portal_.on("crm.item.get", [](const Asked&) {
    auto item = card(77, "DT1036_10:NEW");
    item["companyId"] = 5;
    item["contactId"] = 3;
    return Reply(json::object{{"item", item}});
  });
  const api::NeighboursWanted nothing = [](const Item&) { return api::Neighbours(); };
  ASSERT_TRUE(run(adapter_->look(context(), {item_}, nothing)));  // the fields and stages are known from now on
  portal_.requests.clear();
  portal_.asked.clear();
  const auto items = run(adapter_->look(context(), {item_, item_, item_}, nothing));
  ASSERT_TRUE(items);
  for (const auto& item : *items) {
    ASSERT_TRUE(item) << describe(item.error());
    EXPECT_EQ(item->company, (Fields{{"id", Value("5")}}));
    EXPECT_EQ(item->contact, (Fields{{"id", Value("3")}}));
  }
  EXPECT_EQ(portal_.requests.size(), 1u);
  EXPECT_EQ(portal_.asked.size(), 1u) << "a card named thrice is asked for once";
}

TEST_F(Reading, only_the_wanted_neighbours_are_asked_for) {
  script_metadata();
  portal_.on("crm.item.get", [](const Asked& asked) {
    if (asked.text({"entityTypeId"}) == "4")
      return Reply(json::object{{"item", json::object{{"id", 5}, {"title", "ООО Ромашка"}}}});
    auto item = card(std::stoi(asked.text({"id"})), asked.text({"id"}) == "77" ? "DT1036_10:NEW" : "DT1036_10:FAIL");
    item["companyId"] = 5;
    item["contactId"] = 3;
    return Reply(json::object{{"item", item}});
  });
  const api::NeighboursWanted company_of_new_ones = [](const Item& item) {
    api::Neighbours wanted;
    wanted.company = item.semantics == StageSemantics::open;
    return wanted;
  };
  const auto items = run(adapter_->look(context(), {item_, {"portal", "dynamic:1036", "78"}}, company_of_new_ones));
  ASSERT_TRUE(items && (*items)[0] && (*items)[1]);
  EXPECT_EQ((*items)[0]->company.at("title"), Value("ООО Ромашка"));
  EXPECT_FALSE((*items)[1]->company.contains("title"));
  EXPECT_TRUE(portal_.asked_for("crm.requisite.list").empty());
  EXPECT_TRUE(portal_.asked_for("crm.requisite.link.list").empty());
  EXPECT_EQ(portal_.asked_for("crm.item.get").size(), 3u);
}

TEST_F(Reading, what_the_portal_does_not_tell_is_asked_once_for_all_cards) {
  portal_.on("crm.item.get", [](const Asked&) { return Reply(json::object{{"item", card(1, "DT1036_10:NEW")}}); });
  portal_.on("crm.item.fields", [](const Asked&) { return Reply::refusal("QUERY_LIMIT_EXCEEDED"); });
  std::vector<ItemRef> refs;
  for (int i = 1; i <= 20; ++i) refs.push_back({"portal", "dynamic:1036", std::to_string(i)});
  const auto items = run(adapter_->read(context(), refs));
  ASSERT_TRUE(items);
  for (const auto& item : *items) EXPECT_FALSE(item);
  EXPECT_EQ(portal_.asked_for("crm.item.fields").size(), 1u);
}

TEST_F(Reading, a_company_the_webhook_may_not_see_leaves_its_id) {
  script_metadata();
  portal_.on("crm.item.get", [](const Asked& asked) {
    if (asked.text({"entityTypeId"}) == "4") return Reply::refusal("ACCESS_DENIED", "Доступ запрещён");
    auto item = card(77, "DT1036_10:NEW");
    item["companyId"] = 5;
    return Reply(json::object{{"item", item}});
  });
  portal_.on("crm.requisite.list", [](const Asked&) { return Reply::refusal("0", "Access denied."); });
  portal_.on("crm.requisite.link.list", [](const Asked&) { return Reply::refusal("0", "Access denied."); });
  const auto items = run(adapter_->read(context(), {item_}));
  ASSERT_TRUE(items);
  ASSERT_TRUE(items->front()) << describe(items->front().error());
  EXPECT_EQ(items->front()->company.at("id"), Value("5"));
  EXPECT_FALSE(items->front()->company.contains("requisite.inn"));
}

TEST_F(Reading, people_are_read_page_by_page_and_remembered) {
  portal_.on("user.get", [](const Asked& asked) {
    Reply reply;
    if (asked.text({"start"}) == "0") {
      reply.result = json::array{json::object{{"ID", "1"},
                                              {"ACTIVE", true},
                                              {"NAME", "Иван"},
                                              {"LAST_NAME", "Иванов"},
                                              {"SECOND_NAME", "Иванович"},
                                              {"EMAIL", "i@x.ru"}}};
      reply.next = 50;
    } else {
      reply.result =
          json::array{json::object{{"ID", "2"}, {"NAME", "Пётр"}, {"LAST_NAME", "Петров"}, {"SECOND_NAME", ""}}};
    }
    return reply;
  });
  for (int i = 0; i < 2; ++i) {
    const auto people = run(adapter_->people(context()));
    ASSERT_TRUE(people);
    ASSERT_EQ(people->size(), 2u);
    EXPECT_EQ((*people)[0].name, "Иванов Иван Иванович");
    EXPECT_EQ((*people)[1].name, "Петров Пётр");
  }
  EXPECT_EQ(portal_.requests.size(), 2u);
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
