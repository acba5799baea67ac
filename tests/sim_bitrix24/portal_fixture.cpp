#include "portal_fixture.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "sedlink/net/client.hpp"
#include "sedlink/sim/bitrix24.hpp"
#include "sedlink/sim/host.hpp"
#include "support/run_task.hpp"

namespace sedlink::sim::b24_test {
namespace {

boost::asio::awaitable<net::ServerResponse> collect(net::ServerRequest& request, std::vector<net::FormPairs>& into,
                                                    int status) {
  const auto body = co_await request.read_body(1 << 20);
  if (body) {
    auto form = net::parse_form(*body);
    if (form) into.push_back(std::move(*form));
  }
  co_return net::ServerResponse(status, "text/plain", "");
}

boost::asio::awaitable<int> stop_all(Host* host, net::Server* handler) {
  if (host != nullptr) co_await host->stop(Duration(200));
  const SteadyTime deadline = std::chrono::steady_clock::now() + Duration(200);
  if (handler != nullptr) co_await handler->stop(deadline);
  co_return 0;
}

}  // namespace

struct PortalTest::Impl {
  boost::asio::io_context context;
  SystemClock clock;
  std::unique_ptr<Host> host;
  std::unique_ptr<net::Client> client;
  std::unique_ptr<net::Server> handler;
  std::vector<net::FormPairs> deliveries;
  int handler_status = 200;
};

PortalTest::PortalTest() : impl_(std::make_unique<Impl>()) {}

PortalTest::~PortalTest() {
  testing_support::run_task(impl_->context, stop_all(impl_->host.get(), impl_->handler.get()));
  if (impl_->client) impl_->client->close_idle();
}

void PortalTest::start(const std::string& scenario, const std::string& record) {
  Options options;
  if (!scenario.empty()) {
    auto parsed = Scenario::parse(scenario);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    options.scenario = std::move(*parsed);
  }
  HostOptions host_options;
  if (!record.empty()) host_options.record = record;
  auto simulator = make_bitrix24(options);
  auto host =
      Host::create(impl_->context.get_executor(), impl_->clock, host_options, std::move(options), std::move(simulator));
  ASSERT_TRUE(host.has_value()) << host.error().message;
  impl_->host = std::move(*host);
  impl_->host->start();
  impl_->client = std::make_unique<net::Client>(impl_->context.get_executor(), net::ClientOptions());
}

std::string PortalTest::base_url() {
  if (!impl_->host) start();
  return impl_->host->base_url();
}

json::object PortalTest::access() {
  if (!impl_->host) start();
  return impl_->host->simulator().access();
}

std::string PortalTest::webhook_url() { return text_of(access(), "webhook_url"); }

Reply PortalTest::send(net::Request request) {
  if (!impl_->host) start();
  net::CallOptions options;
  options.deadline = std::chrono::steady_clock::now() + Duration(20'000);
  auto answer = testing_support::run_task(impl_->context, impl_->client->send(std::move(request), options));
  Reply reply;
  if (!answer) {
    reply.error = answer.error().code;
    return reply;
  }
  reply.status = answer->status;
  reply.headers = answer->headers;
  reply.raw = answer->body;
  boost::system::error_code ec;
  reply.body = json::parse(answer->body, ec);
  if (ec) reply.body = nullptr;
  return reply;
}

Reply PortalTest::get(const std::string& url) {
  net::Request request;
  request.url = url;
  return send(std::move(request));
}

Reply PortalTest::post(const std::string& url, const std::string& type, const std::string& body) {
  net::Request request;
  request.method = "POST";
  request.url = url;
  request.headers.set("Content-Type", type);
  request.body = body;
  return send(std::move(request));
}

Reply PortalTest::call(const std::string& method, const json::value& params) {
  return post(webhook_url() + method, "application/json", json::serialize(params));
}

json::value PortalTest::ok(const std::string& method, const json::value& params) {
  const Reply reply = call(method, params);
  EXPECT_EQ(reply.status, 200) << method << ": " << reply.error << reply.raw;
  const json::object* envelope = reply.body.if_object();
  if (envelope == nullptr || !envelope->contains("result")) return nullptr;
  return envelope->at("result");
}

Reply PortalTest::control(const std::string& method, const std::string& path, const json::value& body) {
  net::Request request;
  request.method = method;
  request.url = base_url() + path;
  request.headers.set("Content-Type", "application/json");
  if (!body.is_null()) request.body = json::serialize(body);
  return send(std::move(request));
}

json::value PortalTest::act(const json::value& what) {
  const Reply reply = control("POST", "/_sim/act", what);
  EXPECT_EQ(reply.status, 200) << reply.raw;
  return reply.body;
}

json::object PortalTest::state() {
  const Reply reply = control("GET", "/_sim/state");
  EXPECT_EQ(reply.status, 200);
  return reply.body.is_object() ? reply.body.get_object() : json::object();
}

json::object PortalTest::state_item(const std::string& entity, std::int64_t id) {
  const json::object all = state();
  for (const json::value& item : all.at("items").as_array()) {
    if (text_of(item.as_object(), "entity") == entity && int_of(item.as_object(), "id") == id) return item.as_object();
  }
  ADD_FAILURE() << "no " << entity << "/" << id;
  return {};
}

std::int64_t PortalTest::new_contract(json::object fields) {
  if (!fields.contains("title")) fields["title"] = "Поставка";
  const json::value added = ok("crm.item.add", {{"entityTypeId", 1036}, {"fields", std::move(fields)}});
  return added.at("item").at("id").as_int64();
}

std::string PortalTest::listen_for_events() {
  net::ServerOptions options;
  Impl* const impl = impl_.get();
  auto server = net::Server::listen(impl->context.get_executor(), options, [impl](net::ServerRequest& request) {
    return collect(request, impl->deliveries, impl->handler_status);
  });
  EXPECT_TRUE(server.has_value());
  impl->handler = std::move(*server);
  impl->handler->start();
  return "http://127.0.0.1:" + std::to_string(impl->handler->port()) + "/hooks/portal";
}

const std::vector<net::FormPairs>& PortalTest::deliveries() const { return impl_->deliveries; }
void PortalTest::answer_events_with(int status) { impl_->handler_status = status; }

bool PortalTest::eventually(const std::function<bool()>& condition) {
  const SteadyTime end = std::chrono::steady_clock::now() + Duration(20'000);
  impl_->context.restart();
  while (!condition() && std::chrono::steady_clock::now() < end) impl_->context.run_one_for(Duration(50));
  return condition();
}

void PortalTest::run_for(int ms) {
  impl_->context.restart();
  impl_->context.run_for(Duration(ms));
}

std::string field(const net::FormPairs& form, const std::string& name) {
  for (const auto& [key, value] : form) {
    if (key == name) return value;
  }
  return "<absent>";
}

}  // namespace sedlink::sim::b24_test
