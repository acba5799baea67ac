#pragma once
// Blocking work on threads, awaited with a deadline.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "sedlink/net/task.hpp"

namespace sedlink::signing {

// Runs `work` on the pool; nullopt when the deadline passed or the coroutine was cancelled first: the work is left
// behind then and its result finds nobody.
template <class T>
boost::asio::awaitable<std::optional<Result<T>>> offload(boost::asio::thread_pool& pool,
                                                         std::function<Result<T>()> work, SteadyTime deadline) {
  struct State {
    explicit State(const Executor& executor) : finished(executor) {}
    boost::asio::steady_timer finished;
    std::optional<Result<T>> result;
  };
  const Executor executor = co_await boost::asio::this_coro::executor;
  auto state = std::make_shared<State>(executor);
  state->finished.expires_at(deadline);
  boost::asio::post(pool, [state, executor, deadline, work = std::move(work)] {
    if (std::chrono::steady_clock::now() >= deadline) return;  // nobody waits for it any more
    auto result = std::make_shared<Result<T>>(Error{});
    try {
      *result = work();
    } catch (const std::exception& e) {
      *result = Error{Fault::transient, Audience::admin, "signing.worker", e.what(), {}, {}};
    }
    boost::asio::post(executor, [state, result] {
      state->result.emplace(std::move(*result));
      state->finished.cancel();
    });
  });
  co_await state->finished.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  co_return std::move(state->result);
}

}  // namespace sedlink::signing
