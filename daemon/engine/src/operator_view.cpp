#include "operator_view.hpp"

#include "sedlink/process/effect.hpp"

namespace sedlink::engine {
namespace {

// The card's title as last seen.
std::string title_of(const store::InstanceRow& row) {
  const auto state = json::parse(row.state);
  const json::value* card = state.has_value() ? json::find(state.value(), "card") : nullptr;
  return card == nullptr ? std::string() : json::text(*card, "title");
}

const char* status_name(store::EffectStatus s) {
  switch (s) {
    case store::EffectStatus::pending: return "pending";
    case store::EffectStatus::in_flight: return "in_flight";
    case store::EffectStatus::done: return "done";
    case store::EffectStatus::incident: return "incident";
    case store::EffectStatus::skipped: return "skipped";
  }
  return "?";
}

}  // namespace

json::value time_text(const std::optional<Time>& t) { return t ? json::value(to_iso8601(*t)) : json::value(nullptr); }

json::object to_object(const store::InstanceRow& row) {
  return json::object{{"id", row.id},
                      {"mapping", row.mapping},
                      {"item", to_string(row.item)},
                      {"title", title_of(row)},
                      {"launch", row.launch_no},
                      {"phase", row.phase},
                      {"stage", row.stage},
                      {"holders", row.holders},
                      {"outcome", row.outcome},
                      {"process", row.process_id},
                      {"started", to_iso8601(row.created_at)},
                      {"updated", to_iso8601(row.updated_at)},
                      {"next_poll", time_text(row.next_poll_at)}};
}

json::object to_object(const store::EffectRow& row) {
  std::string words = row.kind;
  const auto payload = json::parse(row.payload);
  if (payload.has_value()) words = process::describe(process::effect_from_json(payload.value()).action);
  return json::object{{"id", row.id},
                      {"instance", row.instance},
                      {"kind", row.kind},
                      {"what", words},
                      {"status", status_name(row.status)},
                      {"doubtful", row.doubtful},
                      {"attempts", row.attempts},
                      {"due", to_iso8601(row.due_at)},
                      {"error", row.last_error}};
}

json::array signatures_of(const json::value& state, const TimeZone& zone) {
  json::array out;
  const json::value* kept = json::find(state, "signatures");
  if (kept == nullptr) return out;
  const process::SignatureCheck check = process::signature_check_from_json(*kept);
  for (const auto& s : check.signatures) {
    json::object one{{"file", s.file},
                     {"name", s.name},
                     {"status", to_string(s.standing)},
                     {"codes", json::from_texts(s.codes)},
                     {"reasons", json::from_texts(process::reasons(s))},
                     {"lines", json::from_texts(process::lines(s, zone))},
                     {"file_sha256", s.file_sha256},
                     {"checked", time_text(check.at)},
                     {"trust", check.trust}};
    if (const auto verdict = json::parse(s.verdict)) one["verdict"] = verdict.value();
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace sedlink::engine
