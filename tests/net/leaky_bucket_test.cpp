#include "leaky_bucket.hpp"

#include <gtest/gtest.h>

namespace sedlink::net {
namespace {

using std::chrono::milliseconds;
const SteadyTime start = SteadyTime(std::chrono::hours(1));

// Bitrix24: 50 calls at once, then 2 per second (bitrix24 limits for most tariffs).
TEST(LeakyBucket, lets_the_whole_capacity_pass_at_once) {
  LeakyBucket bucket(2, 50);
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(bucket.turn(start, 0), start) << i;
    bucket.add_one(start);
  }
  EXPECT_GT(bucket.turn(start, 0), start + milliseconds(499));
  EXPECT_LT(bucket.turn(start, 0), start + milliseconds(501));
}

TEST(LeakyBucket, drains_evenly_and_never_below_zero) {
  LeakyBucket bucket(2, 50);
  for (int i = 0; i < 10; ++i) bucket.add_one(start);
  EXPECT_DOUBLE_EQ(bucket.level(start), 10);
  EXPECT_DOUBLE_EQ(bucket.level(start + milliseconds(2500)), 5);
  EXPECT_DOUBLE_EQ(bucket.level(start + std::chrono::hours(1)), 0);
  bucket.add_one(start + std::chrono::hours(1));
  EXPECT_DOUBLE_EQ(bucket.level(start + std::chrono::hours(1)), 1);
}

TEST(LeakyBucket, admits_one_call_every_half_second_when_full) {
  LeakyBucket bucket(2, 5);
  SteadyTime now = start;
  for (int i = 0; i < 5; ++i) bucket.add_one(now);
  for (int i = 0; i < 20; ++i) {
    const SteadyTime turn = bucket.turn(now, 0);
    ASSERT_GE(turn - now, milliseconds(499));
    ASSERT_LE(turn - now, milliseconds(501));
    now = turn;
    bucket.add_one(now);
    ASSERT_LE(bucket.level(now), 5.0 + 1e-6);
  }
}

TEST(LeakyBucket, gives_later_turns_to_those_further_back) {
  LeakyBucket bucket(2, 1);
  bucket.add_one(start);
  for (std::size_t n = 0; n < 4; ++n) {
    const auto expected = start + milliseconds(500 * (n + 1));
    EXPECT_GE(bucket.turn(start, n), expected);
    EXPECT_LE(bucket.turn(start, n), expected + milliseconds(1));
  }
}

TEST(LeakyBucket, stays_shut_for_the_penalty_and_does_not_shorten_it) {
  LeakyBucket bucket(2, 50);
  bucket.shut_until(start + milliseconds(3000));
  bucket.shut_until(start + milliseconds(1000));
  EXPECT_EQ(bucket.turn(start, 0), start + milliseconds(3000));
  EXPECT_EQ(bucket.turn(start + milliseconds(3000), 0), start + milliseconds(3000));
}

TEST(LeakyBucket, ignores_a_clock_reading_older_than_the_last) {
  LeakyBucket bucket(2, 50);
  bucket.add_one(start);
  EXPECT_DOUBLE_EQ(bucket.level(start - milliseconds(500)), 1);
}

}  // namespace
}  // namespace sedlink::net
