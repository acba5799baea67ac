#include "processing_view.hpp"

#include <algorithm>

#include "document_3_0.hpp"
#include "processing_engine.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

std::string name_of(Session& session, const std::string& employee) {
  return session.base.data.name_of({"DMEmployee", employee});
}

// additionalFields of a row; everything but what the row is comes from `fields`.
Xdto additional_fields(Session& session, const Action& action, Xdto fields) {
  fields.type = "DMActionRowAdditionalFields";
  fields.add("action", session.objects.reference({action.type, action.id}));
  fields.add("actionType", session.objects.reference(action_type_ref(action.type)));
  add_empty_values(session.base.edition.types, fields, {});
  fields.type.clear();
  return fields;
}

bool is_late(Session& session, const TaskAction* task) {
  return task != nullptr && task->due && !task->executed && *task->due < session.base.now();
}

struct RowText {
  std::string presentation, employees, state, comment;
  std::optional<Time> date;
};

Xdto row_of(Session& session, RowText text, const TaskAction* task) {
  Xdto row("DMActionRow");
  row.add("comment", std::move(text.comment));
  row.add("dueDateExceeded", is_late(session, task));
  row.add("dueDatePresentation", task != nullptr && task->due ? session.base.display(*task->due) : std::string());
  row.add("employeesPresentation", std::move(text.employees));
  row.add("presentation", std::move(text.presentation));
  row.add("statePresentation", std::move(text.state));
  row.add("statusDate", session.base.local(text.date));
  add_empty_values(session.base.edition.types, row, {});
  row.type.clear();
  return row;
}

Xdto participant_row(Session& session, const Action& action, const ActionParticipant& participant, bool with_fields) {
  const std::string name = name_of(session, participant.employee);
  const std::string state(participant.result.empty() ? action_state_synonym(participant.state)
                                                     : result_synonym(participant.result));
  const TaskAction* task = session.base.data.task_actions.find(participant.task);
  std::optional<Time> date = participant.date;
  if (!date && task != nullptr) date = task->begin;
  Xdto row = row_of(session, {name, name, state, participant.comment, date}, task);
  if (!with_fields) return row;
  Xdto fields;
  fields.add("cleanPresentation", name);
  fields.add("id", participant.id);
  fields.add("itIsParticipant", true);
  if (!participant.result.empty()) fields.add("result", participant.result);
  if (!participant.state.empty()) fields.add("state", participant.state);
  if (task != nullptr) fields.add("taskAction", session.objects.reference({"DMTaskAction", task->id}));
  row.add("additionalFields", additional_fields(session, action, std::move(fields)));
  return row;
}

// Who handles a refusal or remarks: a subtask below the action.
Xdto processor_row(Session& session, const Action& action, bool with_fields) {
  const TaskAction& task = *session.base.data.task_actions.find(action.processor_task);
  const std::string name = name_of(session, task.performer);
  const std::string state(task.executed ? result_synonym(task.result) : action_state_synonym("Performing"));
  Xdto row = row_of(session, {task.title, name, state, task.comment, task.end ? task.end : task.begin}, &task);
  if (!with_fields) return row;
  Xdto fields;
  fields.add("cleanPresentation", task.title);
  fields.add("id", task.id);
  fields.add("itIsSubtask", true);
  if (task.executed) fields.add("result", task.result);
  fields.add("state", task.executed ? "Completed" : "Performing");
  fields.add("taskAction", session.objects.reference({"DMTaskAction", task.id}));
  row.add("additionalFields", additional_fields(session, action, std::move(fields)));
  return row;
}

Xdto action_row(Session& session, const Action& action, bool with_fields) {
  std::string people;
  for (const ActionParticipant& participant : action.participants) {
    if (!people.empty()) people += ", ";
    people += name_of(session, participant.employee);
  }
  const bool ended = action.state == "Completed" || action.state == "ProcessingResult";
  const std::string state(ended ? result_synonym(action.result) : action_state_synonym(action.state));
  Xdto row = row_of(session, {action.name, people, state, action.comment, action.date}, nullptr);
  Xdto below;
  for (const ActionParticipant& participant : action.participants)
    below.add("rows", participant_row(session, action, participant, with_fields));
  if (!action.processor_task.empty()) below.add("rows", processor_row(session, action, with_fields));
  if (!below.members.empty()) row.add("actionsRows", std::move(below));
  if (!with_fields) return row;
  Xdto fields;
  fields.add("cleanPresentation", action.name);
  fields.add("id", action.id);
  fields.add("itIsAction", true);
  if (ended) fields.add("result", action.result);
  if (!action.state.empty()) fields.add("state", action.state);
  row.add("additionalFields", additional_fields(session, action, std::move(fields)));
  return row;
}

