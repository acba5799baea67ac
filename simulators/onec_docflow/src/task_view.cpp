#include "process_view.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

Xdto executor(Session& session, const std::string& user) {
  Xdto shown("DMBusinessProcessTaskExecutor");
  if (!user.empty()) shown.add("user", session.objects.reference({"DMUser", user}));
  return shown;
}

// Results of the concrete classes; an open task carries an empty enumeration value (8.7).
void show_typed(Session& session, Xdto& shown, const Task& task) {
  Objects& objects = session.objects;
  const std::string round = std::to_string(task.round);
  if (task.type == "DMBusinessProcessApprovalTaskApproval" || task.type == "DMBusinessProcessApprovalTaskCheckup") {
    shown.add("iterationNumber", round);
    shown.add("approvalResult", objects.enumeration("DMApprovalResult", task.result));
    if (task.checkup) {
      for (const RoundResult& said : task.round_results) {
        Xdto row;
        row.add("approvalResult", objects.enumeration("DMApprovalResult", said.result));
        row.add("approvalComment", said.comment);
        row.add("approvalPerformer", executor(session, said.user));
        row.add("approvalDate", session.base.local(said.date));
        shown.add("approvalResults", std::move(row));
      }
      shown.add("returned", task.returned.value_or(false));
    }
  } else if (task.type.starts_with("DMBusinessProcessConfirmation")) {
    shown.add("iterationNumber", round);
    shown.add("confirmationResult", objects.enumeration("DMConfirmationResult", task.result));
    if (task.checkup && !task.round_results.empty()) {
      const RoundResult& said = task.round_results.back();
      shown.add_filled("confirmationComment", said.comment);
      shown.add("confirmationPerformer", executor(session, said.user));
      shown.add("confirmationDate", session.base.local(said.date));
    }
    if (task.checkup) shown.add("returned", task.returned.value_or(false));
  } else if (task.type.starts_with("DMBusinessProcessRegistration")) {
    shown.add("iterationNumber", round);
    shown.add("registrationResult", objects.enumeration("DMRegistrationResult", task.result));
    if (task.checkup) shown.add("returned", task.returned.value_or(false));
  } else if (task.type == "DMBusinessProcessPerfomanceTaskCheckup") {
    shown.add("iterationNumber", round);
  } else if (task.type == "DMBusinessProcessOrderTaskCheckup") {
    shown.add("iterationNumber", round);
    shown.add("returned", task.returned.value_or(false));
  }
}

}  // namespace

Xdto show_task(Session& session, const Task& task, bool typed) {
  Objects& objects = session.objects;
  const Process& process = *session.base.data.processes.find(task.process);
  const std::string type = typed ? task.type : "DMBusinessProcessTask";
  Xdto shown(type);
  shown.add("name", task.name);
  shown.add("objectID", objects.object_id({type, task.id}));
  shown.add("importance", objects.enumeration("DMBusinessProcessTaskImportance", task.importance));
  shown.add("performer", objects.present(task.executor));
  shown.add("executed", task.executed);
  shown.add("executionMark", session.engine.execution_mark(task));
  shown.add("beginDate", session.base.local(task.begin));
  shown.add("dueDate", session.base.local(task.due));
  shown.add("endDate", session.base.local(task.end));
  shown.add("description", task.description);
  shown.add("parentBusinessProcess", objects.reference(process.ref));
  shown.add("businessProcessStep", task.step);
  shown.add("number", task.number);
  shown.add("executionComment", task.comment);
  shown.add("changeRight", true);
  if (!task.author.empty()) shown.add("author", objects.reference({"DMUser", task.author}));
  shown.add("accepted", task.accepted);
  shown.add("acceptDate", session.base.local(task.accept_date));
  shown.add("state", objects.enumeration("DMBusinessProcessState", task.executed ? "Активен" : process.state));
  for (const Target& target : process.targets) {
    if (target.role == "Основной" && !shown.has("target")) shown.add("target", objects.reference(target.object));
    Xdto item;
    item.add("role", objects.enumeration("DMBusinessProcessTargetRole", target.role));
    item.add("name", target.name);
    item.add("target", objects.reference(target.object));
    item.add("allowDeletion", false);
    if (!shown.has("targets")) shown.add("targets", Xdto());
    shown.find("targets")->add("items", std::move(item));
  }
  if (typed) show_typed(session, shown, task);
  return shown;
}

}  // namespace sedlink::sim::onec_docflow
