// Any HTTP service: one request of a mapping's calls:, one answer. What signs the request is the environment's hook.
#include <algorithm>
#include <charconv>

#include "answer.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/http_service/settings.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/net/limiter.hpp"

namespace sedlink::http_service {
namespace {

using Values = std::vector<std::optional<std::string>>;

// The first words of an answer, when they are words: a signed body is not shown.
std::string words_of(const net::Response& r) {
  const bool readable = text::is_valid_utf8(r.body) && std::none_of(r.body.begin(), r.body.end(), [](unsigned char c) {
                          return c < 0x20 && c != '\n' && c != '\r' && c != '\t';
                        });
  return readable ? std::string(text::trim(text::ellipsis(r.body, 300))) : std::string();
}

std::chrono::milliseconds retry_after(const net::Response& r) {
  const std::string given = r.headers.get("Retry-After").value_or("");
  int seconds = 0;
  const auto [end, failed] = std::from_chars(given.data(), given.data() + given.size(), seconds);
  const bool good = failed == std::errc() && end == given.data() + given.size() && seconds > 0;
  return std::chrono::seconds(good ? std::min(seconds, 24 * 3600) : 0);
}

// 500 and its like say nothing about what was done before it; 503 and 429 are refusals at the door.
Fault fault_of(int status) {
  switch (status) {
    case 401:
    case 403:
    case 495: return Fault::unauthorized;  // 495: our certificate is refused (КБКИ API)
    case 404:
    case 410: return Fault::not_found;
    case 425:
    case 429:
    case 503: return Fault::throttled;
    case 408:  // whether the request was taken is not said
    case 502:
    case 504: return Fault::ambiguous;
    default: return status >= 500 ? Fault::ambiguous : Fault::rejected;
  }
}

class HttpService : public api::Service {
 public:
  HttpService(Settings settings, std::unique_ptr<net::Client> client, bool hooked)
      : settings_(std::move(settings)), client_(std::move(client)), hooked_(hooked), places_(settings_.calls) {}

  Task<api::ConnectionReport> test_connection(api::CallContext ctx) override {
    api::ConnectionReport report;
    report.user = settings_.user;
    if (hooked_) {  // a question without a body is nothing a profile could sign, and unsigned it must not go
      report.warnings.emplace_back("не проверено: запросы этого подключения подписываются, проверочный не отправлен");
      co_return report;
    }
    net::Request request;
    request.url = settings_.url + "/";
    add_headers(request);
    net::CallOptions options;
    options.deadline = deadline(ctx);
    options.max_body = settings_.max_answer;
    options.idempotent = true;
    Result<net::Response> answer = co_await client_->send(std::move(request), options);
    if (!answer) co_return answer.error();
    if (fault_of(answer->status) == Fault::unauthorized) co_return failure(*answer);
    report.product = answer->headers.get("Server").value_or("HTTP");
    co_return report;
  }

  Task<api::ServiceAnswer> call(api::CallContext ctx, api::ServiceCall call) override {
    Result<net::Concurrency::Permit> place = co_await places_.acquire(deadline(ctx));
    if (!place) co_return place.error();
    net::Request request;
    request.method = call.method;
    request.url = settings_.url + call.path;
    request.key = ctx.key;
    add_headers(request);
    for (const auto& [name, value] : call.headers) request.headers.set(name, value);
    if (!call.content_type.empty()) request.headers.set("Content-Type", call.content_type);
    request.body = std::move(call.body);
    net::CallOptions options;
    options.deadline = deadline(ctx);
    options.max_body = settings_.max_answer;
    options.idempotent = call.method == "GET" || call.method == "HEAD";
    Result<net::Response> answer = co_await client_->send(std::move(request), options);
    if (!answer) co_return answer.error();
    if (answer->status / 100 != 2) co_return failure(*answer);
    api::ServiceAnswer out;
    out.status = answer->status;
    out.retry_after = retry_after(*answer);
    Result<Values> values = take_values(answer->headers.get("Content-Type").value_or(""), answer->body, call.takes);
    // "Not ready yet" owes nothing but the time to wait, if that.
    if (!values && answer->status != 202) co_return values.error();
    if (values) out.values = std::move(*values);
    co_return out;
  }

 private:
  [[nodiscard]] SteadyTime deadline(const api::CallContext& ctx) const {
    return std::min(ctx.deadline, std::chrono::steady_clock::now() + settings_.timeout);
  }

  void add_headers(net::Request& request) const {
    request.headers.set("Accept", "*/*");
    if (settings_.auth == Auth::basic)
      request.headers.set("Authorization",
                          "Basic " + text::base64_encode(settings_.user + ":" + settings_.password.reveal()));
    if (settings_.auth == Auth::bearer)
      request.headers.set("Authorization", "Bearer " + settings_.access_token.reveal());
    for (const auto& [name, value] : settings_.headers) request.headers.set(name, value.reveal());
  }

  [[nodiscard]] Error failure(const net::Response& r) const {
    Error e;
    e.fault = fault_of(r.status);
    e.audience = Audience::admin;
    e.code = "service.status";
    const std::string words = words_of(r);
    e.message = "Служба «" + settings_.connection + "» ответила " + std::to_string(r.status) +
                (r.status == 495 ? ": наш сертификат TLS не принят" : "") + (words.empty() ? "" : ": " + words);
    e.vendor_code = std::to_string(r.status);
    if (const auto pause = retry_after(r); pause.count() > 0)
      e.retry_after = std::chrono::duration_cast<std::chrono::seconds>(pause);
    return e;
  }

  const Settings settings_;
  std::unique_ptr<net::Client> client_;
  const bool hooked_;
  net::Concurrency places_;
};

}  // namespace

Result<std::unique_ptr<api::Service>> make_service(api::ConnectionSettings from, api::AdapterEnvironment environment) {
  auto settings = read_settings(from);
  if (!settings) return settings.error();
  net::ClientOptions options;
  options.ca_file = settings->ca_file;
  options.client_certificate = settings->client_certificate;
  options.client_key = settings->client_key;
  options.client_key_pass = settings->client_key_pass;
  options.max_connections_per_origin = settings->calls;
  options.hook = environment.hook;
  options.certificate_seen = environment.certificate_seen;
  auto client = net::Client::create(environment.executor, std::move(options));
  if (!client) return client.error();
  std::unique_ptr<api::Service> out =
      std::make_unique<HttpService>(std::move(*settings), std::move(*client), environment.hook != nullptr);
  return out;
}

}  // namespace sedlink::http_service
