// Events of the outgoing webhook as they really come, and moves that raise none.
#include <functional>

#include "sedlink/net/server.hpp"
#include "traps.hpp"

namespace sedlink::bitrix24::testing {
namespace {

// ---- events ---------------------------------------------------------------------------------------------------------

class EventTraps : public Traps {
 protected:
  // The adapter's door behind an HTTP server.
  void listen(json_object more = {}) {
    net::ServerOptions options;
    auto server =
        net::Server::listen(io_.get_executor(), options, [this](net::ServerRequest& request) { return take(request); });
    if (!server) throw std::runtime_error(describe(server.error()));
    server_ = std::move(*server);
    server_->start();
    more["url"] = "http://127.0.0.1:" + std::to_string(server_->port()) + "/hooks/portal";
    control("POST", "/_sim/subscribe", more);
  }
  ~EventTraps() override {
    const SteadyTime end = std::chrono::steady_clock::now() + Duration(200);
    if (server_) run(stop(*server_, end));
  }
  static boost::asio::awaitable<int> stop(net::Server& server, SteadyTime until) {
    co_await server.stop(until);
    co_return 0;
  }
  boost::asio::awaitable<net::ServerResponse> take(net::ServerRequest& request) {
    auto body = co_await request.read_body(1 << 20);
    api::InboundRequest inbound;
    inbound.content_type = request.headers().get("Content-Type").value_or("");
    inbound.body = body ? *body : "";
    bodies_.push_back(inbound.body);
    auto events = adapter().accept(inbound);
    if (!events)
      ++refused_;
    else
      for (auto& one : *events) events_.push_back(one);
    co_return net::ServerResponse(200, "text/plain", "");
  }
  bool eventually(const std::function<bool()>& condition) {
    const SteadyTime end = std::chrono::steady_clock::now() + Duration(20'000);
    io_.restart();
    while (!condition() && std::chrono::steady_clock::now() < end) io_.run_one_for(Duration(50));
    return condition();
  }
  std::unique_ptr<net::Server> server_;
  std::vector<std::string> bodies_;
  std::vector<api::InboundEvent> events_;
  int refused_ = 0;
};

TEST_F(EventTraps, events_without_access_tokens_are_taken_by_the_application_token_alone) {
  const auto card = contract();
  listen();
  act({{"do", "edit"}, {"item", "dynamic:1036/" + card.id}, {"title", "Другое"}});
  ASSERT_TRUE(eventually([&] { return !events_.empty(); }));
  EXPECT_EQ(bodies_[0].find("access_token"), std::string::npos);
  EXPECT_EQ(bodies_[0].find("title"), std::string::npos) << "an event carries no values";
  EXPECT_EQ(events_[0].item, card);
  EXPECT_EQ(refused_, 0);
}

TEST_F(EventTraps, events_with_another_token_are_refused) {
  const auto card = contract();
  listen({{"token", "чужой"}});
  act({{"do", "edit"}, {"item", "dynamic:1036/" + card.id}, {"title", "Другое"}});
  ASSERT_TRUE(eventually([&] { return refused_ > 0; }));
  EXPECT_TRUE(events_.empty());
}

TEST_F(EventTraps, events_that_come_twice_late_or_in_another_order_all_mean_go_and_look) {
  set({{"events", json_object{{"duplicate", 1.0}, {"reorder", 1.0}, {"delay", "0ms..100ms"}}},
       {"quirks", json_object{{"per_type_events", true}}}});
  const auto card = contract();
  listen({{"events", sim::json::array{"ONCRMDYNAMICITEMUPDATE", "ONCRMDYNAMICITEMUPDATE_1036"}}});
  act({{"do", "move"}, {"item", "dynamic:1036/" + card.id}, {"stage", "DT1036_10:SIGNING"}});
  act({{"do", "move"}, {"item", "dynamic:1036/" + card.id}, {"stage", "DT1036_10:FAIL"}});
  ASSERT_TRUE(eventually([&] { return events_.size() >= 8; })) << events_.size();  // two moves, twice, base and _1036
  for (const auto& one : events_) EXPECT_EQ(one.item, card);
  const auto seen = read(card);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->stage, "DT1036_10:FAIL") << "whatever came last, the look tells the present";
}

TEST_F(EventTraps, our_own_writes_come_back_and_are_known_by_mover_and_time) {
  const auto card = contract();
  listen();
  const auto done = apply({move(card, {"DT1036_10:APPROVAL"}, "DT1036_10:SIGNING")});
  ASSERT_TRUE(done[0]);
  ASSERT_TRUE(eventually([&] { return !events_.empty(); }));
  EXPECT_EQ(events_[0].item, card);
  const auto seen = read(card);
  EXPECT_EQ(seen->moved_by, "9");
  EXPECT_EQ(seen->moved_at, *done[0]->moved_at);
  // Writing the same again changes nothing on the portal and raises nothing.
  const auto count = events_.size();
  ASSERT_TRUE(apply({fields(card, {{"ufCrm10EdmsStatus", Value("а")}})})[0]);
  ASSERT_TRUE(eventually([&] { return events_.size() == count + 1; }));
  ASSERT_TRUE(apply({fields(card, {{"ufCrm10EdmsStatus", Value("а")}}), comment(card, "т", "k")})[0]);
  ASSERT_TRUE(eventually([&] { return events_.size() > count + 1; }));
  EXPECT_FALSE(events_.back().item) << "only the comment's event came";
}

TEST_F(EventTraps, a_move_to_another_pipeline_without_an_event_is_found_by_the_sweep) {
  start();
  const auto deal = ref("deal", create("deal", {{"stage", "C9:NEW"}}));
  listen();
  const auto begin = run(adapter().sweep(context(), "deal", ""));
  ASSERT_TRUE(begin);
  act({{"do", "move"}, {"item", "deal/" + deal.id}, {"stage", "PREPARATION"}, {"category", 0}});
  const auto page = run(adapter().sweep(context(), "deal", begin->next_cursor));
  ASSERT_TRUE(page);
  ASSERT_FALSE(page->moves.empty());
  EXPECT_EQ(page->moves.back().item, deal);
  EXPECT_EQ(page->moves.back().category, "0");
  EXPECT_EQ(page->moves.back().stage, "PREPARATION");
  for (const auto& one : events_) EXPECT_NE(one.name, "ONCRMDEALUPDATE");
}

TEST_F(Traps, a_card_a_person_took_to_another_pipeline_is_left_there_and_told_of) {
  const auto card = contract();
  act({{"do", "move"}, {"item", "dynamic:1036/" + card.id}, {"stage", "DT1036_12:NEW"}, {"category", 12}});
  const auto done = apply({move(card, {"DT1036_10:APPROVAL"}, "DT1036_10:SIGNING")});
  ASSERT_TRUE(done[0]);
  EXPECT_FALSE(done[0]->moved);
  EXPECT_EQ(done[0]->category, "12");
  const auto back = apply({move(card, {"DT1036_12:NEW"}, "DT1036_10:SIGNING")});
  ASSERT_TRUE(back[0]) << describe(back[0].error());
  EXPECT_TRUE(back[0]->moved);
  EXPECT_EQ(back[0]->category, "10");
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
