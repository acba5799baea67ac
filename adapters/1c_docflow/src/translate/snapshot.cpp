#include "translate/snapshot.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"
#include "translate/dates.hpp"

namespace sedlink::onec_docflow {
namespace {

Outcome outcome_of(Verdict v) {
  switch (v) {
    case Verdict::approved: return Outcome::approved;
    case Verdict::approved_with_remarks: return Outcome::approved_with_remarks;
    case Verdict::rejected: return Outcome::rejected;
    default: return Outcome::unknown;
  }
}

// A complex process has no result of its own: its last steps that had one tell. Steps that ran side by side are all
// last ones, and the worst of them counts; a step that began after another had ended supersedes it.
Verdict last_child_verdict(const std::vector<ProcessFacts>& children) {
  Verdict worst = Verdict::none;
  for (const ProcessFacts& c : children) {
    if (c.result == Verdict::none) continue;
    const bool superseded = std::any_of(children.begin(), children.end(), [&](const ProcessFacts& later) {
      return later.result != Verdict::none && c.ended_at && later.started_at && &later != &c &&
             *later.started_at >= *c.ended_at;
    });
    if (superseded) continue;
    if (worst == Verdict::none || c.result == Verdict::rejected ||
        (c.result == Verdict::approved_with_remarks && worst == Verdict::approved))
      worst = c.result;
  }
  return worst;
}

Outcome completed_outcome(const SnapshotParts& parts) {
  const ProcessKind* kind = process_kind_of_type(parts.process.type);
  if (parts.process.result != Verdict::none) return outcome_of(parts.process.result);
  if (const Verdict mark = verdict_of_mark(parts.process.header.mark); mark != Verdict::none) return outcome_of(mark);
  if (const Verdict child = last_child_verdict(parts.children); child != Verdict::none) return outcome_of(child);
  // Ознакомление, Исполнение … know no verdict: done is done. A class with a verdict but without one is a riddle.
  return kind != nullptr && !kind->has_verdict ? Outcome::approved : Outcome::unknown;
}

ProcessState process_state(const ProcessHeader& h) {
  if (h.state == "Прерван" || h.mark == "Interrupted") return ProcessState::interrupted;
  if (h.completed.value_or(false)) return ProcessState::completed;
  if (h.state == "Остановлен" || h.mark == "Stopped") return ProcessState::paused;
  if (!h.started.value_or(false)) {
    return h.mark == "StartCanceled" || h.mark == "ExecutionCanceled" ? ProcessState::failed_start
                                                                      : ProcessState::queued;
  }
  return ProcessState::running;
}

void add_stage(std::vector<OpenStage>& stages, StageKind kind, const std::string& name) {
  OpenStage stage;
  stage.kind = kind;
  stage.name = name;
  if (std::find(stages.begin(), stages.end(), stage) == stages.end()) stages.push_back(std::move(stage));
}

// Performers of the present round that were not asked yet. A redirected task has another person: then the count
// decides.
void add_not_asked(Snapshot& s, const std::vector<Participant>& performers, bool round_over) {
  std::size_t asked = 0;
  std::vector<std::string> ids;
  for (const Participant& p : s.participants) {
    if (p.round != s.round || p.stage == StageKind::rework) continue;
    ++asked;
    ids.push_back(p.person.id);
  }
  std::size_t left = performers.size() > asked ? performers.size() - asked : 0;
  for (const Participant& p : performers) {
    if (left == 0) break;
    if (!p.person.id.empty() && std::find(ids.begin(), ids.end(), p.person.id) != ids.end()) continue;
    Participant waiting = p;
    waiting.round = s.round;
    waiting.state = round_over ? ParticipantState::skipped : ParticipantState::waiting;
    s.participants.push_back(std::move(waiting));
    --left;
  }
}

void read_open_work(const SnapshotParts& parts, Snapshot& s) {
  bool checkup_open = false;
  for (const TaskFact& t : parts.tasks) {
    if (!t.open) continue;
    const bool signing = parts.process.signing && t.participant.stage == StageKind::confirmation;
    add_stage(s.stages, signing ? StageKind::signing : t.participant.stage, t.participant.stage_name);
    if (!t.checkup) continue;
    checkup_open = true;
    AuthorDecision decision;
    decision.round_verdict = t.round_verdict != Verdict::none ? t.round_verdict : parts.process.result;
    decision.author = t.participant.person;
    decision.ours = !parts.integration_user.empty() && t.participant.person.id == parts.integration_user;
    decision.task_id = t.ref;
    decision.round = t.participant.round;
    s.author_decision = std::move(decision);
  }
  add_not_asked(s, parts.process.performers, checkup_open);
}

}  // namespace

ProcessFacts read_process(const Element& process, const TimeZone& zone) {
  ProcessFacts facts;
  facts.header = read_header(process);
  // 2.1 leaves false out of what it fills: in a retrieved process absent means false.
  if (!facts.header.started) facts.header.started = false;
  if (!facts.header.completed) facts.header.completed = false;
  facts.type = process.type.empty() ? object_id(process).type : process.type;
  for (const char* field : {"executionResult", "invitationResult"}) {
    if (facts.result == Verdict::none) facts.result = verdict(process.child(field));
  }
  facts.signing = object_id(process.child("processType")).id == "Подписание";
  facts.deleted = process.flag("deletionMark");
  facts.started_at = read_local(process, "beginDate", zone);
  facts.ended_at = read_local(process, "endDate", zone);
  facts.due = read_local(process, "dueDate", zone);
  const ProcessKind* kind = process_kind_of_type(facts.type);
  for (const Element& e : process.children) {
    if (e.name != "performers" && e.name != "performer") continue;
    Participant p;
    p.person.id = object_id(e.child("user")).id;
    if (!p.person.id.empty()) p.person.name = object_name(e.child("user"));
    if (!object_id(e.child("role")).id.empty()) p.role = object_name(e.child("role"));
    if (p.person.id.empty() && p.role.empty()) continue;
    p.stage = kind == nullptr ? StageKind::other : facts.signing ? StageKind::signing : kind->stage;
    facts.performers.push_back(std::move(p));
  }
  for (const Element* stage : process.all("stages")) {
    const ObjectId id = object_id(stage->child("businessProcess"));
    if (!id.id.empty()) facts.children.push_back(id);
  }
  return facts;
}

Snapshot build_snapshot(const SnapshotParts& parts) {
  Snapshot s;
  s.ref = parts.ref;
  s.asked_at = parts.asked_at;
  s.document = parts.document;
  s.complete = parts.complete;
  s.started_at = parts.process.started_at;
  s.ended_at = parts.process.ended_at;
  if (parts.process.due) s.due = *parts.process.due;
  s.state = process_state(parts.process.header);
  for (const TaskFact& t : parts.tasks) {
    s.round = std::max(s.round, t.participant.round);
    // An executed check-up is no decision of a participant, an open one is somebody's work.
    if (t.checkup && !t.open) continue;
    Participant p = t.participant;
    if (parts.process.signing && p.stage == StageKind::confirmation) p.stage = StageKind::signing;
    s.participants.push_back(std::move(p));
  }
  const bool over = s.state == ProcessState::completed || s.state == ProcessState::interrupted;
  if (over) {
    // What is open after the end is a notice to the author or will never be done.
    std::erase_if(s.participants, [](const Participant& p) {
      return p.stage == StageKind::rework && p.state == ParticipantState::working;
    });
    for (Participant& p : s.participants) {
      if (p.state == ParticipantState::working) p.state = ParticipantState::skipped;
    }
  }
  switch (s.state) {
    case ProcessState::completed: s.outcome = completed_outcome(parts); break;
    case ProcessState::interrupted:
      s.outcome = Outcome::interrupted;
      s.ended_how = "процесс прерван в 1С";
      break;
    case ProcessState::queued: add_stage(s.stages, StageKind::queued, "Ожидает старта"); break;
    case ProcessState::paused: add_stage(s.stages, StageKind::paused, "Остановлен"); break;
    case ProcessState::failed_start: s.ended_how = "1С не смогла запустить процесс в фоне"; break;
    default: read_open_work(parts, s); break;
  }
  if ((parts.document_deleted || parts.process.deleted) && !over) {
    s.state = ProcessState::deleted;
    s.outcome = Outcome::interrupted;
    s.ended_how = parts.process.deleted ? "процесс помечен на удаление в 1С" : "документ помечен на удаление в 1С";
    s.stages.clear();
    s.author_decision.reset();
  }
  if (!s.complete) s.outcome.reset();
  return s;
}

}  // namespace sedlink::onec_docflow
