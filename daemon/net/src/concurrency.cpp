#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

#include "faults.hpp"
#include "sedlink/net/limiter.hpp"

namespace sedlink::net {
namespace asio = boost::asio;

struct Concurrency::Impl {
  Impl(std::size_t n, std::size_t reserved) : free(n), bulk_free(n - std::min(n, reserved)) {}

  struct Waiter {
    Waiter(const asio::any_io_executor& e, Urgency u) : timer(e), urgency(u) {}
    asio::steady_timer timer;
    Urgency urgency;
    bool served = false;  // the place is already this waiter's
  };

  std::size_t free, bulk_free;  // a bulk call needs one of both
  std::list<Waiter> line;

  [[nodiscard]] bool has_place(Urgency urgency) const {
    return free > 0 && (urgency == Urgency::person || bulk_free > 0);
  }
  void take(Urgency urgency) {
    --free;
    if (urgency == Urgency::bulk) --bulk_free;
  }
  // A freed place goes to the first in line, people before bulk, never to a newcomer.
  void release(Urgency urgency) {
    ++free;
    if (urgency == Urgency::bulk) ++bulk_free;
    if (!serve_first(Urgency::person)) serve_first(Urgency::bulk);
  }
  bool serve_first(Urgency urgency) {
    for (Waiter& waiter : line) {
      if (waiter.served || waiter.urgency != urgency || !has_place(urgency)) continue;
      take(urgency);
      waiter.served = true;
      waiter.timer.cancel();
      return true;
    }
    return false;
  }

  static Permit permit(const std::shared_ptr<Impl>& self, Urgency urgency) {
    return Permit(std::shared_ptr<void>(self.get(), [self, urgency](void*) { self->release(urgency); }));
  }

  static Task<Permit> acquire(std::shared_ptr<Impl> self, SteadyTime deadline, Urgency urgency);
};

Concurrency::Concurrency(std::size_t n, std::size_t reserved) : impl_(std::make_shared<Impl>(n, reserved)) {}
Concurrency::~Concurrency() = default;

Task<Concurrency::Permit> Concurrency::Impl::acquire(std::shared_ptr<Impl> self, SteadyTime deadline, Urgency urgency) {
  if (self->has_place(urgency)) {
    self->take(urgency);
    co_return permit(self, urgency);
  }
  const auto executor = co_await asio::this_coro::executor;

  // Leaves the line in every case; a place given to a coroutine that was destroyed goes on to the next.
  struct PlaceInLine {
    PlaceInLine(std::shared_ptr<Impl> impl, const asio::any_io_executor& e, Urgency u) : owner(std::move(impl)) {
      at = owner->line.emplace(owner->line.end(), e, u);
    }
    PlaceInLine(const PlaceInLine&) = delete;
    PlaceInLine& operator=(const PlaceInLine&) = delete;
    ~PlaceInLine() {
      const bool unused = at->served && !taken;
      const Urgency as = at->urgency;
      owner->line.erase(at);
      if (unused) owner->release(as);
    }
    std::shared_ptr<Impl> owner;
    std::list<Waiter>::iterator at;
    bool taken = false;
  };
  PlaceInLine place(self, executor, urgency);
  place.at->timer.expires_at(deadline);
  co_await place.at->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (place.at->served) {
    place.taken = true;
    co_return permit(self, urgency);
  }
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) {
    co_return net_error(Fault::transient, "net.cancelled", "Вызов отменён до отправки");
  }
  co_return net_error(Fault::transient, "net.busy", "Все одновременные вызовы заняты, место не освободилось в срок");
}

Task<Concurrency::Permit> Concurrency::acquire(SteadyTime deadline, Urgency urgency) {
  return Impl::acquire(impl_, deadline, urgency);
}

}  // namespace sedlink::net
