#include "engine.hpp"

#include <algorithm>
#include <set>

#include "documents.hpp"

namespace sedlink::sim::onec_docflow {

const ProcessKind* Engine::kind_of(const Process& process) const {
  const Xdto* type = process.own.find("processType");
  return find_kind(process.ref.type, type != nullptr && type->ref_id() == "Подписание");
}

Object* Engine::document_of(const Process& process) {
  for (const Target& target : process.targets) {
    if (is_document(target.object.type) && (target.role == "Основной" || process.targets.size() == 1)) {
      return base_.data.object(target.object);
    }
  }
  return nullptr;
}

std::string Engine::title_of(const Process& process) {
  const Object* document = document_of(process);
  return document != nullptr ? document->name : process.name;
}

std::string Engine::completion_mark(const Process& process) const {
  if (process.state == "Прерван") return "Interrupted";
  if (!process.started) return process.background.empty() ? "NotExecuted" : process.background;
  if (process.state == "Остановлен") return "Stopped";
  if (!process.completed) return "NotExecuted";
  if (process.result == "СогласованоСЗамечаниями") return "ExecutedAlmostPositive";
  if (!process.positive) return "ExecutedNegative";
  return "ExecutedPositive";
}

std::string Engine::execution_mark(const Task& task) const {
  if (task.executed) {
    const ProcessKind* kind = find_kind(base_.data.processes.find(task.process)->ref.type);
    if (task.checkup || kind == nullptr || kind->result_type.empty()) return "ExecutedNeutral";
    if (task.result == kind->negative) return "ExecutedNegative";
    return task.result == "СогласованоСЗамечаниями" ? "ExecutedAlmostPositive" : "ExecutedPositive";
  }
  if (task.queued) return "ReadyToExecute";
  const Process& process = *base_.data.processes.find(task.process);
  if (process.state == "Прерван") return "Interrupted";
  return process.state == "Остановлен" ? "Stopped" : "NotExecuted";
}

void Engine::check_start(const Process& process) {
  if (process.started || !process.background.empty()) throw DmError(module_error(5120, "Бизнес-процесс уже стартован"));
  if (process.state == "Прерван") throw DmError(module_error(5124, "Процесс прерван, старт невозможен"));
  if (process.ref.type == "DMComplexBusinessProcess") {
    if (!base_.settings.corp) throw DmError(module_error(5127, "Комплексные процессы есть только в редакции КОРП"));
    if (process.stages.empty()) throw DmError("Список \"Действия\" не заполнен");
    return;
  }
  const ProcessKind* kind = kind_of(process);
  if (kind == nullptr)
    throw DmError(module_error(5131, "Старт процессов этого вида не поддерживается: " + process.ref.type));
  if (process.participants.empty()) {
    throw DmError(kind->many ? "Список \"Исполнители\" не заполнен" : "Поле \"Исполнитель\" не заполнено");
  }
  for (const Participant& participant : process.participants) {
    if (participant.user.empty() && !participant.row.has("role")) throw DmError("Поле \"Исполнитель\" не заполнено");
  }
  if (process.ref.type == "DMBusinessProcessPerformance" && process.participants.size() == 1 &&
      process.participants.front().row.is_true("responsible")) {
    throw DmError("Единственный исполнитель не может быть ответственным");
  }
  if (process.ref.type != "DMBusinessProcessApproval") return;
  if (process.routing.empty()) throw DmError(module_error(4877, "Поле объекта не обнаружено (approvalType)"));
  std::set<std::string> seen;
  for (const Participant& participant : process.participants) {
    if (participant.user.empty() || seen.insert(participant.user).second) continue;
    throw DmError("Исполнитель \"" + base_.data.name_of({"DMUser", participant.user}) +
                  "\" указан дважды в списке согласующих!");
  }
  const Object* document = document_of(process);
  if (!base_.settings.visas || document == nullptr) return;
  std::string busy;
  for (const Process& other : base_.data.processes) {
    const bool same = other.ref.type == process.ref.type && other.ref != process.ref && !other.completed &&
                      !other.deleted && (other.started || !other.background.empty()) && other.state != "Прерван" &&
                      document_of(const_cast<Process&>(other)) == document;
    if (!same) continue;
    for (const Participant& participant : other.participants) {
      if (!participant.user.empty() && seen.contains(participant.user))
        busy += "\n" + base_.data.name_of({"DMUser", participant.user});
    }
  }
  if (!busy.empty()) {
    throw DmError(
        "Невозможно стартовать процесс, так как некоторые из согласующих лиц участвуют в других незавершенных "
        "процессах согласования по предмету \"" +
        document->name + "\":" + busy);
  }
}

void Engine::start(Process& process) {
  check_start(process);
  if (base_.settings.background_start.count() == 0) {
    begin(process);
    return;
  }
  process.background = "ReadyToExecute";
  base_.outside.later(base_.settings.background_start, [this, id = process.ref.id] {
    Process* queued = base_.data.processes.find(id);  // gone when its transaction was lost
    if (queued != nullptr && queued->background == "ReadyToExecute" && queued->state == "Активен" && !queued->deleted)
      begin(*queued);
  });
}

void Engine::begin(Process& process) {
  process.background.clear();
  process.started = true;
  process.begin = base_.now();
  remember(process, process.author, "процесс запущен", "");
  if (process.ref.type == "DMComplexBusinessProcess") {
    start_stage(process);
  } else {
    start_round(process);
  }
}

void Engine::finish(Process& process, bool positive) {
  process.completed = true;
  process.positive = positive;
  process.end = base_.now();
  remember(process, process.author, "процесс завершен", "");
  stage_ended(process, positive);
}

// A stage of a complex process is a process of its own, hung under a leading task.
void Engine::start_stage(Process& process) {
  const auto stage =
      std::find_if(process.stages.begin(), process.stages.end(), [](const Stage& s) { return s.process.empty(); });
  if (stage == process.stages.end()) {
    finish(process, true);
    return;
  }
  const auto found = base_.data.templates.find(stage->process_template.id);
  if (found == base_.data.templates.end()) throw DmError(module_error(6012, "Шаблон действия не найден"));
  Process child = prefilled(found->second.process_type, process.author, &found->second, process.targets);
  child.ref.id = base_.new_id();
  Task& leading = new_task(process, "DMBusinessProcessTask", base_.data.name_of(found->second.ref), "stage");
  leading.name = child.name;
  child.leading_task = leading.id;
  stage->process = child.ref.id;
  const std::string id = child.ref.id;
  Process& written = base_.data.processes.put(id, std::move(child));
  check_start(written);
  begin(written);
}

void Engine::stage_ended(const Process& child, bool positive) {
  Task* leading = base_.data.tasks.find(child.leading_task);
  if (leading == nullptr || leading->executed) return;
  leading->executed = true;
  leading->end = base_.now();
  Process& complex = *base_.data.processes.find(leading->process);
  for (Stage& stage : complex.stages) {
    if (stage.process == child.ref.id) stage.executed = true;
  }
  if (complex.completed || complex.state == "Прерван") return;
  if (positive) {
    start_stage(complex);
  } else {
    finish(complex, false);  // a stage that failed opens no further one
  }
}

// Irreversible, allowed even after the end: states and visas of the process are gone (8.9).
void Engine::interrupt(Process& process) {
  if (process.state == "Прерван") return;
  process.state = "Прерван";
  process.background.clear();
  remember(process, "", "процесс прерван", "");
  if (Object* document = document_of(process)) {
    clear_states(*document, process.ref.id);
    for (Visa& visa : document->visas) {
      if (visa.process == process.ref.id) visa.deleted = true;
    }
  }
  for (const Stage& stage : process.stages) {
    Process* child = base_.data.processes.find(stage.process);
    if (child != nullptr) interrupt(*child);
  }
  stage_ended(process, false);
}

void Engine::stop(Process& process) {
  if (process.completed || process.state == "Прерван") throw DmError("Завершенный процесс нельзя остановить");
  process.state = "Остановлен";
}

void Engine::resume(Process& process) {
  if (process.completed || process.state == "Прерван") throw DmError("Завершенный процесс нельзя продолжить");
  process.state = "Активен";
}

void Engine::set_deleted(Process& process, bool deleted) {
  process.deleted = deleted;
  for (Task& task : base_.data.tasks) {
    if (task.process == process.ref.id) task.deleted = deleted;
  }
}

Process Engine::prefilled(const std::string& type, const std::string& author, const ProcessTemplate* from,
                          const std::vector<Target>& targets) {
  Process process;
  process.ref.type = type;
  process.author = author;
  process.importance = "Обычная";
  process.targets = targets;
  process.header = Xdto(type);
  process.own = from != nullptr ? from->own : Xdto(type);
  if (from != nullptr) {
    process.process_template = from->ref;
    process.description = from->description;
    process.participants = from->participants;
    process.routing = from->routing;
    for (const Ref& stage : from->stages) process.stages.push_back({base_.new_id(), stage, "", false});
  }
  if (process.routing.empty() && (type == "DMBusinessProcessApproval" || type == "DMBusinessProcessPerformance")) {
    process.routing = "Параллельно";
  }
  const ProcessKind* kind = kind_of(process);
  const std::string verb(kind != nullptr ? kind->verb : "Обработать");
  const Object* document = document_of(process);
  process.name = document != nullptr ? verb + " \"" + document->name + "\"" : verb;
  if (document != nullptr && from == nullptr && type == "DMBusinessProcessApproval") {
    // Open visas that belong to no process yet.
    for (const Visa& visa : document->visas) {
      if (!visa.process.empty() || visa.date || visa.deleted || visa.history) continue;
      process.participants.push_back({Xdto(), visa.reviewer, "ВместеСПредыдущим", false, ""});
    }
  }
  return process;
}

void Engine::remember(Process& process, const std::string& user, const std::string& what, const std::string& comment) {
  if (!process.history.empty()) process.history += '\n';
  process.history += base_.display(base_.now());
  if (!user.empty()) process.history += " " + base_.data.name_of({"DMUser", user});
  process.history += ": " + what;
  if (!comment.empty()) process.history += ". " + comment;
}

}  // namespace sedlink::sim::onec_docflow
