#include "store_fixture.hpp"

namespace sedlink::store {
namespace {

class Instances : public StoreFixture {};

TEST_F(Instances, a_saved_row_comes_back_whole) {
  InstanceRow row = add_instance("i1");
  row.outcome = "approved";
  row.stage = "Согласование";
  row.holders = "Иванов, Петров";
  row.process_id = "p-1";
  row.next_poll_at = minute(5);
  row.state = std::string(200000, 'x');
  write([row](Tx& tx) {
    InstanceRow saved = row;
    tx.save_instance(saved);
  });
  const auto back = read([](Tx& tx) { return tx.instance("i1"); });
  ASSERT_TRUE(back);
  EXPECT_EQ(back->version, 2);
  EXPECT_EQ(back->mapping, "contract");
  EXPECT_EQ(back->revision, "r1");
  EXPECT_EQ(back->edms, "docflow");
  EXPECT_EQ(back->item, item("77"));
  EXPECT_EQ(back->launch_no, 1);
  EXPECT_EQ(back->phase, "running");
  EXPECT_EQ(back->outcome, "approved");
  EXPECT_EQ(back->stage, "Согласование");
  EXPECT_EQ(back->holders, "Иванов, Петров");
  EXPECT_EQ(back->process_id, "p-1");
  EXPECT_EQ(back->state, row.state);
  EXPECT_EQ(back->next_poll_at, minute(5));
  EXPECT_EQ(back->created_at, minute(1));
  EXPECT_FALSE(read([](Tx& tx) { return tx.instance("i2"); }));
}

TEST_F(Instances, those_named_by_an_edms_become_due_and_the_naming_is_counted) {
  const auto place = [this](const std::string& id, int launch, const std::string& process, const std::string& document,
                            std::optional<Time> due) {
    InstanceRow row = add_instance(id, launch);
    row.process_id = process;
    row.document_id = document;
    row.next_poll_at = due;
    write([row](Tx& tx) {
      InstanceRow saved = row;
      tx.save_instance(saved);
    });
  };
  place("i1", 1, "p-1", "d-1", minute(60));
  place("i2", 2, "p-2", "d-1", minute(3));     // due before
  place("i3", 3, "p-1", "d-1", std::nullopt);  // nobody asks about it any more
  place("i4", 4, "", "d-1", minute(60));       // no process yet
  const auto hasten = [this](const std::string& edms, const std::string& process, const std::string& document) {
    return write([=](Tx& tx) { return tx.hasten_polls(edms, process, document, minute(5)); });
  };
  EXPECT_EQ(hasten("docflow", "p-1", ""), 1);
  EXPECT_EQ(hasten("other", "p-1", "d-1"), 0) << "ids of another system are others";
  EXPECT_EQ(hasten("docflow", "p-9", ""), 0);
  EXPECT_EQ(hasten("docflow", "", ""), 0);
  const auto row = [this](const std::string& id) { return *read([id](Tx& tx) { return tx.instance(id); }); };
  EXPECT_EQ(row("i1").next_poll_at, minute(5));
  EXPECT_EQ(row("i1").notices, 1);
  EXPECT_EQ(row("i1").version, 2) << "whoever saves the run at the same time is not disturbed";
  EXPECT_EQ(hasten("docflow", "", "d-1"), 2);
  EXPECT_EQ(row("i1").notices, 2);
  EXPECT_EQ(row("i2").next_poll_at, minute(3)) << "what is due stays due";
  EXPECT_EQ(row("i2").notices, 1);
  EXPECT_FALSE(row("i3").next_poll_at);
  EXPECT_EQ(row("i4").next_poll_at, minute(60));
  EXPECT_EQ(write([](Tx& tx) { return tx.hasten_all_polls("other", minute(4)); }), 0);
  EXPECT_EQ(write([](Tx& tx) { return tx.hasten_all_polls("docflow", minute(4)); }), 1) << "the others stay due";
  EXPECT_EQ(row("i1").next_poll_at, minute(4));
  EXPECT_EQ(row("i1").notices, 3);
  EXPECT_EQ(row("i2").next_poll_at, minute(3));
  EXPECT_EQ(row("i4").next_poll_at, minute(60));
  InstanceRow saved = row("i1");
  saved.notices = 0;
  saved.next_poll_at = minute(90);
  write([saved](Tx& tx) {
    InstanceRow again = saved;
    tx.save_instance(again);
  });
  EXPECT_EQ(row("i1").notices, 3) << "saving forgets no notice";
}

TEST_F(Instances, a_stale_version_and_a_second_birth_are_conflicts) {
  const InstanceRow stale = add_instance("i1");
  write([stale](Tx& tx) {
    InstanceRow row = stale;
    tx.save_instance(row);
    tx.save_instance(row);
  });
  InstanceRow born_again = stale;
  born_again.version = 0;
  for (const InstanceRow& row : {stale, born_again}) {
    const auto done = try_write<int>([row](Tx& tx) -> Result<int> {
      InstanceRow saved = row;
      tx.save_instance(saved);
      return 0;
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "store.conflict");
    EXPECT_EQ(done.error().fault, Fault::transient);
  }
}

TEST_F(Instances, the_latest_launch_of_an_item_is_found) {
  add_instance("i1", 1);
  add_instance("i3", 3);
  add_instance("i2", 2);
  const auto latest = read([](Tx& tx) { return tx.latest_instance("contract", item("77")); });
  ASSERT_TRUE(latest);
  EXPECT_EQ(latest->id, "i3");
  EXPECT_FALSE(read([](Tx& tx) { return tx.latest_instance("contract", item("78")); }));
  EXPECT_FALSE(read([](Tx& tx) { return tx.latest_instance("invoice", item("77")); }));
}

TEST_F(Instances, filters_narrow_the_list_newest_first) {
  add_instance("i1", 1);
  InstanceRow ended = add_instance("i2", 2);
  ended.phase = "ended";
  write([ended](Tx& tx) {
    InstanceRow row = ended;
    tx.save_instance(row);
  });
  const auto ids = [&](const InstanceFilter& filter) {
    std::vector<std::string> out;
    for (const auto& row : read([filter](Tx& tx) { return tx.instances(filter); })) out.push_back(row.id);
    return out;
  };
  InstanceFilter filter;
  EXPECT_EQ(ids(filter), (std::vector<std::string>{"i2", "i1"}));
  filter.limit = 1;
  EXPECT_EQ(ids(filter), (std::vector<std::string>{"i2"}));
  filter = {};
  filter.running_only = true;
  EXPECT_EQ(ids(filter), (std::vector<std::string>{"i1"}));
  filter = {};
  filter.phase = "ended";
  filter.mapping = "contract";
  filter.item = ItemRef{"", "dynamic:1036", "77"};
  EXPECT_EQ(ids(filter), (std::vector<std::string>{"i2"}));
  filter.item = ItemRef{"other", "dynamic:1036", "77"};
  EXPECT_TRUE(ids(filter).empty());
  const Counts counts = read([](Tx& tx) { return tx.counts(); });
  EXPECT_EQ(counts.instances_running, 1);
  EXPECT_EQ(counts.instances_ended, 1);
  EXPECT_EQ(counts.instances_waiting, 0);
}

TEST_F(Instances, polls_come_due_in_order_and_rest_while_paused) {
  for (int n = 1; n <= 3; ++n) {
    InstanceRow row = add_instance("i" + std::to_string(n), n);
    row.next_poll_at = minute(10 - n);
    write([row](Tx& tx) {
      InstanceRow saved = row;
      tx.save_instance(saved);
    });
  }
  EXPECT_EQ(read([](Tx& tx) { return tx.next_poll_due("docflow"); }), minute(7));
  EXPECT_EQ(read([](Tx& tx) { return tx.next_poll_due("directum"); }), std::nullopt);
  auto due = read([](Tx& tx) { return tx.due_polls("docflow", minute(8), 10); });
  ASSERT_EQ(due.size(), 2U);
  EXPECT_EQ(due[0].id, "i3");
  write([](Tx& tx) { tx.set_paused("i3", true); });
  EXPECT_TRUE(read([](Tx& tx) { return tx.paused("i3"); }));
  due = read([](Tx& tx) { return tx.due_polls("docflow", minute(8), 10); });
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].id, "i2");
  EXPECT_EQ(read([](Tx& tx) { return tx.next_poll_due("docflow"); }), minute(8));
  write([](Tx& tx) { tx.set_paused("i3", false); });
  EXPECT_EQ(read([](Tx& tx) { return tx.due_polls("docflow", minute(8), 10); }).size(), 2U);
}

TEST_F(Instances, history_keeps_its_order_and_gives_the_newest_rows) {
  add_instance("i1");
  write([](Tx& tx) {
    for (int n = 1; n <= 5; ++n) {
      HistoryRow row;
      row.instance = "i1";
      row.at = minute(n);
      row.kind = "note";
      row.text = "шаг " + std::to_string(n);
      tx.add_history(row);
    }
  });
  const auto rows = read([](Tx& tx) { return tx.history("i1", 3); });
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].text, "шаг 3");
  EXPECT_EQ(rows[2].text, "шаг 5");
  EXPECT_EQ(rows[2].at, minute(5));
  EXPECT_EQ(rows[2].kind, "note");
}

TEST_F(Instances, history_of_an_unknown_run_is_refused) {
  const auto done = try_write<int>([](Tx& tx) -> Result<int> {
    HistoryRow row;
    row.instance = "nobody";
    tx.add_history(row);
    return 0;
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "store.sql");
}

TEST_F(Instances, text_with_a_nul_byte_is_refused_and_hurts_nobody) {
  InstanceRow row = add_instance("i1");
  row.holders = std::string("a\0b", 3);
  const auto done = try_write<int>([row](Tx& tx) -> Result<int> {
    InstanceRow saved = row;
    tx.save_instance(saved);
    return 0;
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fault, Fault::rejected);
  EXPECT_EQ(done.error().code, "store.nul");
}

}  // namespace
}  // namespace sedlink::store
