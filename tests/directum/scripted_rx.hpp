#pragma once
// An integration service that answers what a test tells it to, over real HTTP. It knows nothing of documents and tasks:
// answers are written from the protocol page, by hand.
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sedlink/api/edms.hpp"
#include "sedlink/api/factory.hpp"
#include "sedlink/net/server.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::directum::test {

inline constexpr const char* key = "21111111-2222-4333-8444-555555555555";

// The events that were written.
struct Journal final : Logger {
  void write(LogLevel, std::string_view event, std::initializer_list<LogField>) override { events.emplace_back(event); }
  std::vector<std::string> events;
};

// One request as it came.
struct Seen {
  Seen() = default;
  std::string method, path, query, body;  // path: below the service root; query: decoded
  std::size_t line = 0;                   // characters of the start line
  net::Headers headers;
  // "POST Docflow/StartTask"
  [[nodiscard]] std::string what() const { return method + " " + path; }
};

struct Offer {
  Offer() = default;
  bool external_id = true;    // OfficialDocument.ExternalId (4.11)
  bool entity_links = false;  // IExternalEntityLinks
  bool wide_ids = true;       // 4.7
  bool module = false;        // the customer-side module
  bool platform = true;       // its types are described, not only named
  std::vector<std::string> functions{
      "CreateApprovalTask", "CreateFreeApprovalTask", "CreateDocumentFlowTask", "CreateSimpleTask",
      "StartTask",          "CompleteAssignment",     "RegisterDocument",       "AbortTask"};
};
[[nodiscard]] std::string metadata(const Offer& offer);

[[nodiscard]] net::ServerResponse json(int status, const std::string& body);
[[nodiscard]] net::ServerResponse rows(const std::string& inside);  // {"value":[…]}; 204 when empty (A5)
[[nodiscard]] net::ServerResponse nothing();                        // 204

class ScriptedRx {
 public:
  // Answers everything but GET $metadata. Without an answer: 404.
  using Handler = std::function<std::optional<net::ServerResponse>(const Seen&)>;
  explicit ScriptedRx(Handler answer, Offer offer = {});

  [[nodiscard]] api::ConnectionSettings settings() const;
  [[nodiscard]] std::unique_ptr<api::EdmsAdapter> adapter();
  [[nodiscard]] std::unique_ptr<api::EdmsAdapter> adapter(api::ConnectionSettings settings);
  [[nodiscard]] api::CallContext context(std::string with_key = key) const;
  [[nodiscard]] std::string root() const;  // "http://127.0.0.1:port/Integration/"
  template <class T>
  Result<T> run(Task<T> task) {
    return testing_support::run_task(io_, std::move(task));
  }
  // Requests whose "METHOD path" starts with that, in order; $metadata is not among them.
  [[nodiscard]] std::vector<Seen> asked(const std::string& prefix = {}) const;
  [[nodiscard]] SpooledFile spool(const std::string& name, const std::string& bytes) const;

  std::vector<Seen> seen;
  // Sees every request first, $metadata and the token included; a response given is sent as it is.
  std::function<std::optional<net::ServerResponse>(const Seen&)> before;
  testing_support::TempDir folder;
  Journal journal;
  ManualClock clock{from_epoch_ms(1'772'352'000'000)};  // 2026-03-01T08:00:00Z, 11:00 in Moscow

 private:
  boost::asio::awaitable<net::ServerResponse> serve(net::ServerRequest& request);

  boost::asio::io_context io_{1};
  Handler answer_;
  std::string metadata_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace sedlink::directum::test
