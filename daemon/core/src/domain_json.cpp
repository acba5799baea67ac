#include "sedlink/core/domain.hpp"
#include "sedlink/core/json.hpp"

namespace sedlink {
namespace {

json::value due_to_json(const Due& due) {
  if (const auto* t = std::get_if<Time>(&due)) return to_epoch_ms(*t);
  if (const auto* t = std::get_if<DueText>(&due)) return json::value(t->text);
  return nullptr;
}

Due due_from_json(const json::value* v) {
  if (v == nullptr) return {};
  if (v->is_int64()) return from_epoch_ms(v->get_int64());
  if (v->is_string()) return DueText{std::string(v->get_string())};
  return {};
}

template <class E>
E enumerator(const json::value& v, std::string_view key, E otherwise) {
  return static_cast<E>(json::integer(v, key, static_cast<std::int64_t>(otherwise)));
}
template <class E>
json::value number(E e) {
  return static_cast<std::int64_t>(e);
}

json::value to_json(const Person& p) { return json::object{{"id", p.id}, {"name", p.name}, {"email", p.email}}; }
Person person_from_json(const json::value& v) {
  return Person{json::text(v, "id"), json::text(v, "name"), json::text(v, "email")};
}
const json::value& member(const json::value& v, std::string_view key) {
  static const json::value none;
  const json::value* m = json::find(v, key);
  return m == nullptr ? none : *m;
}

}  // namespace

boost::json::value to_json(const ItemRef& r) {
  return json::object{{"connection", r.connection}, {"entity", r.entity}, {"id", r.id}};
}
ItemRef item_ref_from_json(const boost::json::value& v) {
  return ItemRef{json::text(v, "connection"), json::text(v, "entity"), json::text(v, "id")};
}

boost::json::value to_json(const DocumentRef& r) {
  json::object o{{"id", r.id}, {"type", r.type}, {"url", r.url}};
  if (!r.key.empty()) o["key"] = r.key;
  return o;
}
DocumentRef document_ref_from_json(const boost::json::value& v) {
  return DocumentRef{json::text(v, "id"), json::text(v, "type"), json::text(v, "url"), json::text(v, "key")};
}

boost::json::value to_json(const ProcessRef& r) {
  return json::object{{"id", r.id}, {"type", r.type}, {"url", r.url}, {"document", to_json(r.document)}};
}
ProcessRef process_ref_from_json(const boost::json::value& v) {
  return ProcessRef{json::text(v, "id"), json::text(v, "type"), json::text(v, "url"),
                    document_ref_from_json(member(v, "document"))};
}

boost::json::value to_json(const Participant& p) {
  return json::object{{"person", to_json(p.person)},
                      {"role", p.role},
                      {"position", p.position},
                      {"stage", number(p.stage)},
                      {"stage_name", p.stage_name},
                      {"round", p.round},
                      {"state", number(p.state)},
                      {"verdict", number(p.verdict)},
                      {"comment", p.comment},
                      {"since", json::from_time(p.since)},
                      {"decided_at", json::from_time(p.decided_at)},
                      {"due", due_to_json(p.due)}};
}

Participant participant_from_json(const boost::json::value& v) {
  Participant p;
  p.person = person_from_json(member(v, "person"));
  p.role = json::text(v, "role");
  p.position = json::text(v, "position");
  p.stage = enumerator(v, "stage", StageKind::other);
  p.stage_name = json::text(v, "stage_name");
  p.round = static_cast<int>(json::integer(v, "round", 1));
  p.state = enumerator(v, "state", ParticipantState::waiting);
  p.verdict = enumerator(v, "verdict", Verdict::none);
  p.comment = json::text(v, "comment");
  p.since = json::time(v, "since");
  p.decided_at = json::time(v, "decided_at");
  p.due = due_from_json(json::find(v, "due"));
  return p;
}

boost::json::value to_json(const Snapshot& s) {
  json::array stages;
  for (const auto& stage : s.stages) stages.push_back(json::object{{"kind", number(stage.kind)}, {"name", stage.name}});
  json::value decision = nullptr;
  if (s.author_decision) {
    const auto& d = *s.author_decision;
    decision = json::object{{"verdict", number(d.round_verdict)},
                            {"author", to_json(d.author)},
                            {"ours", d.ours},
                            {"task_id", d.task_id},
                            {"round", d.round}};
  }
  return json::object{{"ref", to_json(s.ref)},
                      {"asked_at", to_epoch_ms(s.asked_at)},
                      {"state", number(s.state)},
                      {"outcome", s.outcome ? number(*s.outcome) : json::value(nullptr)},
                      {"ended_how", s.ended_how},
                      {"round", s.round},
                      {"stages", std::move(stages)},
                      {"participants", json::from_list(s.participants)},
                      {"author_decision", std::move(decision)},
                      {"started_at", json::from_time(s.started_at)},
                      {"ended_at", json::from_time(s.ended_at)},
                      {"due", due_to_json(s.due)},
                      {"document", json::object{{"state", s.document.state},
                                                {"number", s.document.number},
                                                {"date", json::from_time(s.document.date)}}},
                      {"complete", s.complete}};
}

Snapshot snapshot_from_json(const boost::json::value& v) {
  Snapshot s;
  s.ref = process_ref_from_json(member(v, "ref"));
  s.asked_at = json::time(v, "asked_at").value_or(Time{});
  s.state = enumerator(v, "state", ProcessState::running);
  if (const json::value* o = json::find(v, "outcome"); o != nullptr && o->is_int64())
    s.outcome = static_cast<Outcome>(o->get_int64());
  s.ended_how = json::text(v, "ended_how");
  s.round = static_cast<int>(json::integer(v, "round", 1));
  for (const auto& stage : json::list(v, "stages"))
    s.stages.push_back(OpenStage{enumerator(stage, "kind", StageKind::other), json::text(stage, "name")});
  for (const auto& p : json::list(v, "participants")) s.participants.push_back(participant_from_json(p));
  if (const json::value* d = json::find(v, "author_decision"); d != nullptr && d->is_object()) {
    AuthorDecision decision;
    decision.round_verdict = enumerator(*d, "verdict", Verdict::none);
    decision.author = person_from_json(member(*d, "author"));
    decision.ours = json::boolean(*d, "ours");
    decision.task_id = json::text(*d, "task_id");
    decision.round = static_cast<int>(json::integer(*d, "round", 1));
    s.author_decision = std::move(decision);
  }
  s.started_at = json::time(v, "started_at");
  s.ended_at = json::time(v, "ended_at");
  s.due = due_from_json(json::find(v, "due"));
  const json::value& document = member(v, "document");
  s.document.state = json::text(document, "state");
  s.document.number = json::text(document, "number");
  s.document.date = json::time(document, "date");
  s.complete = json::boolean(v, "complete", true);
  return s;
}

}  // namespace sedlink
