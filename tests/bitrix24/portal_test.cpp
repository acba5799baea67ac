// The transport: batches, budgets, moves of the portal, secrets.
#include "scripted_portal.hpp"

namespace sedlink::bitrix24::testing {
namespace {

using Portal = PortTest;

api::CrmEffect comment(const ItemRef& item, const std::string& key, const std::string& text) {
  sedlink::Comment effect;
  effect.item = item;
  effect.text = text;
  return api::CrmEffect(key, effect);
}

TEST_F(Portal, sends_what_the_documentation_asks_for) {
  std::string seen;
  portal_.before = [&](const std::string& path, const std::string&) -> std::optional<net::ServerResponse> {
    seen = path;
    return std::nullopt;
  };
  portal_.on("user.get", [](const Asked&) { return Reply(json::array()); });
  const auto people = run(adapter_->people(context()));
  ASSERT_TRUE(people) << describe(people.error());
  EXPECT_EQ(seen, "/rest/7/s3cr3t-of-the-hook/user.get");
}

TEST_F(Portal, many_effects_travel_in_one_batch_and_in_order) {
  portal_.on("crm.timeline.comment.add", [n = 0](const Asked&) mutable { return Reply(json::value(++n)); });
  std::vector<api::CrmEffect> effects;
  for (int i = 0; i < 20; ++i)
    effects.push_back(comment(item_, "key-" + std::to_string(i), "текст " + std::to_string(i)));
  const auto done = apply(effects);
  ASSERT_EQ(done.size(), 20u);
  for (std::size_t i = 0; i < done.size(); ++i) {
    ASSERT_TRUE(done[i]) << describe(done[i].error());
    EXPECT_EQ(done[i]->id, std::to_string(i + 1));
  }
  EXPECT_EQ(portal_.requests.size(), 1u);
  EXPECT_TRUE(portal_.asked[3].text({"fields", "COMMENT"}).starts_with("текст 3\n"));
}

TEST_F(Portal, slow_methods_make_smaller_batches) {
  portal_.on("crm.timeline.comment.add", [](const Asked&) {
    Reply reply(json::value(1));
    reply.duration = 10;
    return reply;
  });
  const auto first = apply({comment(item_, "k1", "x"), comment(item_, "k2", "x"), comment(item_, "k3", "x")});
  ASSERT_TRUE(first[0]);
  portal_.requests.clear();
  std::vector<api::CrmEffect> effects;
  for (int i = 0; i < 6; ++i) effects.push_back(comment(item_, "key-" + std::to_string(i), "x"));
  const auto second = apply(effects);
  EXPECT_GE(portal_.requests.size(), 3u);
}

TEST_F(Portal, a_batch_has_at_most_fifty_commands) {
  portal_.on("crm.timeline.comment.add", [](const Asked&) { return Reply(json::value(1)); });
  std::vector<api::CrmEffect> many;
  for (int i = 0; i < 130; ++i) many.push_back(comment(item_, "key-" + std::to_string(i), "x"));
  const auto done = apply(many);
  for (const auto& one : done) ASSERT_TRUE(one) << describe(one.error());
  std::map<int, int> lengths;
  for (const auto& one : portal_.asked) ++lengths[one.batch];
  for (const auto& [batch, length] : lengths) EXPECT_LE(length, 50) << batch;
  EXPECT_EQ(portal_.asked.size(), 130u);
}

TEST_F(Portal, a_single_call_longer_than_a_batch_may_take_is_sent_alone) {
  portal_.on("crm.timeline.comment.add", [](const Asked&) {
    Reply reply(json::value(1));
    reply.duration = 6;
    return reply;
  });
  connect({{"limits.batch_seconds", "2"}});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(apply({comment(item_, "k" + std::to_string(i), "x")})[0]);
  portal_.requests.clear();
  const auto done = apply({comment(item_, "k8", "x"), comment(item_, "k9", "x")});
  EXPECT_TRUE(done[0] && done[1]);
  EXPECT_EQ(portal_.requests.size(), 2u);
}

TEST_F(Portal, what_does_not_fit_into_the_deadline_is_left_unsent) {
  portal_.on("crm.timeline.comment.add", [](const Asked&) {
    Reply reply(json::value(1));
    reply.duration = 24;
    return reply;
  });
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(apply({comment(item_, "k" + std::to_string(i), "x")})[0]);
  // The fixture's deadline is twenty seconds away: the first call is tried, the second would not end in time.
  const auto done = apply({comment(item_, "k8", "x"), comment(item_, "k9", "x")});
  EXPECT_TRUE(done[0]);
  ASSERT_FALSE(done[1]);
  EXPECT_EQ(done[1].error().code, "b24.no_time");
  EXPECT_EQ(done[1].error().fault, Fault::throttled);
}

TEST_F(Portal, a_call_a_person_waits_for_passes_while_bulk_work_keeps_its_distance) {
  portal_.on("crm.timeline.comment.add", [](const Asked&) { return Reply(json::value(1)); });
  connect({{"limits.rate_per_second", "0.2"}, {"limits.rate_burst", "10"}});
  auto bulk = context();
  bulk.for_people = false;
  const auto timed = [&](const api::CallContext& ctx) {
    const auto begin = std::chrono::steady_clock::now();
    const std::vector<api::CrmEffect> effects{comment(item_, "key", "x")};
    const auto done = run(adapter_->apply(ctx, effects));
    EXPECT_TRUE(done && done->front());
    return std::chrono::steady_clock::now() - begin;
  };
  for (int i = 0; i < 9; ++i) timed(bulk);
  const auto person = timed(context());
  const auto after = timed(bulk);
  EXPECT_LT(person, std::chrono::milliseconds(2'500));
  EXPECT_GT(after, std::chrono::milliseconds(900));
}

TEST_F(Portal, the_budgets_are_told_as_numbers) {
  portal_.on("crm.timeline.comment.add", [](const Asked&) { return Reply(json::value(1)); });
  ASSERT_TRUE(apply({comment(item_, "k1", "x"), comment(item_, "k2", "x")})[0]);
  const auto find = [&](const std::string& name, const std::string& method) -> const api::Measure* {
    static std::vector<api::Measure> all;
    all = adapter_->measures();
    for (const auto& one : all) {
      const auto label = one.labels.find("method");
      if (one.name == name && (label == one.labels.end() ? "" : label->second) == method) return &one;
    }
    return nullptr;
  };
  const auto* requests = find("crm_requests_total", "batch");
  ASSERT_NE(requests, nullptr);
  EXPECT_EQ(requests->value, 1);
  EXPECT_TRUE(requests->counter);
  ASSERT_NE(find("crm_batched_commands_total", "crm.timeline.comment.add"), nullptr);
  EXPECT_EQ(find("crm_batched_commands_total", "crm.timeline.comment.add")->value, 2);
  ASSERT_NE(find("crm_rate_used_ratio", ""), nullptr);
  EXPECT_GT(find("crm_rate_used_ratio", "")->value, 0);
  ASSERT_NE(find("crm_method_calls_left", "crm.timeline.comment.add"), nullptr);
  EXPECT_GT(find("crm_method_calls_left", "crm.timeline.comment.add")->value, 400);
  EXPECT_EQ(find("crm_method_closed_seconds", "crm.timeline.comment.add")->value, 0);
}

TEST_F(Portal, one_bad_command_spoils_no_other) {
  portal_.on("crm.timeline.comment.add", [](const Asked& asked) {
    if (asked.text({"fields", "ENTITY_ID"}) == "78") return Reply::refusal("OWNER_NOT_FOUND", "Элемент не найден");
    return Reply(json::value(5));
  });
  const ItemRef gone{"portal", "dynamic:1036", "78"};
  const auto done = apply({comment(item_, "k1", "a"), comment(gone, "k2", "b"), comment(item_, "k3", "c")});
  EXPECT_TRUE(done[0]);
  ASSERT_FALSE(done[1]);
  EXPECT_EQ(done[1].error().fault, Fault::not_found);
  EXPECT_EQ(done[1].error().code, "crm.item");
  EXPECT_TRUE(done[2]);
}

TEST_F(Portal, a_lost_answer_leaves_doubt_about_every_write_of_the_batch) {
  portal_.before = [](const std::string&, const std::string&) {
    net::ServerResponse lost;
    lost.sabotage = net::Sabotage::close_before_answer;
    return std::optional<net::ServerResponse>(lost);
  };
  const auto done = apply({comment(item_, "k1", "a"), comment(item_, "k2", "b")});
  for (const auto& one : done) {
    ASSERT_FALSE(one);
    EXPECT_EQ(one.error().fault, Fault::ambiguous);
  }
}

TEST_F(Portal, the_query_limit_throttles_without_a_trace) {
  portal_.before = [](const std::string&, const std::string&) {
    return std::optional<net::ServerResponse>(net::ServerResponse(
        503, "application/json", R"({"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"})"));
  };
  const auto done = apply({comment(item_, "k1", "a")});
  ASSERT_FALSE(done[0]);
  EXPECT_EQ(done[0].error().fault, Fault::throttled);
  EXPECT_GE(done[0].error().retry_after.value_or(std::chrono::seconds(0)), std::chrono::seconds(1));
}

TEST_F(Portal, a_method_over_its_working_time_is_not_called_again_until_its_reset) {
  portal_.on("crm.timeline.comment.add",
             [](const Asked&) { return Reply::refusal("OPERATION_TIME_LIMIT", "Method is blocked"); });
  const auto first = apply({comment(item_, "k1", "a")});
  ASSERT_FALSE(first[0]);
  EXPECT_EQ(first[0].error().fault, Fault::throttled);
  const auto before = portal_.requests.size();
  const auto second = apply({comment(item_, "k1", "a")});
  ASSERT_FALSE(second[0]);
  EXPECT_EQ(second[0].error().code, "b24.operating");
  EXPECT_GT(second[0].error().retry_after.value_or(std::chrono::seconds(0)), std::chrono::seconds(60));
  EXPECT_EQ(portal_.requests.size(), before);
}

TEST_F(Portal, a_moved_portal_gets_the_same_post_at_its_new_address_and_keeps_it) {
  ScriptedPortal new_home(io_);
  new_home.on("crm.timeline.comment.add", [](const Asked&) { return Reply(json::value(11)); });
  portal_.before = [&](const std::string& path, const std::string&) {
    net::ServerResponse moved(302, "text/html", "");
    moved.headers.add("Location", new_home.origin() + path);
    return std::optional<net::ServerResponse>(moved);
  };
  const auto done = apply({comment(item_, "k1", "a")});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  EXPECT_EQ(done[0]->id, "11");
  ASSERT_EQ(new_home.asked.size(), 1u);
  EXPECT_EQ(new_home.asked[0].text({"fields", "ENTITY_TYPE"}), "dynamic_1036");
  const auto again = apply({comment(item_, "k2", "b")});
  ASSERT_TRUE(again[0]);
  EXPECT_EQ(portal_.requests.size(), 1u);
}

TEST_F(Portal, a_page_instead_of_json_is_repeated_for_reads_and_doubt_for_writes) {
  portal_.before = [](const std::string&, const std::string&) {
    return std::optional<net::ServerResponse>(net::ServerResponse(502, "text/html", "<html>Bad Gateway</html>"));
  };
  const auto people = run(adapter_->people(context()));
  ASSERT_FALSE(people);
  EXPECT_EQ(people.error().fault, Fault::transient);
  const auto done = apply({comment(item_, "k1", "a")});
  ASSERT_FALSE(done[0]);
  EXPECT_EQ(done[0].error().fault, Fault::ambiguous);
}

TEST_F(Portal, no_error_repeats_the_secret_of_the_webhook) {
  portal_.before = [](const std::string& path, const std::string&) {
    return std::optional<net::ServerResponse>(net::ServerResponse(
        401, "application/json", R"({"error":"NO_AUTH_FOUND","error_description":"Wrong )" + path + R"("})"));
  };
  const auto people = run(adapter_->people(context()));
  ASSERT_FALSE(people);
  EXPECT_EQ(people.error().fault, Fault::unauthorized);
  EXPECT_EQ(describe(people.error()).find("s3cr3t"), std::string::npos) << describe(people.error());
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
