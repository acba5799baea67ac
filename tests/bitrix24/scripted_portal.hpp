#pragma once
// A portal of the test's own: each test says what each REST method answers, and reads what it was asked.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/api/crm.hpp"
#include "sedlink/bitrix24/adapter.hpp"
#include "sedlink/net/server.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"
#include "wire/json.hpp"

namespace sedlink::bitrix24::testing {

namespace json = boost::json;

struct Reply {
  Reply() = default;
  Reply(json::value r) : result(std::move(r)) {}
  static Reply refusal(std::string code, std::string description = "") {
    Reply reply;
    reply.error = std::move(code);
    reply.description = std::move(description);
    return reply;
  }
  json::value result;
  std::optional<std::string> error;
  std::string description;
  std::optional<int> next;
  double duration = 0.01;
};

struct Asked {
  std::string method;
  json::object params;  // of batches: decoded from the query string, all texts
  int batch = 0;        // number of the batch, from 1; 0 = alone
  [[nodiscard]] std::string text(std::initializer_list<std::string_view> path) const;
};

class ScriptedPortal {
 public:
  explicit ScriptedPortal(boost::asio::io_context& context);

  void on(std::string method, std::function<Reply(const Asked&)> answer) {
    methods_[std::move(method)] = std::move(answer);
  }
  // Looked at before everything else: path and body.
  std::function<std::optional<net::ServerResponse>(const std::string& path, const std::string& body)> before;

  [[nodiscard]] std::string origin() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  [[nodiscard]] std::string webhook() const { return origin() + "/rest/7/s3cr3t-of-the-hook/"; }

  std::vector<Asked> asked;           // in order, batches taken apart
  std::vector<std::string> requests;  // paths
  [[nodiscard]] std::vector<Asked> asked_for(std::string_view method) const;

 private:
  boost::asio::awaitable<net::ServerResponse> serve(net::ServerRequest& request);
  net::ServerResponse answer(const std::string& path, const std::string& body);
  Reply ask(Asked one);
  json::object batch(const json::object& body);

  std::map<std::string, std::function<Reply(const Asked&)>> methods_;
  std::unique_ptr<net::Server> server_;
  int batches_ = 0;
};

// A portal and an adapter that talks to it.
class PortTest : public ::testing::Test {
 protected:
  PortTest();
  // Makes the adapter anew with further settings.
  void connect(std::map<std::string, std::string> more = {});
  [[nodiscard]] api::CallContext context(std::string key = "") const;
  template <class T>
  T run(boost::asio::awaitable<T> task) {
    return testing_support::run_task(io_, std::move(task));
  }
  std::vector<Result<api::Receipt>> apply(std::vector<api::CrmEffect> effects);
  // Usual answers: fields of a smart process, its stages, one card.
  void script_metadata();
  static json::object card(int id, const std::string& stage);
  SpooledFile spool(const std::string& name, const std::string& content);

  boost::asio::io_context io_;
  testing_support::TempDir temp_;
  SystemClock clock_;
  NullLogger logger_;
  ScriptedPortal portal_{io_};
  std::unique_ptr<api::CrmAdapter> adapter_;
  const ItemRef item_{"portal", "dynamic:1036", "77"};
};

}  // namespace sedlink::bitrix24::testing
