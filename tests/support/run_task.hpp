#pragma once
// Runs coroutines to their end on a context of the test's own, with a deadline instead of a hang.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace sedlink::testing_support {

constexpr std::chrono::seconds task_deadline{60};

// The coroutine's value. Throws what it threw, or std::runtime_error when it does not end in time.
template <class T>
T run_task(boost::asio::io_context& context, boost::asio::awaitable<T> task) {
  std::optional<T> value;
  std::exception_ptr failure;
  boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, T result) {
    failure = thrown;
    if (!thrown) value.emplace(std::move(result));
  });
  context.restart();
  const auto end = std::chrono::steady_clock::now() + task_deadline;
  while (!value && !failure && context.run_one_until(end) != 0) {}
  if (failure) std::rethrow_exception(failure);
  if (!value) throw std::runtime_error("the task did not end in time");
  return std::move(*value);
}

// For tasks that work in this thread only: a store or a pool posts from its own threads, which may still be inside the
// context when it ends. Such a test owns a context that outlives them.
template <class T>
T run_task(boost::asio::awaitable<T> task) {
  boost::asio::io_context context;
  T value = run_task(context, std::move(task));
  context.run_for(task_deadline);  // to the last handler: nothing may outlive the context
  return value;
}

}  // namespace sedlink::testing_support
