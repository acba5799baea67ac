#include "gate.hpp"

#include <gtest/gtest.h>

namespace sedlink::engine {
namespace {

Error error_of(Fault fault) {
  Error e;
  e.fault = fault;
  return e;
}

TEST(BackOff, doubles_stays_under_its_limit_and_is_never_in_step) {
  std::mt19937_64 random(1);
  for (int attempt = 1; attempt < 40; ++attempt) {
    const Duration d = back_off(attempt, Duration(1'000), Duration(60'000), random);
    EXPECT_GE(d, Duration(500));
    EXPECT_LE(d, Duration(90'000));
  }
  EXPECT_NE(back_off(5, Duration(1'000), Duration(60'000), random),
            back_off(5, Duration(1'000), Duration(60'000), random));
}

TEST(Gate, opens_after_three_faults_in_a_row_and_closes_with_the_first_success) {
  Settings settings;
  std::mt19937_64 random(1);
  Gate gate("docflow", "edms", settings, random);
  const Time now = from_epoch_ms(1'000'000);
  gate.failed(error_of(Fault::transient), now);
  gate.failed(error_of(Fault::transient), now);
  EXPECT_FALSE(gate.shut(now));
  gate.failed(error_of(Fault::ambiguous), now);
  EXPECT_TRUE(gate.shut(now));
  EXPECT_FALSE(gate.shut(now + std::chrono::hours(1))) << "the probe goes through";
  gate.succeeded(now);
  EXPECT_FALSE(gate.shut(now));
  EXPECT_EQ(gate.health().failures, 0);
}

TEST(Gate, a_system_that_speaks_by_itself_is_asked_at_once_but_not_all_the_time) {
  Settings settings;
  std::mt19937_64 random(1);
  Gate gate("docflow", "edms", settings, random);
  const Time now = SystemClock().now();
  EXPECT_FALSE(gate.heard(now)) << "nothing is wrong";
  Error down;
  down.fault = Fault::transient;
  for (int i = 0; i < 9; ++i) gate.failed(down, now);
  ASSERT_TRUE(gate.shut(now));
  EXPECT_TRUE(gate.heard(now));
  EXPECT_FALSE(gate.shut(now));
  gate.failed(down, now);
  EXPECT_FALSE(gate.heard(now + Duration(5'000)));
  EXPECT_TRUE(gate.shut(now));
  EXPECT_TRUE(gate.heard(now + Duration(15'000)));
  down.fault = Fault::unauthorized;
  gate.failed(down, now);
  EXPECT_FALSE(gate.heard(now + Duration(60'000))) << "without rights there is nothing to see";
}

TEST(Gate, refusals_of_single_objects_say_nothing_about_the_connection) {
  Settings settings;
  std::mt19937_64 random(1);
  Gate gate("docflow", "edms", settings, random);
  for (int i = 0; i < 10; ++i) gate.failed(error_of(Fault::rejected), Time{});
  EXPECT_EQ(gate.health().failures, 0);
}

TEST(Gate, a_request_to_slow_down_is_obeyed_for_as_long_as_asked) {
  Settings settings;
  std::mt19937_64 random(1);
  Gate gate("portal", "crm", settings, random);
  Error e = error_of(Fault::throttled);
  e.retry_after = std::chrono::seconds(30);
  gate.failed(e, from_epoch_ms(0));
  EXPECT_TRUE(gate.shut(from_epoch_ms(29'000)));
  EXPECT_FALSE(gate.shut(from_epoch_ms(30'000)));
  EXPECT_FALSE(gate.health().open);
}

}  // namespace
}  // namespace sedlink::engine
