#include "sedlink/sim/host.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <set>

#include "recorder.hpp"
#include "sedlink/sim/message_body.hpp"

namespace sedlink::sim {
namespace {

using boost::asio::awaitable;
using net::ServerRequest;
using net::ServerResponse;

ServerResponse json_answer(int status, const json::value& body) {
  return ServerResponse(status, "application/json; charset=utf-8", json::serialize(body));
}

ServerResponse control_refusal(int status, const std::string& message) {
  return json_answer(status, json::object{{"error", message}});
}

ServerResponse closed_without_answer() {
  ServerResponse response;
  response.sabotage = net::Sabotage::close_before_answer;
  return response;
}

ServerResponse status_fault(const Fault& fault) {
  const char first = fault.body.empty() ? ' ' : fault.body.front();
  std::string type = "text/html; charset=utf-8";
  if (first == '{' || first == '[') type = "application/json; charset=utf-8";
  if (fault.body.starts_with("<?xml")) type = "text/xml; charset=utf-8";
  ServerResponse response(fault.status, type, fault.body);
  for (const auto& [name, value] : fault.headers.all()) response.headers.set(name, value);
  return response;
}

constexpr std::uint64_t text_limit = 64ull * 1024 * 1024;  // of a body without its file contents

char noise(std::uint64_t position) { return "<\x01\xff{"[position % 4]; }

// Another body with 16 bytes of noise after its first third.
class GarbledBody final : public net::BodySource {
 public:
  explicit GarbledBody(std::shared_ptr<net::BodySource> body) : body_(std::move(body)) {}
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return body_->size(); }
  Task<std::size_t> read(std::span<char> buffer) override {
    Result<std::size_t> n = co_await body_->read(buffer);
    const std::uint64_t from = size().value_or(0) / 3;
    for (std::size_t i = 0; n && i < *n; ++i) {
      const std::uint64_t at = offset_ + i;
      if (at >= from && at < from + 16) buffer[i] = noise(at);
    }
    if (n) offset_ += *n;
    co_return n;
  }
  Result<void> rewind() override {
    offset_ = 0;
    return body_->rewind();
  }

 private:
  std::shared_ptr<net::BodySource> body_;
  std::uint64_t offset_ = 0;
};

// Same length, no longer parseable: what a broken proxy makes of a body.
void garble(ServerResponse& response) {
  if (response.source) {
    response.source = std::make_shared<GarbledBody>(std::move(response.source));
    return;
  }
  std::string& body = response.body;
  for (std::size_t i = body.size() / 3; i < body.size() && i < body.size() / 3 + 16; ++i) body[i] = noise(i);
  if (body.empty()) body = "\xff\x01<";
}

}  // namespace

struct Host::Impl {
  Impl(Executor executor_given, Options options_given, std::unique_ptr<Simulator> simulator_given,
       Recorder recorder_given)
      : executor(std::move(executor_given)),
        options(std::move(options_given)),
        simulator(std::move(simulator_given)),
        recorder(std::move(recorder_given)) {}

  static bool is_control(const std::string& path) { return path == "/_sim" || path.starts_with("/_sim/"); }

  static ServerResponse refuse_body(const std::string& code) {
    if (code == "net.body_limit") return ServerResponse(413, "text/html", "<h1>413 Request Entity Too Large</h1>");
    if (code == "net.timeout") return ServerResponse(408, "text/html", "<h1>408 Request Time-out</h1>");
    return closed_without_answer();
  }

  awaitable<ServerResponse> serve(ServerRequest& request) {
    const std::string path = request.path();
    if (is_control(path)) {
      auto body = co_await request.read_body(text_limit);
      if (!body) co_return refuse_body(body.error().code);
      co_return control(request.method(), path, *body);
    }
    ++requests;
    ContentStore& contents = environment->contents();
    const auto splitter = make_splitter(contents, request.headers().get("Content-Type").value_or(""));
    Recorder::Incoming incoming(recorder, request);
    const std::string refusal = co_await read(request, *splitter, incoming);
    if (!refusal.empty()) co_return refuse_body(refusal);
    const std::uint64_t number = incoming.finish();
    ServerResponse response = co_await imitate(request, splitter->text());
    sent += response.source ? response.source->size().value_or(0) : response.body.size();
    co_await recorder.response(number, response);
    co_return response;
  }

