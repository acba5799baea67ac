#pragma once
// Asks each EDMS about its running processes, many in a call; what it says becomes events. And sweeps each CRM's log of
// stage moves, so that a lost webhook loses nothing.
#include "core.hpp"

namespace sedlink::engine {

class Poller {
 public:
  explicit Poller(Core& core) : core_(core) {}
  // One loop per EDMS connection: one poll of a process is in flight at a time.
  boost::asio::awaitable<void> run(std::string edms);

 private:
  // What one process said, or why it said nothing.
  struct Reading {
    Reading() = default;
    store::InstanceRow row;
    std::optional<process::Event> event;
    Error error;
  };
  struct Answers {
    Answers() = default;
    std::vector<Reading> readings;
    std::vector<store::InstanceRow> waiting;  // rows nothing is asked about now
  };
  struct Round {
    Round() = default;
    std::size_t asked = 0;        // rows answered
    std::optional<Error> failed;  // what ended the round early
    std::size_t refused = 0;      // rows of the poll that failed
  };
  boost::asio::awaitable<Round> ask_round(std::string edms, std::vector<store::InstanceRow> rows, std::size_t batch);
  Task<Answers> ask(std::string edms, std::vector<store::InstanceRow> rows);
  Task<Aftermath> keep_all(Answers answers, Time now);
  // All of it in one transaction, or an error and nothing.
  Task<Aftermath> keep(std::vector<Reading> readings, std::vector<store::InstanceRow> waiting, Time now);
  Core& core_;
};

class Sweeper {
 public:
  explicit Sweeper(Core& core) : core_(core) {}
  boost::asio::awaitable<void> run(std::string crm, std::vector<std::string> entities);
  // Sets the cursor of every entity new to the store to the newest id: the archive is never launched.
  Task<bool> begin(std::string crm, std::string entity);

 private:
  Task<bool> sweep(std::string crm, std::string entity);  // true: more is waiting
  Core& core_;
};

}  // namespace sedlink::engine
