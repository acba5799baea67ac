#include <algorithm>
#include <array>
#include <map>

#include "sedlink/core/text.hpp"
#include "sedlink/process/step.hpp"

namespace sedlink::process {
namespace {

std::optional<Value> find(const Fields& fields, std::string_view name) {
  const auto it = fields.find(name);
  if (it == fields.end()) return std::nullopt;
  return it->second;
}

Value::List list_of(const std::vector<std::string>& texts) { return Value::List(texts.begin(), texts.end()); }

Value due_value(const Due& due) {
  if (const auto* t = std::get_if<Time>(&due)) return *t;
  if (const auto* t = std::get_if<DueText>(&due)) return *t;
  return {};
}

// The earliest due of those who hold the document, else the process's own.
Value due_of(const Instance& in) {
  if (!in.last || in.outcome) return {};
  std::optional<Time> earliest;
  Value as_text;
  for (const auto& p : in.last->participants) {
    if (p.state != ParticipantState::working) continue;
    if (const auto* t = std::get_if<Time>(&p.due)) earliest = earliest ? std::min(*earliest, *t) : *t;
    if (const auto* t = std::get_if<DueText>(&p.due)) as_text = *t;
  }
  if (earliest) return *earliest;
  if (!as_text.empty()) return as_text;
  return due_value(in.last->due);
}

std::string name_of(const OpenStage& stage) {
  return stage.kind == StageKind::other ? stage.name : std::string(russian_name(stage.kind));
}

std::optional<Value> item_value(const Instance& in, std::string_view name) {
  const Item& c = in.card;
  if (name == "id") return Value(c.ref.id);
  if (name == "title") return Value(c.title);
  if (name == "url") return Value(c.url);
  if (name == "stageId") return Value(c.stage);
  if (name == "categoryId") return Value(c.category);
  if (name == "assignedById") return Value(c.assigned_by);
  if (name == "companyId") return Value(c.company_id);
  return find(c.fields, name);
}

std::optional<Value> process_value(const Instance& in, std::string_view name) {
  if (name == "stage") return Value(stage_text(in));
  if (name == "step") return in.last && !in.last->stages.empty() ? Value(in.last->stages.front().name) : Value();
  if (name == "stages") {
    Value::List names;
    if (in.last && !in.outcome)
      for (const auto& s : in.last->stages) names.emplace_back(name_of(s));
    return Value(std::move(names));
  }
  if (name == "holders") return Value(list_of(holders(in)));
  if (name == "due") return due_of(in);
  if (name == "url")
    return in.process && !in.process->url.empty() ? Value(in.process->url)
           : in.document                          ? Value(in.document->url)
                                                  : Value();
  if (name == "id") return in.process ? Value(in.process->id) : Value();
  if (name == "remarks") return Value(list_of(remarks(in)));
  if (name == "comment") {
    const auto all = remarks(in);
    return all.empty() ? Value() : Value(all.front());
  }
  if (name == "outcome") return in.outcome ? Value(russian_name(*in.outcome)) : Value();
  if (name == "round") return in.last ? Value(in.last->round) : Value();
  if (name == "author")
    return in.last && in.last->author_decision ? Value(in.last->author_decision->author.name) : Value();
  if (name == "started") return in.last && in.last->started_at ? Value(*in.last->started_at) : Value();
  if (name == "ended") return in.ended_at && in.outcome ? Value(*in.ended_at) : Value();
  if (name == "reason") return in.last ? Value(in.last->ended_how) : Value();
  if (name == "launch_no") return Value(in.launch_no);
  return std::nullopt;
}

std::optional<Value> document_value(const Instance& in, std::string_view name) {
  if (name == "id") return in.document ? Value(in.document->id) : Value();
  if (name == "url") return in.document ? Value(in.document->url) : Value();
  if (name == "signatures") return Value(list_of(short_lines(in.signatures)));
  if (name == "signatures_verdict") {
    const auto standing = overall(in.signatures);
    return standing ? Value(plural_name(*standing)) : Value();
  }
  if (!in.last) return Value();
  if (name == "number") return Value(in.last->document.number);
  if (name == "state") return Value(in.last->document.state);
  if (name == "date") return in.last->document.date ? Value(*in.last->document.date) : Value();
  return std::nullopt;
}

// participant.*: the first of those who hold the document, else the one who decided last.
std::optional<Value> participant_value(const Instance& in, std::string_view name) {
  const Participant* who = nullptr;
  for (const auto& p : in.seen) {
    if (p.state == ParticipantState::working) {
      who = &p;
      break;
    }
    if (p.decided_at && (who == nullptr || !who->decided_at || *who->decided_at < *p.decided_at)) who = &p;
  }
  if (who == nullptr) return Value();
  if (name == "name") return Value(who->person.name);
  if (name == "role") return Value(who->role);
  if (name == "stage") return Value(who->stage_name);
  if (name == "result") return Value(russian_name(who->verdict));
  if (name == "comment") return Value(who->comment);
  if (name == "due") return due_value(who->due);
  return std::nullopt;
}

}  // namespace

std::vector<std::string> holders(const Instance& in) {
  std::vector<std::string> names;
  if (!in.last || in.outcome) return names;
  for (const auto& p : in.last->participants)
    if (p.state == ParticipantState::working && std::find(names.begin(), names.end(), p.person.name) == names.end())
      names.push_back(p.person.name);
  return names;
}

std::vector<std::string> remarks(const Instance& in) {
  // Each step of a route counts its rounds for itself.
  std::map<std::pair<StageKind, std::string>, int> last_round;
  for (const auto& p : in.seen)
    if (p.verdict != Verdict::none) {
      int& last = last_round[{p.stage, p.stage_name}];
      last = std::max(last, p.round);
    }
  std::vector<std::string> out;
  for (const auto& p : in.seen) {
    const auto last = last_round.find({p.stage, p.stage_name});
    if (last == last_round.end() || p.round != last->second) continue;
    if (p.verdict != Verdict::rejected && p.verdict != Verdict::approved_with_remarks) continue;
    const bool silent = text::trim(p.comment).empty();
    if (silent && p.verdict == Verdict::approved_with_remarks) continue;
    out.push_back(p.person.name + ": " + (silent ? std::string("не согласовано") : p.comment));
  }
  return out;
}

std::string stage_text(const Instance& in) {
  if (in.outcome) return russian_name(*in.outcome);
  if (in.last) {
    if (in.last->state == ProcessState::paused) return russian_name(StageKind::paused);
    if (in.last->state == ProcessState::failed_start) return "Не запустился";
    if (!in.last->stages.empty()) return name_of(in.last->stages.front());
    if (in.last->state == ProcessState::queued) return russian_name(StageKind::queued);
  }
  if (in.phase == Phase::waiting_for_data) return "Ждёт данных";
  if (is_active(in.phase)) return in.phase == Phase::running ? "На согласовании" : "Отправляется";
  return {};
}

mapping::Scope make_scope(const Instance& in, const TimeZone&) {
  return [&in](std::string_view path) -> std::optional<Value> {
    const auto dot = path.find('.');
    const std::string_view root = path.substr(0, dot);
    const std::string_view name = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    if (root == "item") return item_value(in, name);
    if (root == "company") return find(in.card.company, name);
    if (root == "contact") return find(in.card.contact, name);
    if (root == "requisite") return find(in.card.company, "requisite." + std::string(name));
    if (root == "process") return process_value(in, name);
    if (root == "document") return document_value(in, name);
    if (root == "participant") return participant_value(in, name);
    return std::nullopt;
  };
}

}  // namespace sedlink::process
