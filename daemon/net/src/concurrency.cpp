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
  explicit Impl(std::size_t n) : free(n) {}

  struct Waiter {
    explicit Waiter(const asio::any_io_executor& e) : timer(e) {}
    asio::steady_timer timer;
    bool served = false;  // the place is already this waiter's
  };

  std::size_t free;
  std::list<Waiter> line;

  // A freed place goes to the first in line, never to a newcomer.
  void release() {
    for (Waiter& waiter : line) {
      if (waiter.served) continue;
      waiter.served = true;
      waiter.timer.cancel();
      return;
    }
    ++free;
  }

  static Permit permit(const std::shared_ptr<Impl>& self) {
    return Permit(std::shared_ptr<void>(self.get(), [self](void*) { self->release(); }));
  }

  static Task<Permit> acquire(std::shared_ptr<Impl> self, SteadyTime deadline);
};

Concurrency::Concurrency(std::size_t n) : impl_(std::make_shared<Impl>(n)) {}
Concurrency::~Concurrency() = default;

Task<Concurrency::Permit> Concurrency::Impl::acquire(std::shared_ptr<Impl> self, SteadyTime deadline) {
  if (self->free > 0) {
    --self->free;
    co_return permit(self);
  }
  const auto executor = co_await asio::this_coro::executor;

  // Leaves the line in every case; a place given to a coroutine that was destroyed goes on to the next.
  struct PlaceInLine {
    PlaceInLine(std::shared_ptr<Impl> impl, const asio::any_io_executor& e) : owner(std::move(impl)) {
      at = owner->line.emplace(owner->line.end(), e);
    }
    PlaceInLine(const PlaceInLine&) = delete;
    PlaceInLine& operator=(const PlaceInLine&) = delete;
    ~PlaceInLine() {
      const bool unused = at->served && !taken;
      owner->line.erase(at);
      if (unused) owner->release();
    }
    std::shared_ptr<Impl> owner;
    std::list<Waiter>::iterator at;
    bool taken = false;
  };
  PlaceInLine place(self, executor);
  place.at->timer.expires_at(deadline);
  co_await place.at->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (place.at->served) {
    place.taken = true;
    co_return permit(self);
  }
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) {
    co_return net_error(Fault::transient, "net.cancelled", "Вызов отменён до отправки");
  }
  co_return net_error(Fault::transient, "net.busy", "Все одновременные вызовы заняты, место не освободилось в срок");
}

Task<Concurrency::Permit> Concurrency::acquire(SteadyTime deadline) { return Impl::acquire(impl_, deadline); }

}  // namespace sedlink::net
