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

using Guard = asio::any_io_executor;

struct Initiate {
  template <class Handler>
  void operator()(Handler handler, JobQueue* queue, std::function<Result<void>(Tx&)> unit) const {
    const auto executor = asio::get_associated_executor(handler);
    // The guard keeps the caller's context running while only the store works. It travels with the answer and is let
    // go by the context's own thread: the store's thread must not touch a context that may have ended meanwhile.
    auto held = std::make_shared<Handler>(std::move(handler));
    auto guard = std::make_shared<Guard>(asio::prefer(executor, asio::execution::outstanding_work.tracked));
    std::function<void(Result<void>)> done = [executor, held, guard](Result<void> result) {
      auto answer = [handler = std::move(*held), work = std::move(*guard), result = std::move(result)]() mutable {
        std::move(handler)(std::move(result));
      };
      asio::post(executor, std::move(answer));
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
