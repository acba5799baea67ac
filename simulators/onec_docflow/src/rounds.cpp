// Routes, rounds and check-ups of the engine.
#include <algorithm>

#include "documents.hpp"
#include "engine.hpp"
#include "enumerations.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

std::int64_t number_of(const Xdto& row, std::string_view name) {
  const std::string text(row.get(name));
  return text.empty() ? 0 : std::strtoll(text.c_str(), nullptr, 10);
}

Duration relative(const Xdto& row, std::string_view days, std::string_view hours, std::string_view minutes) {
  return std::chrono::hours(24 * number_of(row, days) + number_of(row, hours)) +
         std::chrono::minutes(number_of(row, minutes));
}

Xdto user_reference(const std::string& user) {
  Xdto stored("DMUser");
  Xdto& id = stored.add("objectID", Xdto());
  id.add("id", user);
  id.add("type", "DMUser");
  return stored;
}

}  // namespace

std::optional<Time> Engine::due_of(const Process& process, const Xdto& row) const {
  const Xdto* option = row.find("dueDateSpecificationOption");
  if (option != nullptr && option->ref_id() == "ОтносительныйСрок") {
    const Duration term = relative(row, "dueDateDays", "dueDateHours", "dueDateMinutes");
    if (term.count() > 0) return base_.now() + term;
  } else if (const auto exact = base_.from_local(row.get("dueDate"))) {
    return exact;
  }
  if (option == nullptr) {
    const Duration term = relative(process.own, "durationDays", "durationHours", "");
    if (term.count() > 0) return base_.now() + term;
  }
  return base_.from_local(process.header.get("dueDate"));
}

Task& Engine::new_task(Process& process, std::string_view type, std::string_view step, std::string_view stage) {
  Task task;
  task.id = base_.new_id();
  task.number = base_.next_number("task");
  task.type = type;
  task.step = step;
  task.stage = stage;
  task.process = process.ref.id;
  task.author = process.author;
  task.importance = process.importance;
  task.description = process.description;
  task.begin = base_.now();
  task.round = std::max<std::int64_t>(process.round, 1);
  task.executor = Xdto("DMBusinessProcessTaskExecutor");
  const std::string id = task.id;
  return base_.data.tasks.put(id, std::move(task));
}

void Engine::tell(const Process& process, const Task& task) {
  const Object* document = document_of(const_cast<Process&>(process));
  const Xdto* kind = document != nullptr ? document->fields.find("documentType") : nullptr;
  const std::string person = base_.data.name_of({"DMUser", task.performer});
  json::object facts{{"event", "task_opened"},
                     {"stage", task.stage},
                     {"person", person},
                     {"title", title_of(const_cast<Process&>(process))},
                     {"template", base_.data.name_of(process.process_template)},
                     {"process_type", process.ref.type},
                     {"round", task.round},
                     {"author", base_.data.name_of({"DMUser", process.author})}};
  facts["kind"] =
      kind != nullptr ? base_.data.name_of({std::string(kind->ref_type()), std::string(kind->ref_id())}) : "";
  json::object subject{{"process", process.ref.id}, {"task", task.id}, {"person", person}};
  if (document != nullptr) subject["document"] = document->ref.id;
  facts["subject"] = std::move(subject);
  base_.outside.notice(facts);
}

void Engine::open_visas(Process& process) {
  Object* document = document_of(process);
  if (!base_.settings.visas || document == nullptr || process.ref.type != "DMBusinessProcessApproval") return;
  for (Visa& visa : document->visas) {
    if (visa.date || visa.process == process.ref.id) visa.history = true;
  }
  for (const Participant& participant : process.participants) {
    if (participant.user.empty()) continue;
    Visa visa;
    visa.id = base_.new_id();
    visa.reviewer = participant.user;
    visa.added_by = process.author;
    visa.process = process.ref.id;
    document->visas.push_back(std::move(visa));
  }
}

void Engine::close_visa(const Process& process, const Task& task) {
  Object* document = document_of(const_cast<Process&>(process));
  if (document == nullptr) return;
  for (Visa& visa : document->visas) {
    if (visa.process != process.ref.id || visa.reviewer != task.performer || visa.deleted || visa.history) continue;
    visa.date = task.executed ? task.end : std::nullopt;
    visa.result = task.executed ? task.result : "";
    visa.comment = task.executed ? task.comment : "";
  }
}

