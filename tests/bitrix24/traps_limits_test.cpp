// The portal's limits: the request bucket, a method's working time, the sixty seconds of a request.
#include <algorithm>

#include "traps.hpp"

namespace sedlink::bitrix24::testing {
namespace {

// ---- limits ---------------------------------------------------------------------------------------------------------

TEST_F(Traps, the_query_limit_is_throttling_and_nothing_was_done) {
  const auto card = contract();
  fault({{"match", json_object{{"method", "batch"}}}, {"do", "throttle"}, {"next", 1}});
  const auto error = refused(card);
  EXPECT_EQ(error.fault, Fault::throttled);
  EXPECT_EQ(error.code, "b24.query_limit");
  EXPECT_GE(error.retry_after.value_or(std::chrono::seconds(0)), std::chrono::seconds(1));
  EXPECT_EQ(comments(card), 0u);
}

TEST_F(Traps, a_bucket_smaller_than_thought_throttles_and_then_goes_on) {
  start("limits: { rate: { enabled: true, capacity: 2, per_second: 5 } }");
  const auto card = contract();
  int done = 0, throttled = 0;
  for (int i = 0; i < 30 && done < 6; ++i) {
    const auto one = apply({comment(card, "т", "key-" + std::to_string(i))});
    if (one[0]) {
      ++done;
    } else {
      ++throttled;
      EXPECT_EQ(one[0].error().fault, Fault::throttled);
    }
  }
  EXPECT_GT(throttled, 0);
  EXPECT_EQ(done, 6);
  EXPECT_EQ(comments(card), 6u);
}

// What the portal says while a method is closed: with `time` (and its reset) or without, alone or inside a batch.
TEST_F(Traps, a_method_over_its_working_time_rests_until_the_reset_the_portal_names) {
  start("limits: { operating: { enabled: true, limit: 0.5, costs: { crm.timeline.comment.add: 1, user.get: 1 } } }");
  settings_["limits.operating"] = "0";  // the adapter does not foresee it
  connect();
  const auto card = contract();
  set({{"quirks", json_object{{"errors_have_time", true}}}});
  ASSERT_TRUE(apply({comment(card, "первый", "k1")})[0]);
  const auto inside = apply({comment(card, "второй", "k2"), notice(card, "14", "т", "k3")});
  ASSERT_FALSE(inside[0]);
  EXPECT_EQ(inside[0].error().code, "b24.operating");
  EXPECT_EQ(inside[0].error().fault, Fault::throttled);
  EXPECT_LE(inside[0].error().retry_after.value_or(std::chrono::seconds(0)), std::chrono::seconds(601));
  EXPECT_TRUE(inside[1]) << "other methods go on";
  const auto before = requests();
  const auto closed = apply({comment(card, "третий", "k4")});
  ASSERT_FALSE(closed[0]);
  EXPECT_EQ(requests(), before) << "a closed method is not asked again";
  EXPECT_EQ(comments(card), 1u);
}

TEST_F(Traps, a_method_over_its_working_time_without_a_reset_rests_ten_minutes) {
  start("limits: { operating: { enabled: true, limit: 0.5, costs: { user.get: 1 } } }");
  settings_["limits.operating"] = "0";
  connect();
  set({{"quirks", json_object{{"no_time", true}}}});
  ASSERT_TRUE(run(adapter().people(context())));
  connect();  // people are remembered: a fresh adapter asks again
  const auto refused = run(adapter().people(context()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "b24.operating");
  EXPECT_GE(refused.error().retry_after.value_or(std::chrono::seconds(0)), std::chrono::seconds(590));
}

TEST_F(Traps, the_last_tenth_of_a_methods_working_time_is_left_to_people) {
  start("limits: { operating: { enabled: true, limit: 10, costs: { crm.timeline.comment.add: 1 } } }");
  settings_["limits.operating"] = "10";
  connect();
  const auto card = contract();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(apply({comment(card, "т", "first-" + std::to_string(i))})[0]);
  std::vector<api::CrmEffect> many;
  for (int i = 0; i < 20; ++i) many.push_back(comment(card, "т", "key-" + std::to_string(i)));
  const auto done = apply(many);
  const auto sent = std::count_if(done.begin(), done.end(), [](const auto& one) { return one.has_value(); });
  EXPECT_EQ(sent, 5) << "nine of ten seconds";
  for (const auto& one : done) { EXPECT_TRUE(one || one.error().code == "b24.operating"); }
  auto person = context();
  person.for_people = true;
  const std::vector<api::CrmEffect> urgent{comment(card, "срочно", "key-99")};
  const auto answered = run(adapter().apply(person, urgent));
  ASSERT_TRUE(answered);
  EXPECT_TRUE(answered->front()) << describe(answered->front().error());
}

TEST_F(Traps, a_batch_cut_at_sixty_seconds_is_doubt_and_every_write_is_found_or_repeated_once) {
  // Five seconds an update where a tenth was measured: the batch is cut half way, and nobody hears of what ran.
  start("limits: { operating: { enabled: true, limit: 4800, costs: { crm.timeline.comment.add: 0.1 } } }");
  const auto card = contract();
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(apply({comment(card, "проба", "warm-" + std::to_string(i))})[0]);
  set({{"limits", json_object{{"operating", json_object{{"costs", json_object{{"crm.timeline.comment.add", 5}}}}},
                              {"request_seconds", 60}}}});
  std::vector<api::CrmEffect> effects;
  for (int i = 0; i < 30; ++i) {
    const std::string key = std::to_string(10'000'000 + i) + "-k";  // the mark is its first eight characters
    effects.push_back(comment(card, "т" + std::to_string(i), key));
  }
  std::vector<api::CrmEffect> waiting = effects;
  int rounds = 0;
  bool doubted = false;
  for (; rounds < 10 && !waiting.empty(); ++rounds) {
    const auto done = apply(waiting);
    std::vector<api::CrmEffect> doubtful, again;
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (done[i]) continue;
      if (done[i].error().fault == Fault::ambiguous)
        doubtful.push_back(waiting[i]);
      else
        again.push_back(waiting[i]);
    }
    doubted = doubted || !doubtful.empty();
    const auto looked = find(doubtful);
    for (std::size_t i = 0; i < looked.size(); ++i) {
      ASSERT_TRUE(looked[i]) << describe(looked[i].error());
      if (!*looked[i]) again.push_back(doubtful[i]);
    }
    waiting = again;
  }
  EXPECT_TRUE(doubted) << "the batch was not cut: the test tests nothing";
  EXPECT_TRUE(waiting.empty());
  EXPECT_EQ(comments(card), 38u) << "one lost or doubled";
}

TEST_F(Traps, slow_updates_make_batches_that_are_never_cut) {
  start("limits: { operating: { enabled: true, limit: 4800, costs: { crm.item.update: 3.6 } }, request_seconds: 60 }");
  std::vector<api::CrmEffect> effects;
  for (int i = 0; i < 40; ++i)
    effects.push_back(fields(contract(), {{"title", Value("т" + std::to_string(i))}}, "k" + std::to_string(i)));
  auto ctx = context();
  ctx.deadline = std::chrono::steady_clock::now() + std::chrono::minutes(10);
  const auto done = run(adapter().apply(ctx, effects));
  ASSERT_TRUE(done);
  for (const auto& one : *done) EXPECT_TRUE(one) << describe(one.error());
  EXPECT_LE(requests(), 12);
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