// The participant rows of DMActionApproval and its sisters; their classes differ in few members.
Xdto participant_rows(Session& session, const Action& action) {
  const TypeTable& types = session.base.edition.types;
  const ActionKind& kind = *find_action_kind(action.type);
  const std::string row_type = action.type + "ParticipantRow";
  Xdto rows;
  for (const ActionParticipant& participant : action.participants) {
    Xdto row(row_type);
    for (const Member& kept : participant.row.members) row.add(kept.name, session.objects.present(kept.value));
    row.add("id", participant.id);
    Xdto who = session.objects.reference({"DMEmployee", participant.employee});
    who.type = "DMActionParticipant";
    who.add("taskParticipant", task_participant(session, participant.employee));
    row.add("participant", std::move(who));
    row.set("presentation", Xdto::simple(name_of(session, participant.employee)));
    if (!row.has("dueDateDays") && action.term_days > 0) {
      row.add("dueDateDays", std::to_string(action.term_days));
      row.add("dueDateSpecificationVariant", "RelativeDate");
    }
    if (types.property(row_type, "participantFunction") != nullptr && !row.has("participantFunction"))
      row.add("participantFunction", std::string(kind.function));
    row.set("fromSettings", Xdto::simple(participant.row.members.empty() ? "true" : "false"));
    add_empty_values(types, row, {});
    row.type.clear();
    rows.add("rows", std::move(row));
  }
  return rows;
}

Xdto all_results(Session& session, const Action& action) {
  Xdto rows;
  for (const ActionResult& said : action.history) {
    Xdto row;
    row.add("action", session.objects.reference({action.type, action.id}));
    row.add("date", session.base.local(said.date));
    if (!said.function.empty()) row.add("function", said.function);
    row.add("participantID", said.participant);
    row.add("pointID", "");
    row.add("result", said.result);
    row.add("state", "Completed");
    rows.add("rows", std::move(row));
  }
  return rows;
}

}  // namespace

Xdto task_participant(Session& session, const std::string& employee) {
  Xdto participant = session.objects.reference({"DMEmployee", employee});
  participant.type = "DMTaskParticipant";
  if (!employee.empty()) participant.add("employee", session.objects.reference({"DMEmployee", employee}));
  return participant;
}

Xdto show_processing(Session& session, const Processing& processing, const std::vector<std::string>& columns) {
  const auto employee = [&](const std::string& id) { return session.objects.reference({"DMEmployee", id}); };
  const std::vector<Action*> actions = session.processings.actions_of(processing);
  const auto have = [&](std::string_view type) {
    return std::any_of(actions.begin(), actions.end(), [&](const Action* a) { return a->type == type; });
  };
  Xdto shown("DMObjectProcessing");
  const Ref ref{"DMObjectProcessing", processing.id};
  Xdto rows;
  for (const Action* action : actions)
    rows.add("rows", action_row(session, *action, wants(columns, "additionalFields")));
  if (!rows.members.empty()) shown.add("actionsRows", std::move(rows));
  if (!processing.began.empty()) shown.add("began", employee(processing.began));
  shown.add("completedNegativelyWithComments", processing.negative);
  shown.add("creationDate", session.base.local(processing.created));
  shown.add("haveApprovalActions", have("DMActionApproval"));
  shown.add("haveExaminationActions", have("DMActionExamination"));
  shown.add("haveRightsToStopProcessing", session.base.settings.terminate_role);
  if (!processing.placed_by.empty()) shown.add("placedInHistory", employee(processing.placed_by));
  shown.add("postedInHistory", processing.history);
  shown.add("presentation", session.base.data.name_of(ref));
  shown.add("startDate", session.base.local(processing.begin));
  if (!processing.state.empty()) shown.add("state", processing.state);
  const bool open = processing.state == "Executing" || processing.state == "Stopped";
  shown.add("stateAllowsRestartProcessing", !processing.state.empty());
  shown.add("stateAllowsStartAndTerminateProcessing", (processing.state.empty() && !processing.queued) || open);
  shown.add("stateAllowsStopAndContinueProcessing", open);
  shown.add("stateChangeDate", session.base.local(processing.changed));
  shown.add("useVisas", session.base.settings.visas);
  std::erase_if(shown.members, [&](const Member& member) { return !wants(columns, member.name); });
  shown.add("name", session.base.data.name_of(ref));
  shown.add("objectID", session.objects.object_id(ref));
  shown.add("target", session.objects.reference({"DMDocument", processing.document}));
  return shown;
}

Xdto show_action(Session& session, const Action& action) {
  const TypeTable& types = session.base.edition.types;
  const Processing& processing = *session.base.data.processings.find(action.processing);
  Xdto shown = session.objects.reference({action.type, action.id});
  shown.add("actionType", session.objects.reference(action_type_ref(action.type)));
  Xdto results = all_results(session, action);
  if (!results.members.empty()) shown.add("allStatesAndResultsRows", std::move(results));
  if (!processing.began.empty()) shown.add("author", session.objects.reference({"DMEmployee", processing.began}));
  shown.add("changeAllowed", processing.state.empty() && !processing.queued);
  shown.add("comment", action.comment);
  shown.add("description", action.description);
  shown.add("importance", "NormalImportance");
  if (!action.state.empty()) shown.add("state", action.state);
  shown.add("target", session.objects.reference({"DMDocument", processing.document}));
  if (types.property(action.type, "orderOfExecutionByParticipants") != nullptr)
    shown.add("orderOfExecutionByParticipants", action.one_by_one ? "OneByOne" : "AllAtOnce");
  shown.add("participantRows", participant_rows(session, action));
  add_empty_values(types, shown, {});
  return shown;
}

}  // namespace sedlink::sim::onec_docflow
