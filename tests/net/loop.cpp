#include "loop.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <memory>

namespace sedlink::net::test {
namespace asio = boost::asio;

namespace {

void report(const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) { ADD_FAILURE() << "a coroutine of the test threw: " << e.what(); }
}

}  // namespace

void Loop::run(asio::awaitable<void> body) {
  bool ended = false;
  asio::co_spawn(io_, std::move(body), [&ended](std::exception_ptr failure) {
    report(failure);
    ended = true;
  });
  const auto limit = in(Duration(30'000));
  io_.restart();
  while (!ended && std::chrono::steady_clock::now() < limit) {
    if (io_.run_one_for(std::chrono::seconds(1)) == 0 && io_.stopped()) break;
  }
  if (!ended) {
    ADD_FAILURE() << "the test's coroutine did not end";
    std::abort();  // the callback above refers to this frame
  }
}

void Loop::spawn(asio::awaitable<void> body) {
  asio::co_spawn(io_, std::move(body), [](std::exception_ptr failure) { report(failure); });
}

std::function<void()> Loop::spawn_cancellable(asio::awaitable<void> body) {
  auto signal = std::make_shared<asio::cancellation_signal>();
  auto ended = [signal](std::exception_ptr) {};  // cancellation may end it with an exception
  asio::co_spawn(io_, std::move(body), asio::bind_cancellation_slot(signal->slot(), std::move(ended)));
  return [signal] { signal->emit(asio::cancellation_type::terminal); };
}

asio::awaitable<bool> eventually(std::function<bool()> condition) {
  const auto limit = in(Duration(10'000));
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= limit) co_return false;
    co_await wait(Duration(2));
  }
  co_return true;
}

}  // namespace sedlink::net::test
