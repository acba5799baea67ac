#pragma once
// What the engine's parts share. One executor, no locks: everything here is touched on the io thread only, but World
// and Catalog, which units of work read on the store's threads.
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "catalog.hpp"
#include "echoes.hpp"
#include "gate.hpp"
#include "people.hpp"
#include "sedlink/engine/engine.hpp"
#include "signal.hpp"
#include "spool.hpp"

namespace sedlink::engine {

// Where the store keeps what a CRM adapter wants to know after a restart; keyed by connection.
inline constexpr const char* adapter_memory = "adapter_memory";

// An immutable view of what step() needs, taken on the io thread and given to a unit of work.
struct World {
  std::string instance_name;
  TimeZone zone;
  std::map<std::string, Time> active_since;                                     // by activation scope
  std::map<std::string, std::shared_ptr<const api::Capabilities>> can;          // by EDMS connection
  std::map<std::string, std::shared_ptr<const api::FieldTitles>> field_titles;  // by CRM connection
  Duration poll_active{}, poll_quiet{}, poll_asleep{};
  double jitter = 1.0;  // 0.8 … 1.2
};

// A turn in the life of a process, for the journal: ids only, no names of people or companies.
struct Turn {
  Turn() = default;
  Turn(std::string e, LogLevel l, std::string d) : event(std::move(e)), level(l), detail(std::move(d)) {}
  std::string event;  // "launched", "waiting_for_data", "process_started", "outcome", "closed", "incident"
  LogLevel level = LogLevel::info;
  std::string detail;  // the outcome, the reason, the incident's code …
  std::string instance, mapping, item;
};

// What a unit of work left to do outside.
struct Aftermath {
  bool inbox = false, outbox = false, polls = false;
  std::vector<Turn> turns;
  void add(const Aftermath& other) {
    turns.insert(turns.end(), other.turns.begin(), other.turns.end());
    inbox = inbox || other.inbox;
    outbox = outbox || other.outbox;
    polls = polls || other.polls;
  }
};

struct Core {
  Core(Settings s, Engine::Parts p);

  Settings settings;
  Executor executor;
  const Clock& clock;
  Logger& log;
  store::Store& store;
  std::map<std::string, std::unique_ptr<api::CrmAdapter>> crm;
  std::map<std::string, std::unique_ptr<api::EdmsAdapter>> edms;
  std::map<std::string, std::unique_ptr<api::Service>> services;
  std::map<std::string, std::shared_ptr<signing::Verifier>> verifiers;
  Catalog catalog;
  People people;
  Spool spool;
  Echoes echoes;
  std::mt19937_64 random;
  Counters counters;
  std::map<std::string, Gate> gates;
  Signal inbox_signal, outbox_signal, poll_signal, sweep_signal, upkeep_signal, push_signal, idle_signal;
  std::map<std::string, Time> active_since;
  bool stopping = false;
  int in_flight = 0;
  int gathering = 0;  // rounds whose answers are being kept: their changes are leased when all of them are there

  [[nodiscard]] std::shared_ptr<const World> world();
  [[nodiscard]] api::CallContext context(const std::string& key, Duration limit) const;
  [[nodiscard]] Gate& gate(const std::string& connection) { return gates.at(connection); }
  // A call of this connection failed; that it is paused or given up for a while is logged once.
  void call_failed(const std::string& connection, const Error&);
  void wake(const Aftermath&);  // and logs its turns
  // Runs `work` beside everything else; an exception is a defect that must be seen. `died` is called after one.
  void detach(std::string what, boost::asio::awaitable<void> work, std::function<void()> died = {});
  // Learns the CRM's users; a failure leaves names unknown and is logged here, so it may be ignored.
  Task<void> learn_people(std::string connection);
};

// Counts a piece of work in flight for the graceful stop.
class InFlight {
 public:
  explicit InFlight(Core& core) : core_(core) { ++core_.in_flight; }
  ~InFlight() {
    if (--core_.in_flight == 0) core_.idle_signal.wake();
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  Core& core_;
};

}  // namespace sedlink::engine
