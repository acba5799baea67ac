#include "store_fixture.hpp"

namespace sedlink::store {
namespace {

class Facts : public StoreFixture {};

TEST_F(Facts, are_put_replaced_and_removed_by_space_and_key) {
  write([](Tx& tx) {
    tx.put("cursor", "portal", "1");
    tx.put("cursor", "portal", "2");
    tx.put("folder", "portal", "77");
  });
  EXPECT_EQ(read([](Tx& tx) { return tx.get("cursor", "portal"); }), "2");
  write([](Tx& tx) { tx.remove("cursor", "portal"); });
  EXPECT_EQ(read([](Tx& tx) { return tx.get("cursor", "portal"); }), std::nullopt);
  EXPECT_EQ(read([](Tx& tx) { return tx.get("folder", "portal"); }), "77");
}

TEST_F(Facts, a_revision_keeps_the_text_it_was_first_stored_with) {
  write([](Tx& tx) {
    tx.put_revision("r1", "contract", "id: contract\n", minute(0));
    tx.put_revision("r1", "contract", "other", minute(1));
  });
  EXPECT_EQ(read([](Tx& tx) { return tx.revision_text("r1"); }), "id: contract\n");
  EXPECT_EQ(read([](Tx& tx) { return tx.revision_text("r2"); }), std::nullopt);
}

TEST_F(Facts, a_scope_is_activated_once) {
  EXPECT_EQ(write([](Tx& tx) { return tx.activate_scope("contract|deal", minute(1)); }), minute(1));
  EXPECT_EQ(write([](Tx& tx) { return tx.activate_scope("contract|deal", minute(9)); }), minute(1));
  EXPECT_EQ(write([](Tx& tx) { return tx.activate_scope("invoice|deal", minute(9)); }), minute(9));
}

TEST_F(Facts, reading_a_new_store_finds_it_empty) {
  const Counts counts = read([](Tx& tx) { return tx.counts(); });
  EXPECT_EQ(counts.inbox_new + counts.inbox_done + counts.effects_pending + counts.instances_running, 0);
  EXPECT_EQ(read([](Tx& tx) { return tx.next_effect_due(); }), std::nullopt);
}

TEST_F(Facts, survive_a_restart) {
  write([](Tx& tx) { tx.put("cursor", "portal", "42"); });
  reopen();
  EXPECT_EQ(read([](Tx& tx) { return tx.get("cursor", "portal"); }), "42");
}

}  // namespace
}  // namespace sedlink::store
