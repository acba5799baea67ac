// Outgoing-webhook events (bitrix24.md 4).
#include <algorithm>

#include "portal_fixture.hpp"

namespace sedlink::sim::b24_test {

class EventsOut : public PortalTest {
 protected:
  void subscribe(json::object request = {}) {
    request["url"] = listen_for_events();
    const Reply reply = control("POST", "/_sim/subscribe", request);
    ASSERT_EQ(reply.status, 200) << reply.raw;
  }
  std::size_t count(const std::string& event) const {
    return static_cast<std::size_t>(
        std::count_if(deliveries().begin(), deliveries().end(),
                      [&](const net::FormPairs& form) { return field(form, "event") == event; }));
  }
};

TEST_F(EventsOut, carry_an_id_and_the_portals_identity_and_no_values) {
  start();
  subscribe({{"token", "s3cret"}, {"events", {"OnCrmDynamicItemAdd"}}});
  const std::int64_t id = new_contract();
  ASSERT_TRUE(eventually([&] { return !deliveries().empty(); }));
  const net::FormPairs& form = deliveries().front();
  EXPECT_EQ(field(form, "event"), "ONCRMDYNAMICITEMADD");
  EXPECT_EQ(field(form, "data[FIELDS][ID]"), std::to_string(id));
  EXPECT_EQ(field(form, "data[FIELDS][ENTITY_TYPE_ID]"), "1036");
  EXPECT_EQ(field(form, "auth[application_token]"), "s3cret");
  EXPECT_EQ(field(form, "auth[member_id]"), text_of(access(), "member_id"));
  EXPECT_EQ(field(form, "auth[domain]"), text_of(access(), "domain"));
  EXPECT_EQ(field(form, "auth[access_token]"), "<absent>");
  EXPECT_NE(field(form, "ts"), "<absent>");
}

TEST_F(EventsOut, follow_writes_by_rest_and_by_people_alike) {
  start();
  subscribe();
  const std::int64_t id = new_contract();
  act({{"item", "dynamic:1036/" + std::to_string(id)}, {"do", "edit"}, {"title", "Б"}});
  ok("crm.item.update", {{"entityTypeId", 1036}, {"id", id}, {"fields", {{"title", "Б"}}}});  // changes nothing
  ok("crm.item.update", {{"entityTypeId", 1036}, {"id", id}, {"fields", {{"title", "В"}}}});
  ok("crm.item.delete", {{"entityTypeId", 1036}, {"id", id}});
  ASSERT_TRUE(eventually([&] { return count("ONCRMDYNAMICITEMDELETE") == 1; }));
  EXPECT_EQ(count("ONCRMDYNAMICITEMUPDATE"), 2u);
}

TEST_F(EventsOut, of_deals_do_not_tell_a_move_to_another_pipeline) {
  start();
  subscribe();
  ok("crm.item.add", {{"entityTypeId", 2}, {"fields", {{"title", "Сделка"}}}});
  act({{"item", "deal/1"}, {"do", "move"}, {"stage", "EXECUTING"}});
  act({{"item", "deal/1"}, {"do", "move"}, {"category", 9}});
  act({{"item", "deal/1"}, {"do", "edit"}, {"title", "После"}});
  ASSERT_TRUE(eventually([&] { return count("ONCRMDEALUPDATE") == 2; }));
  run_for(50);
  EXPECT_EQ(count("ONCRMDEALUPDATE"), 2u);
  EXPECT_EQ(count("ONCRMDEALMOVETOCATEGORY"), 0u);
  const Reply reply =
      control("POST", "/_sim/subscribe", {{"url", "http://127.0.0.1:9/"}, {"events", {"ONCRMDEALMOVETOCATEGORY"}}});
  EXPECT_EQ(reply.status, 400);
}

TEST_F(EventsOut, are_not_repeated_when_the_handler_fails) {
  start();
  subscribe();
  answer_events_with(500);
  new_contract();
  ASSERT_TRUE(eventually([&] { return state().at("events").at("failed") == 1; }));
  run_for(50);
  EXPECT_EQ(deliveries().size(), 1u);
}

TEST_F(EventsOut, are_dropped_and_doubled_on_a_switch) {
  start("events: { duplicate: 1.0 }");
  subscribe();
  new_contract();
  ASSERT_TRUE(eventually([&] { return deliveries().size() == 2; }));
  act({{"do", "set"}, {"events", {{"drop", 1.0}}}});
  new_contract();
  run_for(50);
  EXPECT_EQ(deliveries().size(), 2u);
  EXPECT_EQ(state().at("events").at("dropped"), 1);
}

TEST_F(EventsOut, go_to_a_handler_that_is_set_later) {
  start("{}");
  json::object handler{{"url", listen_for_events()}, {"events", {"ONCRMDYNAMICITEMADD"}}};
  json::array handlers;
  handlers.push_back(std::move(handler));
  act({{"do", "set"}, {"events", json::object{{"handlers", std::move(handlers)}}}});
  new_contract();
  ASSERT_TRUE(eventually([&] { return count("ONCRMDYNAMICITEMADD") == 1; }));
}

TEST_F(EventsOut, have_a_variant_per_type_on_a_switch) {
  start("quirks: { per_type_events: true }");
  subscribe({{"events", {"ONCRMDYNAMICITEMADD", "ONCRMDYNAMICITEMADD_1036"}}});
  new_contract();
  ASSERT_TRUE(eventually([&] { return deliveries().size() == 2; }));
  EXPECT_EQ(count("ONCRMDYNAMICITEMADD_1036"), 1u);
}

}  // namespace sedlink::sim::b24_test
