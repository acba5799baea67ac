#pragma once
// The adapter against the portal simulator: both on one executor, faults through the control API.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sedlink/api/crm.hpp"
#include "sedlink/bitrix24/adapter.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/sim/host.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::bitrix24::testing {

class SimPort : public ::testing::Test {
 protected:
  SimPort();
  ~SimPort() override;

  // Starts the portal with a scenario text, then the adapter. Without it, the first use starts an empty one.
  void start(const std::string& scenario = "");
  // Makes the adapter anew, as after a restart of the daemon.
  void connect(std::map<std::string, std::string> more = {});
  [[nodiscard]] api::CrmAdapter& adapter();
  [[nodiscard]] api::CallContext context(std::string key = "") const;
  template <class T>
  T run(boost::asio::awaitable<T> task) {
    return testing_support::run_task(io_, std::move(task));
  }

  std::vector<Result<api::Receipt>> apply(std::vector<api::CrmEffect> effects);
  std::vector<Result<std::optional<api::Receipt>>> find(std::vector<api::CrmEffect> effects);
  Result<Item> read(const ItemRef& ref);
  SpooledFile spool(const std::string& name, const std::string& content);

  // The control API and REST by the webhook, both in plain HTTP.
  sim::json::value control(const std::string& method, const std::string& path, const sim::json::value& body = nullptr);
  void act(const sim::json::value& what);
  void fault(const sim::json::value& what);
  void set(const sim::json::value& quirks);  // {quirks, limits, events}
  sim::json::object state();
  sim::json::object item(const ItemRef& ref);  // its row of the state
  // HTTP requests the portal served so far: batches and calls outside batches.
  [[nodiscard]] std::int64_t requests();
  std::int64_t create(const std::string& entity, sim::json::object act = {});  // by a person
  [[nodiscard]] static ItemRef ref(const std::string& entity, std::int64_t id) {
    return ItemRef{"portal", entity, std::to_string(id)};
  }

  static api::CrmEffect move(ItemRef item, std::vector<std::string> expected, std::string to, std::string key = "m");
  static api::CrmEffect fields(ItemRef item, Fields values, std::string key = "f");
  static api::CrmEffect comment(ItemRef item, std::string text, std::string key);
  static api::CrmEffect notice(ItemRef item, std::string user, std::string text, std::string key);

  boost::asio::io_context io_;
  testing_support::TempDir temp_;
  SystemClock clock_;
  NullLogger logger_;
  std::map<std::string, std::string> settings_;  // further settings of every adapter made

 private:
  std::unique_ptr<sim::Host> host_;
  std::unique_ptr<net::Client> client_;
  std::unique_ptr<api::CrmAdapter> adapter_;
};

}  // namespace sedlink::bitrix24::testing
