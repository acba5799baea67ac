// The service on HTTP: paths, authentication, tokens.
#include <cstdio>
#include <optional>

#include "access.hpp"
#include "functions.hpp"
#include "notifier.hpp"
#include "people.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/sim/directum.hpp"
#include "seed.hpp"
#include "service.hpp"
#include "state.hpp"

namespace sedlink::sim {
namespace {

using namespace directum;
using boost::asio::awaitable;
using net::ServerRequest;
using net::ServerResponse;

constexpr std::size_t longest_start_line = 2048;  // characters (directum.md A1)

class DirectumRx final : public Simulator {
 public:
  DirectumRx(const Edition* edition, bool module) : edition_(edition), module_(module) {}

  [[nodiscard]] std::string_view name() const override { return "directum"; }

  Result<void> start(Environment& environment) override {
    environment_ = &environment;
    if (edition_ == nullptr) return control_error("directum: такой редакции нет");
    Result<Settings> settings = Settings::read(environment.settings());
    if (settings.has_error()) return settings.error();
    const Result<TimeZone> zone = TimeZone::find(settings.value().time_zone);
    if (zone.has_error()) return zone.error();
    Installation::Outside outside;
    outside.now = [&environment] { return environment.now(); };
    outside.new_id = [&environment] { return environment.rng().uuid(); };
    outside.later = [&environment](Duration delay, std::function<void()> action) {
      environment.scheduler().after(delay, guarded(std::move(action)));
    };
    outside.contents = &environment.contents();
    outside.notice = [&environment](const json::object& facts) { environment.notice(facts); };
    outside.changed = [this] {
      if (notifier_) return notifier_->changed();
      base_->changed_tasks.clear();  // nobody is to be told
      base_->changed_documents.clear();
    };
    model_.emplace(*edition_, module_ ? connector_functions() : std::span<const FunctionRow>());
    base_.emplace(*model_, std::move(settings.value()), zone.value(), std::move(outside));
    if (module_) notifier_.emplace(environment, *base_);
    approval_.emplace(*base_);
    if (const Result<void> seeded = seed(*base_, *approval_, environment.settings()); seeded.has_error())
      return seeded.error();
    access_.emplace(*base_);
    people_.emplace(*base_, *approval_);
    service_.emplace(*base_, *approval_, environment.base_url() + base_->settings.root + "/odata/");
    return {};
  }

  awaitable<ServerResponse> handle(ServerRequest& request, const std::string& body) override {
    ServerResponse response = answer(request, body);
    co_return response;
  }

  [[nodiscard]] Call classify(const ServerRequest& request, const std::string&) const override {
    Call call;
    call.method = request.method();
    call.path = request.path();
    call.type = type_of(request.path());
    return call;
  }

  [[nodiscard]] ServerResponse throttled(const Call&) override {
    ServerResponse response(429, "application/json; charset=utf-8",
                            "{\"error\":{\"code\":\"\",\"message\":\"Слишком много запросов.\"}}");
    response.headers.set("Retry-After", "1");
    return response;
  }

  [[nodiscard]] json::object state() const override {
    json::object state = describe_state(*base_, *approval_);
    state["signing"] = base_->signer.describe();
    if (notifier_) state["notifications"] = notifier_->describe();
    return state;
  }

  [[nodiscard]] json::object access() const override {
    const Settings& s = base_->settings;
    return {{"base_url", environment_->base_url() + s.root + "/odata/"},
            {"url", environment_->base_url() + s.root + "/odata/"},
            {"web_url", environment_->base_url() + "/Client/"},
            {"token_url", environment_->base_url() + s.root + "/token"},
            {"user", s.user},
            {"password", s.password},
            {"time_zone", s.time_zone}};
  }

  Result<json::value> act(const json::object& act) override { return people_->act(act); }

  // What SetNotificationTarget does, for whoever steers the simulator.
  Result<json::value> subscribe(const json::object& request) override {
    if (!module_) return control_error("без --module система ничего не рассылает");
    base_->target = {text_of(request, "url"), text_of(request, "token")};
    return json::value(json::object{{"url", base_->target.url}});
  }

