#include "signal.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace sedlink::engine {
namespace {

namespace asio = boost::asio;
constexpr Duration ages{600'000};

asio::awaitable<void> count_wakes(Signal& signal, int& woken) {
  co_await signal.wait(ages);
  ++woken;
}

// Runs what can run now.
void run(asio::io_context& io) {
  io.restart();
  io.poll();
}

TEST(Signal, wakes_everybody_who_waits) {
  asio::io_context io;
  Signal signal(io.get_executor());
  int woken = 0;
  for (int i = 0; i < 2; ++i) asio::co_spawn(io, count_wakes(signal, woken), asio::detached);
  run(io);
  EXPECT_EQ(woken, 0);
  signal.wake();
  run(io);
  EXPECT_EQ(woken, 2);
}

TEST(Signal, remembers_a_call_that_came_while_nobody_waited) {
  asio::io_context io;
  Signal signal(io.get_executor());
  int woken = 0;
  signal.wake();
  asio::co_spawn(io, count_wakes(signal, woken), asio::detached);
  run(io);
  EXPECT_EQ(woken, 1);
  asio::co_spawn(io, count_wakes(signal, woken), asio::detached);
  run(io);
  EXPECT_EQ(woken, 1) << "one call is remembered once";
  signal.wake();
  run(io);
  EXPECT_EQ(woken, 2);
}

TEST(Signal, ends_a_wait_at_its_limit) {
  asio::io_context io;
  Signal signal(io.get_executor());
  bool ended = false;
  asio::co_spawn(
      io,
      [](Signal& s, bool& done) -> asio::awaitable<void> {
        co_await s.wait(Duration(1));
        done = true;
      }(signal, ended),
      asio::detached);
  io.run();
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace sedlink::engine
