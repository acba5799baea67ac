#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sedlink/net/task.hpp"

namespace sedlink::net {
namespace asio = boost::asio;

asio::awaitable<void> wait_until(SteadyTime t) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_at(t);
  // An error here is only the cancellation of the coroutine: an early end, as promised.
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> wait(Duration d) { return wait_until(std::chrono::steady_clock::now() + d); }

}  // namespace sedlink::net
