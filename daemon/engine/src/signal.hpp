#pragma once
// A wake-up call between coroutines of one executor: "there may be work". A call while nobody waits is remembered once.
#include <boost/asio/steady_timer.hpp>

#include "sedlink/net/task.hpp"

namespace sedlink::engine {

class Signal {
 public:
  explicit Signal(const Executor& executor) : timer_(executor) {}
  void wake() {
    raised_ = true;
    timer_.cancel();
  }
  // Until wake() or `limit`.
  boost::asio::awaitable<void> wait(Duration limit);

 private:
  boost::asio::steady_timer timer_;
  bool raised_ = false;
};

}  // namespace sedlink::engine
