#include "signal.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sedlink::engine {

boost::asio::awaitable<void> Signal::wait(Duration limit) {
  if (!raised_) {
    timer_.expires_after(limit);
    boost::system::error_code cancelled;
    co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
  }
  raised_ = false;
}

}  // namespace sedlink::engine