 private:
  static std::function<void()> guarded(std::function<void()> action) {
    return [action = std::move(action)] {
      try {
        action();
      } catch (const std::exception& failed) {
        std::fprintf(stderr, "sedlink-sim: background job: %s\n", failed.what());
      }
    };
  }

  // Below the root of the service; the site's name is read in any letter case (directum.md A1).
  [[nodiscard]] std::optional<std::string_view> below(std::string_view path, std::string_view part) const {
    const std::string prefix = base_->settings.root + std::string(part);
    if (path.size() < prefix.size() || !text::iequals_ascii(path.substr(0, prefix.size()), prefix)) return std::nullopt;
    const std::string_view rest = path.substr(prefix.size());
    if (!rest.empty() && rest.front() != '/') return std::nullopt;
    return rest;
  }

  // The set or the function's name of a path: for faults and counting.
  [[nodiscard]] std::string type_of(const std::string& path) const {
    const auto rest = below(path, "/odata");
    if (!rest) return below(path, "/token") ? "token" : "";
    try {
      const std::vector<Segment> parts = parse_path_segments(*rest);
      if (parts.empty()) return "/";
      if (parts.size() > 1 && model_->function(parts[0].name, parts[1].name) != nullptr)
        return parts[0].name + "/" + parts[1].name;
      std::string type = parts[0].name;
      for (std::size_t i = 1; i < parts.size(); ++i) type += "/" + parts[i].name;
      return type;
    } catch (const Refusal&) { return ""; }
  }

  static ServerResponse unauthorized() {
    ServerResponse response;
    response.status = 401;
    response.headers.add("WWW-Authenticate", "Basic realm=\"DirectumRX\", charset=\"UTF-8\"");
    response.headers.add("WWW-Authenticate", "Bearer");
    response.headers.add("WWW-Authenticate", "Negotiate");
    return response;
  }

  ServerResponse answer(const ServerRequest& request, const std::string& body) {
    if (request.method().size() + request.target().size() + 10 > longest_start_line && request.method() == "GET")
      return ServerResponse(414, "text/plain", "URI Too Long");
    const std::string path = request.path();
    if (below(path, "/token")) return token(request);
    const auto rest = below(path, "/odata");
    if (!rest)
      return ServerResponse(404, "text/html; charset=utf-8", "<html><body><h1>404 Not Found</h1></body></html>");
    Entity* user = access_->caller(request.headers(), true);
    if (user == nullptr) return unauthorized();
    environment_->count(request.method() + " " + type_of(path));
    ServiceRequest asked;
    try {
      asked.path = parse_path_segments(*rest);
      asked.options = parse_options(request.query());
    } catch (const Refusal& refused) { return refusal_answer(refused); }
    asked.method = request.method();
    asked.headers = &request.headers();
    asked.body = &body;
    asked.caller.user = user;
    return service_->answer(asked);
  }

  // A token cannot be used to get a token (directum.md A2).
  ServerResponse token(const ServerRequest& request) {
    if (!base_->settings.tokens) return ServerResponse(404, "text/plain", "");
    if (request.method() != "GET") return ServerResponse(405, "text/plain", "");
    Entity* user = access_->caller(request.headers(), false);
    if (user == nullptr) return unauthorized();
    environment_->count("GET token");
    const std::string token = access_->issue(*user);
    if (base_->settings.token_form == "json")
      return ServerResponse(200, "application/json; charset=utf-8", "\"" + token + "\"");
    return ServerResponse(200, "text/plain; charset=utf-8", token);
  }

  const Edition* edition_;  // null: an unknown one was asked for
  bool module_;             // the customer has our module
  Environment* environment_ = nullptr;
  std::optional<Model> model_;
  std::optional<Installation> base_;
  std::optional<Approval> approval_;
  std::optional<Access> access_;
  std::optional<People> people_;
  std::optional<Service> service_;
  std::optional<Notifier> notifier_;  // with the module
};

}  // namespace

std::unique_ptr<Simulator> make_directum(const Options& options) {
  return std::make_unique<DirectumRx>(find_edition(options.edition), options.module);
}

}  // namespace sedlink::sim
