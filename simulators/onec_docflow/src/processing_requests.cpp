#include "processing_requests.hpp"

#include <algorithm>
#include <array>

#include "document_3_0.hpp"
#include "processing_engine.hpp"
#include "processing_view.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

Object& subject_of(Session& session, const Xdto& object_id) {
  const Ref ref = session.objects.require(object_id);
  Object* document = session.base.data.object(ref);
  if (document == nullptr || ref.type != "DMDocument") {
    throw DmError("Объект типа \"" + ref.type + "\" не поддерживает обработку");
  }
  check_readable(session, *document);
  return *document;
}

// The employee of a row; DMActionParticipant holds him inside its taskParticipant.
std::string employee_of(Session& session, const Xdto& row) {
  const Xdto* participant = row.find("participant");
  const Xdto* task = participant != nullptr ? participant->find("taskParticipant") : nullptr;
  const Xdto* employee = task != nullptr ? task->find("employee") : nullptr;
  return employee != nullptr ? session.objects.resolve(*employee, "DMEmployee").id : std::string();
}

}  // namespace

Xdto fill_processing(Session& session, const Xdto& request) {
  session.processings.fill(subject_of(session, *request.find("object")));
  return Xdto("DMFillProcessingResponse");
}

Xdto start_processing(Session& session, const Xdto& request) {
  session.processings.start(subject_of(session, *request.find("object")), session.caller.person);
  if (const Xdto* link = request.find("link"))
    session.objects.add_link(*link->find("ownerObject"), session.objects.require(*link->find("linkedObject")));
  return Xdto("DMStartProcessingResponse");
}

// A terminated processing is in history at once: it shows by who interrupted it, until another one is started.
Xdto current_processing(Session& session, const Xdto& request) {
  const Object& document = subject_of(session, *request.find("target"));
  const Processing* current = session.processings.current(document);
  const Processing* latest = session.processings.latest_started(document);
  Xdto answer("DMGetCurrentObjectProcessingResponse");
  const bool unstarted = current != nullptr && current->state.empty();
  if (current != nullptr && (!unstarted || session.base.settings.unstarted_processing_visible))
    answer.add("objectProcessing", show_processing(session, *current, columns_of(request)));
  if (latest != nullptr && latest->state == "Terminated") {
    answer.add("endDate", session.base.local(latest->end));
    if (!latest->terminated_by.empty())
      answer.add("interrupted", session.objects.reference({"DMEmployee", latest->terminated_by}));
    answer.add("terminationReason", latest->termination_reason);
  }
  answer.add("processingIsSetByRules", session.processings.rule_for(document) != nullptr);
  return answer;
}

Xdto stop_continue_processing(Session& session, const Xdto& request) {
  session.processings.stop_or_continue(subject_of(session, *request.find("object")),
                                       request.get("objectProcessingState"));
  return Xdto("DMStopContinueProcessingResponse");
}

Xdto terminate_processing(Session& session, const Xdto& request) {
  session.processings.terminate(subject_of(session, *request.find("object")), session.caller.person,
                                std::string(request.get("terminationReason")));
  return Xdto("DMTerminateProcessingResponse");
}

Xdto restart_processing(Session& session, const Xdto& request) {
  session.processings.restart(subject_of(session, *request.find("object")), session.caller.person);
  return Xdto("DMRestartProcessingResponse");
}

Xdto update_action(Session& session, const Xdto& message) {
  static constexpr std::array<std::string_view, 6> kept = {"dueDate",        "dueDateDays", "dueDateHours",
                                                           "dueDateMinutes", "description", "taskDescription"};
  const Ref ref = session.objects.require(*message.find("objectID"));
  Action& action = *session.base.data.actions.find(ref.id);
  const Processing& processing = *session.base.data.processings.find(action.processing);
  if (!processing.state.empty() || processing.queued) {
    throw DmError("Действие \"" + action.name + "\" не может быть изменено: обработка уже начата.");
  }
  if (const Xdto* rows = message.find("participantRows")) {
    std::vector<ActionParticipant> participants;
    for (const Xdto* row : rows->all("rows")) {
      ActionParticipant participant;
      participant.employee = employee_of(session, *row);
      if (participant.employee.empty()) throw DmError("Не указан участник действия \"" + action.name + "\"");
      participant.id = row->get("id").empty() ? session.base.new_id() : std::string(row->get("id"));
      for (const Member& member : row->members) {
        if (std::find(kept.begin(), kept.end(), member.name) == kept.end()) continue;
        participant.row.add(member.name, member.value.text);
      }
      participants.push_back(std::move(participant));
    }
    action.participants = std::move(participants);
  }
  if (!message.get("orderOfExecutionByParticipants").empty())
    action.one_by_one = message.get("orderOfExecutionByParticipants") == "OneByOne";
  if (message.has("description")) action.description = message.get("description");
  return show_action(session, action);
}

}  // namespace sedlink::sim::onec_docflow
