#include "process_workflow.hpp"

#include <algorithm>

namespace sedlink::sim::onec_docflow {
namespace {

bool is_running(const Process& process) { return !process.completed && !process.deleted && process.state != "Прерван"; }

bool concerns(const Process& process, const Ref& document) {
  return std::any_of(process.targets.begin(), process.targets.end(),
                     [&](const Target& t) { return t.object == document; });
}

// What the words of the control API mean for a class of processes.
std::string result_for(const ProcessKind& kind, const std::string& what) {
  if (kind.result_type.empty() || what == "approve" || what == "sign") return std::string(kind.positive);
  if (what == "remark") {
    return kind.result_type == "DMApprovalResult" ? "СогласованоСЗамечаниями" : std::string(kind.negative);
  }
  return std::string(kind.negative);
}

std::string word_for(const Process& process) {
  if (process.deleted) return "deleted";
  if (process.state == "Прерван") return "interrupted";
  if (process.completed) return "completed";
  if (process.state == "Остановлен") return "paused";
  if (process.started) return "running";
  return process.background.empty() ? "not_started" : "queued";
}

}  // namespace

bool ProcessWorkflow::has(const std::string& process) const { return base_.data.processes.find(process) != nullptr; }

std::string ProcessWorkflow::running_on(const Ref& document) const {
  std::string found;
  for (const Process& process : base_.data.processes) {
    if (concerns(process, document) && process.leading_task.empty() && is_running(process)) found = process.ref.id;
  }
  return found;
}

std::vector<std::string> ProcessWorkflow::about(const Ref& document) const {
  std::vector<std::string> found;
  for (const Process& process : base_.data.processes) {
    if (concerns(process, document)) found.push_back(process.ref.id);
  }
  return found;
}

std::string ProcessWorkflow::name_of(const std::string& process) const {
  return base_.data.processes.find(process)->name;
}

std::vector<OpenWork> ProcessWorkflow::open_work(const std::string& process) const {
  std::vector<OpenWork> found;
  collect(*base_.data.processes.find(process), found);
  return found;
}

void ProcessWorkflow::collect(const Process& process, std::vector<OpenWork>& into) const {
  for (const Task* task : base_.data.tasks_of(process.ref.id)) {
    if (task->executed) continue;
    if (task->stage == "stage") {
      for (const Stage& stage : process.stages) {
        const Process* child = base_.data.processes.find(stage.process);
        if (child != nullptr && child->leading_task == task->id) collect(*child, into);
      }
      continue;
    }
    into.push_back({task->id, task->performer, task->stage, task->round, task->queued, task->checkup, task->notice});
  }
}

Ref ProcessWorkflow::document_of(const std::string& process) const {
  const Object* document = engine_.document_of(*base_.data.processes.find(process));
  return document != nullptr ? document->ref : Ref();
}

void ProcessWorkflow::take(const std::string& task, const std::string& person) {
  Task& taken = *base_.data.tasks.find(task);
  if (taken.performer.empty()) taken.performer = person;
}

bool ProcessWorkflow::decide(const std::string& process, const OpenWork& work, const std::string& what,
                             const std::string& comment) {
  Task& task = *base_.data.tasks.find(work.task);
  const Process& owner = *base_.data.processes.find(task.process);
  Decision decision;
  decision.comment = comment;
  decision.result = task.checkup ? task.result : result_for(*engine_.kind_of(owner), what);
  if (task.checkup) decision.returned = what == "return";
  engine_.execute(task, std::move(decision), false);
  Object* document = what == "sign" ? engine_.document_of(owner) : nullptr;
  if (document != nullptr) {
    for (Visa& visa : document->visas) {
      if (visa.process == owner.ref.id && visa.reviewer == task.performer && !visa.history) visa.signed_ = true;
    }
  }
  return base_.data.processes.find(process)->completed;
}

void ProcessWorkflow::interrupt(const std::string& process, const std::string&) {
  engine_.interrupt(*base_.data.processes.find(process));
}

void ProcessWorkflow::remove(const std::string& process) {
  engine_.set_deleted(*base_.data.processes.find(process), true);
}

json::array ProcessWorkflow::describe() {
  json::array processes;
  for (Process& process : base_.data.processes) {
    const Object* document = engine_.document_of(process);
    json::object row{{"id", process.ref.id},
                     {"type", process.ref.type},
                     {"name", process.name},
                     {"document", document != nullptr ? document->ref.id : ""},
                     {"state", word_for(process)},
                     {"onec_state", process.state},
                     {"result", process.result},
                     {"round", process.round},
                     {"author", base_.data.name_of({"DMUser", process.author})},
                     {"description", process.description}};
    const Task* leading = base_.data.tasks.find(process.leading_task);
    row["parent"] = leading != nullptr ? leading->process : "";
    processes.push_back(std::move(row));
  }
  return processes;
}

}  // namespace sedlink::sim::onec_docflow
