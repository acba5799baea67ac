#pragma once
// Outgoing-webhook events: form-encoded POSTs, no values, no retry.
#include <deque>
#include <string>
#include <vector>

#include "sedlink/net/http.hpp"
#include "sedlink/sim/simulator.hpp"

namespace sedlink::sim::b24 {

struct Subscription {
  std::int64_t id = 0;
  std::string url, token;
  std::vector<std::string> events;  // upper-case
};

// What auth[…] of a delivery says.
struct EventIdentity {
  std::string domain, client_endpoint, server_endpoint, member_id;
};

class Events {
 public:
  explicit Events(Environment& environment) : env_(environment) {}

  // {delay: "0ms..2s", drop, duplicate, reorder: 0..1, parallel, timeout_ms, allow_app_events}. Unknown keys are
  // errors.
  Result<void> configure(const json::object& settings);
  // {url, events?, token?}; without events every event of the outgoing webhook's list. Errors: unknown event, bad URL.
  Result<json::value> subscribe(const json::object& request, const std::string& default_token);
  void set_identity(EventIdentity identity) { identity_ = std::move(identity); }

  // `data`: names below data[…], e.g. {"[FIELDS][ID]", "77"}.
  void raise(const std::string& event, const net::FormPairs& data);
  [[nodiscard]] json::object state() const;
  [[nodiscard]] static bool known(const std::string& event);            // of any kind
  [[nodiscard]] static const std::vector<std::string>& webhook_list();  // what the outgoing webhook's form offers

 private:
  struct Delivery {
    Subscription to;
    std::string event;
    net::FormPairs data;
  };
  void enqueue(Delivery delivery);
  boost::asio::awaitable<void> worker();
  boost::asio::awaitable<void> deliver(Delivery delivery);

  Environment& env_;
  EventIdentity identity_;
  std::vector<Subscription> subscriptions_;
  std::deque<Delivery> queue_;
  Duration delay_low_{}, delay_high_{}, timeout_{10'000};
  double drop_ = 0, duplicate_ = 0, reorder_ = 0;
  std::int64_t parallel_ = 4, running_ = 0;
  bool allow_app_events_ = false;
  std::int64_t next_id_ = 201, sent_ = 0, failed_ = 0, dropped_ = 0;
  std::deque<json::object> log_;  // the latest deliveries
};

}  // namespace sedlink::sim::b24
