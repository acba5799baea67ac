#include "stand.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <filesystem>

#include "sedlink/core/text.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/net/server.hpp"
#include "sedlink/sim/directum.hpp"
#include "sedlink/sim/host.hpp"
#include "support/run_task.hpp"

namespace sedlink::sim_test {
namespace {

// Everything a URL may not hold as it is, but for what gives it its form.
std::string encoded(const std::string& target) {
  std::string out;
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ' || c == '"' || c == '<' || c == '>' || byte >= 0x80) {
      out += text::url_encode(std::string_view(&c, 1));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

json::array Answer::rows() const {
  const json::object* object = parsed.if_object();
  const json::value* value = object == nullptr ? nullptr : object->if_contains("value");
  return value != nullptr && value->is_array() ? value->get_array() : json::array();
}

std::string Answer::text(std::string_view member) const {
  const json::object* object = parsed.if_object();
  return object == nullptr ? std::string() : sim::text_of(*object, member);
}

std::int64_t Answer::number(std::string_view member) const {
  const json::object* object = parsed.if_object();
  return object == nullptr ? 0 : sim::int_of(*object, member).value_or(0);
}

std::string Answer::message() const {
  if (parsed.is_string()) return std::string(parsed.get_string());
  const json::object* object = parsed.if_object();
  const json::value* error = object == nullptr ? nullptr : object->if_contains("error");
  if (error == nullptr) return {};
  return error->is_string() ? std::string(error->get_string()) : sim::text_of(error->as_object(), "message");
}

struct Directum::Network {
  boost::asio::io_context context;
  SystemClock clock;
  std::unique_ptr<sim::Host> host;
  std::unique_ptr<net::Client> client;
  std::unique_ptr<net::Server> peer;
  std::vector<std::string> deliveries;
};

namespace {

boost::asio::awaitable<net::ServerResponse> collect(net::ServerRequest& request, std::vector<std::string>& deliveries) {
  const Result<std::string> body = co_await request.read_body(64 * 1024);
  if (body.has_value()) deliveries.push_back(body.value());
  co_return net::ServerResponse(200, "text/plain", "");
}

}  // namespace

Directum::Directum() : network_(std::make_unique<Network>()) {}
Directum::~Directum() = default;

void Directum::begin(const std::string& scenario) {
  sim::Options options;
  options.edition = edition;
  options.module = module;
  if (!scenario.empty()) {
    Result<sim::Scenario> parsed = sim::Scenario::parse(scenario);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    options.scenario = std::move(parsed.value());
  }
  sim::HostOptions host;
  auto simulator = sim::make_directum(options);
  auto created = sim::Host::create(network_->context.get_executor(), network_->clock, host, std::move(options),
                                   std::move(simulator));
  ASSERT_TRUE(created.has_value()) << created.error().message;
  network_->host = std::move(created.value());
  network_->host->start();
  network_->client = std::make_unique<net::Client>(network_->context.get_executor(), net::ClientOptions());
}

void Directum::TearDown() {
  if (!network_->host) return;
  network_->client.reset();
  network_->peer.reset();
  boost::asio::co_spawn(network_->context, network_->host->stop(Duration(0)), [](std::exception_ptr) {});
  network_->context.restart();
  network_->context.run_for(std::chrono::seconds(5));
  network_->host.reset();
}

std::string Directum::root() const { return network_->host->base_url() + "/Integration/odata/"; }

std::string Directum::authorization(const std::string& user, const std::string& password) const {
  return "Basic " + text::base64_encode(user + ":" + password);
}

net::Request Directum::request(const std::string& method, const std::string& target) {
  if (!network_->host) begin();
  net::Request made;
  made.method = method;
  made.url = root() + encoded(target);
  made.headers.set("Authorization", authorization());
  made.headers.set("Accept", "application/json");
  return made;
}

Answer Directum::send(net::Request asked) {
  if (!network_->host) begin();
  net::CallOptions options;
  options.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  options.max_body = 64ull * 1024 * 1024;
  Result<net::Response> response =
      testing_support::run_task(network_->context, network_->client->send(std::move(asked), options));
  Answer answer;
  if (!response.has_value()) {
    answer.body = response.error().code;
    return answer;
  }
  answer.status = response.value().status;
  answer.headers = response.value().headers;
  answer.body = std::move(response.value().body);
  boost::system::error_code failed;
  answer.parsed = json::parse(answer.body, failed);
  if (failed) answer.parsed = nullptr;
  return answer;
}

Answer Directum::get(const std::string& target) { return send(request("GET", target)); }

Answer Directum::post(const std::string& target, const json::value& body, const net::Headers& more) {
  net::Request made = request("POST", target);
  made.headers.set("Content-Type", "application/json");
  for (const auto& [name, value] : more.all()) made.headers.set(name, value);
  made.body = json::serialize(body);
  return send(std::move(made));
}

Answer Directum::patch(const std::string& target, const json::value& body, const net::Headers& more) {
  net::Request made = request("PATCH", target);
  made.headers.set("Content-Type", "application/json");
  for (const auto& [name, value] : more.all()) made.headers.set(name, value);
  made.body = json::serialize(body);
  return send(std::move(made));
}

Answer Directum::put(const std::string& target, const std::string& bytes) {
  net::Request made = request("PUT", target);
  made.headers.set("Content-Type", "application/octet-stream");
  made.body = bytes;
  return send(std::move(made));
}

Answer Directum::remove(const std::string& target) { return send(request("DELETE", target)); }

std::string Directum::listen() {
  std::vector<std::string>* const deliveries = &network_->deliveries;
  auto server = net::Server::listen(network_->context.get_executor(), net::ServerOptions(),
                                    [deliveries](net::ServerRequest& asked) { return collect(asked, *deliveries); });
  EXPECT_TRUE(server.has_value());
  network_->peer = std::move(server.value());
  network_->peer->start();
  return "http://127.0.0.1:" + std::to_string(network_->peer->port()) + "/hooks/directum/";
}

const std::vector<std::string>& Directum::deliveries() const { return network_->deliveries; }

json::value Directum::act(const json::value& what, int expected_status) {
  net::Request made = request("POST", "");
  made.url = network_->host->base_url() + "/_sim/act";
  made.body = json::serialize(what);
  const Answer answer = send(std::move(made));
  EXPECT_EQ(answer.status, expected_status) << answer.body;
  return answer.parsed;
}

void Directum::control(const std::string& method, const std::string& path, const json::value& body) {
  net::Request made = request(method, "");
  made.url = network_->host->base_url() + path;
  if (!body.is_null()) made.body = json::serialize(body);
  const Answer answer = send(std::move(made));
  EXPECT_EQ(answer.status, 200) << answer.body;
}

json::object Directum::state() {
  net::Request made = request("GET", "");
  made.url = network_->host->base_url() + "/_sim/state";
  const Answer answer = send(std::move(made));
  EXPECT_EQ(answer.status, 200);
  return answer.parsed.is_object() ? answer.parsed.get_object() : json::object();
}

json::object Directum::process(std::int64_t task) {
  const json::object all = state();
  for (const json::value& row : all.at("processes").as_array()) {
    if (sim::text_of(row.as_object(), "id") == std::to_string(task)) return row.as_object();
  }
  return {};
}

bool Directum::eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    network_->context.restart();
    network_->context.run_one_for(std::chrono::milliseconds(5));
  }
  return true;
}

std::int64_t Directum::id_of(const std::string& set, const std::string& name) {
  const Answer answer = get(set + "?$filter=Name eq '" + name + "'&$select=Id&$top=1");
  const json::array rows = answer.rows();
  EXPECT_EQ(rows.size(), 1u) << set << " " << name << ": " << answer.body;
  return rows.empty() ? 0 : sim::int_of(rows.front().as_object(), "Id").value_or(0);
}

json::object Directum::contract_body(const std::string& subject) {
  return {{"Name", "Договор " + subject},
          {"Subject", subject},
          {"Counterparty", json::object{{"Id", id_of("ICompanies", "ООО Ромашка")}}},
          {"TotalAmount", 150000.0}};
}

std::int64_t Directum::contract(const std::string& subject) {
  const Answer answer = post("IContracts", contract_body(subject));
  EXPECT_EQ(answer.status, 201) << answer.body;
  return answer.number("Id");
}

std::int64_t Directum::version(std::int64_t document, const std::string& bytes) {
  const std::string versions = "IContracts(" + std::to_string(document) + ")/Versions";
  const Answer made = post(
      versions,
      {{"Note", "из CRM"}, {"AssociatedApplication", json::object{{"Id", id_of("IAssociatedApplications", "pdf")}}}});
  EXPECT_EQ(made.status, 201) << made.body;
  const Answer stored = put(versions + "(" + std::to_string(made.number("Id")) + ")/Body/$value", bytes);
  EXPECT_EQ(stored.status, 204) << stored.body;
  return made.number("Id");
}

Answer Directum::call(const std::string& function, const json::object& parameters) {
  return post(function, parameters);
}

std::int64_t Directum::draft_by_rule(std::int64_t document, const std::string& text) {
  const Answer made =
      call("Docflow/CreateApprovalTask",
           {{"documentId", document}, {"text", text}, {"signatoryId", nullptr}, {"addApproverIds", json::array()}});
  EXPECT_EQ(made.status, 200) << made.body;
  return made.number("value");
}

std::int64_t Directum::draft_free(std::int64_t document, const std::vector<std::string>& approvers) {
  json::array ids;
  for (const std::string& name : approvers) ids.push_back(id_of("IEmployees", name));
  const Answer made = call("Docflow/CreateFreeApprovalTask",
                           {{"documentId", document}, {"text", "Прошу"}, {"deadline", nullptr}, {"approverIds", ids}});
  EXPECT_EQ(made.status, 200) << made.body;
  return made.number("value");
}

std::int64_t Directum::draft_process(std::int64_t document) {
  const Answer made = call("DocflowApproval/CreateDocumentFlowTask",
                           {{"documentId", document}, {"text", "Прошу"}, {"addApproverIds", json::array()}});
  EXPECT_EQ(made.status, 200) << made.body;
  return made.number("value");
}

void Directum::start(std::int64_t task) {
  const Answer started = call("Docflow/StartTask", {{"taskId", task}});
  EXPECT_EQ(started.status, 204) << started.body;
}

std::vector<std::int64_t> Directum::open_assignments(std::int64_t task) {
  const Answer answer = get("IAssignments?$filter=Task/Id eq " + std::to_string(task) +
                            " and Status eq 'InProcess'&$orderby=Id&$select=Id");
  std::vector<std::int64_t> ids;
  for (const json::value& row : answer.rows()) ids.push_back(row.at("Id").as_int64());
  return ids;
}

}  // namespace sedlink::sim_test
