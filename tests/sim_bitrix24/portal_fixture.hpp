#pragma once
// A portal on a loopback port and a client that talks to it in plain HTTP.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sedlink/net/http.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim::b24_test {

struct Reply {
  int status = 0;     // 0: no answer came
  std::string error;  // the client's error code then
  net::Headers headers;
  std::string raw;
  json::value body;
  [[nodiscard]] const json::value& result() const { return body.at("result"); }
};

class PortalTest : public ::testing::Test {
 protected:
  PortalTest();
  ~PortalTest() override;

  // Starts the portal with a scenario text; done with an empty one by the first call when not asked for.
  void start(const std::string& scenario = "", const std::string& record = "");
  [[nodiscard]] std::string base_url();
  [[nodiscard]] std::string webhook_url();
  [[nodiscard]] json::object access();

  Reply send(net::Request request);
  Reply get(const std::string& url);
  Reply post(const std::string& url, const std::string& type, const std::string& body);
  Reply call(const std::string& method, const json::value& params = json::object());      // JSON, by the webhook
  json::value ok(const std::string& method, const json::value& params = json::object());  // its result; fails otherwise
  Reply control(const std::string& method, const std::string& path, const json::value& body = nullptr);
  json::value act(const json::value& what);  // fails the test unless 200
  json::object state();
  json::object state_item(const std::string& entity, std::int64_t id);
  std::int64_t new_contract(json::object fields = {});  // dynamic:1036, by REST

  // A handler of outgoing events; its deliveries as decoded forms.
  std::string listen_for_events();
  [[nodiscard]] const std::vector<net::FormPairs>& deliveries() const;
  void answer_events_with(int status);
  bool eventually(const std::function<bool()>& condition);
  void run_for(int ms);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] std::string field(const net::FormPairs& form, const std::string& name);

}  // namespace sedlink::sim::b24_test
