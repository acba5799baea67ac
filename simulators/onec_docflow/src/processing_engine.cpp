#include "processing_engine.hpp"

#include <algorithm>

#include "documents.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

[[noreturn]] void refuse_start(const std::string& why) {
  throw DmError("Документ не может быть запущен в обработку: " + why);
}

}  // namespace

Object* ProcessingEngine::document_of(const Processing& processing) const {
  return base_.data.object("DMDocument", processing.document);
}

std::vector<Action*> ProcessingEngine::actions_of(const Processing& processing) const {
  std::vector<Action*> found;
  for (const std::string& id : processing.actions) found.push_back(base_.data.actions.find(id));
  return found;
}

Processing* ProcessingEngine::current(const Object& document) const {
  Processing* found = nullptr;
  for (Processing& processing : base_.data.processings) {
    if (processing.document == document.ref.id && !processing.history && !processing.deleted) found = &processing;
  }
  return found;
}

Processing* ProcessingEngine::latest_started(const Object& document) const {
  Processing* found = nullptr;
  for (Processing& processing : base_.data.processings) {
    if (processing.document == document.ref.id && !processing.state.empty() && !processing.deleted) found = &processing;
  }
  return found;
}

std::string ProcessingEngine::state_of_processing(const Object& document) const {
  const Processing* latest = latest_started(document);
  return latest != nullptr ? latest->state : std::string();
}

// A rule of the document's template goes before one of its type.
const ProcessingRule* ProcessingEngine::rule_for(const Object& document) const {
  const auto id_in = [&document](std::string_view property) {
    const Xdto* value = document.fields.find(property);
    return value != nullptr ? std::string(value->ref_id()) : std::string();
  };
  const std::string chosen = id_in("template");
  const std::string type = id_in("documentType");
  for (const ProcessingRule& rule : base_.data.processing_rules) {
    if (!chosen.empty() && rule.template_id == chosen) return &rule;
  }
  for (const ProcessingRule& rule : base_.data.processing_rules) {
    if (std::find(rule.for_types.begin(), rule.for_types.end(), type) != rule.for_types.end()) return &rule;
  }
  return nullptr;
}

Processing& ProcessingEngine::fill(const Object& document) {
  Processing* processing = current(document);
  if (processing != nullptr && (!processing->state.empty() || processing->queued)) {
    throw DmError("Заполнение обработки документа \"" + document.name + "\" не доступно по состоянию.");
  }
  if (processing == nullptr) {
    Processing made;
    made.id = base_.new_id();
    made.document = document.ref.id;
    made.created = made.changed = base_.now();
    const std::string id = made.id;
    processing = &base_.data.processings.put(id, std::move(made));
  }
  processing->actions.clear();
  processing->rule.clear();
  const ProcessingRule* rule = rule_for(document);
  if (rule == nullptr) return *processing;
  processing->rule = rule->name;
  for (const Action& prototype : rule->actions) {
    Action action = prototype;
    action.id = base_.new_id();
    action.processing = processing->id;
    for (ActionParticipant& participant : action.participants) participant.id = base_.new_id();
    processing->actions.push_back(action.id);
    const std::string id = action.id;
    base_.data.actions.put(id, std::move(action));
  }
  return *processing;
}

// Conditions, file roles and filling come before the state (9.3).
void ProcessingEngine::check_start(const Object& document, const Processing& processing) const {
  if (document.deleted) refuse_start("документ помечен на удаление.");
  const Xdto* type_reference = document.fields.find("documentType");
  const Object* type =
      type_reference != nullptr ? base_.data.object("DMDocumentType", type_reference->ref_id()) : nullptr;
  if (type == nullptr) refuse_start("не указан вид документа.");
  for (const Xdto* role_reference : type->fields.all("roles")) {
    const Object* role = base_.data.object("DMFileRole", role_reference->ref_id());
    if (role == nullptr || !role->fields.is_true("required")) continue;
    const std::vector<File*> files = base_.data.files_of(document.ref, false);
    const bool present =
        std::any_of(files.begin(), files.end(), [&](const File* f) { return f->role == role->ref.id; });
    if (!present) refuse_start("нет файла с ролью \"" + role->name + "\".");
  }
  if (processing.actions.empty()) refuse_start("не заполнены действия обработки.");
  for (const Action* action : actions_of(processing)) {
    if (action->participants.empty()) refuse_start("не указаны участники действия \"" + action->name + "\".");
  }
  if (processing.queued || processing.state == "Executing") {
    throw DmError("Запуск обработки документа \"" + document.name + "\" не доступен по состоянию.");
  }
  if (!processing.state.empty()) {
    throw DmError("Обработка уже была начата ранее. Текущее состояние обработки: " +
                  std::string(processing_state_synonym(processing.state)));
  }
}

