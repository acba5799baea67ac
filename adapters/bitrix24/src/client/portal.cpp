#include "client/portal.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

#include "sedlink/core/text.hpp"
#include "wire/query.hpp"

namespace sedlink::bitrix24 {
namespace {

constexpr std::size_t transfers_at_once = 6;

SteadyTime now() { return std::chrono::steady_clock::now(); }

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Error plain_error(Fault fault, const char* code, std::string message) {
  return Error{fault, Audience::admin, code, std::move(message), {}};
}

// "+03:00" at the end of an ISO time.
std::optional<std::chrono::minutes> offset_of(std::string_view iso) {
  if (iso.size() < 6 || iso[iso.size() - 3] != ':') return std::nullopt;
  const auto tail = iso.substr(iso.size() - 6);
  const auto digit = [&](std::size_t i) { return tail[i] >= '0' && tail[i] <= '9' ? tail[i] - '0' : 100; };
  const int hours = digit(1) * 10 + digit(2), minutes = digit(4) * 10 + digit(5);
  if ((tail[0] != '+' && tail[0] != '-') || hours > 14 || minutes > 59) return std::nullopt;
  const int total = hours * 60 + minutes;
  return std::chrono::minutes(tail[0] == '-' ? -total : total);
}

}  // namespace

Portal::Portal(const Settings& settings, const Clock& clock, Logger& logger, std::unique_ptr<net::Client> client)
    : settings_(settings),
      clock_(clock),
      logger_(logger),
      client_(std::move(client)),
      origin_(settings.origin),
      host_(settings.host),
      limiter_(settings.rate_per_second > 0 ? settings.rate_per_second : 1e6,
               settings.rate_per_second > 0 ? settings.rate_burst : 1e6),
      transfers_(transfers_at_once),
      budget_(settings.operating_seconds) {}

SteadyTime Portal::limit(const api::CallContext& ctx) const {
  const auto most = now() + settings_.call_timeout;
  return ctx.deadline == SteadyTime{} ? most : std::min(ctx.deadline, most);
}

Error Portal::masked(Error error) const {
  error.message = mask(std::move(error.message), settings_.path);
  error.vendor_code = mask(std::move(error.vendor_code), settings_.path);
  return error;
}

Task<void> Portal::pass_rate_limit(api::CallContext ctx) {
  const auto until = limit(ctx);
  // Bulk work keeps the last fifth of the bucket free for calls a person waits for.
  const double reserve_from = settings_.rate_burst * 0.8;
  while (settings_.rate_per_second > 0 && !ctx.for_people && limiter_.level() > reserve_from && now() < until) {
    const Duration pause(
        std::clamp<std::int64_t>(static_cast<std::int64_t>(1000 / settings_.rate_per_second), 10, 1000));
    co_await net::wait(pause);
  }
  co_return co_await limiter_.acquire(until);
}

// The portal has a new address: the host of Location. Its path is ours, so that the body and the method stay.
Result<void> Portal::follow_move(const net::Response& response) {
  const auto location = response.headers.get("Location");
  const auto url =
      location ? net::Url::parse(*location) : Result<net::Url>(plain_error(Fault::transient, "b24.redirect", ""));
  if (!url || url->origin() == origin_)
    return plain_error(Fault::transient, "b24.redirect",
                       "Портал перенаправил запрос в никуда (HTTP " + std::to_string(response.status) + ")");
  if (url->scheme != "https" && settings_.origin.starts_with("https:"))
    return plain_error(Fault::unauthorized, "b24.redirect_insecure",
                       "Портал перенаправил запрос на адрес без TLS: " + url->host);
  move_to(*url);
  logger_.warning("b24.portal_moved", {{"connection", settings_.connection}, {"host", host_}});
  return {};
}

void Portal::move_to(const net::Url& url) {
  origin_ = url.origin();
  host_ = url.host;
}

// Nobody answers at the new address: perhaps the portal has moved back. The configured one tells where it is now.
void Portal::doubt_move(const Error& error) {
  const auto home = net::Url::parse(settings_.origin + "/");
  if (error.fault != Fault::transient || !moved() || !home) return;
  logger_.warning("b24.portal_move_doubted", {{"connection", settings_.connection}, {"host", host_}});
  move_to(*home);
}

// "<configured origin> <new origin>": worth nothing once the settings name another portal.
std::string Portal::memory() const { return moved() ? settings_.origin + " " + origin_ : std::string{}; }

void Portal::recall(const std::string& memory) {
  const auto space = memory.find(' ');
  if (space == std::string::npos || memory.substr(0, space) != settings_.origin) return;
  const auto url = net::Url::parse(memory.substr(space + 1) + "/");
  if (!url || (url->scheme != "https" && settings_.origin.starts_with("https:"))) return;
  move_to(*url);
}

Task<net::Response> Portal::send(api::CallContext ctx, std::string method, net::Request request,
                                 net::CallOptions options, bool write) {
  constexpr int most_moves = 3;
  for (int moves = 0;; ++moves) {
    auto passed = co_await pass_rate_limit(ctx);
    if (!passed) co_return passed.error();
    net::Request attempt = request;
    attempt.url = origin_ + settings_.path.reveal() + method;
    ++requests_[method];
    auto sent = co_await client_->send(std::move(attempt), options);
    if (!sent) {
      doubt_move(sent.error());
      co_return masked(classify_exchange(sent.error(), write));
    }
    if (!is_redirect(sent->status)) co_return std::move(*sent);
    if (moves == most_moves)
      co_return plain_error(Fault::transient, "b24.redirect", "Портал перенаправляет запрос по кругу");
    auto moved = follow_move(*sent);
    if (!moved) co_return moved.error();
    if (request.source) {
      auto rewound = request.source->rewind();
      if (!rewound) co_return rewound.error();
    }
  }
}

void Portal::learn(const std::string& method, const wire::CallTime& time) {
  budget_.learn(method, time, now());
  if (const auto offset = offset_of(time.date_finish)) offset_ = *offset;
}

Error Portal::refuse(const std::string& method, const wire::Refusal& refusal, bool write) {
  auto error = of_method(masked(classify(refusal, write)), method);
  if (error.code == "b24.operating") {
    budget_.block(method, refusal.time, now());
    if (const auto closed = budget_.admit(method, true, now()); !closed) error.retry_after = closed.error().retry_after;
  } else if (error.fault == Fault::throttled) {
    // 1 s, 2 s, 4 s … with up to a quarter of jitter, for everybody who uses this portal.
    const auto base = std::int64_t{1000} << std::min(refusals_in_row_++, 5u);
    const auto jitter = base * (to_epoch_ms(clock_.now()) % 100) / 400;
    const Duration pause(base + jitter);
    limiter_.penalize(pause);
    error.retry_after =
        std::max(error.retry_after.value_or(std::chrono::seconds(0)), std::chrono::ceil<std::chrono::seconds>(pause));
  }
  if (error.message.find(method) == std::string::npos) error.message += " (" + method + ")";
  return error;
}

Task<wire::Answer> Portal::conclude(const std::string& method, net::Response response, bool write) {
  auto outcome = wire::read_answer(response.status, response.body);
  if (auto* refusal = std::get_if<wire::Refusal>(&outcome)) co_return refuse(method, *refusal, write);
  refusals_in_row_ = 0;
  auto& answer = std::get<wire::Answer>(outcome);
  learn(method, answer.time);
  co_return std::move(answer);
}

Task<wire::Answer> Portal::call(api::CallContext ctx, Command command) {
  if (auto admitted = budget_.admit(command.method, ctx.for_people, now()); !admitted) co_return admitted.error();
  net::Request request;
  request.method = "POST";
  request.headers.add("Content-Type", "application/json");
  request.headers.add("Accept", "application/json");
  request.body = boost::json::serialize(command.params);
  net::CallOptions options;
  options.deadline = limit(ctx);
  options.idempotent = !command.write;
  auto response = co_await send(ctx, command.method, std::move(request), options, command.write);
  if (!response) co_return response.error();
  co_return co_await conclude(command.method, std::move(*response), command.write);
}

Task<wire::Answer> Portal::call_streamed(api::CallContext ctx, std::string method,
                                         std::shared_ptr<net::BodySource> body) {
  if (auto admitted = budget_.admit(method, ctx.for_people, now()); !admitted) co_return admitted.error();
  net::Request request;
  request.method = "POST";
  request.headers.add("Content-Type", "application/json");
  request.headers.add("Accept", "application/json");
  request.source = std::move(body);
  net::CallOptions options;
  options.deadline = ctx.deadline;  // a large file takes longer than an ordinary call
  auto place = co_await transfers_.acquire(ctx.deadline);
  if (!place) co_return place.error();
  auto response = co_await send(ctx, method, std::move(request), options, true);
  if (!response) co_return response.error();
  co_return co_await conclude(method, std::move(*response), true);
}

Task<net::Response> Portal::fetch(api::CallContext ctx, std::string url, net::BodySink* sink, std::uint64_t max_body) {
  const bool only_https = origin_.starts_with("https:");
  auto place = co_await transfers_.acquire(ctx.deadline);
  if (!place) co_return place.error();
  for (int hops = 0;; ++hops) {
    if (settings_.count_downloads) {
      auto passed = co_await pass_rate_limit(ctx);
      if (!passed) co_return passed.error();
    }
    net::Request request;
    request.url = url;
    // Without these the portal's web server may answer 404 even to a correctly signed link.
    request.headers.add("Accept", "*/*");
    request.headers.add("Accept-Language", "ru,en;q=0.8");
    request.headers.add("Referer", origin_ + "/");
    net::CallOptions options;
    options.deadline = ctx.deadline;
    options.max_body = max_body;
    options.sink = sink;
    options.idempotent = true;
    auto response = co_await client_->send(std::move(request), options);
    if (!response) co_return masked(classify_exchange(response.error(), false));
    if (!is_redirect(response->status) || hops == 3) co_return std::move(*response);
    const auto location = response->headers.get("Location").value_or("");
    const auto base = net::Url::parse(url);
    url = location.starts_with("/") && base ? base->origin() + location : location;
    const auto next = net::Url::parse(url);
    if (!next || (only_https && next->scheme != "https"))
      co_return plain_error(Fault::transient, "b24.redirect", "Портал перенаправил загрузку файла на негодный адрес");
  }
}

Task<wire::Answer> Portal::post_file(api::CallContext ctx, std::string url, std::string content_type,
                                     std::shared_ptr<net::BodySource> body) {
  const auto target = net::Url::parse(url);
  if (!target || (target->scheme != "https" && settings_.origin.starts_with("https:")))
    co_return plain_error(Fault::defect, "b24.upload_url", "Портал дал негодный адрес для загрузки файла");
  auto place = co_await transfers_.acquire(ctx.deadline);
  if (!place) co_return place.error();
  auto passed = co_await pass_rate_limit(ctx);
  if (!passed) co_return passed.error();
  net::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers.add("Content-Type", std::move(content_type));
  request.headers.add("Accept", "application/json");
  request.source = std::move(body);
  net::CallOptions options;
  options.deadline = ctx.deadline;
  auto response = co_await client_->send(std::move(request), options);
  if (!response) co_return masked(response.error());
  const std::string method = "disk.folder.uploadfile";
  co_return co_await conclude(method, std::move(*response), true);
}

}  // namespace sedlink::bitrix24
