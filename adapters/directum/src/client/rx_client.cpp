#include "client/rx_client.hpp"

#include <charconv>

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

// An answer that is no success; how long to wait is the server's to say.
Error refused(const net::Response& r, Effect effect, Target target, std::string_view where) {
  Error e = http_error(r.status, r.body, effect, target, where, schemes(r.headers));
  if (!e.retry_after) return e;
  int seconds = 0;
  const std::string said = r.headers.get("Retry-After").value_or("");
  const auto [end, failed] = std::from_chars(said.data(), said.data() + said.size(), seconds);
  const bool told = failed == std::errc() && end == said.data() + said.size() && !said.empty();
  constexpr int longest = 3600;
  if (told && seconds > 0 && seconds <= longest) e.retry_after = std::chrono::seconds(seconds);
  return e;
}

// Stops a download at its first bytes.
class FirstBytes final : public net::BodySink {
 public:
  Task<void> write(std::string_view piece) override {
    seen_ = seen_ || !piece.empty();
    if (!seen_) co_return Result<void>();
    co_return make_error(Fault::transient, Audience::developer, "rx.enough", "Тело есть");
  }
  [[nodiscard]] bool seen() const noexcept { return seen_; }

 private:
  bool seen_ = false;
};

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
  if (!is_success(r.status)) { co_return refused(r, Effect::read, Target::token, settings_.token_url); }
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
  if (!is_success(r.status)) { co_return refused(r, call.effect, call.kind, call.target); }
  if (looks_like_html(r.body)) co_return web_page(r.body, call.effect, call.target);
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
  if (is_success(r.status) && looks_like_html(r.body)) co_return web_page(r.body, Effect::write, target);
  if (is_success(r.status)) co_return Result<void>();
  co_return refused(r, Effect::write, Target::entity, target);
}

Task<RxClient::Download> RxClient::fetch_file(api::CallContext ctx, std::string target, std::string path) {
  const Error too_large = make_error(
      Fault::rejected, Audience::user, "edms.file_too_large",
      "Файл в Directum RX больше допустимых " + text::human_size(settings_.max_file) + " (limits.file подключения)");
  net::HashingFile sink(path, {settings_.max_file, too_large});
  net::Request request;
  request.url = settings_.base + target;
  request.headers.set("Accept", "*/*");
  net::CallOptions options;
  options.max_body = settings_.max_file + 1024;
  options.sink = &sink;
  auto response = co_await exchange(ctx, std::move(request), options, Effect::read);
  if (!response && response.error().code == "net.body_limit") co_return too_large;
  if (!response) co_return response.error();
  const net::Response& r = response.value();
  if (!is_success(r.status)) { co_return refused(r, Effect::read, Target::entity, target); }
  // Bodies come as application/octet-stream (A7.5), whatever is in them.
  const std::string type = net::media_type(r.headers.get("Content-Type").value_or(""));
  if (text::iequals_ascii(type, "text/html") && looks_like_html(sink.head()))
    co_return web_page(sink.head(), Effect::read, target);
  const auto finished = sink.finish();
  if (!finished) co_return finished.error();
  Download download;
  download.size = sink.size();
  download.sha256 = sink.hex_digest();
  co_return download;
}

Task<bool> RxClient::has_body(api::CallContext ctx, std::string target) {
  FirstBytes sink;
  net::Request request;
  request.url = settings_.base + target;
  request.headers.set("Accept", "*/*");
  net::CallOptions options;
  options.max_body = settings_.max_file + 1024;
  options.sink = &sink;
  auto response = co_await exchange(ctx, std::move(request), options, Effect::read);
  if (sink.seen()) co_return true;
  if (!response && response.error().code == "net.body_limit") co_return true;
  if (!response) co_return response.error();
  const net::Response& r = response.value();
  if (is_success(r.status) || r.status == 404) co_return false;
  co_return refused(r, Effect::read, Target::entity, target);
}

}  // namespace sedlink::directum
