#include "offload.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sedlink::store {
namespace {

namespace asio = boost::asio;

struct Initiate {
  template <class Handler>
  void operator()(Handler handler, JobQueue* queue, std::function<Result<void>(Tx&)> unit) const {
    const auto executor = asio::get_associated_executor(handler);
    // The guard keeps the caller's context running while only the store works.
    auto guard = asio::prefer(executor, asio::execution::outstanding_work.tracked);
    auto held = std::make_shared<Handler>(std::move(handler));
    std::function<void(Result<void>)> done = [guard, held](Result<void> result) {
      asio::post(guard, [handler = std::move(*held), result = std::move(result)]() mutable {
        std::move(handler)(std::move(result));
      });
    };
    Job job(std::move(unit), done);
    const Result<void> queued = queue->push(job);
    if (queued.has_error()) done(queued.error());
  }
};

}  // namespace

// Not a coroutine itself: use_awaitable keeps the arguments in its own frame, and nothing runs before the await.
Task<void> offload(JobQueue& queue, std::function<Result<void>(Tx&)> unit) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Result<void>)>(Initiate{}, asio::use_awaitable,
                                                                                 &queue, std::move(unit));
}

}  // namespace sedlink::store