void ProcessingEngine::start(Object& document, const std::string& employee) {
  Processing* found = current(document);
  Processing& processing = found != nullptr ? *found : fill(document);
  check_start(document, processing);
  processing.began = employee;
  if (base_.settings.background_start.count() == 0) {
    begin(processing);
    return;
  }
  processing.queued = true;
  base_.outside.later(base_.settings.background_start, [this, id = processing.id] {
    Processing* queued = base_.data.processings.find(id);
    if (queued != nullptr && queued->queued && !queued->history && !queued->deleted) begin(*queued);
  });
}

void ProcessingEngine::begin(Processing& processing) {
  processing.queued = false;
  processing.state = "Executing";
  processing.begin = processing.changed = base_.now();
  for (Action* action : actions_of(processing)) action->state = "InTheExecutionQueue";
  start_action(processing, *actions_of(processing).front());
}

void ProcessingEngine::stop_or_continue(const Object& document, std::string_view state) {
  if (state != "Stopped" && state != "Executing") {
    throw DmError("Недопустимое состояние обработки: " + std::string(state));
  }
  Processing* processing = current(document);
  const std::string_view from = state == "Stopped" ? "Executing" : "Stopped";
  if (processing == nullptr || processing->state != from) {
    throw DmError("Изменение состояния обработки документа \"" + document.name + "\" не доступно по состоянию.");
  }
  processing->state = state;
  processing->changed = base_.now();
  for (Action* action : actions_of(*processing)) {
    if (state == "Stopped" && action->state == "Performing") action->state = "OnPause";
    if (state == "Executing" && action->state == "OnPause") action->state = "Performing";
  }
}

// A completed one only goes into history; without a current one nothing happens (9.3).
void ProcessingEngine::terminate(Object& document, const std::string& employee, const std::string& reason) {
  Processing* processing = current(document);
  if (processing == nullptr) return;
  const Xdto* responsible = document.fields.find("responsible");
  const bool may = base_.settings.terminate_role || (responsible != nullptr && responsible->ref_id() == employee &&
                                                     state_of(document, "statusRegistration") != "Registered");
  if (!may) throw DmError("У Вас недостаточно прав для прерывания обработки документа \"" + document.name + "\".");
  if (processing->state == "Completed" || (processing->state.empty() && !processing->queued)) {
    processing->history = true;
    processing->placed_by = employee;
    return;
  }
  interrupt(*processing, employee, reason);
}

void ProcessingEngine::interrupt(Processing& processing, const std::string& employee, const std::string& reason) {
  processing.state = "Terminated";
  processing.queued = false;
  processing.history = true;
  processing.terminated_by = processing.placed_by = employee;
  processing.termination_reason = reason;
  processing.end = processing.changed = base_.now();
  for (TaskAction& task : base_.data.task_actions) {
    if (task.processing != processing.id || task.executed) continue;
    task.withdrawn = true;
    ++task.version;
  }
  Object* document = document_of(processing);
  if (document == nullptr) return;
  clear_states(*document, processing.id);
  for (Visa& visa : document->visas) {
    if (visa.process == processing.id && !visa.date) visa.deleted = true;
  }
}

void ProcessingEngine::restart(Object& document, const std::string& employee) {
  terminate(document, employee, "Обработка начата заново");
  fill(document);
}

}  // namespace sedlink::sim::onec_docflow
