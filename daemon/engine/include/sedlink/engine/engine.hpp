#pragma once
// The engine: inbox -> step -> outbox, polling, sweeping, delivering. Runs on one executor; knows no vendor.
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sedlink/api/crm.hpp"
#include "sedlink/api/edms.hpp"
#include "sedlink/api/service.hpp"
#include "sedlink/config/config.hpp"
#include "sedlink/core/clock.hpp"
#include "sedlink/core/log.hpp"
#include "sedlink/mapping/model.hpp"
#include "sedlink/process/step.hpp"
#include "sedlink/store/store.hpp"

namespace sedlink::signing {
class Verifier;
}

namespace sedlink::engine {

struct Settings {
  Settings() = default;
  std::string instance_name;
  TimeZone zone;
  std::filesystem::path spool;
  std::uint64_t spool_quota = 10ull * 1024 * 1024 * 1024;
  config::PeopleTable people;
  Duration poll_active{15'000}, poll_quiet{300'000}, poll_asleep{3'600'000}, sweep{60'000};
  Duration retry_first{1'000}, retry_max{900'000};
  int attempts_before_incident = 0;
  std::string public_url;  // of the daemon as other systems see it; empty: nobody is told where to send notifications
  std::uint64_t seed = 0;  // of the jitter; 0 = random
};

// How one connection is doing, for /readyz, metrics and the operator.
struct ConnectionHealth {
  ConnectionHealth() = default;
  std::string name, side;  // crm | edms | service
  bool paused = false;     // unauthorized: a person must act
  bool open = false;       // breaker open: waiting before the next attempt
  int failures = 0;        // in a row
  std::string last_error;
  std::optional<Time> failing_since, last_success, next_attempt;
  bool push = false;                // edms: it has taken the address of our door for its notifications
  std::string push_error;           // why it has not, when it could
  std::optional<Time> last_notice;  // since the start
};

// Monotonic counts since the start.
struct Counters {
  std::uint64_t deliveries_accepted = 0, deliveries_refused = 0, deliveries_coalesced = 0, deliveries_ignored = 0;
  std::uint64_t notices_accepted = 0;  // deliveries of EDMS
  std::uint64_t notices_unknown = 0;   // of what they named: nothing that is followed here
  std::uint64_t items_read = 0, read_calls = 0, steps = 0;
  std::map<std::string, std::uint64_t> effects_done, effects_failed;  // by kind
  std::uint64_t incidents = 0, polls = 0, polled_processes = 0, sweeps = 0, swept_moves = 0;
  std::map<std::string, std::uint64_t> outcomes;  // by outcome
  std::uint64_t results_delivered = 0, results_already_there = 0;
};

class Engine {
 public:
  struct Parts {
    Parts() = default;
    Executor executor;
    const Clock* clock = nullptr;
    Logger* logger = nullptr;
    store::Store* store = nullptr;
    std::map<std::string, std::unique_ptr<api::CrmAdapter>> crm;
    std::map<std::string, std::unique_ptr<api::EdmsAdapter>> edms;
    std::map<std::string, std::unique_ptr<api::Service>> services;
    // By EDMS connection: judges what its people sign. Without one no signature is ever told to be valid.
    std::map<std::string, std::shared_ptr<signing::Verifier>> verifiers;
    std::vector<mapping::MappingPtr> mappings;
    // Compiles the text of a stored revision for instances that began with it.
    std::function<mapping::MappingPtr(const std::string& text)> recompile;
  };
  Engine(Settings settings, Parts parts);
  ~Engine();

  // Stores revisions and activation times, then starts the loops.
  Task<void> start();
  // No new leases; waits for calls in flight until `deadline`. What is cut stays in the store as doubtful.
  boost::asio::awaitable<void> stop(SteadyTime deadline);

  // The door: an authenticated delivery of a CRM connection, durable when this returns.
  Task<void> deliver(std::string connection, std::vector<api::InboundEvent> events);
  [[nodiscard]] api::CrmAdapter* crm(const std::string& connection);
  // Likewise of an EDMS connection: what is named is asked about soon.
  Task<void> notice(std::string connection, std::vector<api::ChangeNotice> notices);
  [[nodiscard]] api::EdmsAdapter* edms(const std::string& connection);

  // The operator's handle: request and answer as JSON (docs/operations.md). Errors come as {"error": …}.
  boost::asio::awaitable<std::string> operate(std::string request_json);

  [[nodiscard]] std::vector<ConnectionHealth> health() const;
  [[nodiscard]] const Counters& counters() const;
  [[nodiscard]] Counters& counters();
  // What the adapters know of their budgets, by connection.
  [[nodiscard]] std::vector<std::pair<std::string, std::vector<api::Measure>>> measures() const;
  Task<store::Counts> counts();
  [[nodiscard]] bool idle() const;  // nothing in flight

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sedlink::engine