void Engine::start_round(Process& process) {
  ++process.round;
  for (Participant& participant : process.participants) {
    participant.passed = false;
    participant.task.clear();
  }
  open_visas(process);
  const ProcessKind& kind = *kind_of(process);
  if (Object* document = document_of(process); document != nullptr && !kind.family.empty()) {
    set_state(*document, kind.family, kind.running, process.ref.id);
  }
  ask_next(process);
}

bool Engine::ask_next(Process& process) {
  std::vector<Participant*> group;
  const bool one_by_one = process.routing == "Последовательно";
  const bool mixed = process.routing == "Смешанно";
  for (Participant& participant : process.participants) {
    if (participant.passed) continue;
    if (!group.empty() && (one_by_one || (mixed && participant.order != "ВместеСПредыдущим"))) break;
    if (!one_by_one && !mixed && !participant.task.empty()) continue;
    group.push_back(&participant);
  }
  for (Participant* participant : group) ask(process, *participant);
  return !group.empty();
}

void Engine::ask(Process& process, Participant& participant) {
  const ProcessKind& kind = *kind_of(process);
  Task& task = new_task(process, kind.task_type, kind.step, kind.stage);
  task.name = std::string(kind.verb) + " \"" + title_of(process) + "\"";
  if (!participant.row.get("personalTaskName").empty()) task.name = participant.row.get("personalTaskName");
  if (!participant.row.get("personalDescription").empty())
    task.description = participant.row.get("personalDescription");
  task.performer = participant.user;
  if (!participant.user.empty()) task.executor.add("user", user_reference(participant.user));
  for (const std::string_view member : {"role", "mainAddressingObject", "secondaryAddressingObject"}) {
    if (const Xdto* value = participant.row.find(member)) task.executor.add(std::string(member), *value);
  }
  task.due = due_of(process, participant.row);
  participant.task = task.id;
  tell(process, task);
}

void Engine::execute(Task& task, Decision decision, bool by_service) {
  const Process& process = *base_.data.processes.find(task.process);
  if (task.executed || task.queued) throw DmError("Задача уже выполнена");
  if (process.state != "Активен" || task.deleted) {
    throw DmError("Задача не может быть выполнена, так как процесс находится в состоянии \"" + process.state + "\"");
  }
  if (task.stage == "stage") throw DmError("Задача выполняется вложенным процессом");
  const ProcessKind& kind = *kind_of(process);
  if (!task.checkup && !kind.result_type.empty()) {
    if (decision.result.empty() && process.ref.type == "DMBusinessProcessRegistration") decision.result = kind.positive;
    if (decision.result.empty()) throw DmError("Не указан результат выполнения задачи");
    if (by_service && base_.settings.comment_required && decision.result != kind.positive && decision.comment.empty()) {
      throw DmError("Не указан комментарий: при отказе и замечаниях он обязателен");
    }
  }
  if (!by_service || base_.settings.background_tasks.count() == 0) {
    apply(task, decision);
    return;
  }
  task.queued = true;
  task.comment = decision.comment;
  base_.outside.later(base_.settings.background_tasks, [this, id = task.id, decision] {
    Task* queued = base_.data.tasks.find(id);  // gone when its transaction was lost
    if (queued == nullptr || !queued->queued) return;
    queued->queued = false;
    const Process& owner = *base_.data.processes.find(queued->process);
    if (owner.state == "Активен" && !queued->deleted) apply(*queued, decision);
  });
}

void Engine::apply(Task& task, const Decision& decision) {
  task.executed = true;
  task.end = base_.now();
  task.comment = decision.comment;
  task.result = decision.result;
  task.returned = decision.returned;
  Process& process = *base_.data.processes.find(task.process);
  const ProcessKind& kind = *kind_of(process);
  const Enumeration* results = find_enumeration(kind.result_type);
  const std::string said =
      results != nullptr && !task.checkup ? std::string(results->synonym(task.result)) : "выполнено";
  remember(process, task.performer, said, decision.comment);
  advance(process, task, decision);
}

std::vector<const Task*> Engine::round_tasks(const Process& process) {
  std::vector<const Task*> found;
  for (const Task* task : base_.data.tasks_of(process.ref.id)) {
    if (!task->checkup && task->round == process.round) found.push_back(task);
  }
  return found;
}

