#pragma once
// What each imitated system implements; Host does the rest (faults, recording, control API).
#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sedlink/core/clock.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/net/server.hpp"
#include "sedlink/sim/content.hpp"
#include "sedlink/sim/fault.hpp"
#include "sedlink/sim/json.hpp"
#include "sedlink/sim/rng.hpp"
#include "sedlink/sim/scenario.hpp"
#include "sedlink/sim/scheduler.hpp"

namespace sedlink::sim {

// What the command line says about the imitated system.
struct Options {
  std::string edition;  // --edition; empty = the simulator's default
  bool module = false;  // --module
  std::uint64_t seed = 1;
  Scenario scenario;
};

class Simulator;

// What Host gives to a simulator. Lives longer than it. Single-threaded: everything runs on executor().
class Environment {
 public:
  // `scratch`: the folder for large contents.
  Environment(Executor executor, const Clock& clock, std::string base_url, Options& options, Simulator& simulator,
              std::filesystem::path scratch);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  [[nodiscard]] const Executor& executor() const noexcept { return executor_; }
  [[nodiscard]] const std::string& base_url() const noexcept { return base_url_; }  // "http://127.0.0.1:8080", no slash
  [[nodiscard]] Time now() const { return clock_.now(); }
  [[nodiscard]] Rng& rng() noexcept { return rng_; }
  [[nodiscard]] Scheduler& scheduler() noexcept { return scheduler_; }
  [[nodiscard]] FaultBox& faults() noexcept { return faults_; }
  [[nodiscard]] ContentStore& contents() noexcept { return contents_; }
  [[nodiscard]] net::Client& client();  // for calls the imitated system makes itself (events)
  [[nodiscard]] const json::object& settings() const noexcept { return options_.scenario.settings(); }

  // Something happened that people may react to: the scenario's rules are asked, their acts scheduled.
  void notice(const json::object& facts);
  // Detached coroutine; an exception in it is a line on stderr.
  void spawn(boost::asio::awaitable<void> work);

  // One executed call of this method or type; state() shows the sums as `calls`.
  void count(const std::string& method) { ++calls_[method]; }
  [[nodiscard]] const std::map<std::string, std::int64_t>& calls() const noexcept { return calls_; }

 private:
  Executor executor_;
  const Clock& clock_;
  std::string base_url_;
  Options& options_;
  Simulator& simulator_;
  Rng rng_;
  Scheduler scheduler_;
  FaultBox faults_;
  ContentStore contents_;
  std::unique_ptr<net::Client> client_;
  std::map<std::string, std::int64_t> calls_;
};

class Simulator {
 public:
  virtual ~Simulator() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;  // as on the command line
  // Before the first request. Errors: a scenario that makes no sense.
  virtual Result<void> start(Environment& environment) = 0;
  virtual void stop() {}

  // One request of the imitated API. Parameters stay alive until the answer is written. Large file contents are not in
  // `body`: a token of environment.contents() stands for each; tokens in the answer are replaced in turn.
  virtual boost::asio::awaitable<net::ServerResponse> handle(net::ServerRequest& request, const std::string& body) = 0;
  [[nodiscard]] virtual Call classify(const net::ServerRequest& request, const std::string& body) const = 0;
  // How this system says "too many requests" (fault `throttle`).
  [[nodiscard]] virtual net::ServerResponse throttled(const Call& call) = 0;

  // Control API. `calls` and `faults` are added by Host.
  [[nodiscard]] virtual json::object state() const = 0;
  [[nodiscard]] virtual json::object access() const = 0;  // shown in state and in the ready line
  virtual Result<json::value> act(const json::object& act) = 0;
  virtual Result<json::value> subscribe(const json::object& request);  // default: this system sends no events
};

}  // namespace sedlink::sim
