#include "processing_workflow.hpp"

#include <algorithm>

namespace sedlink::sim::onec_docflow {
namespace {

std::string word_for(const Processing& processing) {
  if (processing.deleted) return "deleted";
  if (processing.queued) return "queued";
  if (processing.state == "Terminated") return "interrupted";
  if (processing.state == "Completed") return "completed";
  if (processing.state == "Stopped") return "paused";
  return processing.state == "Executing" ? "running" : "not_started";
}

// What the words of the control API mean for a kind of action.
std::string_view result_for(const ActionKind& kind, const std::string& what) {
  if (what == "approve" || what == "sign") return kind.positive;
  return what == "remark" && !kind.remarks.empty() ? kind.remarks : kind.negative;
}

}  // namespace

bool ProcessingWorkflow::has(const std::string& process) const {
  return base_.data.processings.find(process) != nullptr;
}

std::string ProcessingWorkflow::running_on(const Ref& document) const {
  const Object* object = base_.data.object(document);
  const Processing* current = object != nullptr ? engine_.current(*object) : nullptr;
  return current != nullptr && current->state != "Completed" ? current->id : std::string();
}

std::vector<std::string> ProcessingWorkflow::about(const Ref& document) const {
  std::vector<std::string> found;
  for (const Processing& processing : base_.data.processings) {
    if (processing.document == document.id) found.push_back(processing.id);
  }
  return found;
}

std::string ProcessingWorkflow::name_of(const std::string& process) const {
  return base_.data.name_of({"DMObjectProcessing", process});
}

std::vector<OpenWork> ProcessingWorkflow::open_work(const std::string& process) const {
  std::vector<OpenWork> found;
  for (const TaskAction& task : base_.data.task_actions) {
    if (task.processing != process || task.executed || task.withdrawn) continue;
    found.push_back({task.id, task.performer, task.stage, task.round, task.queued, task.participant.empty(), false});
  }
  return found;
}

Ref ProcessingWorkflow::document_of(const std::string& process) const {
  return {"DMDocument", base_.data.processings.find(process)->document};
}

void ProcessingWorkflow::take(const std::string& task, const std::string& person) {
  TaskAction& taken = *base_.data.task_actions.find(task);
  if (taken.performer.empty()) taken.performer = person;
}

bool ProcessingWorkflow::decide(const std::string& process, const OpenWork& work, const std::string& what,
                                const std::string& comment) {
  TaskAction& task = *base_.data.task_actions.find(work.task);
  const Action& action = *base_.data.actions.find(task.action);
  Verdict verdict;
  verdict.comment = comment;
  verdict.result = work.checkup ? (what == "return" ? "ReturnForRevision" : "Completed")
                                : std::string(result_for(*find_action_kind(action.type), what));
  engine_.execute(task, std::move(verdict), false);
  if (what == "sign") {
    for (Visa& visa : base_.data.object(document_of(process))->visas) {
      if (visa.process == process && visa.reviewer == task.performer && !visa.history) visa.signed_ = true;
    }
  }
  return base_.data.processings.find(process)->state == "Completed";
}

void ProcessingWorkflow::interrupt(const std::string& process, const std::string& reason) {
  Processing& processing = *base_.data.processings.find(process);
  if (processing.history || (processing.state != "Executing" && processing.state != "Stopped" && !processing.queued)) {
    throw CannotAct("обработка не выполняется");
  }
  engine_.interrupt(processing, processing.began, reason.empty() ? "Прервано" : reason);
}

void ProcessingWorkflow::remove(const std::string& process) {
  base_.data.processings.find(process)->deleted = true;
  for (TaskAction& task : base_.data.task_actions) {
    if (task.processing == process) task.withdrawn = true;
  }
}

json::array ProcessingWorkflow::describe() {
  json::array processes;
  for (const Processing& processing : base_.data.processings) {
    std::int64_t round = 0;
    std::string result;
    for (const Action* action : engine_.actions_of(processing)) {
      round = std::max(round, action->round);
      if (!action->result.empty()) result = action->result;
    }
    json::object row{{"id", processing.id},
                     {"type", "DMObjectProcessing"},
                     {"name", name_of(processing.id)},
                     {"document", processing.document},
                     {"state", word_for(processing)},
                     {"onec_state", processing.state},
                     {"result", result},
                     {"round", round},
                     {"author", base_.data.name_of({"DMEmployee", processing.began})},
                     {"description", processing.rule},
                     {"parent", ""}};
    processes.push_back(std::move(row));
  }
  return processes;
}

}  // namespace sedlink::sim::onec_docflow
