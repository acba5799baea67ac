#pragma once
// The daemon's HTTP face: webhook doors, health, readiness, metrics.
#include <functional>
#include <string>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/log.hpp"
#include "sedlink/engine/engine.hpp"
#include "sedlink/net/server.hpp"

namespace sedlink::web {

struct WebOptions {
  WebOptions() = default;
  std::uint64_t max_delivery = 1024 * 1024;  // bytes of one webhook body; above: 413
  std::string version;
  std::function<std::vector<api::Measure>()> measures;  // of the daemon itself, beside the engine's; may be empty
};

// Routes:
//   POST /hooks/{connection}/…   200 after commit; 403 wrong token, member or connection (empty body); 415 not a form;
//                                413 too large; 408 slow sender; 400 not a form by content; 405 not POST;
//                                503 the store takes no writes (Retry-After: 5)
//   GET  /healthz                200 while the process lives
//   GET  /readyz                 200 when the store answers and no connection is paused, else 503 with the reasons
//   GET  /metrics                Prometheus text
// Single-threaded, like the engine. The engine outlives it.
class Web {
 public:
  Web(engine::Engine& engine, const Clock& clock, Logger& log, WebOptions options)
      : engine_(engine), clock_(clock), log_(log), options_(std::move(options)) {}
  boost::asio::awaitable<net::ServerResponse> handle(net::ServerRequest& request);

 private:
  boost::asio::awaitable<net::ServerResponse> door(net::ServerRequest& request, std::string connection);
  boost::asio::awaitable<net::ServerResponse> ready();
  boost::asio::awaitable<net::ServerResponse> metrics();
  net::ServerResponse refuse(int status, const std::string& connection, const Error& error);

  engine::Engine& engine_;
  const Clock& clock_;
  Logger& log_;
  WebOptions options_;
  std::optional<Time> refusal_logged_at_;
  std::uint64_t refusals_unlogged_ = 0;
};

}  // namespace sedlink::web
