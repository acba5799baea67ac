#pragma once
// Runs coroutines on one io_context in the calling thread, with an end to every test.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

#include "sedlink/net/task.hpp"

namespace sedlink::net::test {

inline SteadyTime in(Duration d) { return std::chrono::steady_clock::now() + d; }

class Loop {
 public:
  [[nodiscard]] Executor executor() { return io_.get_executor(); }
  // Until `body` ends; an exception of it, or 30 seconds without an end, fails the test.
  void run(boost::asio::awaitable<void> body);
  // In the background of later run() calls.
  void spawn(boost::asio::awaitable<void> body);
  // Starts `body` and gives back what cancels it (terminal).
  std::function<void()> spawn_cancellable(boost::asio::awaitable<void> body);

 private:
  boost::asio::io_context io_{1};
};

// Until the condition holds; false after 10 seconds.
boost::asio::awaitable<bool> eventually(std::function<bool()> condition);

}  // namespace sedlink::net::test