  // The code of the error that ended the body; empty when it is there.
  awaitable<std::string> read(ServerRequest& request, BodySplitter& splitter, Recorder::Incoming& incoming) {
    std::string piece(64 * 1024, '\0');
    for (std::uint64_t total = 0;;) {
      const std::span<char> space(piece);
      const Result<std::size_t> n = co_await request.read_some(space);
      if (!n) co_return n.error().code;
      if (*n == 0) break;
      total += *n;
      if (total > max_body || splitter.text().size() > text_limit) co_return std::string("net.body_limit");
      received += *n;
      const std::string_view came = std::string_view(piece).substr(0, *n);
      incoming.append(came);
      splitter.feed(came);
    }
    splitter.finish();
    co_return std::string();
  }

  awaitable<ServerResponse> handle(ServerRequest& request, const std::string& body) {
    ServerResponse response = co_await simulator->handle(request, body);
    insert_contents(response, environment->contents());
    co_return response;
  }

  awaitable<ServerResponse> imitate(ServerRequest& request, const std::string& body) {
    const Call call = simulator->classify(request, body);
    const std::optional<Fault> fault = environment->faults().take(call);
    if (!fault) {
      ServerResponse plain = co_await handle(request, body);
      co_return plain;
    }
    switch (fault->kind) {
      case FaultKind::refuse:
      case FaultKind::close: co_return closed_without_answer();
      case FaultKind::status: co_return status_fault(*fault);
      case FaultKind::throttle: co_return simulator->throttled(call);
      case FaultKind::hang: {
        const Duration pause = fault->pause.count() > 0 ? fault->pause : Duration(3'600'000);
        co_await pause_for(pause);
        co_return closed_without_answer();
      }
      case FaultKind::delay: co_await pause_for(fault->pause); break;
      case FaultKind::corrupt:
      case FaultKind::lose_answer:
      case FaultKind::truncate: break;
    }
    ServerResponse response = co_await handle(request, body);
    if (fault->kind == FaultKind::corrupt) garble(response);
    if (fault->kind == FaultKind::lose_answer) {
      // With `ms` the caller waits so long for the answer that never comes: what a crash test needs.
      if (fault->pause.count() > 0) co_await pause_for(fault->pause);
      response.sabotage = net::Sabotage::close_before_answer;
    }
    if (fault->kind == FaultKind::truncate) {
      response.sabotage = net::Sabotage::truncate;
      const std::uint64_t size = response.source ? response.source->size().value_or(0) : response.body.size();
      response.truncate_at = size / 2;
    }
    co_return response;
  }

  // In slices, so that stop() is not held up by a hanging request.
  awaitable<void> pause_for(Duration pause) {
    const SteadyTime end = std::chrono::steady_clock::now() + pause;
    while (!stopping && std::chrono::steady_clock::now() < end) {
      const SteadyTime slice = std::min(end, std::chrono::steady_clock::now() + Duration(100));
      co_await net::wait_until(slice);
    }
  }

  ServerResponse control(const std::string& method, const std::string& path, const std::string& body) {
    if (method == "GET" && path == "/_sim/state") return json_answer(200, state());
    if (method == "DELETE" && path == "/_sim/fault") {
      environment->faults().clear();
      return json_answer(200, json::object{{"ok", true}});
    }
    const bool known = path == "/_sim/act" || path == "/_sim/fault" || path == "/_sim/subscribe";
    if (!known) return control_refusal(404, "no such control: " + path);
    if (method != "POST") return control_refusal(405, "use POST");
    boost::system::error_code ec;
    const json::value parsed = json::parse(body, ec);
    if (ec) return control_refusal(400, "body is not JSON: " + ec.message());
    json::array several;
    if (parsed.is_array())
      several = parsed.get_array();
    else
      several.push_back(parsed);
    json::array results;
    for (const json::value& one : several) {
      if (!one.is_object()) return control_refusal(400, "body must be an object or a list of objects");
      Result<json::value> result = apply(path, one.get_object());
      if (!result) return control_refusal(400, result.error().message);
      results.push_back(std::move(*result));
    }
    return json_answer(200, parsed.is_array() ? json::value(std::move(results)) : results.front());
  }

