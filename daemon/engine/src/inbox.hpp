#pragma once
// Inbox rows into events: take, read the cards in few calls, step, all marked done in one transaction.
#include "core.hpp"

namespace sedlink::engine {

class InboxReader {
 public:
  explicit InboxReader(Core& core) : core_(core) {}
  boost::asio::awaitable<void> run();

 private:
  boost::asio::awaitable<void> read_batch(std::string connection, std::vector<store::InboxRow> rows);
  Task<Aftermath> seen(store::InboxRow row, Result<Item> item);
  Core& core_;
  std::vector<std::int64_t> stranded_;  // rows whose result the store refused: given back with the next take
};

}  // namespace sedlink::engine
