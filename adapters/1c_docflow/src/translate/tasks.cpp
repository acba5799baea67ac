#include "sedlink/core/text.hpp"
#include "translate/dates.hpp"
#include "translate/snapshot.hpp"

namespace sedlink::onec_docflow {
namespace {

// Route points of classes with a verdict are told apart by the task's class; a bare task only by its step.
bool is_checkup(const Element& task, const ProcessKind* owner) {
  if (owner == nullptr || !owner->has_verdict) return false;
  const std::string type = task.type.empty() ? object_id(task).type : task.type;
  if (type.ends_with("TaskCheckup")) return true;
  return type == "DMBusinessProcessTask" && text::fold(task.text_of("businessProcessStep")).starts_with("ознаком");
}

Verdict task_verdict(const Element& task) {
  for (const char* field : {"approvalResult", "confirmationResult", "registrationResult", "invitationResult"}) {
    if (const Verdict v = verdict(task.child(field)); v != Verdict::none) return v;
  }
  return Verdict::none;
}

void read_person(const Element& task, Participant& p) {
  const Element* performer = task.child("performer");
  if (performer == nullptr) return;
  if (const Element* user = performer->child("user"); !object_id(user).id.empty()) {
    p.person.id = object_id(user).id;
    p.person.name = object_name(user);
  }
  if (const Element* role = performer->child("role"); !object_id(role).id.empty()) p.role = object_name(role);
}

}  // namespace

std::vector<TaskFact> read_tasks(const Element& list_answer, std::string_view owner, const std::string& owner_name,
                                 const TimeZone& zone) {
  const ProcessKind* kind = process_kind_of_type(owner);
  std::vector<TaskFact> facts;
  for (const Element* item : list_answer.all("items")) {
    const Element* task = item->child("object");
    if (task == nullptr || object_id(*task).id.empty()) continue;
    TaskFact fact;
    Participant& p = fact.participant;
    read_person(*task, p);
    fact.checkup = is_checkup(*task, kind);
    p.stage = fact.checkup ? StageKind::rework : kind == nullptr ? StageKind::other : kind->stage;
    p.stage_name = owner_name.empty() ? task->text_of("businessProcessStep") : owner_name;
    p.round = task->number("iterationNumber").value_or(1);
    if (p.round < 1) p.round = 1;
    p.comment = task->text_of("executionComment");
    p.since = read_local(*task, "beginDate", zone);
    if (const auto due = read_local(*task, "dueDate", zone)) p.due = *due;
    const std::string state = object_id(task->child("state")).id;
    const std::string mark(text::trim(task->text_of("executionMark")));
    const bool executed = task->flag("executed");
    // Decided, but 1C writes it down in the background: nobody is asked any more.
    const bool queued = !executed && mark == "ReadyToExecute";
    if (executed || queued) {
      p.state = ParticipantState::done;
      if (executed) p.decided_at = read_local(*task, "endDate", zone);
      if (!fact.checkup) p.verdict = task_verdict(*task);
    } else if (state == "Прерван" || mark == "Interrupted") {
      p.state = ParticipantState::skipped;
    } else {
      p.state = ParticipantState::working;
      fact.open = true;
    }
    if (fact.checkup) fact.round_verdict = task_verdict(*task);
    const ObjectId id = object_id(*task);
    fact.ref = (task->type.empty() ? id.type : task->type) + ':' + id.id;
    facts.push_back(std::move(fact));
  }
  return facts;
}

ObjectId task_id(std::string_view ref) {
  const auto colon = ref.find(':');
  if (colon == std::string_view::npos) return ObjectId(std::string(ref), "DMBusinessProcessTask");
  return ObjectId(std::string(ref.substr(colon + 1)), std::string(ref.substr(0, colon)));
}

DocumentState read_document_state(const Element& document, const TimeZone& zone) {
  DocumentState state;
  state.state = object_name(document.child("status"));
  state.number = document.text_of("regNumber");
  state.date = read_local(document, "regDate", zone);
  return state;
}

}  // namespace sedlink::onec_docflow
