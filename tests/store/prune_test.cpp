#include "store_fixture.hpp"

namespace sedlink::store {
namespace {

class Prune : public StoreFixture {
 protected:
  void deliver(const std::string& id, Time when, const std::string& source_id = "") {
    write([=](Tx& tx) {
      InboxRow row;
      row.source = source_id.empty() ? "hook:portal" : "sweep:portal";
      row.source_id = source_id;
      row.kind = "look";
      row.item = item(id);
      row.received_at = row.due_at = when;
      tx.add_inbox(row);
    });
  }
  void read_all() {
    write([](Tx& tx) {
      for (;;) {
        const auto taken = tx.take_inbox(minute(100'000), 100, {});
        if (taken.empty()) return;
        for (const InboxRow& row : taken) tx.finish_inbox(row.id);
      }
    });
  }
  std::int64_t prune(Time inbox_before, Time effects_before, std::size_t limit = 100) {
    return write([=](Tx& tx) { return tx.prune(inbox_before, effects_before, limit); });
  }
  std::int64_t done() {
    return read([](Tx& tx) { return tx.counts(); }).inbox_done;
  }
};

TEST_F(Prune, forgets_deliveries_that_were_read_long_ago_and_no_others) {
  deliver("1", minute(0));
  read_all();
  deliver("2", minute(10));
  read_all();
  deliver("3", minute(0));  // nobody has read it yet
  EXPECT_EQ(prune(minute(5), minute(5)), 1);
  EXPECT_EQ(done(), 1);
  EXPECT_EQ(read([](Tx& tx) { return tx.counts(); }).inbox_new, 1);
}

TEST_F(Prune, keeps_what_the_sweep_will_see_again) {
  deliver("1", minute(0), "77");
  read_all();
  EXPECT_EQ(prune(minute(5), minute(5)), 0);
}

TEST_F(Prune, forgets_the_settled_effects_of_runs_that_ended_long_ago) {
  for (const char* id : {"old", "running"}) {
    InstanceRow run = add_instance(id, id[0] == 'o' ? 1 : 2);
    write([&](Tx& tx) {
      EffectRow effect;
      effect.instance = id;
      effect.lane = "portal";
      effect.kind = "comment";
      effect.key = std::string("k-") + id;
      effect.status = EffectStatus::done;
      effect.due_at = effect.created_at = minute(0);
      tx.add_effect(effect);
      if (run.id == "old") run.phase = "ended";
      tx.save_instance(run);
    });
  }
  EXPECT_EQ(prune(minute(5), minute(60)), 1);
  EXPECT_TRUE(read([](Tx& tx) { return tx.effects("old"); }).empty());
  EXPECT_EQ(read([](Tx& tx) { return tx.effects("running"); }).size(), 1U);
  EXPECT_TRUE(read([](Tx& tx) { return tx.instance("old").has_value(); })) << "the record itself stays";
}

TEST_F(Prune, stops_at_its_limit) {
  for (int i = 0; i < 5; ++i) {
    deliver(std::to_string(i), minute(0));
    read_all();
  }
  EXPECT_EQ(prune(minute(5), minute(5), 2), 2);
  EXPECT_EQ(done(), 3);
}

}  // namespace
}  // namespace sedlink::store
