#pragma once
// The outbox: leases due effects, carries them out, feeds results back. Effects of one (instance, connection) go in
// order.
#include "core.hpp"
#include "executors.hpp"

namespace sedlink::engine {

class Dispatcher {
 public:
  explicit Dispatcher(Core& core) : core_(core), executors_(core) {}
  boost::asio::awaitable<void> run();

 private:
  struct Leased {
    Leased() = default;
    store::EffectRow row;
    process::Effect effect;
  };
  boost::asio::awaitable<void> one(Leased leased);
  boost::asio::awaitable<void> crm_batch(std::string connection, std::vector<Leased> batch);
  boost::asio::awaitable<void> succeeded(Leased leased, process::Success result);
  boost::asio::awaitable<void> failed(Leased leased, Error error);
  boost::asio::awaitable<void> ask_later(Leased leased, Error error);

  Core& core_;
  std::vector<std::int64_t> stranded_;  // effects whose result the store refused: doubtful from the next lease on
  int files_in_flight_ = 0;             // of core_.in_flight: transfers, which take long
  Executors executors_;
};

}  // namespace sedlink::engine
