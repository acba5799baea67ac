#include <boost/asio/co_spawn.hpp>
#include <cstdio>

#include "sedlink/sim/simulator.hpp"

namespace sedlink::sim {

Environment::Environment(Executor executor, const Clock& clock, std::string base_url, Options& options,
                         Simulator& simulator, std::filesystem::path scratch)
    : executor_(executor),
      clock_(clock),
      base_url_(std::move(base_url)),
      options_(options),
      simulator_(simulator),
      rng_(options.seed),
      scheduler_(executor),
      contents_(std::move(scratch)) {}

Environment::~Environment() = default;

net::Client& Environment::client() {
  if (!client_) {
    net::ClientOptions options;
    options.user_agent = "sedlink-sim/0.1";
    options.verify = false;  // handlers under test often have a certificate of their own
    client_ = std::make_unique<net::Client>(executor_, options);
  }
  return *client_;
}

void Environment::notice(const json::object& facts) {
  for (PlannedAct& planned : options_.scenario.plan(facts, rng_)) {
    scheduler_.after(planned.delay, [this, act = std::move(planned.act)] {
      const auto done = simulator_.act(act);
      if (!done) std::fprintf(stderr, "sedlink-sim: scenario: %s\n", done.error().message.c_str());
    });
  }
}

void Environment::spawn(boost::asio::awaitable<void> work) {
  boost::asio::co_spawn(executor_, std::move(work), [](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) { std::fprintf(stderr, "sedlink-sim: %s\n", e.what()); }
  });
}

Result<json::value> Simulator::subscribe(const json::object&) {
  return control_error(std::string(name()) + " sends no events");
}

}  // namespace sedlink::sim