  Result<json::value> apply(const std::string& path, const json::object& request) {
    if (path == "/_sim/act") return simulator->act(request);
    if (path == "/_sim/fault") return environment->faults().add(request);
    return simulator->subscribe(request);
  }

  json::object state() const {
    json::object out = simulator->state();
    json::object calls;
    for (const auto& [method, n] : environment->calls()) calls[method] = n;
    out["calls"] = std::move(calls);
    out["faults"] = environment->faults().to_json();
    out["http"] = json::object{{"requests", requests}, {"received", received}, {"sent", sent}};
    out["access"] = simulator->access();
    return out;
  }

  Executor executor;
  Options options;
  std::unique_ptr<Simulator> simulator;
  Recorder recorder;
  std::unique_ptr<Environment> environment;
  std::unique_ptr<net::Server> server;
  std::uint64_t max_body = 0;
  std::uint64_t requests = 0, received = 0, sent = 0;  // of the imitated API; bytes of bodies
  bool stopping = false;
};

Host::Host(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Host::~Host() = default;

Result<std::unique_ptr<Host>> Host::create(Executor executor, const Clock& clock, HostOptions host, Options options,
                                           std::unique_ptr<Simulator> simulator) {
  auto recorder = Recorder::open(host.record);
  if (!recorder) return recorder.error();
  auto impl = std::make_unique<Impl>(executor, std::move(options), std::move(simulator), std::move(*recorder));
  impl->max_body = host.max_body;
  net::ServerOptions listening;
  listening.address = host.address;
  listening.port = host.port;
  listening.tls_certificate = host.tls_certificate;
  listening.tls_key = host.tls_key;
  listening.body_timeout = Duration(600'000);  // of a file of gigabytes
  Impl* const self = impl.get();
  auto server =
      net::Server::listen(executor, listening, [self](ServerRequest& request) { return self->serve(request); });
  if (!server) return server.error();
  impl->server = std::move(*server);

  const bool everywhere = host.address == "0.0.0.0" || host.address == "::";
  const std::string name = everywhere ? "127.0.0.1" : host.address;
  const std::string base_url = std::string(host.tls_certificate ? "https" : "http") + "://" +
                               (name.find(':') == std::string::npos ? name : "[" + name + "]") + ":" +
                               std::to_string(impl->server->port());
  impl->environment = std::make_unique<Environment>(executor, clock, base_url, impl->options, *impl->simulator,
                                                    host.scratch.value_or(std::filesystem::temp_directory_path()));
  const auto started = impl->simulator->start(*impl->environment);
  if (!started) return started.error();
  return std::unique_ptr<Host>(new Host(std::move(impl)));
}

void Host::start() {
  impl_->server->start();
  const json::object facts{{"event", "start"}};
  impl_->environment->notice(facts);
}

awaitable<void> Host::stop(Duration grace) {
  impl_->stopping = true;
  impl_->environment->scheduler().cancel_all();
  impl_->simulator->stop();
  co_await impl_->server->stop(std::chrono::steady_clock::now() + grace);
}

unsigned short Host::port() const noexcept { return impl_->server->port(); }
const std::string& Host::base_url() const noexcept { return impl_->environment->base_url(); }
std::uint64_t Host::requests() const noexcept { return impl_->requests; }
Simulator& Host::simulator() noexcept { return *impl_->simulator; }
Environment& Host::environment() noexcept { return *impl_->environment; }

json::object Host::ready() const {
  return {{"simulator", std::string(impl_->simulator->name())},
          {"url", base_url()},
          {"port", port()},
          {"access", impl_->simulator->access()}};
}

}  // namespace sedlink::sim
