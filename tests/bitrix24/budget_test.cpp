#include "client/budget.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sedlink::bitrix24 {
namespace {

using std::chrono::seconds;

wire::CallTime took(double duration, double operating = 0) {
  wire::CallTime time;
  time.duration = duration;
  time.operating = operating;
  time.finish = 1000;
  time.operating_reset_at = 1120;
  return time;
}

TEST(Bitrix24Budget, slow_answers_are_believed_faster_than_quick_ones) {
  Budget budget(480);
  const SteadyTime now{};
  const double guess = budget.expected("crm.item.update");
  budget.learn("crm.item.update", took(10), now);
  EXPECT_GE(budget.expected("crm.item.update"), 6.0);
  const double slow = budget.expected("crm.item.update");
  budget.learn("crm.item.update", took(0.1), now);
  EXPECT_LT(budget.expected("crm.item.update"), slow);
  EXPECT_GT(budget.expected("crm.item.update"), guess);
}

TEST(Bitrix24Budget, a_method_is_closed_until_its_reset) {
  Budget budget(480);
  const SteadyTime now = SteadyTime{} + seconds(5000);
  budget.learn("crm.item.list", took(1, 481), now);
  const auto closed = budget.admit("crm.item.list", true, now);
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().fault, Fault::throttled);
  EXPECT_EQ(closed.error().retry_after, seconds(120));
  EXPECT_TRUE(budget.admit("crm.item.list", true, now + seconds(121)));
  EXPECT_TRUE(budget.admit("crm.item.get", true, now));
}

TEST(Bitrix24Budget, the_last_tenth_is_for_calls_people_wait_for) {
  Budget budget(480);
  const SteadyTime now = SteadyTime{} + seconds(5000);
  budget.learn("crm.item.list", took(1, 450), now);
  EXPECT_FALSE(budget.admit("crm.item.list", false, now));
  EXPECT_TRUE(budget.admit("crm.item.list", true, now));
}

TEST(Bitrix24Budget, a_cut_batch_makes_the_next_one_shorter) {
  Budget budget(480);
  const SteadyTime now = SteadyTime{} + seconds(5000);
  budget.learn("crm.item.update", took(1, 1), now);
  const double before = budget.expected("crm.item.update");
  budget.cut({"crm.item.update", "crm.item.update", "user.get"}, 4);
  EXPECT_DOUBLE_EQ(budget.expected("crm.item.update"), before * 4);
  budget.cut({"crm.item.update"}, 1000);
  EXPECT_LE(budget.expected("crm.item.update"), 60);
}

TEST(Bitrix24Budget, promises_a_method_no_more_than_it_has_left) {
  Budget budget(480);
  const SteadyTime now = SteadyTime{} + seconds(5000);
  EXPECT_DOUBLE_EQ(budget.room("crm.item.list", true, now), 480);
  EXPECT_DOUBLE_EQ(budget.room("crm.item.list", false, now), 432);
  budget.learn("crm.item.list", took(1, 400), now);
  EXPECT_DOUBLE_EQ(budget.room("crm.item.list", false, now), 32);
  EXPECT_DOUBLE_EQ(budget.room("crm.item.list", false, now + seconds(121)), 432);
  const auto forecast = budget.forecast(now);
  ASSERT_EQ(forecast.size(), 1u);
  EXPECT_NEAR(forecast[0].busy_ratio, 400.0 / 480, 0.001);
  EXPECT_EQ(forecast[0].closed_seconds, 0);
  EXPECT_GT(budget.room("crm.item.get", false, now), 0);
  EXPECT_EQ(Budget(0).room("crm.item.list", false, now), std::numeric_limits<double>::infinity());
}

TEST(Bitrix24Budget, a_blocked_method_without_a_reset_time_rests_ten_minutes) {
  Budget budget(0);
  const SteadyTime now = SteadyTime{} + seconds(5000);
  budget.block("crm.item.list", wire::CallTime(), now);
  EXPECT_FALSE(budget.admit("crm.item.list", true, now + seconds(599)));
  EXPECT_TRUE(budget.admit("crm.item.list", true, now + seconds(601)));
}

TEST(Bitrix24Budget, a_blocked_method_without_a_reset_time_rests_until_its_oldest_minute_has_left_the_window) {
  Budget budget(0);
  const SteadyTime begin = SteadyTime{} + seconds(5000);
  // Steady work for eight minutes: what the first minute held is free two minutes later.
  for (int second = 0; second <= 480; second += 20)
    budget.learn("crm.item.list", wire::CallTime(), begin + seconds(second));
  const SteadyTime now = begin + seconds(481);
  budget.block("crm.item.list", wire::CallTime(), now);
  EXPECT_FALSE(budget.admit("crm.item.list", true, begin + seconds(599)));
  EXPECT_TRUE(budget.admit("crm.item.list", true, begin + seconds(600)));
  // The portal's minutes begin elsewhere: still closed there, asked again soon and not after ten minutes more.
  budget.block("crm.item.list", wire::CallTime(), begin + seconds(610));
  const auto closed = budget.admit("crm.item.list", true, begin + seconds(610));
  ASSERT_FALSE(closed);
  EXPECT_LE(closed.error().retry_after.value_or(seconds(600)), seconds(50));
}

}  // namespace
}  // namespace sedlink::bitrix24
