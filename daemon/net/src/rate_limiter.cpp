#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

#include "faults.hpp"
#include "leaky_bucket.hpp"
#include "sedlink/net/limiter.hpp"

namespace sedlink::net {
namespace asio = boost::asio;

// Waiters stand in line; only the first one watches the bucket, and wakes the next when it leaves.
struct RateLimiter::Impl {
  Impl(double per_second, double capacity) : bucket(per_second, capacity) {}
  LeakyBucket bucket;
  std::list<asio::steady_timer> line;

  void wake_first() {
    if (!line.empty()) line.front().cancel();
  }

  static Task<void> acquire(std::shared_ptr<Impl> self, SteadyTime deadline);
};

RateLimiter::RateLimiter(double per_second, double capacity) : impl_(std::make_shared<Impl>(per_second, capacity)) {}
RateLimiter::~RateLimiter() = default;

namespace {

Error no_room(SteadyTime turn) {
  Error error = net_error(Fault::throttled, "net.rate", "Исчерпан лимит частоты вызовов");
  error.retry_after = std::chrono::ceil<std::chrono::seconds>(turn - std::chrono::steady_clock::now());
  return error;
}

}  // namespace

Task<void> RateLimiter::Impl::acquire(std::shared_ptr<Impl> self, SteadyTime deadline) {
  const auto executor = co_await asio::this_coro::executor;
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  const SteadyTime expected = self->bucket.turn(std::chrono::steady_clock::now(), self->line.size());
  if (expected > deadline) co_return no_room(expected);  // waiting would be in vain

  // Leaves the line in every case, also when the coroutine is destroyed while it waits.
  struct PlaceInLine {
    PlaceInLine(std::shared_ptr<Impl> impl, const asio::any_io_executor& e) : owner(std::move(impl)) {
      at = owner->line.emplace(owner->line.end(), e);
    }
    PlaceInLine(const PlaceInLine&) = delete;
    PlaceInLine& operator=(const PlaceInLine&) = delete;
    ~PlaceInLine() {
      const bool first = at == owner->line.begin();
      owner->line.erase(at);
      if (first) owner->wake_first();
    }
    std::shared_ptr<Impl> owner;
    std::list<asio::steady_timer>::iterator at;
  };
  const PlaceInLine place(self, executor);

  for (;;) {
    const SteadyTime now = std::chrono::steady_clock::now();
    const bool first = place.at == self->line.begin();
    const SteadyTime turn = self->bucket.turn(now, 0);
    if (first && turn <= now) break;
    if (now >= deadline || (first && turn > deadline)) co_return no_room(turn);
    place.at->expires_at(first ? turn : deadline);
    co_await place.at->async_wait(asio::as_tuple(asio::use_awaitable));
    if (cancellation.cancelled() != asio::cancellation_type::none) {
      co_return net_error(Fault::transient, "net.cancelled", "Вызов отменён до отправки");
    }
  }
  self->bucket.add_one(std::chrono::steady_clock::now());
  co_return Result<void>();
}

Task<void> RateLimiter::acquire(SteadyTime deadline) { return Impl::acquire(impl_, deadline); }

void RateLimiter::penalize(Duration pause) {
  impl_->bucket.shut_until(std::chrono::steady_clock::now() + pause);
  impl_->wake_first();
}

double RateLimiter::level() const { return impl_->bucket.level(std::chrono::steady_clock::now()); }

}  // namespace sedlink::net
