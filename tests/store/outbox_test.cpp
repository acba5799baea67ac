#include "store_fixture.hpp"

namespace sedlink::store {
namespace {

class Outbox : public StoreFixture {
 protected:
  void SetUp() override {
    StoreFixture::SetUp();
    add_instance("i1", 1);
    add_instance("i2", 2);
  }
  bool add(const std::string& key, const std::string& instance = "i1", const std::string& lane = "portal",
           Time due = minute(0), const std::string& kind = "comment") {
    EffectRow row;
    row.instance = instance;
    row.lane = lane;
    row.kind = kind;
    row.key = key;
    row.payload = "{}";
    row.due_at = due;
    row.created_at = minute(0);
    return write([row](Tx& tx) { return tx.add_effect(row); });
  }
  std::vector<std::string> lease(const std::vector<std::string>& paused = {}, Time now = minute(60),
                                 std::size_t limit = 100) {
    leased_ = write([=, this](Tx& tx) { return tx.lease_effects(now, limit, paused, together_); });
    std::vector<std::string> keys;
    for (const EffectRow& row : leased_) keys.push_back(row.key);
    return keys;
  }
  EffectRow get(std::int64_t id) {
    const auto row = read([id](Tx& tx) { return tx.effect(id); });
    EXPECT_TRUE(row);
    return row.value_or(EffectRow());
  }
  using Keys = std::vector<std::string>;
  std::vector<std::string> together_;
  std::vector<EffectRow> leased_;
};

TEST_F(Outbox, a_leased_effect_is_whole_in_flight_and_counted) {
  ASSERT_TRUE(add("k1", "i1", "portal", minute(3)));
  ASSERT_EQ(lease(), Keys{"k1"});
  const EffectRow& row = leased_[0];
  EXPECT_EQ(row.instance, "i1");
  EXPECT_EQ(row.lane, "portal");
  EXPECT_EQ(row.kind, "comment");
  EXPECT_EQ(row.payload, "{}");
  EXPECT_EQ(row.status, EffectStatus::in_flight);
  EXPECT_EQ(row.attempts, 1);
  EXPECT_FALSE(row.doubtful);
  EXPECT_EQ(row.due_at, minute(3));
  EXPECT_EQ(get(row.id).status, EffectStatus::in_flight);
  EXPECT_TRUE(lease().empty()) << "leased once";
  EXPECT_EQ(read([](Tx& tx) { return tx.counts(); }).effects_in_flight, 1);
}

TEST_F(Outbox, kinds_that_are_not_wanted_now_stay_and_hold_their_own_lane_alone) {
  ASSERT_TRUE(add("file", "i1", "docflow", minute(0), "attach_file"));
  ASSERT_TRUE(add("after the file", "i1", "docflow", minute(0), "prepare_process"));
  ASSERT_TRUE(add("of another run", "i2", "docflow", minute(1), "create_document"));
  const std::vector<std::string> files{"attach_file", "deliver"};
  const auto leased = write([&](Tx& tx) { return tx.lease_effects(minute(60), 100, {}, {}, files); });
  ASSERT_EQ(leased.size(), 1U);
  EXPECT_EQ(leased[0].key, "of another run");
  EXPECT_EQ(lease(), Keys{"file"});
}

TEST_F(Outbox, the_same_intention_is_kept_once_even_when_done) {
  ASSERT_TRUE(add("k1"));
  EXPECT_FALSE(add("k1"));
  ASSERT_EQ(lease(), Keys{"k1"});
  const std::int64_t id = leased_[0].id;
  write([id](Tx& tx) { tx.finish_effect(id, EffectStatus::done); });
  EXPECT_FALSE(add("k1"));
  EXPECT_EQ(get(id).status, EffectStatus::done);
}

TEST_F(Outbox, effects_of_one_run_and_lane_go_one_after_another) {
  add("k1");
  add("k2");
  add("other-lane", "i1", "docflow");
  add("other-run", "i2", "portal");
  EXPECT_EQ(lease(), (Keys{"k1", "other-lane", "other-run"}));
  const std::int64_t first = leased_[0].id;
  EXPECT_TRUE(lease().empty());
  EXPECT_EQ(read([](Tx& tx) { return tx.next_effect_due(); }), std::nullopt) << "k2 waits for k1";
  write([first](Tx& tx) { tx.finish_effect(first, EffectStatus::skipped); });
  EXPECT_EQ(read([](Tx& tx) { return tx.next_effect_due(); }), minute(0));
  EXPECT_EQ(lease(), Keys{"k2"});
}

TEST_F(Outbox, effects_that_travel_together_are_leased_in_their_order) {
  add("k1");
  add("k2");
  add("k3", "i1", "portal", minute(90));
  add("k4");
  together_ = {"comment"};
  EXPECT_EQ(lease(), (Keys{"k1", "k2"})) << "what is not due yet holds what follows it";
  EXPECT_TRUE(lease().empty());
}

TEST_F(Outbox, an_effect_in_doubt_travels_alone) {
  add("k1");
  add("k2");
  together_ = {"comment"};
  lease();
  write([this](Tx& tx) {
    for (const EffectRow& row : leased_) tx.reschedule_effect(row.id, minute(1), true, "ambiguous", "нет ответа");
  });
  EXPECT_EQ(lease(), Keys{"k1"});
}

TEST_F(Outbox, an_effect_that_waits_holds_its_followers) {
  add("k1", "i1", "portal", minute(30));
  add("k2", "i1", "portal", minute(0));
  EXPECT_TRUE(lease({}, minute(10)).empty());
  EXPECT_EQ(read([](Tx& tx) { return tx.next_effect_due(); }), minute(30));
}

TEST_F(Outbox, paused_lanes_and_paused_runs_rest) {
  add("a", "i1", "portal");
  add("b", "i1", "docflow");
  add("c", "i2", "directum");
  write([](Tx& tx) { tx.set_paused("i2", true); });
  EXPECT_EQ(lease({"portal", "another"}), Keys{"b"});
  write([](Tx& tx) { tx.set_paused("i2", false); });
  EXPECT_EQ(lease({}), (Keys{"a", "c"}));
}

TEST_F(Outbox, the_limit_and_the_due_time_are_kept) {
  add("late", "i1", "portal", minute(50));
  add("early", "i2", "portal", minute(1));
  EXPECT_EQ(lease({}, minute(60), 1), Keys{"early"});
  EXPECT_TRUE(lease({}, minute(49)).empty());
}

TEST_F(Outbox, a_failure_is_remembered_with_the_time_of_the_first_one) {
  add("k1");
  ASSERT_EQ(lease({}, minute(5)), Keys{"k1"});
  const std::int64_t id = leased_[0].id;
  write([id](Tx& tx) { tx.reschedule_effect(id, minute(10), true, "ambiguous", "оборвалась связь"); });
  EXPECT_TRUE(lease({}, minute(9)).empty());
  ASSERT_EQ(lease({}, minute(11)), Keys{"k1"});
  EXPECT_TRUE(leased_[0].doubtful);
  EXPECT_EQ(leased_[0].attempts, 2);
  EXPECT_EQ(leased_[0].fault, "ambiguous");
  EXPECT_EQ(leased_[0].last_error, "оборвалась связь");
  EXPECT_EQ(leased_[0].first_failed_at, minute(5));
  write([id](Tx& tx) { tx.stop_effect(id, false, "rejected", "нет прав"); });
  const auto incidents = read([](Tx& tx) { return tx.incidents(10); });
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_EQ(incidents[0].status, EffectStatus::incident);
  EXPECT_EQ(incidents[0].last_error, "нет прав");
  EXPECT_EQ(incidents[0].first_failed_at, minute(5));
  EXPECT_FALSE(incidents[0].doubtful);
  EXPECT_EQ(read([](Tx& tx) { return tx.counts(); }).effects_incident, 1);
}

TEST_F(Outbox, memo_and_payload_are_replaced_in_place) {
  add("k1");
  ASSERT_EQ(lease(), Keys{"k1"});
  const std::int64_t id = leased_[0].id;
  write([id](Tx& tx) {
    tx.set_effect_memo(id, "ids:1,2");
    tx.replace_effect_payload(id, R"({"v":2})");
  });
  EXPECT_EQ(get(id).memo, "ids:1,2");
  EXPECT_EQ(get(id).payload, R"({"v":2})");
}

TEST_F(Outbox, dropping_skips_what_has_not_begun_only) {
  add("k1", "i1", "portal", minute(0), "poll");
  add("k2", "i1", "portal", minute(0), "poll");
  add("k3", "i1", "portal", minute(0), "comment");
  ASSERT_EQ(lease(), Keys{"k1"});
  write([](Tx& tx) { tx.drop_pending_effects("i1", "poll"); });
  const auto rows = read([](Tx& tx) { return tx.effects("i1"); });
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].status, EffectStatus::in_flight);
  EXPECT_EQ(rows[1].status, EffectStatus::skipped);
  EXPECT_EQ(rows[2].status, EffectStatus::pending);
}

TEST_F(Outbox, effects_of_no_run_wait_for_nobody) {
  add("n1", "", "portal");
  add("n2", "", "portal");
  EXPECT_EQ(lease(), (Keys{"n1", "n2"}));
  EXPECT_EQ(leased_[0].instance, "");
}

TEST_F(Outbox, effects_in_flight_of_a_dead_daemon_are_pending_and_doubtful) {
  add("k1");
  add("k2", "i2");
  ASSERT_EQ(lease({}, minute(60), 1), Keys{"k1"});
  reopen();
  ASSERT_EQ(lease(), (Keys{"k1", "k2"}));
  EXPECT_TRUE(leased_[0].doubtful);
  EXPECT_EQ(leased_[0].attempts, 2);
  EXPECT_FALSE(leased_[1].doubtful) << "it never left";
}

TEST_F(Outbox, an_effect_cannot_end_as_pending) {
  add("k1");
  ASSERT_EQ(lease(), Keys{"k1"});
  const std::int64_t id = leased_[0].id;
  const auto done = try_write<int>([id](Tx& tx) -> Result<int> {
    tx.finish_effect(id, EffectStatus::pending);
    return 0;
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fault, Fault::defect);
}

}  // namespace
}  // namespace sedlink::store
