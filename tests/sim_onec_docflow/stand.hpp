#pragma once
// A simulator of its own behind real HTTP on the loopback, and the shortest way to talk to it.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/net/http.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim_test {

namespace json = boost::json;

// One exchange's answer. Paths are local names: "objects/status/objectID/id"; the first element of each name counts.
class Answer {
 public:
  Answer(int http_status, std::string text);
  int status = 0;
  std::string body;

  [[nodiscard]] std::string type() const;  // local xsi:type of `return`
  [[nodiscard]] std::string text(std::string_view path) const;
  [[nodiscard]] std::string attribute(std::string_view path, const char* name) const;
  [[nodiscard]] bool has(std::string_view path) const { return !nodes(path).empty(); }
  // Every element at the end of the path, whatever repeats on the way.
  [[nodiscard]] std::vector<pugi::xml_node> nodes(std::string_view path) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view path) const;
  [[nodiscard]] std::string fault() const;
  [[nodiscard]] pugi::xml_node content() const;  // `return`

 private:
  std::shared_ptr<pugi::xml_document> document_;
};

class OnecDocflow : public ::testing::Test {
 protected:
  OnecDocflow();
  ~OnecDocflow() override;
  void TearDown() override;

  // YAML of the scenario; costs are off unless the text says otherwise. Called by the first request when no test did.
  void begin(const std::string& scenario = "");

  Answer ask(const std::string& type, const std::string& content, const std::string& node = database_id);
  Answer send(const std::string& envelope);
  net::Response http(net::Request request);
  // The same request so many times at once; statuses in ascending order.
  std::vector<int> statuses_in_parallel(const net::Request& request, std::size_t times);
  net::Request post(const std::string& envelope);
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::string authorization() const;

  json::value control(const std::string& path, const std::string& body, int expected_status = 200);
  json::value act(const std::string& body, int expected_status = 200) {
    return control("/_sim/act", body, expected_status);
  }
  json::value state();
  // Lets scheduled acts happen until `condition` holds or ten seconds have passed.
  bool eventually(const std::function<bool()>& condition);

  // --- ready-made objects
  std::string id_of(const std::string& type, const std::string& name);
  std::string user(const std::string& name) { return id_of("DMUser", name); }
  std::string document(const std::string& title = "Договор поставки 15", const std::string& extra = "");
  std::string file(const std::string& document, const std::string& name, const std::string& bytes,
                   const std::string& extra = "");
  // A started approval of the document by the template; the process's id.
  std::string approval(const std::string& document, const std::string& template_name = "Согласование договора",
                       const std::string& author = "Иванов Иван Иванович");
  std::string launch_as(pugi::xml_node prefilled);
  Answer retrieve(const std::string& type, const std::string& id, const std::string& columns = "");
  Answer tree_of(const std::string& process);
  // Id of the first open task with this route point.
  std::string open_task(const std::string& process, const std::string& step);
  Answer execute_task(const std::string& type, const std::string& task, const std::string& own,
                      const std::string& comment = "");

  static constexpr const char* database_id = "7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24aa";
  // Set before the first request, as on the command line.
  std::string edition = "2.1";
  // Set before the first request: its records are not for the schema to judge.
  bool wrong_requests = false;

 private:
  struct Network;  // the host, the client and what they run on
  std::unique_ptr<Network> network_;
};

// Pieces of envelopes.
std::string envelope(const std::string& request);
std::string reference(const std::string& element, const std::string& type, const std::string& id,
                      const std::string& xsi_type = "");
std::string object_id(const std::string& element, const std::string& type, const std::string& id);
std::string internal_document(const std::string& title, const std::string& extra = "");

}  // namespace sedlink::sim_test
