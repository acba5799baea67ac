#include "sedlink/web/web.hpp"

#include <boost/json.hpp>

#include "exposition.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::web {
namespace {

net::ServerResponse empty(int status) {
  net::ServerResponse r;
  r.status = status;
  return r;
}

}  // namespace

boost::asio::awaitable<net::ServerResponse> Web::handle(net::ServerRequest& request) {
  const std::string path = request.path();
  if (path.starts_with("/hooks/")) {
    std::string connection = path.substr(7);
    if (const auto slash = connection.find('/'); slash != std::string::npos) connection.resize(slash);
    connection = text::url_decode(connection, false);
    if (request.method() != "POST") {
      net::ServerResponse r = empty(405);
      r.headers.add("Allow", "POST");
      co_return r;
    }
    co_return co_await door(request, std::move(connection));
  }
  if (request.method() != "GET" && request.method() != "HEAD") co_return empty(405);
  if (path == "/healthz") co_return net::ServerResponse(200, "text/plain; charset=utf-8", "ok\n");
  if (path == "/readyz") co_return co_await ready();
  if (path == "/metrics") co_return co_await metrics();
  co_return net::ServerResponse(404, "text/plain; charset=utf-8", "Нет такой страницы / not found\n");
}

net::ServerResponse Web::refuse(int status, const std::string& connection, const Error& error) {
  ++engine_.counters().deliveries_refused;
  const Time now = clock_.now();
  if (!refusal_logged_at_ || now - *refusal_logged_at_ >= std::chrono::minutes(1)) {
    log_.warning("delivery_refused", {{"connection", connection},
                                      {"status", status},
                                      {"error", describe(error)},
                                      {"since_last_line", std::to_string(refusals_unlogged_)}});
    refusal_logged_at_ = now;
    refusals_unlogged_ = 0;
  } else {
    ++refusals_unlogged_;
  }
  return empty(status);
}

boost::asio::awaitable<net::ServerResponse> Web::door(net::ServerRequest& request, std::string connection) {
  Error unknown;
  unknown.fault = Fault::unauthorized;
  unknown.code = "web.unknown_connection";
  unknown.message = "Доставка на неизвестное подключение";
  const api::CrmAdapter* crm = engine_.crm(connection);
  const api::EdmsAdapter* edms = engine_.edms(connection);
  if (crm == nullptr && edms == nullptr) co_return refuse(403, "(unknown)", unknown);

  api::InboundRequest inbound;
  inbound.content_type = request.headers().get("Content-Type").value_or("");
  if (net::media_type(inbound.content_type) != "application/x-www-form-urlencoded") {
    unknown.code = "web.door.media";
    unknown.message = "Доставка не в виде формы: " + inbound.content_type.substr(0, 60);
    co_return refuse(415, connection, unknown);
  }
  Result<std::string> body = co_await request.read_body(options_.max_delivery);
  if (body.has_error()) {
    const std::string& code = body.error().code;
    co_return refuse(code == "net.body_limit" ? 413 : code == "net.timeout" ? 408 : 400, connection, body.error());
  }
  inbound.body = std::move(body.value());
  Result<void> stored;
  std::optional<Error> refused;
  if (crm != nullptr) {
    Result<std::vector<api::InboundEvent>> events = crm->accept(inbound);
    if (events.has_value())
      stored = co_await engine_.deliver(connection, std::move(events.value()));
    else
      refused = events.error();
  } else {
    Result<std::vector<api::ChangeNotice>> notices = edms->accept(inbound);
    if (notices.has_value())
      stored = co_await engine_.notice(connection, std::move(notices.value()));
    else
      refused = notices.error();
  }
  if (refused) {
    const int status = refused->fault == Fault::unauthorized ? 403 : refused->code.ends_with(".door.media") ? 415 : 400;
    co_return refuse(status, connection, *refused);
  }
  if (stored.has_error()) {
    net::ServerResponse r = refuse(503, connection, stored.error());
    r.headers.add("Retry-After", "5");
    co_return r;
  }
  co_return empty(200);
}

boost::asio::awaitable<net::ServerResponse> Web::ready() {
  boost::json::array reasons;
  Result<store::Counts> counts = co_await engine_.counts();
  if (counts.has_error()) reasons.emplace_back("Хранилище не отвечает: " + counts.error().message);
  for (const auto& h : engine_.health()) {
    if (h.paused) reasons.emplace_back("Подключение «" + h.name + "» остановлено: нет доступа");
    if (h.open) reasons.emplace_back("Подключение «" + h.name + "» недоступно");
  }
  const bool fine = reasons.empty();
  const std::string body =
      boost::json::serialize(boost::json::object{{"ready", fine}, {"reasons", std::move(reasons)}}) + "\n";
  co_return net::ServerResponse(fine ? 200 : 503, "application/json; charset=utf-8", body);
}

boost::asio::awaitable<net::ServerResponse> Web::metrics() {
  Result<store::Counts> counts = co_await engine_.counts();
  const std::string text = exposition(
      engine_.counters(), engine_.health(), counts.has_value() ? &counts.value() : nullptr, options_.version,
      clock_.now(), engine_.measures(), options_.measures ? options_.measures() : std::vector<api::Measure>());
  co_return net::ServerResponse(200, "text/plain; version=0.0.4; charset=utf-8", text);
}

}  // namespace sedlink::web
