#include "client/rx_client.hpp"

#include "sedlink/core/text.hpp"
#include "sedlink/net/file_body.hpp"
#include "wire/answer.hpp"
#include "wire/query.hpp"

namespace sedlink::directum {
namespace {

bool is_success(int status) { return status >= 200 && status < 300; }

// "Basic realm=…" and so on, the names alone.
std::string schemes(const net::Headers& headers) {
  std::vector<std::string> names;
  for (const auto& [name, value] : headers.all()) {
    if (text::iequals_ascii(name, "WWW-Authenticate")) names.push_back(value.substr(0, value.find_first_of(" ,")));
  }
  return text::ellipsis(text::sanitize_utf8(text::join(names, ", ")), 100);
}

}  // namespace

RxClient::RxClient(const Settings& settings, std::unique_ptr<net::Client> http)
    : settings_(settings), http_(std::move(http)), places_(settings.calls) {
  const auto url = net::Url::parse(settings.base);
  if (url) prefix_ = url.value().target;
}

void RxClient::sign(net::Request& request) const {
  const auto basic = [&] { return "Basic " + text::base64_encode(settings_.user + ":" + settings_.password.reveal()); };
  switch (settings_.auth) {
    case Auth::basic: request.headers.set("Authorization", basic()); break;
    case Auth::headers:
      request.headers.set("Username", settings_.user);
      request.headers.set("Password", settings_.password.reveal());
      break;
    case Auth::bearer: request.headers.set("Authorization", "Bearer " + settings_.access_token.reveal()); break;
    case Auth::token: request.headers.set("Authorization", "Bearer " + token_.reveal()); break;
  }
}

// A token cannot be used to get a token (A2): user and password do it.
Task<void> RxClient::renew_token(api::CallContext ctx) {
  net::Request request;
  request.url = settings_.token_url;
  request.headers.set("Authorization",
                      "Basic " + text::base64_encode(settings_.user + ":" + settings_.password.reveal()));
  request.headers.set("Accept", "*/*");
  net::CallOptions options;
  options.deadline = ctx.deadline;
  options.idempotent = true;
  options.max_body = 64 * 1024;
  ++calls_;
  auto response = co_await http_->send(std::move(request), options);
  if (!response) co_return for_effect(response.error(), Effect::read);
  const net::Response& r = response.value();
  if (!is_success(r.status)) {
    co_return http_error(r.status, r.body, Effect::read, Target::service, settings_.token_url, schemes(r.headers));
  }
  auto token = read_token(r.body);
  if (!token) co_return token.error();
  token_ = Secret(std::move(token).value());
  co_return Result<void>();
}

Task<net::Response> RxClient::exchange(api::CallContext ctx, net::Request request, net::CallOptions options,
                                       Effect effect) {
  auto place = co_await places_.acquire(ctx.deadline);
  if (!place) co_return place.error();
  options.deadline = ctx.deadline;
  options.idempotent = effect == Effect::read;
  bool renewed = false;
  if (settings_.auth == Auth::token && token_.empty()) {
    auto got = co_await renew_token(ctx);
    if (!got) co_return got.error();
    renewed = true;
  }
  for (;;) {
    const Secret used = token_;
    sign(request);
    net::Request copy = request;
    ++calls_;
    auto response = co_await http_->send(std::move(copy), options);
    if (!response) co_return for_effect(response.error(), effect);
    const bool expired = settings_.auth == Auth::token && response.value().status == 401 && !renewed;
    if (!expired) co_return std::move(response).value();
    renewed = true;
    if (used.reveal() == token_.reveal()) {  // else another call has renewed it meanwhile
      auto got = co_await renew_token(ctx);
      if (!got) co_return got.error();
    }
    if (request.source) {
      const auto rewound = request.source->rewind();
      if (!rewound) co_return rewound.error();
    }
  }
}

Task<Answer> RxClient::send(api::CallContext ctx, Call call) {
  if (call.method == "GET" && start_line_length(prefix_, call.target) > start_line_limit) {
    co_return make_error(Fault::rejected, Audience::developer, "rx.line",
                         "Запрос длиннее 2048 знаков, Directum RX его не примет: " + text::ellipsis(call.target, 100));
  }
  net::Request request;
  request.method = call.method;
  request.url = settings_.base + call.target;
  request.headers.set("Accept", call.accept);
  if (call.method == "POST" || call.method == "PATCH") {
    request.headers.set("Content-Type", "application/json");
    request.body = call.body.empty() ? "{}" : call.body;
  }
  if (call.representation) request.headers.set("Return", "representation");
  net::CallOptions options;
  options.max_body = settings_.max_answer;
  auto response = co_await exchange(ctx, std::move(request), options, call.effect);
  if (!response) co_return response.error();
  net::Response& r = response.value();
  if (!is_success(r.status)) {
    co_return http_error(r.status, r.body, call.effect, call.kind, call.target, schemes(r.headers));
  }
  Answer answer;
  answer.status = r.status;
  answer.body = std::move(r.body);
  co_return answer;
}

Task<void> RxClient::put_file(api::CallContext ctx, std::string target, SpooledFile file) {
  auto source = net::FileBody::open("", file, "", net::FileBody::Form::raw);
  if (!source) co_return source.error();
  net::Request request;
  request.method = "PUT";
  request.url = settings_.base + target;
  request.headers.set("Accept", "application/json");
  request.headers.set("Content-Type", "application/octet-stream");
  request.source = source.value();
  net::CallOptions options;
  options.max_body = settings_.max_answer;
  auto response = co_await exchange(ctx, std::move(request), options, Effect::write);
  if (!response) co_return response.error();
  const net::Response& r = response.value();
  if (is_success(r.status)) co_return Result<void>();
  co_return http_error(r.status, r.body, Effect::write, Target::entity, target, schemes(r.headers));
}

Task<RxClient::Download> RxClient::fetch_file(api::CallContext ctx, std::string target, std::string path) {
  net::HashingFile sink(path, {settings_.max_file, make_error(Fault::rejected, Audience::user, "edms.file_too_large",
                                                              "Файл в Directum RX больше допустимых " +
                                                                  text::human_size(settings_.max_file))});
  net::Request request;
  request.url = settings_.base + target;
  request.headers.set("Accept", "*/*");
  net::CallOptions options;
  options.max_body = settings_.max_file + 1024;
  options.sink = &sink;
  auto response = co_await exchange(ctx, std::move(request), options, Effect::read);
  if (!response) co_return response.error();
  const net::Response& r = response.value();
  if (!is_success(r.status)) {
    co_return http_error(r.status, r.body, Effect::read, Target::entity, target, schemes(r.headers));
  }
  const auto finished = sink.finish();
  if (!finished) co_return finished.error();
  Download download;
  download.size = sink.size();
  download.sha256 = sink.hex_digest();
  co_return download;
}

}  // namespace sedlink::directum
