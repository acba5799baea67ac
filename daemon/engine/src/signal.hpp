#pragma once
// A wake-up call between coroutines of one executor: "there may be work". A call while nobody waits is remembered once.
#include <boost/asio/steady_timer.hpp>
#include <list>

#include "sedlink/net/task.hpp"

namespace sedlink::engine {

class Signal {
 public:
  explicit Signal(Executor executor) : executor_(std::move(executor)) {}
  void wake() {
    raised_ = true;
    for (auto* timer : waiting_) timer->cancel();
  }
  // Until wake() or `limit`.
  boost::asio::awaitable<void> wait(Duration limit);

 private:
  Executor executor_;
  std::list<boost::asio::steady_timer*> waiting_;  // one timer a waiter: waiters do not disturb each other
  bool raised_ = false;
};

}  // namespace sedlink::engine
