#include "sedlink/sim/bitrix24.hpp"

#include "control.hpp"
#include "rest.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim {
namespace {

using namespace b24;

class Bitrix24 final : public Simulator {
 public:
  std::string_view name() const override { return "bitrix24"; }

  Result<void> start(Environment& environment) override {
    portal_ = std::make_unique<Portal>(environment);
    Portal& p = *portal_;
    Rng& rng = environment.rng();
    p.base_url = environment.base_url();
    p.domain = p.base_url.substr(p.base_url.find("://") + 3);
    p.server_endpoint = "https://oauth.bitrix24.tech/rest/";
    p.webhooks.push_back(
        {9, rng.letters(16), {"crm", "disk", "im", "task", "user", "userfieldconfig", "department"}, false});
    p.event_token = rng.letters(32);
    p.member_id = rng.letters(32, "0123456789abcdef");
    p.link_secret = rng.letters(32);
    auto zone = TimeZone::find("Europe/Moscow");
    if (!zone) return zone.error();
    p.zone = *zone;
    seed(p);
    if (const auto done = configure(p, environment.settings()); !done) return done;
    if (p.user(p.webhooks.front().user) == nullptr) return control_error("access.user is not among the users");
    EventIdentity identity;
    identity.domain = p.domain;
    identity.client_endpoint = p.base_url + "/rest/";
    identity.server_endpoint = p.server_endpoint;
    identity.member_id = p.member_id;
    p.events.set_identity(std::move(identity));
    p.seeding = false;
    return {};
  }

  boost::asio::awaitable<net::ServerResponse> handle(net::ServerRequest& request, const std::string& body) override {
    Served served = serve(*portal_, request, body);
    const double slept = served.seconds * portal_->limits.real_time();
    if (slept > 0) co_await net::wait(Duration(static_cast<std::int64_t>(slept * 1000)));
    co_return std::move(served.response);
  }

  Call classify(const net::ServerRequest& request, const std::string& body) const override {
    Call call;
    call.path = request.path();
    const Route route = parse_route(call.path);
    call.method = route.kind == Route::Kind::method ? route.method : request.method();
    if (route.method == "batch") {
      const Input input = read_input(request.query(), request.headers().get("Content-Type").value_or(""), body);
      call.inner = methods_inside(input.params);
    }
    return call;
  }

  net::ServerResponse throttled(const Call&) override {
    return error_response({503, "QUERY_LIMIT_EXCEEDED", "Too many requests"});
  }

  json::object state() const override { return portal_state(*portal_); }

  json::object access() const override {
    const Webhook& hook = portal_->webhooks.front();
    return {{"base_url", portal_->base_url},
            {"webhook_url", portal_->base_url + "/rest/" + std::to_string(hook.user) + "/" + hook.secret + "/"},
            {"user", std::to_string(hook.user)},
            {"event_token", portal_->event_token},
            {"member_id", portal_->member_id},
            {"domain", portal_->domain}};
  }

  Result<json::value> act(const json::object& act) override { return perform(*portal_, act); }
  Result<json::value> subscribe(const json::object& request) override {
    return portal_->events.subscribe(request, portal_->event_token);
  }

 private:
  std::unique_ptr<Portal> portal_;
};

}  // namespace

std::unique_ptr<Simulator> make_bitrix24(const Options&) { return std::make_unique<Bitrix24>(); }

}  // namespace sedlink::sim
