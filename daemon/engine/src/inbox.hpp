#pragma once
// Inbox rows into events: take, read the cards in few calls, step, all marked done in one transaction.
#include <set>

#include "core.hpp"

namespace sedlink::engine {

class InboxReader {
 public:
  explicit InboxReader(Core& core) : core_(core) {}
  boost::asio::awaitable<void> run();

 private:
  // A connection's batch is being read: nothing more is taken for it, the others go on.
  class Reading {
   public:
    Reading(InboxReader& reader, std::string connection) : reader_(reader), connection_(std::move(connection)) {}
    ~Reading() {
      reader_.being_read_.erase(connection_);
      reader_.core_.inbox_signal.wake();
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

   private:
    InboxReader& reader_;
    std::string connection_;
  };
  boost::asio::awaitable<void> read_batch(std::string connection, std::vector<store::InboxRow> rows);
  Task<Aftermath> seen(store::InboxRow row, Result<Item> item);
  Core& core_;
  std::set<std::string> being_read_;
  std::vector<std::int64_t> stranded_;  // rows whose result the store refused: given back with the next take
};

}  // namespace sedlink::engine
