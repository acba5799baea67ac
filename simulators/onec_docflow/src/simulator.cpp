// The service on HTTP: paths, authentication, licences, costs, faults (onec-docflow 2).
#include <cstdio>
#include <optional>

#include "access.hpp"
#include "engine.hpp"
#include "envelope_reader.hpp"
#include "people.hpp"
#include "process_workflow.hpp"
#include "processing_workflow.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/sim/onec_docflow.hpp"
#include "seed.hpp"
#include "service.hpp"
#include "state.hpp"
#include "wsdl.hpp"

namespace sedlink::sim {
namespace {

using namespace onec_docflow;
using boost::asio::awaitable;
using net::ServerRequest;
using net::ServerResponse;

ServerResponse html(int status, const std::string& title, const std::string& text) {
  return ServerResponse(
      status, "text/html; charset=utf-8",
      "<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>" + text + "</p></body></html>");
}

// One publication, as an administrator made it; any other address of the web server is not there.
bool is_service_path(std::string_view path, const std::string& publication) {
  if (!path.starts_with(publication)) return false;
  path.remove_prefix(publication.size());
  return path == "/ws/dm.1cws" || path == "/ws/DMService";
}

std::string_view local_name(std::string_view qualified) {
  const std::size_t colon = qualified.find(':');
  return colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
}

// The xsi:type of `request`, of each `requests`, and of what they carry ("DMCreateRequest:DMInternalDocument"), found
// without a parser: for faults and counting, before any check.
void scan_types(std::string_view body, Call& call) {
  std::string carrier;
  for (std::size_t at = body.find('<'); at != std::string_view::npos; at = body.find('<', at + 1)) {
    const std::string_view tag = body.substr(at + 1, body.find('>', at) - at - 1);
    const std::string_view name = local_name(tag.substr(0, tag.find_first_of(" \t\r\n/")));
    const std::size_t type = tag.find(":type=");
    if (type == std::string_view::npos) continue;
    const std::string_view value = tag.substr(type + 7);
    const std::string local(local_name(value.substr(0, value.find_first_of("\"'"))));
    if (name == "request" && call.type.empty()) {
      carrier = call.type = local;
    } else if (name == "requests") {
      carrier = local;
      call.inner.push_back(local);
    } else if (name == "object" || name == "objects" || name == "businessProcess") {
      call.inner.push_back(carrier + ":" + local);
    }
  }
}

// One of the parallel sessions, given back whatever happens.
class Licence {
 public:
  explicit Licence(std::size_t& sessions) : sessions_(sessions) { ++sessions_; }
  ~Licence() { --sessions_; }
  Licence(const Licence&) = delete;
  Licence& operator=(const Licence&) = delete;

 private:
  std::size_t& sessions_;
};

class OnecDocflow final : public Simulator {
 public:
  explicit OnecDocflow(const Edition* edition) : edition_(edition) {}

  [[nodiscard]] std::string_view name() const override { return "onec-docflow"; }

  Result<void> start(Environment& environment) override {
    environment_ = &environment;
    if (edition_ == nullptr) return control_error("onec-docflow: такой редакции нет");
    Result<Settings> settings = Settings::read(environment.settings(), *edition_);
    if (settings.has_error()) return settings.error();
    Result<TimeZone> zone = TimeZone::find(settings.value().time_zone);
    if (zone.has_error()) return zone.error();
    Infobase::Outside outside;
    outside.now = [&environment] { return environment.now(); };
    outside.new_id = [&environment] { return environment.rng().uuid(); };
    outside.later = [&environment](Duration delay, std::function<void()> action) {
      environment.scheduler().after(delay, guarded(std::move(action)));
    };
    outside.contents = &environment.contents();
    outside.notice = [&environment](const json::object& facts) { environment.notice(facts); };
    base_.emplace(*edition_, std::move(settings.value()), zone.value(), std::move(outside));
    if (const Result<void> seeded = seed(*base_, environment.settings()); seeded.has_error()) return seeded.error();
    user_ = technical_user(*base_);
    engine_.emplace(*base_);
    processings_.emplace(*base_);
    if (edition_->processes_are_processings) {
      workflow_ = std::make_unique<ProcessingWorkflow>(*base_, *processings_);
    } else {
      workflow_ = std::make_unique<ProcessWorkflow>(*base_, *engine_);
    }
    people_.emplace(*base_, *workflow_);
    service_.emplace(*base_, *engine_, *processings_);
    service_->on_request = [this](const Xdto& request, bool inner) {
      if (inner) {
        ++sub_requests_[request.type];
      } else {
        environment_->count(request.type);
      }
    };
    service_->refuse_inner = [this](const Xdto& request) -> std::optional<std::string> {
      Call call;
      call.method = call.type = request.type;
      const std::optional<Fault> fault = environment_->faults().take_inner(call);
      if (!fault) return std::nullopt;
      return fault->body.empty() ? "Не обнаружено свободной лицензии!" : fault->body;
    };
    return {};
  }

