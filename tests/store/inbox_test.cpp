#include "store_fixture.hpp"

namespace sedlink::store {
namespace {

class Inbox : public StoreFixture {
 protected:
  static InboxRow look(const std::string& id, Time due = minute(0), const std::string& source_id = "") {
    InboxRow row;
    row.source = "hook:portal";
    row.source_id = source_id;
    row.kind = "look";
    row.item = item(id);
    row.payload = R"({"n":1})";
    row.received_at = row.due_at = due;
    return row;
  }
  InboxAdded add(const InboxRow& row) {
    return write([row](Tx& tx) { return tx.add_inbox(row); });
  }
  std::vector<InboxRow> take(Time now = minute(60), std::size_t limit = 100) {
    return write([=, this](Tx& tx) { return tx.take_inbox(now, limit, busy_); });
  }
  void finish(std::int64_t id) {
    write([id](Tx& tx) { tx.finish_inbox(id); });
  }
  std::vector<std::string> busy_;
};

TEST_F(Inbox, a_connection_that_is_being_read_holds_nobody_else_back) {
  InboxRow other = look("77");
  other.source = "hook:second";
  other.item.connection = "second";
  add(look("77"));
  add(other);
  busy_ = {"portal"};
  const auto taken = take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].item.connection, "second");
  busy_ = {"portal", "second"};
  EXPECT_TRUE(take().empty());
  busy_.clear();
  EXPECT_EQ(take().size(), 1U);
}

TEST_F(Inbox, gives_back_the_row_that_was_added) {
  InboxRow row = look("77", minute(1), "m-1");
  ASSERT_EQ(add(row), InboxAdded::opened);
  const auto taken = take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].source, "hook:portal");
  EXPECT_EQ(taken[0].source_id, "m-1");
  EXPECT_EQ(taken[0].kind, "look");
  EXPECT_EQ(taken[0].item, item("77"));
  EXPECT_EQ(taken[0].payload, R"({"n":1})");
  EXPECT_EQ(taken[0].received_at, minute(1));
  EXPECT_EQ(taken[0].attempts, 1);
}

TEST_F(Inbox, deliveries_without_id_join_the_unread_row_of_their_item) {
  ASSERT_EQ(add(look("77")), InboxAdded::opened);
  EXPECT_EQ(add(look("77")), InboxAdded::coalesced);
  EXPECT_EQ(add(look("77")), InboxAdded::coalesced);
  EXPECT_EQ(add(look("78")), InboxAdded::opened);
  const auto taken = take();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].coalesced, 2);
  EXPECT_EQ(read([](Tx& tx) { return tx.counts(); }).inbox_coalesced, 2);
}

TEST_F(Inbox, a_delivery_after_the_read_began_opens_a_new_row_that_waits_for_the_reader) {
  add(look("77"));
  const auto first = take();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(add(look("77")), InboxAdded::opened);
  EXPECT_TRUE(take().empty()) << "the item is being read";
  EXPECT_EQ(read([](Tx& tx) { return tx.next_inbox_due(); }), std::nullopt);
  finish(first[0].id);
  const auto second = take();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_NE(second[0].id, first[0].id);
}

TEST_F(Inbox, a_deletion_does_not_join_a_look) {
  add(look("77"));
  InboxRow gone = look("77");
  gone.kind = "deleted";
  EXPECT_EQ(add(gone), InboxAdded::opened);
}

TEST_F(Inbox, a_source_id_is_accepted_once_even_after_it_was_done) {
  ASSERT_EQ(add(look("77", minute(0), "h-1")), InboxAdded::opened);
  EXPECT_EQ(add(look("77", minute(0), "h-1")), InboxAdded::duplicate);
  const auto taken = take();
  ASSERT_EQ(taken.size(), 1U);
  finish(taken[0].id);
  EXPECT_EQ(add(look("77", minute(0), "h-1")), InboxAdded::duplicate);
  InboxRow other_source = look("77", minute(0), "h-1");
  other_source.source = "sweep:portal";
  EXPECT_EQ(add(other_source), InboxAdded::opened);
}

TEST_F(Inbox, rows_of_one_item_are_taken_one_at_a_time_oldest_first) {
  add(look("77", minute(2), "b"));
  add(look("77", minute(1), "a"));
  add(look("78", minute(3), "c"));
  const auto taken = take();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].source_id, "a");
  EXPECT_EQ(taken[1].source_id, "c");
}

TEST_F(Inbox, nothing_is_taken_before_it_is_due_or_over_the_limit) {
  add(look("77", minute(10)));
  add(look("78", minute(20)));
  EXPECT_TRUE(take(minute(9)).empty());
  EXPECT_EQ(read([](Tx& tx) { return tx.next_inbox_due(); }), minute(10));
  EXPECT_EQ(take(minute(30), 1).size(), 1U);
}

TEST_F(Inbox, a_retried_row_comes_back_when_due_and_a_delivery_wakes_it) {
  add(look("77"));
  const auto taken = take();
  ASSERT_EQ(taken.size(), 1U);
  const std::int64_t id = taken[0].id;
  write([id](Tx& tx) { tx.retry_inbox(id, minute(90), "портал не отвечает"); });
  EXPECT_TRUE(take(minute(80)).empty());
  EXPECT_EQ(add(look("77", minute(81))), InboxAdded::coalesced);
  const auto again = take(minute(82));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, id);
  EXPECT_EQ(again[0].attempts, 2);
}

TEST_F(Inbox, commands_of_no_item_wait_for_nobody) {
  for (const char* id : {"c1", "c2"}) {
    InboxRow row = look("", minute(0), id);
    row.item = {};
    row.kind = "command";
    EXPECT_EQ(add(row), InboxAdded::opened);
  }
  EXPECT_EQ(take().size(), 2U);
}

TEST_F(Inbox, ignored_events_are_kept_and_counted_but_never_taken) {
  InboxRow row = look("77");
  row.kind = "ignored";
  EXPECT_EQ(add(row), InboxAdded::opened);
  EXPECT_EQ(add(row), InboxAdded::opened);
  EXPECT_TRUE(take().empty());
  EXPECT_EQ(read([](Tx& tx) { return tx.counts(); }).inbox_ignored, 2);
}

TEST_F(Inbox, rows_being_read_by_a_dead_daemon_are_unread_again) {
  add(look("77"));
  ASSERT_EQ(take().size(), 1U);
  reopen();
  EXPECT_EQ(take().size(), 1U);
}

TEST_F(Inbox, an_unknown_row_is_a_defect) {
  const auto done = try_write<int>([](Tx& tx) -> Result<int> {
    tx.finish_inbox(404);
    return 0;
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fault, Fault::defect);
  EXPECT_EQ(done.error().code, "store.sql");
}

}  // namespace
}  // namespace sedlink::store
