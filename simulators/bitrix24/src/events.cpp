#include "events.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

// Offered in the form of an outgoing webhook (bitrix24.md 4.1, 4.5); ONCRMDEALMOVETOCATEGORY is not.
const std::vector<std::string> webhook_events{"ONCRMDEALADD",
                                              "ONCRMDEALUPDATE",
                                              "ONCRMDEALDELETE",
                                              "ONCRMLEADADD",
                                              "ONCRMLEADUPDATE",
                                              "ONCRMLEADDELETE",
                                              "ONCRMQUOTEADD",
                                              "ONCRMQUOTEUPDATE",
                                              "ONCRMQUOTEDELETE",
                                              "ONCRMCOMPANYADD",
                                              "ONCRMCOMPANYUPDATE",
                                              "ONCRMCOMPANYDELETE",
                                              "ONCRMCONTACTADD",
                                              "ONCRMCONTACTUPDATE",
                                              "ONCRMCONTACTDELETE",
                                              "ONCRMREQUISITEADD",
                                              "ONCRMREQUISITEUPDATE",
                                              "ONCRMREQUISITEDELETE",
                                              "ONCRMDYNAMICITEMADD",
                                              "ONCRMDYNAMICITEMUPDATE",
                                              "ONCRMDYNAMICITEMDELETE",
                                              "ONCRMTYPEADD",
                                              "ONCRMTYPEUPDATE",
                                              "ONCRMTYPEDELETE",
                                              "ONCRMTIMELINECOMMENTADD",
                                              "ONCRMTIMELINECOMMENTUPDATE",
                                              "ONCRMTIMELINECOMMENTDELETE",
                                              "ONCRMACTIVITYADD",
                                              "ONCRMACTIVITYUPDATE",
                                              "ONCRMACTIVITYDELETE",
                                              "ONTASKADD",
                                              "ONTASKUPDATE",
                                              "ONTASKDELETE",
                                              "ONUSERADD"};

const std::vector<std::string> app_events{
    "ONCRMDEALMOVETOCATEGORY", "ONAPPINSTALL",   "ONAPPUNINSTALL", "ONAPPUPDATE", "ONAPPPAYMENT",
    "ONAPPMETHODCONFIRM",      "ONOFFLINEEVENT", "ONAPPTEST"};

bool contains(const std::vector<std::string>& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

bool per_type(const std::string& event) {
  for (const char* base : {"ONCRMDYNAMICITEMADD_", "ONCRMDYNAMICITEMUPDATE_", "ONCRMDYNAMICITEMDELETE_"}) {
    if (event.starts_with(base)) return true;
  }
  return false;
}

}  // namespace

bool Events::known(const std::string& event) {
  return contains(webhook_events, event) || contains(app_events, event) || per_type(event);
}

const std::vector<std::string>& Events::webhook_list() { return webhook_events; }

