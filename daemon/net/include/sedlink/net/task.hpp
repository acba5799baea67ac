#pragma once
// Task<T>: what every asynchronous function of the program returns.
//
// Rule for g++ 12 (docs/common-errors.md): co_await stands alone, with named arguments, into one named result. No
// aggregate temporary and no capturing lambda inside a full expression that holds co_await.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/error.hpp"

namespace sedlink {

template <class T>
using Task = boost::asio::awaitable<Result<T>>;

using Executor = boost::asio::any_io_executor;

// Deadlines are on the monotonic clock: a jump of the wall clock must not fire or freeze them.
using SteadyTime = std::chrono::steady_clock::time_point;

namespace net {
// Suspends for `d`. Ends early without error when the coroutine is cancelled.
boost::asio::awaitable<void> wait(Duration d);
boost::asio::awaitable<void> wait_until(SteadyTime t);
}  // namespace net
}  // namespace sedlink
