#include "sim_port.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "sedlink/core/hash.hpp"
#include "sedlink/sim/bitrix24.hpp"

namespace sedlink::bitrix24::testing {

namespace json = sim::json;

namespace {

boost::asio::awaitable<int> stop_host(sim::Host* host) {
  if (host != nullptr) co_await host->stop(Duration(200));
  co_return 0;
}

}  // namespace

SimPort::SimPort() = default;

SimPort::~SimPort() {
  adapter_.reset();
  run(stop_host(host_.get()));
  if (client_) client_->close_idle();
}

void SimPort::start(const std::string& scenario) {
  sim::Options options;
  if (!scenario.empty()) {
    auto parsed = sim::Scenario::parse(scenario);
    if (!parsed) throw std::runtime_error(parsed.error().message);
    options.scenario = std::move(*parsed);
  }
  sim::HostOptions host_options;
  auto simulator = sim::make_bitrix24(options);
  auto host = sim::Host::create(io_.get_executor(), clock_, host_options, std::move(options), std::move(simulator));
  if (!host) throw std::runtime_error(host.error().message);
  host_ = std::move(*host);
  host_->start();
  client_ = std::make_unique<net::Client>(io_.get_executor(), net::ClientOptions());
  connect();
}

void SimPort::connect(std::map<std::string, std::string> more) {
  api::ConnectionSettings settings;
  settings.name = "portal";
  settings.type = "bitrix24";
  const auto access = host_->simulator().access();
  settings.secrets["webhook_url"] = Secret(sim::text_of(access, "webhook_url"));
  settings.secrets["event_token"] = Secret(sim::text_of(access, "event_token"));
  for (const auto& [key, value] : settings_) settings.values[key] = value;
  for (auto& [key, value] : more) settings.values[key] = value;
  api::AdapterEnvironment environment;
  environment.executor = io_.get_executor();
  environment.clock = &clock_;
  environment.logger = &logger_;
  environment.spool = temp_.path();
  auto made = make_adapter(settings, environment);
  if (!made) throw std::runtime_error(describe(made.error()));
  adapter_ = std::move(*made);
}

api::CrmAdapter& SimPort::adapter() {
  if (!host_) start();
  return *adapter_;
}

api::CallContext SimPort::context(std::string key) const {
  api::CallContext ctx;
  ctx.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(90);
  ctx.key = std::move(key);
  return ctx;
}

std::vector<Result<api::Receipt>> SimPort::apply(std::vector<api::CrmEffect> effects) {
  auto done = run(adapter().apply(context(), std::move(effects)));
  if (!done) throw std::runtime_error(describe(done.error()));
  return std::move(*done);
}

std::vector<Result<std::optional<api::Receipt>>> SimPort::find(std::vector<api::CrmEffect> effects) {
  auto found = run(adapter().find(context(), std::move(effects)));
  if (!found) throw std::runtime_error(describe(found.error()));
  return std::move(*found);
}

Result<Item> SimPort::read(const ItemRef& ref) {
  std::vector<ItemRef> refs{ref};
  auto items = run(adapter().read(context(), std::move(refs)));
  if (!items) return items.error();
  return std::move(items->front());
}

SpooledFile SimPort::spool(const std::string& name, const std::string& content) {
  SpooledFile file;
  file.path = (temp_ / ("spool-" + name)).string();
  file.name = name;
  file.size = content.size();
  file.sha256 = sha256_hex(content);
  std::ofstream(file.path, std::ios::binary) << content;
  return file;
}

json::value SimPort::control(const std::string& method, const std::string& path, const json::value& body) {
  if (!host_) start();
  net::Request request;
  request.method = method;
  request.url = host_->base_url() + path;
  request.headers.set("Content-Type", "application/json");
  if (!body.is_null()) request.body = json::serialize(body);
  net::CallOptions options;
  options.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  auto answer = run(client_->send(std::move(request), options));
  if (!answer) throw std::runtime_error(describe(answer.error()));
  EXPECT_EQ(answer->status, 200) << path << ": " << answer->body;
  boost::system::error_code ec;
  auto parsed = json::parse(answer->body, ec);
  return ec ? json::value() : parsed;
}

void SimPort::act(const json::value& what) { control("POST", "/_sim/act", what); }
void SimPort::fault(const json::value& what) { control("POST", "/_sim/fault", what); }
void SimPort::set(const json::value& quirks) {
  json::object all = quirks.as_object();
  all["do"] = "set";
  act(all);
}

json::object SimPort::state() { return control("GET", "/_sim/state").as_object(); }

json::object SimPort::item(const ItemRef& ref) {
  const auto all = state();
  for (const json::value& row : all.at("items").as_array())
    if (sim::text_of(row.as_object(), "entity") == ref.entity && sim::text_of(row.as_object(), "id") == ref.id)
      return row.as_object();
  ADD_FAILURE() << "no " << to_string(ref);
  return {};
}

std::int64_t SimPort::requests() {
  const auto all = state();
  return sim::int_of(all, "requests").value_or(-1);
}

std::int64_t SimPort::create(const std::string& entity, json::object act) {
  act["do"] = "create";
  act["entity"] = entity;
  if (!act.contains("title")) act["title"] = "Поставка";
  const auto made = control("POST", "/_sim/act", act);
  return made.at("id").as_int64();
}

api::CrmEffect SimPort::move(ItemRef item, std::vector<std::string> expected, std::string to, std::string key) {
  MoveStage effect;
  effect.item = std::move(item);
  effect.expected = std::move(expected);
  effect.to = std::move(to);
  return api::CrmEffect(std::move(key), std::move(effect));
}
api::CrmEffect SimPort::fields(ItemRef item, Fields values, std::string key) {
  SetFields effect;
  effect.item = std::move(item);
  effect.fields = std::move(values);
  return api::CrmEffect(std::move(key), std::move(effect));
}
api::CrmEffect SimPort::comment(ItemRef item, std::string text, std::string key) {
  Comment effect;
  effect.item = std::move(item);
  effect.text = std::move(text);
  return api::CrmEffect(std::move(key), std::move(effect));
}
api::CrmEffect SimPort::notice(ItemRef item, std::string user, std::string text, std::string key) {
  Notify effect;
  effect.item = std::move(item);
  effect.user_id = std::move(user);
  effect.text = std::move(text);
  return api::CrmEffect(std::move(key), std::move(effect));
}

}  // namespace sedlink::bitrix24::testing
