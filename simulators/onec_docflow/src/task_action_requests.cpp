#include "task_action_requests.hpp"

#include <algorithm>

#include "list_conditions.hpp"
#include "processing_engine.hpp"
#include "sedlink/core/text.hpp"
#include "seed.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

TaskAction& task_of(Session& session, const Xdto& reference) {
  const Ref ref = session.objects.require(*reference.find("objectID"));
  TaskAction* task = session.base.data.task_actions.find(ref.id);
  if (task == nullptr) fail_missing(session.base.edition, ref.type, ref.id);
  return *task;
}

bool is_of(const Session& session, const TaskAction& task) {
  return task.performer.empty() || task.performer == session.caller.person;
}

// Properties of the dynamic list that it can be filtered and ordered by.
std::string value_of(Session& session, const TaskAction& task, std::string_view property) {
  if (text::iequals_ascii(property, "title")) return task.title;
  if (text::iequals_ascii(property, "date")) return session.base.local(task.begin);
  if (text::iequals_ascii(property, "term")) return session.base.local(task.due);
  if (text::iequals_ascii(property, "author")) return task.author;
  if (text::iequals_ascii(property, "flag")) return task.flag;
  if (text::iequals_ascii(property, "mainApplication"))
    return session.base.data.processings.find(task.processing)->document;
  throw DmError("Неизвестное поле в условии отбора: " + std::string(property));
}

std::int64_t number_in(const Xdto& request, const char* name) {
  return std::strtoll(std::string(request.get(name)).c_str(), nullptr, 10);
}

// The option a message names: by its type, else by its id.
std::string chosen_result(Session& session, const TaskAction& task, const Xdto& message) {
  const std::string_view type = message.get("taskResultType");
  const std::string id = text::to_lower_ascii(message.ref_id());
  for (const TaskOption& option : options_of(session, task)) {
    const bool by_id = id == seed_id("DMResultOfTaskAction", std::string(option.result));
    if (type.empty() ? by_id : option.type == type) return std::string(option.result);
  }
  throw DmError("Нельзя выполнить задачу \"" + task.title + "\": такого результата у нее нет.");
}

Xdto question(const TaskAction& task) {
  Xdto asked("DMQuesion");
  asked.add("text", "Выполнить задачу \"" + task.title + "\"?");
  asked.add("title", "Выполнение задачи");
  asked.add("buttons", "Да");
  asked.add("buttons", "Нет");
  asked.add("defaultButton", "Да");
  Xdto context;
  context.add("interactiveAction", "AskAQuestion");
  context.add("context", std::move(asked));
  return context;
}

}  // namespace

// Only the tasks that wait for the calling user.
Xdto dynamic_list(Session& session, const Xdto& request) {
  const std::string type(request.get("type"));
  if (type != "DMTaskAction") throw DmError("Динамический список объектов типа \"" + type + "\" не поддерживается");
  const std::int64_t per_page = number_in(request, "numberOfObjectsPerPage");
  const std::int64_t page = std::max<std::int64_t>(number_in(request, "page"), 1);
  if (per_page <= 0) throw DmError("Не указано количество объектов на странице");
  std::vector<TaskAction*> found;
  for (TaskAction& task : session.base.data.task_actions) {
    if (!is_of(session, task) || !session.processings.obstacle(task).empty()) continue;
    const std::vector<const Xdto*> conditions = request.all("conditions");
    const bool fits = std::all_of(conditions.begin(), conditions.end(), [&](const Xdto* condition) {
      return condition_holds(*condition, value_of(session, task, condition->get("property")));
    });
    if (fits) found.push_back(&task);
  }
  for (const Xdto* order : request.all("orderBy")) {
    const std::string column(order->get("column"));
    std::stable_sort(found.begin(), found.end(), [&](const TaskAction* a, const TaskAction* b) {
      const bool descending = order->get("sortingOperator") == "DESC";
      const std::string left = value_of(session, descending ? *b : *a, column);
      return left < value_of(session, descending ? *a : *b, column);
    });
  }
  Xdto answer("DMGetDynamicListResponse");
  const auto total = static_cast<std::int64_t>(found.size());
  for (std::int64_t i = (page - 1) * per_page; i < std::min(page * per_page, total); ++i) {
    answer.add("objects", show_task_action(session, *found[static_cast<std::size_t>(i)], columns_of(request)));
  }
  answer.add("pageCount", std::to_string((total + per_page - 1) / per_page));
  answer.add("descriptionOfTotals", "Всего задач: " + std::to_string(total));
  return answer;
}

Xdto execute_task_action(Session& session, const Xdto& request) {
  TaskAction& task = task_of(session, *request.find("taskAction"));
  if (!is_of(session, task)) {
    throw DmError("Нельзя выполнить задачу \"" + task.title + "\": ее исполнитель " +
                  session.base.data.name_of({"DMEmployee", task.performer}) + ".");
  }
  if (request.get("dataVersion") != std::to_string(task.version)) {
    throw DmError("Задача изменилась перед попыткой исполнения");
  }
  Verdict verdict;
  verdict.result = chosen_result(session, task, *request.find("resultOfTaskAction"));
  verdict.comment = request.get("actionResultString");
  Xdto answer("DMExecuteTaskActionResponse");
  if (session.base.settings.ask_before_task && !request.has("interactiveActionResult")) {
    answer.add("requiredInteractiveAction", question(task));
    return answer;
  }
  if (task.performer.empty()) task.performer = session.caller.person;
  session.processings.execute(task, std::move(verdict), true);
  return answer;
}

Xdto accept_task_actions(Session& session, const Xdto& request) {
  for (const Xdto* reference : request.all("tasks")) {
    TaskAction& task = task_of(session, *reference);
    task.accepted = true;
    ++task.version;
  }
  return Xdto("DMAcceptTasksResponse");
}

Xdto revoke_task_action_acceptance(Session& session, const Xdto& request) {
  for (const Xdto* reference : request.all("tasks")) {
    TaskAction& task = task_of(session, *reference);
    task.accepted = false;
    ++task.version;
  }
  return Xdto("DMRevokeTaskAcceptanceResponse");
}

Xdto redirect_task_actions(Session& session, const Xdto& request) {
  const Xdto* employee = request.find("performer")->find("employee");
  const std::string to = employee != nullptr ? session.objects.resolve(*employee, "DMEmployee").id : std::string();
  if (to.empty()) throw DmError("Не указан исполнитель, которому перенаправляется задача");
  for (const Xdto* reference : request.all("tasks")) {
    TaskAction& task = task_of(session, *reference);
    if (const std::string why = session.processings.obstacle(task); !why.empty()) {
      throw DmError("Нельзя перенаправить задачу \"" + task.title + "\": " + why + ".");
    }
    task.performer = to;
    task.accepted = false;
    ++task.version;
    for (ActionParticipant& participant : session.base.data.actions.find(task.action)->participants) {
      if (participant.id == task.participant) participant.employee = to;
    }
  }
  return Xdto("DMRedirectTasksResponse");
}

Xdto set_flag(Session& session, const Xdto& request) {
  for (const Xdto* reference : request.all("tasks")) task_of(session, *reference).flag = request.get("flag");
  return Xdto("DMSetFlagResponse");
}

}  // namespace sedlink::sim::onec_docflow
