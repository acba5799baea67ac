// Actions of a processing: who is asked, rounds, and the handling of refusals and remarks.
#include <algorithm>

#include "documents.hpp"
#include "processing_engine.hpp"

namespace sedlink::sim::onec_docflow {

TaskAction& ProcessingEngine::new_task(const Processing& processing, const Action& action) {
  TaskAction task;
  task.id = base_.new_id();
  task.number = base_.next_number("task");
  task.processing = processing.id;
  task.action = action.id;
  task.author = processing.began;
  task.description = action.description;
  task.begin = base_.now();
  task.round = action.round;
  const std::string id = task.id;
  return base_.data.task_actions.put(id, std::move(task));
}

void ProcessingEngine::tell(const Processing& processing, const Action& action, const TaskAction& task) {
  const Object& document = *document_of(processing);
  const Xdto* kind = document.fields.find("documentType");
  const std::string person = base_.data.name_of({"DMEmployee", task.performer});
  json::object facts{{"event", "task_opened"},
                     {"stage", task.stage},
                     {"person", person},
                     {"title", document.name},
                     {"template", processing.rule},
                     {"process_type", action.type},
                     {"round", task.round},
                     {"author", base_.data.name_of({"DMEmployee", processing.began})}};
  facts["kind"] = kind != nullptr ? base_.data.name_of({"DMDocumentType", std::string(kind->ref_id())}) : "";
  facts["subject"] =
      json::object{{"process", processing.id}, {"task", task.id}, {"person", person}, {"document", document.ref.id}};
  base_.outside.notice(facts);
}

void ProcessingEngine::start_action(Processing& processing, Action& action) {
  action.state = "Performing";
  start_round(processing, action);
}

void ProcessingEngine::start_round(Processing& processing, Action& action) {
  ++action.round;
  action.state = "Performing";
  action.processor_task.clear();
  for (ActionParticipant& participant : action.participants) {
    participant.state = "InTheExecutionQueue";
    participant.result.clear();
    participant.comment.clear();
    participant.task.clear();
    participant.date.reset();
  }
  const ActionKind& kind = *find_action_kind(action.type);
  set_state(*document_of(processing), kind.family, kind.running, processing.id);
  open_visas(processing, action);
  ask_next(processing, action);
}

bool ProcessingEngine::ask_next(Processing& processing, Action& action) {
  bool asked = false;
  for (ActionParticipant& participant : action.participants) {
    if (participant.state != "InTheExecutionQueue") continue;
    ask(processing, action, participant);
    asked = true;
    if (action.one_by_one) break;
  }
  return asked;
}

void ProcessingEngine::ask(Processing& processing, Action& action, ActionParticipant& participant) {
  const ActionKind& kind = *find_action_kind(action.type);
  TaskAction& task = new_task(processing, action);
  task.participant = participant.id;
  task.performer = participant.employee;
  task.stage = kind.stage;
  task.title = std::string(kind.verb) + " \"" + document_of(processing)->name + "\"";
  if (!participant.row.get("taskDescription").empty()) task.description = participant.row.get("taskDescription");
  const auto exact = base_.from_local(participant.row.get("dueDate"));
  const std::string own_days(participant.row.get("dueDateDays"));
  const int days = own_days.empty() ? action.term_days : std::atoi(own_days.c_str());
  task.due = exact || days == 0 ? exact : std::optional<Time>(base_.now() + std::chrono::hours(24 * days));
  participant.state = "Performing";
  participant.task = task.id;
  tell(processing, action, task);
}

std::string ProcessingEngine::obstacle(const TaskAction& task) const {
  const Processing& processing = *base_.data.processings.find(task.processing);
  if (task.executed || task.queued) return "задача уже выполнена";
  if (task.withdrawn || processing.deleted) return "обработка прервана";
  if (processing.state != "Executing") {
    return "обработка в состоянии \"" + std::string(processing_state_synonym(processing.state)) + "\"";
  }
  return {};
}

void ProcessingEngine::execute(TaskAction& task, Verdict verdict, bool by_service) {
  if (const std::string why = obstacle(task); !why.empty()) {
    throw DmError("Нельзя выполнить задачу \"" + task.title + "\": " + why + ".");
  }
  const ActionKind& kind = *find_action_kind(base_.data.actions.find(task.action)->type);
  const bool refuses = verdict.result == kind.negative || (!kind.remarks.empty() && verdict.result == kind.remarks);
  if (by_service && refuses && base_.settings.comment_required && verdict.comment.empty()) {
    throw DmError("Нельзя выполнить задачу \"" + task.title + "\": не указан комментарий.");
  }
  ++task.version;
  if (!by_service || base_.settings.background_tasks.count() == 0) {
    apply(task, verdict);
    return;
  }
  task.queued = true;
  base_.outside.later(base_.settings.background_tasks, [this, id = task.id, verdict] {
    TaskAction* queued = base_.data.task_actions.find(id);
    if (queued == nullptr || !queued->queued) return;
    queued->queued = false;
    if (obstacle(*queued).empty()) apply(*queued, verdict);
  });
}

void ProcessingEngine::apply(TaskAction& task, const Verdict& verdict) {
  task.executed = true;
  task.end = base_.now();
  task.comment = verdict.comment;
  task.result = verdict.result;
  Processing& processing = *base_.data.processings.find(task.processing);
  Action& action = *base_.data.actions.find(task.action);
  const ActionKind& kind = *find_action_kind(action.type);
  const bool processor = task.participant.empty();
  action.history.push_back({task.participant, task.performer, std::string(processor ? kind.processor : kind.function),
                            task.result, task.comment, *task.end, task.round});
  if (processor) {
    if (task.result == "ReturnForRevision") {
      start_round(processing, action);
    } else {
      complete(processing, action);
    }
    return;
  }
  for (ActionParticipant& participant : action.participants) {
    if (participant.id != task.participant) continue;
    participant.state = "Completed";
    participant.result = task.result;
    participant.comment = task.comment;
    participant.employee = task.performer;
    participant.date = task.end;
  }
  close_visa(action, task);
  const auto of = [&action](std::string_view state) {
    return std::any_of(action.participants.begin(), action.participants.end(),
                       [&](const ActionParticipant& p) { return p.state == state; });
  };
  if (of("Performing")) return;
  const bool refused = std::any_of(action.participants.begin(), action.participants.end(),
                                   [&](const ActionParticipant& p) { return p.result == kind.negative; });
  if (!refused && ask_next(processing, action)) return;
  end_round(processing, action);
}

void ProcessingEngine::end_round(Processing& processing, Action& action) {
  const ActionKind& kind = *find_action_kind(action.type);
  std::string worst(kind.positive);
  for (ActionParticipant& participant : action.participants) {
    if (participant.state == "InTheExecutionQueue")
      participant.state = "Skipped";  // a refused round never reached them
    if (participant.result == kind.negative) worst = kind.negative;
    if (!kind.remarks.empty() && participant.result == kind.remarks && worst != kind.negative) worst = kind.remarks;
  }
  action.result = worst;
  action.date = base_.now();
  const bool refused = worst == kind.negative && !kind.refused.empty();
  Object& document = *document_of(processing);
  if (!refused && kind.type == "DMActionRegistration") {
    if (!document.fields.has("regNumber"))
      document.fields.set("regNumber", Xdto::simple(base_.next_number(document.ref.type)));
    if (!document.fields.has("regDate")) document.fields.set("regDate", Xdto::simple(base_.local(base_.now())));
  }
  set_state(document, kind.family, refused ? kind.refused : kind.done, processing.id);
  if (worst == kind.positive || kind.processor.empty()) {
    complete(processing, action);
  } else {
    process_result(processing, action);
  }
}

std::string ProcessingEngine::processor_of(const Processing& processing) const {
  if (base_.settings.result_processor == "began") return processing.began;
  const Object& document = *document_of(processing);
  const Xdto* responsible = document.fields.find("responsible");
  const Xdto* author = base_.settings.result_processor == "author" ? document.fields.find("author") : nullptr;
  const Xdto* chosen = author != nullptr ? author : responsible;
  return chosen != nullptr ? std::string(chosen->ref_id()) : processing.began;
}

void ProcessingEngine::process_result(Processing& processing, Action& action) {
  action.state = "ProcessingResult";
  TaskAction& task = new_task(processing, action);
  task.stage = "rework";
  task.performer = processor_of(processing);
  task.title = "Обработать результат: " + action.name + " \"" + document_of(processing)->name + "\"";
  action.processor_task = task.id;
  tell(processing, action, task);
}

void ProcessingEngine::complete(Processing& processing, Action& action) {
  const ActionKind& kind = *find_action_kind(action.type);
  action.state = "Completed";
  action.date = base_.now();
  if (action.result == kind.negative && !kind.refused.empty()) {
    finish(processing, true);
    return;
  }
  const std::vector<Action*> actions = actions_of(processing);
  const auto next =
      std::find_if(actions.begin(), actions.end(), [](const Action* a) { return a->state == "InTheExecutionQueue"; });
  if (next != actions.end()) {
    start_action(processing, **next);
    return;
  }
  const bool remarks = std::any_of(actions.begin(), actions.end(),
                                   [](const Action* a) { return a->result != find_action_kind(a->type)->positive; });
  finish(processing, remarks);
}

void ProcessingEngine::finish(Processing& processing, bool negative) {
  for (Action* action : actions_of(processing)) {
    if (action->state == "InTheExecutionQueue") action->state = "Skipped";
  }
  processing.state = "Completed";
  processing.negative = negative;
  processing.end = processing.changed = base_.now();
}

void ProcessingEngine::open_visas(const Processing& processing, const Action& action) {
  if (!base_.settings.visas || action.type != "DMActionApproval") return;
  Object& document = *document_of(processing);
  for (Visa& visa : document.visas) {
    if (visa.date || visa.process == processing.id) visa.history = true;
  }
  for (const ActionParticipant& participant : action.participants) {
    Visa visa;
    visa.id = base_.new_id();
    visa.reviewer = participant.employee;
    visa.added_by = processing.began;
    visa.process = processing.id;
    document.visas.push_back(std::move(visa));
  }
}

void ProcessingEngine::close_visa(const Action& action, const TaskAction& task) {
  if (action.type != "DMActionApproval") return;
  for (Visa& visa : document_of(*base_.data.processings.find(action.processing))->visas) {
    if (visa.process != action.processing || visa.reviewer != task.performer || visa.deleted || visa.history) continue;
    visa.date = task.end;
    visa.result = task.result;
    visa.comment = task.comment;
  }
}

}  // namespace sedlink::sim::onec_docflow
