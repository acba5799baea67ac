#include "sedlink/net/limiter.hpp"

#include <gtest/gtest.h>

#include "loop.hpp"

namespace sedlink::net::test {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

TEST(Wait, ends_no_sooner_than_asked_and_early_without_error_when_cancelled) {
  Loop loop;
  loop.run([]() -> asio::awaitable<void> {
    const auto began = steady_clock::now();
    co_await wait(Duration(20));
    EXPECT_GE(steady_clock::now() - began, std::chrono::milliseconds(20));
  }());
  bool started = false, went_on = false;
  auto sleeper = [&]() -> asio::awaitable<void> {
    started = true;
    co_await wait(Duration(60'000));
    went_on = true;
  };
  const auto cancel = loop.spawn_cancellable(sleeper());
  loop.run([&]() -> asio::awaitable<void> {
    co_await eventually([&] { return started; });
    cancel();
    const bool ended = co_await eventually([&] { return went_on; });
    EXPECT_TRUE(ended);
  }());
}

TEST(RateLimiter, lets_the_capacity_pass_and_then_keeps_the_pace_and_the_order) {
  Loop loop;
  RateLimiter limiter(100, 5);  // one call every 10 ms after the first five
  std::vector<int> order;
  std::vector<steady_clock::time_point> passed;
  auto call = [&](int number) -> asio::awaitable<void> {
    const auto room = co_await limiter.acquire(in(Duration(10'000)));
    EXPECT_TRUE(room);
    order.push_back(number);
    passed.push_back(steady_clock::now());
  };
  const auto began = steady_clock::now();
  for (int i = 0; i < 12; ++i) loop.spawn(call(i));
  loop.run([&]() -> asio::awaitable<void> {
    const bool all = co_await eventually([&] { return order.size() == 12; });
    EXPECT_TRUE(all);
  }());
  for (int i = 0; i < 12; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  for (std::size_t i = 5; i < 12; ++i) {
    EXPECT_GE(passed[i] - began, std::chrono::milliseconds(10 * (i - 4)) - std::chrono::milliseconds(1)) << i;
  }
  EXPECT_LE(limiter.level(), 5.0);
}

TEST(RateLimiter, refuses_at_once_what_cannot_pass_in_time) {
  Loop loop;
  RateLimiter limiter(0.1, 1);
  loop.run([&]() -> asio::awaitable<void> {
    const auto first = co_await limiter.acquire(in(Duration(10)));
    EXPECT_TRUE(first);
    const auto began = steady_clock::now();
    const auto second = co_await limiter.acquire(in(Duration(5'000)));
    EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(4));
    EXPECT_FALSE(second);
    if (second) co_return;
    EXPECT_EQ(second.error().fault, Fault::throttled);
    EXPECT_EQ(second.error().code, "net.rate");
    EXPECT_EQ(second.error().retry_after, std::chrono::seconds(10));
  }());
}

TEST(RateLimiter, a_penalty_stops_everybody_also_those_who_wait) {
  Loop loop;
  RateLimiter limiter(2, 1);
  std::vector<int> order;
  auto call = [&](int number, SteadyTime deadline) -> asio::awaitable<void> {
    const auto room = co_await limiter.acquire(deadline);
    order.push_back(room ? number : -number);
  };
  loop.run([&]() -> asio::awaitable<void> {
    const auto room = co_await limiter.acquire(in(Duration(100)));
    EXPECT_TRUE(room);
    const auto began = steady_clock::now();
    loop.spawn(call(1, in(Duration(10'000))));
    loop.spawn(call(2, in(Duration(1'500))));  // its turn would come after 1 s
    co_await wait(Duration(0));
    limiter.penalize(Duration(2'000));
    const bool all = co_await eventually([&] { return order.size() == 2; });
    EXPECT_TRUE(all);
    EXPECT_GE(steady_clock::now() - began, std::chrono::seconds(2));
  }());
  EXPECT_EQ(order, (std::vector<int>{-2, 1}));
}

TEST(RateLimiter, a_cancelled_waiter_leaves_the_line) {
  Loop loop;
  RateLimiter limiter(2, 1);
  std::string first_code;
  bool second_passed = false;
  auto patient = [&](std::string& code) -> asio::awaitable<void> {
    const auto room = co_await limiter.acquire(in(Duration(10'000)));
    code = room ? "passed" : room.error().code;
  };
  auto next = [&]() -> asio::awaitable<void> {
    const auto room = co_await limiter.acquire(in(Duration(10'000)));
    second_passed = room.has_value();
  };
  std::function<void()> cancel;
  loop.run([&]() -> asio::awaitable<void> {
    const auto room = co_await limiter.acquire(in(Duration(100)));
    EXPECT_TRUE(room);
    cancel = loop.spawn_cancellable(patient(first_code));
    loop.spawn(next());
    co_await wait(Duration(0));
    cancel();
    const bool passed = co_await eventually([&] { return second_passed; });
    EXPECT_TRUE(passed);
  }());
  EXPECT_EQ(first_code, "net.cancelled");
}

TEST(RateLimiter, waiters_may_outlive_it) {
  Loop loop;
  auto limiter = std::make_unique<RateLimiter>(100, 1);
  int passed = 0;
  auto call = [&]() -> asio::awaitable<void> {
    const auto room = co_await limiter->acquire(in(Duration(10'000)));
    if (room) ++passed;
  };
  loop.spawn(call());
  loop.spawn(call());
  loop.run([&]() -> asio::awaitable<void> {
    co_await eventually([&] { return passed == 1; });
    limiter.reset();
    const bool both = co_await eventually([&] { return passed == 2; });
    EXPECT_TRUE(both);
  }());
}

TEST(Concurrency, admits_n_at_once_in_order_of_arrival) {
  Loop loop;
  Concurrency places(2);
  int now = 0, most = 0;
  std::vector<int> order;
  auto call = [&](int number) -> asio::awaitable<void> {
    const auto permit = co_await places.acquire(in(Duration(10'000)));
    EXPECT_TRUE(permit);
    order.push_back(number);
    most = std::max(most, ++now);
    co_await wait(Duration(1));
    --now;
  };
  for (int i = 0; i < 10; ++i) loop.spawn(call(i));
  loop.run([&]() -> asio::awaitable<void> {
    const bool all = co_await eventually([&] { return order.size() == 10 && now == 0; });
    EXPECT_TRUE(all);
  }());
  EXPECT_EQ(most, 2);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(Concurrency, serves_people_before_bulk_and_keeps_a_place_for_them) {
  Loop loop;
  Concurrency places(3, 1);
  std::vector<std::string> order;
  int bulk_now = 0, bulk_most = 0;
  const auto call = [&](std::string name, Urgency urgency, const bool* hold) -> asio::awaitable<void> {
    const auto permit = co_await places.acquire(in(Duration(10'000)), urgency);
    EXPECT_TRUE(permit);
    order.push_back(name);
    if (urgency == Urgency::bulk) bulk_most = std::max(bulk_most, ++bulk_now);
    while (*hold) co_await wait(Duration(1));
    if (urgency == Urgency::bulk) --bulk_now;
  };
  bool hold = true;
  for (const char* name : {"bulk 1", "bulk 2", "bulk 3", "bulk 4"}) loop.spawn(call(name, Urgency::bulk, &hold));
  for (const char* name : {"person 1", "person 2", "person 3"}) loop.spawn(call(name, Urgency::person, &hold));
  loop.run([&]() -> asio::awaitable<void> {
    co_await eventually([&] { return order.size() == 3; });
    EXPECT_EQ(order, (std::vector<std::string>{"bulk 1", "bulk 2", "person 1"})) << "the last place is no bulk work's";
    hold = false;
    const bool all = co_await eventually([&] { return order.size() == 7; });
    EXPECT_TRUE(all);
  }());
  EXPECT_EQ(bulk_most, 2);
  const auto at = [&](const char* name) { return std::find(order.begin(), order.end(), name) - order.begin(); };
  EXPECT_LT(at("person 3"), at("bulk 3")) << "who came first among bulk waits for people who came last";
}

TEST(Concurrency, is_busy_when_no_place_comes_free_in_time_and_loses_none) {
  Loop loop;
  Concurrency places(1);
  loop.run([&]() -> asio::awaitable<void> {
    {
      const auto held = co_await places.acquire(in(Duration(10)));
      EXPECT_TRUE(held);
      const auto refused = co_await places.acquire(in(Duration(10)));
      EXPECT_FALSE(refused);
      if (!refused) {
        EXPECT_EQ(refused.error().fault, Fault::transient);
        EXPECT_EQ(refused.error().code, "net.busy");
      }
    }
    const auto free_again = co_await places.acquire(in(Duration(10)));
    EXPECT_TRUE(free_again);
  }());
}

TEST(Concurrency, a_place_given_to_a_cancelled_waiter_is_not_lost) {
  Loop loop;
  Concurrency places(1);
  std::string code;
  auto waiter = [&]() -> asio::awaitable<void> {
    const auto permit = co_await places.acquire(in(Duration(10'000)));
    code = permit ? "got it" : permit.error().code;
  };
  loop.run([&]() -> asio::awaitable<void> {
    std::function<void()> cancel;
    {
      const auto held = co_await places.acquire(in(Duration(10)));
      EXPECT_TRUE(held);
      cancel = loop.spawn_cancellable(waiter());
      co_await wait(Duration(0));
    }          // the place passes to the waiter …
    cancel();  // … which is cancelled in the same turn
    co_await eventually([&] { return !code.empty(); });
    const auto again = co_await places.acquire(in(Duration(1'000)));
    EXPECT_TRUE(again);
  }());
}

TEST(Concurrency, a_permit_may_outlive_it) {
  Loop loop;
  auto places = std::make_unique<Concurrency>(1);
  loop.run([&]() -> asio::awaitable<void> {
    const auto permit = co_await places->acquire(in(Duration(10)));
    EXPECT_TRUE(permit);
    places.reset();
  }());
}

}  // namespace
}  // namespace sedlink::net::test
