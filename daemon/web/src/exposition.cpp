#include "exposition.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace sedlink::web {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<std::pair<std::string, std::string>>;

class Families {
 public:
  void counter(const std::string& name, const std::string& help, double value, const Labels& labels = {}) {
    ClientMetric m = labelled(labels);
    m.counter.value = value;
    family(name, help, MetricType::Counter).metric.push_back(std::move(m));
  }
  void gauge(const std::string& name, const std::string& help, double value, const Labels& labels = {}) {
    ClientMetric m = labelled(labels);
    m.gauge.value = value;
    family(name, help, MetricType::Gauge).metric.push_back(std::move(m));
  }
  [[nodiscard]] std::string text() const { return prometheus::TextSerializer().Serialize(all_); }

 private:
  static ClientMetric labelled(const Labels& labels) {
    ClientMetric m;
    for (const auto& [name, value] : labels) m.label.push_back(ClientMetric::Label{name, value});
    return m;
  }
  MetricFamily& family(const std::string& name, const std::string& help, MetricType type) {
    for (auto& f : all_)
      if (f.name == name) return f;
    MetricFamily f;
    f.name = name;
    f.help = help;
    f.type = type;
    all_.push_back(std::move(f));
    return all_.back();
  }
  std::vector<MetricFamily> all_;
};

double number(std::uint64_t v) { return static_cast<double>(v); }
double number(std::int64_t v) { return static_cast<double>(v); }

}  // namespace

std::string exposition(const engine::Counters& c, const std::vector<engine::ConnectionHealth>& health,
                       const store::Counts* counts, const std::string& version, Time now,
                       const std::vector<std::pair<std::string, std::vector<api::Measure>>>& measures,
                       const std::vector<api::Measure>& own) {
  Families f;
  f.gauge("sedlink_build_info", "Version of the running daemon", 1, {{"version", version}});
  f.counter("sedlink_deliveries_total", "Webhook deliveries answered", number(c.deliveries_accepted),
            {{"result", "accepted"}});
  f.counter("sedlink_deliveries_total", "Webhook deliveries answered", number(c.deliveries_refused),
            {{"result", "refused"}});
  f.counter("sedlink_deliveries_coalesced_total", "Deliveries that joined an unread inbox row",
            number(c.deliveries_coalesced));
  f.counter("sedlink_deliveries_ignored_total", "Deliveries that concern no mapping", number(c.deliveries_ignored));
  f.counter("sedlink_notices_total", "Notifications of EDMS taken", number(c.notices_accepted));
  f.counter("sedlink_notices_unknown_total", "Processes and documents they named that are not followed here",
            number(c.notices_unknown));
  f.counter("sedlink_items_read_total", "CRM items read", number(c.items_read));
  f.counter("sedlink_item_reads_total", "Read calls to the CRM", number(c.read_calls));
  for (const auto& [kind, n] : c.effects_done)
    f.counter("sedlink_effects_total", "Effects carried out", number(n), {{"kind", kind}, {"result", "done"}});
  for (const auto& [kind, n] : c.effects_failed)
    f.counter("sedlink_effects_total", "Effects carried out", number(n), {{"kind", kind}, {"result", "failed"}});
  f.counter("sedlink_incidents_total", "Effects that stopped and wait for a person", number(c.incidents));
  f.counter("sedlink_polls_total", "Polls of the EDMS", number(c.polls));
  f.counter("sedlink_polled_processes_total", "Processes asked about", number(c.polled_processes));
  f.counter("sedlink_sweeps_total", "Reads of the CRM's log of stage moves", number(c.sweeps));
  f.counter("sedlink_swept_moves_total", "Stage moves the sweep found first", number(c.swept_moves));
  for (const auto& [outcome, n] : c.outcomes)
    f.counter("sedlink_outcomes_total", "Processes that ended", number(n), {{"outcome", outcome}});
  f.counter("sedlink_results_total", "Result files delivered", number(c.results_delivered));
  f.counter("sedlink_results_present_total", "Result files that were there already", number(c.results_already_there));
  for (const auto& h : health) {
    const Labels labels{{"connection", h.name}, {"side", h.side}};
    f.gauge("sedlink_connection_up", "1 while calls succeed", h.failures == 0 ? 1 : 0, labels);
    f.gauge("sedlink_connection_paused", "1 = unauthorized, a person must act", h.paused ? 1 : 0, labels);
    f.gauge("sedlink_connection_breaker_open", "1 while nobody calls it", h.open ? 1 : 0, labels);
    if (h.last_notice)
      f.gauge("sedlink_connection_last_notice_timestamp_seconds", "When its last notification came",
              static_cast<double>(h.last_notice->time_since_epoch().count()) / 1000, labels);
    if (h.side == "edms") f.gauge("sedlink_connection_push", "1 = it sends us notifications", h.push ? 1 : 0, labels);
    const double seconds = h.failing_since ? std::chrono::duration<double>(now - *h.failing_since).count() : 0;
    f.gauge("sedlink_connection_failing_seconds", "Since when every call fails", seconds, labels);
  }
  const auto measure = [&f](const api::Measure& m, Labels labels) {
    labels.insert(labels.end(), m.labels.begin(), m.labels.end());
    if (m.counter)
      f.counter("sedlink_" + m.name, m.help, m.value, labels);
    else
      f.gauge("sedlink_" + m.name, m.help, m.value, labels);
  };
  for (const auto& [connection, list] : measures)
    for (const auto& m : list) measure(m, {{"connection", connection}});
  for (const auto& m : own) measure(m, {});
  f.gauge("sedlink_store_up", "1 while the store answers", counts != nullptr ? 1 : 0);
  if (counts != nullptr) {
    f.gauge("sedlink_inbox_rows", "Inbox rows", number(counts->inbox_new), {{"state", "unread"}});
    f.gauge("sedlink_inbox_rows", "Inbox rows", number(counts->inbox_reading), {{"state", "reading"}});
    f.gauge("sedlink_outbox_effects", "Effects in the outbox", number(counts->effects_pending), {{"state", "pending"}});
    f.gauge("sedlink_outbox_effects", "Effects in the outbox", number(counts->effects_in_flight),
            {{"state", "in_flight"}});
    f.gauge("sedlink_incidents_open", "Effects that wait for a person", number(counts->effects_incident));
    f.gauge("sedlink_processes", "Process instances", number(counts->instances_running), {{"state", "running"}});
    f.gauge("sedlink_processes", "Process instances", number(counts->instances_ended), {{"state", "ended"}});
    f.gauge("sedlink_processes_waiting_for_data", "Running ones that were refused: a card or a mapping is to be cured",
            number(counts->instances_waiting));
  }
  return f.text();
}

}  // namespace sedlink::web