  awaitable<ServerResponse> handle(ServerRequest& request, const std::string& body) override {
    const std::string path = request.path();
    if (!is_service_path(path, base_->settings.publication))
      co_return html(404, "404 Not Found", "Запрошенный ресурс не опубликован");
    const Result<net::FormPairs> query = net::parse_form(request.query());
    if (query.has_error()) co_return html(400, "400 Bad Request", "Строка запроса не читается");
    if (!is_admitted(base_->settings, request.headers(), query.value(), environment_->now())) {
      ServerResponse refusal = html(401, "401 Unauthorized", "Аутентификация пользователя не выполнена");
      refusal.headers.set("WWW-Authenticate", "Basic realm=\"1C:Enterprise 8.3\"");
      co_return refusal;
    }
    for (const auto& [key, value] : query.value()) {
      if (key == "wsdl")
        co_return ServerResponse(200, "text/xml; charset=utf-8",
                                 wsdl(base_->edition.types, environment_->base_url() + path));
    }
    if (request.method() != "POST") co_return html(405, "405 Method Not Allowed", "Используйте POST");
    const Settings& settings = base_->settings;
    if (settings.licences != 0 && sessions_ >= settings.licences) co_return throttled(Call());
    const Licence licence(sessions_);
    ServerResponse response = co_await in_session(body);
    co_return response;
  }

  [[nodiscard]] Call classify(const ServerRequest& request, const std::string& body) const override {
    Call call;
    call.method = request.method() == "POST" ? "execute" : request.method();
    call.path = request.path();
    scan_types(body, call);
    return call;
  }

  [[nodiscard]] ServerResponse throttled(const Call&) override {
    return html(402, "402 Payment Required", "Не обнаружено свободной лицензии!");
  }

  [[nodiscard]] json::object state() const override {
    json::object state = describe_state(*base_, *workflow_);
    json::object inner;
    for (const auto& [type, count] : sub_requests_) inner[type] = count;
    state["sub_requests"] = std::move(inner);
    state["signing"] = people_->signing();
    return state;
  }

  [[nodiscard]] json::object access() const override {
    const Settings& s = base_->settings;
    json::object access{{"base_url", environment_->base_url() + s.publication + "/"},
                        {"url", environment_->base_url() + s.publication + "/ws/dm.1cws"},
                        {"user", s.user},
                        {"password", s.password},
                        {"database_id", s.database_id},
                        {"time_zone", s.time_zone}};
    if (!s.access_token_key.empty()) access["access_token_key"] = s.access_token_key;
    return access;
  }

  Result<json::value> act(const json::object& act) override { return people_->act(act); }

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

  // A session costs its start and every sub-request its share; the work itself happens at the end, at once.
  awaitable<ServerResponse> in_session(const std::string& body) {
    std::optional<Xdto> request;
    std::string fault;
    try {
      request = read_request(body, base_->edition.types);
    } catch (const SoapFault& refused) { fault = refused.what(); }
    const Settings& settings = base_->settings;
    if (settings.costs) {
      const std::size_t inner = request ? sub_requests(*request) : 0;
      const Duration cost = settings.session_cost + settings.sub_request_cost * static_cast<std::int64_t>(inner);
      co_await net::wait(cost);
    }
    if (!request) co_return ServerResponse(500, "text/xml; charset=utf-8", write_fault(fault, settings.style));
    co_return answer(*request);
  }

  ServerResponse answer(const Xdto& request) {
    const EnvelopeStyle& style = base_->settings.style;
    try {
      return ServerResponse(200, "text/xml; charset=utf-8",
                            write_answer(service_->execute(request, user_), base_->edition.types, style));
    } catch (const std::exception& broken) {
      // Ours, not the imitated server's: told loudly.
      std::fprintf(stderr, "sedlink-sim: %s: %s\n", request.type.c_str(), broken.what());
      return ServerResponse(500, "text/xml; charset=utf-8",
                            write_fault(std::string("Внутренняя ошибка имитатора: ") + broken.what(), style));
    }
  }

  const Edition* edition_;  // null: an unknown one was asked for
  Environment* environment_ = nullptr;
  mutable std::optional<Infobase> base_;
  std::optional<Engine> engine_;                 // of 2.1
  std::optional<ProcessingEngine> processings_;  // of 3.0
  std::unique_ptr<Workflow> workflow_;
  std::optional<People> people_;
  std::optional<Service> service_;
  std::string user_;
  std::size_t sessions_ = 0;
  std::map<std::string, std::int64_t> sub_requests_;
};

}  // namespace

std::unique_ptr<Simulator> make_onec_docflow(const Options& options) {
  return std::make_unique<OnecDocflow>(find_edition(options.edition));
}

}  // namespace sedlink::sim