void Engine::advance(Process& process, Task& task, const Decision& decision) {
  if (task.notice || process.completed) return;
  const ProcessKind& kind = *kind_of(process);
  if (task.checkup) {
    if (!decision.rework.empty()) {
      // Исполнение: only those who were sent back do it again.
      ++process.round;
      for (Participant& participant : process.participants) {
        const bool again =
            std::find(decision.rework.begin(), decision.rework.end(), participant.task) != decision.rework.end();
        if (again) ask(process, participant);
        if (again) participant.passed = false;
      }
    } else if (decision.returned.value_or(false)) {
      start_round(process);
    } else {
      finish(process, process.result.empty() || process.result != kind.negative);
    }
    return;
  }
  for (Participant& participant : process.participants) {
    if (participant.task == task.id) participant.passed = true;
  }
  close_visa(process, task);
  const std::vector<const Task*> asked = round_tasks(process);
  if (std::any_of(asked.begin(), asked.end(), [](const Task* t) { return !t->executed; })) return;
  const bool refused = !kind.negative.empty() && std::any_of(asked.begin(), asked.end(),
                                                             [&](const Task* t) { return t->result == kind.negative; });
  const bool in_turn = process.routing == "Последовательно" || process.routing == "Смешанно";
  if (in_turn && !refused && ask_next(process)) return;
  end_round(process);
}

void Engine::end_round(Process& process) {
  const ProcessKind& kind = *kind_of(process);
  std::string worst(kind.positive);
  for (const Task* task : round_tasks(process)) {
    if (task->result == kind.negative && !kind.negative.empty()) worst = kind.negative;
    if (task->result == "СогласованоСЗамечаниями" && worst != kind.negative) worst = task->result;
  }
  if (!kind.result_type.empty()) process.result = worst;
  const bool refused = !kind.negative.empty() && worst == kind.negative;
  if (Object* document = document_of(process); document != nullptr && !kind.family.empty()) {
    if (!refused && kind.type == "DMBusinessProcessRegistration") {
      register_document(base_, *document, process.ref.id);
    } else {
      set_state(*document, kind.family, refused ? kind.refused : kind.done, process.ref.id);
    }
  }
  const bool verified = process.own.has("verifier");
  if (kind.result_type.empty() ? verified : worst != kind.positive) {
    open_checkup(process, false);  // the process waits for it
    return;
  }
  finish(process, true);
  if (!kind.checkup_type.empty() && !kind.result_type.empty()) open_checkup(process, true);
  if (kind.type == "DMBusinessProcessConsideration") open_checkup(process, true);
}

void Engine::open_checkup(Process& process, bool notice) {
  const ProcessKind& kind = *kind_of(process);
  Task& task = new_task(process, kind.checkup_type, kind.checkup_step, "rework");
  task.checkup = true;
  task.notice = notice;
  task.performer = process.author;
  if (const Xdto* verifier = process.own.find("verifier")) {
    const Xdto* user = verifier->find("user");
    if (user != nullptr && kind.result_type.empty()) task.performer = user->ref_id();
  }
  if (!task.performer.empty()) task.executor.add("user", user_reference(task.performer));
  task.name = std::string(kind.checkup_step) + " с результатом: " + process.name;
  if (!kind.result_type.empty()) task.result = process.result;
  task.due = due_of(process, Xdto());
  for (const Task* said : round_tasks(process)) {
    task.round_results.push_back({said->performer, said->result, said->comment, said->end.value_or(base_.now())});
  }
  if (!notice) tell(process, task);
}

void Engine::undo(Task& task) {
  Process& process = *base_.data.processes.find(task.process);
  const auto later = base_.data.tasks_of(process.ref.id);
  const bool followed =
      std::any_of(later.begin(), later.end(), [&](const Task* t) { return t->checkup || t->round > task.round; });
  if (process.completed || process.state != "Активен" || task.checkup || followed) {
    throw DmError("Выполнение задачи не может быть отменено: процесс уже перешел к следующему действию");
  }
  task.executed = false;
  task.end.reset();
  task.result.clear();
  for (Participant& participant : process.participants) {
    if (participant.task == task.id) participant.passed = false;
  }
  close_visa(process, task);
  remember(process, task.performer, "выполнение отменено", "");
}

}  // namespace sedlink::sim::onec_docflow
