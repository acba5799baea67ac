#include "alarms.hpp"

#include <gtest/gtest.h>

#include "../store/store_fixture.hpp"

namespace sedlink::engine {
namespace {

class Unread : public store::StoreFixture {
 protected:
  void SetUp() override {
    store::StoreFixture::SetUp();
    row_ = add_instance("i1");
  }
  void fail(Time at) {
    Error error;
    error.fault = Fault::rejected;
    error.message = "Нет прав на чтение процесса";
    write([=, this](store::Tx& tx) { note_unread(tx, row_, error, at); });
  }
  std::vector<store::EffectRow> incidents() {
    return read([](store::Tx& tx) { return tx.incidents(10); });
  }
  store::InstanceRow row_;
};

TEST_F(Unread, becomes_one_incident_after_a_quarter_of_an_hour) {
  fail(store::minute(0));
  fail(store::minute(14));
  EXPECT_TRUE(incidents().empty());
  fail(store::minute(15));
  fail(store::minute(16));
  const auto found = incidents();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].instance, "i1");
  EXPECT_NE(found[0].last_error.find("Нет прав на чтение процесса"), std::string::npos);
}

TEST_F(Unread, ends_by_itself_and_counts_anew_the_next_time) {
  fail(store::minute(0));
  fail(store::minute(20));
  write([](store::Tx& tx) { note_read(tx, "i1"); });
  EXPECT_TRUE(incidents().empty());
  fail(store::minute(30));
  fail(store::minute(40));
  EXPECT_TRUE(incidents().empty());
  fail(store::minute(46));
  EXPECT_EQ(incidents().size(), 1U);
}

}  // namespace
}  // namespace sedlink::engine
