#pragma once
// A simulator of its own behind real HTTP on the loopback, and the shortest way to talk to it.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sedlink/net/http.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim_test {

namespace json = boost::json;

struct Answer {
  int status = 0;
  net::Headers headers;
  std::string body;
  json::value parsed;  // null when the body is no JSON

  // "value" of a list, the number of its rows, a member of the answer.
  [[nodiscard]] json::array rows() const;
  [[nodiscard]] std::string text(std::string_view member) const;
  [[nodiscard]] std::int64_t number(std::string_view member) const;
  [[nodiscard]] std::string message() const;  // of any of the three bodies of errors
};

class Directum : public ::testing::Test {
 protected:
  Directum();
  ~Directum() override;
  void TearDown() override;

  // YAML of the scenario. Called by the first request when no test did.
  void begin(const std::string& scenario = "");

  // Targets are below the service's root and percent-encoded here, but for '%' itself.
  Answer get(const std::string& target);
  Answer post(const std::string& target, const json::value& body, const net::Headers& more = {});
  Answer patch(const std::string& target, const json::value& body, const net::Headers& more = {});
  Answer put(const std::string& target, const std::string& bytes);
  Answer remove(const std::string& target);
  Answer send(net::Request request);
  net::Request request(const std::string& method, const std::string& target);
  [[nodiscard]] std::string root() const;
  [[nodiscard]] std::string authorization(const std::string& user = "connector",
                                          const std::string& password = "rx-secret") const;

  json::value act(const json::value& what, int expected_status = 200);
  void control(const std::string& method, const std::string& path, const json::value& body);
  json::object state();
  // The process of the state with this id.
  json::object process(std::int64_t task);
  bool eventually(const std::function<bool()>& condition);

  // --- ready-made things
  std::int64_t id_of(const std::string& set, const std::string& name);
  json::object contract_body(const std::string& subject = "Поставка");
  std::int64_t contract(const std::string& subject = "Поставка");
  std::int64_t version(std::int64_t document, const std::string& bytes);
  std::int64_t draft_by_rule(std::int64_t document, const std::string& text = "Прошу согласовать");
  std::int64_t draft_free(std::int64_t document, const std::vector<std::string>& approvers);
  std::int64_t draft_process(std::int64_t document);
  void start(std::int64_t task);
  Answer call(const std::string& function, const json::object& parameters);
  // The open assignments of a task: set of ids in order.
  std::vector<std::int64_t> open_assignments(std::int64_t task);

  // A peer that takes notifications: its address, and the bodies that came.
  std::string listen();
  [[nodiscard]] const std::vector<std::string>& deliveries() const;

  std::string edition;  // set before the first request, as on the command line
  bool module = false;

 private:
  struct Network;
  std::unique_ptr<Network> network_;
};

}  // namespace sedlink::sim_test
