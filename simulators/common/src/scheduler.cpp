#include "sedlink/sim/scheduler.hpp"

#include <boost/asio/steady_timer.hpp>
#include <map>

namespace sedlink::sim {

// One timer for the earliest entry; a multimap keeps the order of equal times.
struct Scheduler::Impl : std::enable_shared_from_this<Scheduler::Impl> {
  explicit Impl(const Executor& executor) : timer(executor) {}

  void arm() {
    if (queue.empty()) {
      timer.cancel();
      return;
    }
    timer.expires_at(queue.begin()->first);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
      if (!ec) self->run_due();
    });
  }

  void run_due() {
    const auto now = std::chrono::steady_clock::now();
    while (!queue.empty() && queue.begin()->first <= now) {
      const std::function<void()> action = std::move(queue.begin()->second);
      queue.erase(queue.begin());
      action();
    }
    arm();
  }

  boost::asio::steady_timer timer;
  std::multimap<SteadyTime, std::function<void()>> queue;
};

Scheduler::Scheduler(Executor executor) : impl_(std::make_shared<Impl>(executor)) {}
Scheduler::~Scheduler() { cancel_all(); }

void Scheduler::after(Duration delay, std::function<void()> action) {
  impl_->queue.emplace(std::chrono::steady_clock::now() + delay, std::move(action));
  impl_->arm();
}

void Scheduler::cancel_all() {
  impl_->queue.clear();
  impl_->arm();
}

std::size_t Scheduler::pending() const noexcept { return impl_->queue.size(); }

}  // namespace sedlink::sim
