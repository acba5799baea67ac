#include "signal.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sedlink::engine {

boost::asio::awaitable<void> Signal::wait(Duration limit) {
  if (!raised_) {
    boost::asio::steady_timer timer(executor_);
    timer.expires_after(limit);
    const auto place = waiting_.insert(waiting_.end(), &timer);
    boost::system::error_code cancelled;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    waiting_.erase(place);
  }
  raised_ = false;
}

}  // namespace sedlink::engine
