#pragma once
// A DMService that answers what a test tells it to, over real HTTP. It knows nothing of documents: answers are written
// from the protocol page, by hand.
#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sedlink/api/edms.hpp"
#include "sedlink/api/factory.hpp"
#include "sedlink/net/server.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"
#include "wire/element.hpp"

namespace sedlink::onec_docflow::test {

inline constexpr const char* key = "21111111-2222-4333-8444-555555555555";
inline constexpr const char* document_id = "0d1f9c52-6a1b-11ee-8f01-00155d000001";
inline constexpr const char* process_id = "5e1c9a10-6a1c-11ee-8f01-00155d000001";
inline constexpr const char* user_id = "a3c0e7d4-1111-11e9-80c1-00155d000001";
inline constexpr const char* database_id = "7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24aa";

// One request as it came.
struct Seen {
  Seen() = default;
  std::string target, authorization, soap_action, content_type, body;
  Element request;  // the <request>, parsed; empty for GET
};

// <return xsi:type="m:TYPE">inside</return> in its envelope.
[[nodiscard]] std::string envelope(const std::string& type, const std::string& inside);
[[nodiscard]] std::string dm_error(const std::string& subject, const std::string& description);
[[nodiscard]] std::string object(const std::string& element, const std::string& type, const std::string& id,
                                 const std::string& name, const std::string& more = {}, bool typed = true);

// Path of the schema of that edition (dm-2.1.32.xsd, dm-3.0.16.xsd) in SEDLINK_SCHEMA_DIR, by default beside the
// checkout; empty when it or xmllint is absent.
[[nodiscard]] std::string schema_file(const std::string& version);

class ScriptedService {
 public:
  // `answer` gets every request but DMGetVersionRequest, DMGetCurrentUserRequest and GET ?wsdl (404), which answer by
  // themselves. Sub-requests of a batch are asked one by one: their answers' <return> becomes <responses>.
  using Answer = std::function<std::string(const Element& request)>;
  explicit ScriptedService(Answer answer);
  // Every request seen is judged by the published XML Schema, where it is at hand.
  ~ScriptedService();
  ScriptedService(const ScriptedService&) = delete;
  ScriptedService& operator=(const ScriptedService&) = delete;

  // Sees every request first; a response given is sent as it is.
  std::function<std::optional<net::ServerResponse>(const Seen&)> before;
  std::string version = "2.1.32.6.CORP";
  bool judged = true;  // false where a test answers with half an object and gets it back

  [[nodiscard]] api::ConnectionSettings settings() const;
  [[nodiscard]] std::unique_ptr<api::EdmsAdapter> adapter();
  [[nodiscard]] std::unique_ptr<api::EdmsAdapter> adapter(api::ConnectionSettings settings);
  [[nodiscard]] api::CallContext context(std::string with_key = key) const;
  template <class T>
  Result<T> run(Task<T> task) {
    return testing_support::run_task(io_, std::move(task));
  }
  // Everything seen, batches taken apart, without version and user questions.
  [[nodiscard]] std::vector<Element> asked(const std::string& type = {}) const;

  std::vector<Seen> seen;
  testing_support::TempDir folder;
  ManualClock clock{from_epoch_ms(1'709'276'400'000)};  // 2024-03-01T07:00:00Z, 10:00 in Moscow

 private:
  boost::asio::awaitable<net::ServerResponse> serve(net::ServerRequest& request);
  std::string reply(const Element& request);

  boost::asio::io_context io_{1};
  NullLogger logger_;
  Answer answer_;
  std::vector<Element> asked_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace sedlink::onec_docflow::test
