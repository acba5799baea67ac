#include <array>

#include "document_3_0.hpp"
#include "processing_engine.hpp"
#include "processing_view.hpp"
#include "seed.hpp"
#include "task_action_requests.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

Xdto with_empty_values(Session& session, Xdto value) {
  add_empty_values(session.base.edition.types, value, {});
  value.type.clear();
  return value;
}

Xdto button(Session& session, bool shown, std::string_view title) {
  Xdto value("DMButton");
  value.add("enabled", shown);
  value.add("title", std::string(title));
  value.add("visible", shown);
  return with_empty_values(session, std::move(value));
}

Xdto option_of_result(Session& session, const TaskOption& option) {
  Xdto value("DMResultOfTaskAction");
  const Ref ref{"DMResultOfTaskAction", seed_id("DMResultOfTaskAction", std::string(option.result))};
  value.add("name", std::string(option.header));
  value.add("objectID", session.objects.object_id(ref));
  value.add("commandHeader", std::string(option.header));
  value.add("groupExecutionIsAvailable", false);
  value.add("taskResultType", std::string(option.type));
  return value;
}

Xdto action_area(Session& session, const TaskAction& task) {
  const std::vector<TaskOption> options = options_of(session, task);
  const bool open = session.processings.obstacle(task).empty();
  Xdto area;
  Xdto input("DMInputField");
  input.add("enabled", open);
  input.add("visible", true);
  area.add("actionResultInputField", with_empty_values(session, std::move(input)));
  area.add("actionResultString", task.comment);
  area.add("buttonAcceptTask", button(session, open && !task.accepted, "Принять"));
  area.add("buttonAddParticipants", button(session, false, ""));
  for (std::size_t i = 0; i < 3; ++i) {
    const bool present = i < options.size();
    const std::string number = std::to_string(i + 1);
    const std::string_view header = present ? options[i].header : std::string_view();
    area.add("buttonExecuteOption" + number, button(session, open && present, header));
    area.add("buttonExecuteByTemplateOption" + number, button(session, false, ""));
    if (present) area.add("resultOfOption" + number, option_of_result(session, options[i]));
  }
  area.add("buttonExecuteConnectedTaskAction1", button(session, false, ""));
  area.add("buttonRevokeTaskAcceptance", button(session, open && task.accepted, "Отказаться от принятия"));
  area.add("buttonSelectTaskTemplate", button(session, false, ""));
  area.add("buttonUndoExecution", button(session, false, ""));
  area.add("dataVersion", std::to_string(task.version));
  const Action& action = *session.base.data.actions.find(task.action);
  area.add("processingAction", session.objects.reference({action.type, action.id}));
  Xdto flags("DMFormGroup");
  flags.add("enabled", true);
  area.add("flagsSubmenu", with_empty_values(session, std::move(flags)));
  return area;
}

}  // namespace

std::vector<TaskOption> options_of(const Session& session, const TaskAction& task) {
  const ActionKind& kind = *find_action_kind(session.base.data.actions.find(task.action)->type);
  if (task.participant.empty()) {
    return {{"ReturnForRevision", "Positive", "Отправить повторно"}, {"Completed", "Neutral", "Завершить"}};
  }
  std::vector<TaskOption> options = {{kind.positive, "Positive", result_synonym(kind.positive)}};
  if (!kind.remarks.empty()) options.push_back({kind.remarks, "PositiveWithComments", result_synonym(kind.remarks)});
  options.push_back({kind.negative, "Negative", result_synonym(kind.negative)});
  return options;
}

Xdto show_task_action(Session& session, const TaskAction& task, const std::vector<std::string>& columns) {
  const Processing& processing = *session.base.data.processings.find(task.processing);
  const Ref ref{"DMTaskAction", task.id};
  Xdto shown("DMTaskAction");
  shown.add("actionArea", action_area(session, task));
  shown.add("author", task_participant(session, task.author));
  shown.add("authorPresentation", session.base.data.name_of({"DMEmployee", task.author}));
  shown.add("date", session.base.local(task.begin));
  if (!task.flag.empty()) shown.add("flag", task.flag);
  shown.add("htmlView", "<html><body>" + task.description + "</body></html>");
  shown.add("isOverdue", task.due && !task.executed && *task.due < session.base.now());
  Xdto application;
  application.add("document", session.objects.reference({"DMDocument", processing.document}));
  shown.add("mainApplication", std::move(application));
  shown.add("new", task.fresh);
  shown.add("performer", task_participant(session, task.performer));
  shown.add("performerPresentation", session.base.data.name_of({"DMEmployee", task.performer}));
  shown.add("priority", "Normal");
  shown.add("term", session.base.local(task.due));
  shown.add("title", task.title);
  std::erase_if(shown.members, [&](const Member& member) { return !wants(columns, member.name); });
  shown.add("name", task.title);
  shown.add("objectID", session.objects.object_id(ref));
  add_empty_values(session.base.edition.types, shown, columns);
  return shown;
}

}  // namespace sedlink::sim::onec_docflow