Result<void> Events::configure(const json::object& settings) {
  for (const auto& member : settings) {
    const std::string key(member.key());
    const json::value& v = member.value();
    if (key == "delay") {
      const std::string range = text_of(v);
      const auto dots = range.find("..");
      const auto low = parse_duration(range.substr(0, dots));
      const auto high = parse_duration(dots == std::string::npos ? range : range.substr(dots + 2));
      if (!low) return low.error();
      if (!high) return high.error();
      delay_low_ = *low;
      delay_high_ = *high;
    } else if (key == "drop" || key == "duplicate" || key == "reorder") {
      if (!v.is_number()) return control_error("events." + key + " must be a number 0..1");
      (key == "drop" ? drop_ : key == "duplicate" ? duplicate_ : reorder_) = v.to_number<double>();
    } else if (key == "parallel") {
      parallel_ = std::max<std::int64_t>(1, int_of(v).value_or(1));
    } else if (key == "timeout_ms") {
      timeout_ = Duration(int_of(v).value_or(10'000));
    } else if (key == "allow_app_events") {
      allow_app_events_ = truthy(v);
    } else if (key != "handlers") {
      return control_error("events: unknown key \"" + key + "\"");
    }
  }
  return {};
}

Result<json::value> Events::subscribe(const json::object& request, const std::string& default_token) {
  Subscription to;
  json::object knobs;
  for (const auto& member : request) {
    const std::string key(member.key());
    if (key != "url" && key != "events" && key != "token") knobs[key] = member.value();
  }
  if (const auto ok = configure(knobs); !ok) return ok.error();
  to.url = text_of(request, "url");
  const auto url = net::Url::parse(to.url);
  if (!url) return control_error("url is not an absolute http(s) URL");
  to.token = text_of(request, "token", default_token);
  const json::value* wanted = request.if_contains("events");
  json::array events;
  if (wanted != nullptr && wanted->is_array()) events = wanted->get_array();
  if (wanted != nullptr && wanted->is_string()) events.push_back(*wanted);
  for (const json::value& one : events) {
    const std::string event = text::to_upper_ascii(text_of(one));
    if (event == "*") {
      to.events.insert(to.events.end(), webhook_events.begin(), webhook_events.end());
      continue;
    }
    if (!known(event)) return control_error("no such event: " + event);
    if (contains(app_events, event) && !allow_app_events_) {
      return control_error(event + " is not in the list of an outgoing webhook (only an application can bind it)");
    }
    to.events.push_back(event);
  }
  if (to.events.empty()) to.events = webhook_events;
  to.id = next_id_;
  next_id_ += 2;
  // The same address again is an edit of that webhook, as in the portal's form.
  std::erase_if(subscriptions_, [&](const Subscription& old) { return old.url == to.url; });
  subscriptions_.push_back(to);
  return json::value{{"id", to.id}, {"events", static_cast<std::int64_t>(to.events.size())}, {"token", to.token}};
}

void Events::raise(const std::string& event, const net::FormPairs& data) {
  for (const Subscription& to : subscriptions_) {
    if (!contains(to.events, event)) continue;
    if (env_.rng().chance(drop_)) {
      ++dropped_;
      continue;
    }
    const int copies = env_.rng().chance(duplicate_) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      Duration delay(env_.rng().between(delay_low_.count(), delay_high_.count()));
      if (env_.rng().chance(reorder_)) delay += Duration(env_.rng().between(50, 2000));
      Delivery delivery{to, event, data};
      if (delay.count() == 0)
        enqueue(std::move(delivery));
      else
        env_.scheduler().after(delay, [this, delivery] { enqueue(delivery); });
    }
  }
}

void Events::enqueue(Delivery delivery) {
  queue_.push_back(std::move(delivery));
  if (running_ >= parallel_) return;
  ++running_;
  env_.spawn(worker());
}

boost::asio::awaitable<void> Events::worker() {
  while (!queue_.empty()) {
    Delivery next = std::move(queue_.front());
    queue_.pop_front();
    co_await deliver(std::move(next));
  }
  --running_;
}

boost::asio::awaitable<void> Events::deliver(Delivery delivery) {
  net::FormPairs form{{"event", delivery.event}, {"event_handler_id", std::to_string(delivery.to.id)}};
  for (const auto& [name, value] : delivery.data) form.emplace_back("data" + name, value);
  form.emplace_back("ts", std::to_string(to_epoch_ms(env_.now()) / 1000));
  form.emplace_back("auth[domain]", identity_.domain);
  form.emplace_back("auth[client_endpoint]", identity_.client_endpoint);
  form.emplace_back("auth[server_endpoint]", identity_.server_endpoint);
  form.emplace_back("auth[member_id]", identity_.member_id);
  form.emplace_back("auth[application_token]", delivery.to.token);

  net::Request request;
  request.method = "POST";
  request.url = delivery.to.url;
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("User-Agent", "Bitrix24 Webhook Engine");
  request.body = net::encode_form(form);
  net::CallOptions options;
  options.deadline = std::chrono::steady_clock::now() + timeout_;
  const auto answer = co_await env_.client().send(std::move(request), options);

  json::object row{{"event", delivery.event}, {"url", delivery.to.url}};
  for (const auto& [name, value] : delivery.data) row[name] = value;
  const bool fine = answer.has_value() && answer->status >= 200 && answer->status < 300;
  ++(fine ? sent_ : failed_);
  if (answer)
    row["status"] = answer->status;
  else
    row["error"] = answer.error().code;
  log_.push_back(std::move(row));
  if (log_.size() > 500) log_.pop_front();
}

json::object Events::state() const {
  json::array handlers, log;
  for (const Subscription& one : subscriptions_) {
    handlers.push_back({{"id", one.id}, {"url", one.url}, {"events", static_cast<std::int64_t>(one.events.size())}});
  }
  for (const json::object& one : log_) log.push_back(one);
  return {{"handlers", std::move(handlers)},
          {"delivered", sent_},
          {"failed", failed_},
          {"dropped", dropped_},
          {"waiting", static_cast<std::int64_t>(queue_.size())},
          {"latest", std::move(log)}};
}

}  // namespace sedlink::sim::b24
