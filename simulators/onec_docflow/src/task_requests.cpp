#include "task_requests.hpp"

#include <algorithm>
#include <array>

#include "process_requests.hpp"
#include "process_view.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

constexpr std::string_view tasks_subject = "Ошибка при получении списка задач";
constexpr std::string_view processes_subject = "Ошибка при получении списка бизнес-процессов";

// One condition of a query; a value of the wrong type counts as absent.
struct Conditions {
  std::optional<bool> by_user, with_executed, with_delayed, typed;
  std::string target, process, mark, author, name;
  std::optional<std::string> due;
};

std::optional<bool> boolean(const Xdto& value) {
  if (value.type != "xs:boolean") return std::nullopt;
  return value.text == "true" || value.text == "1";
}

std::string id_of(const Xdto& value) {
  const std::string_view id = value.type == "DMObjectID" ? value.get("id") : value.ref_id();
  return text::to_lower_ascii(id);
}

Conditions read_conditions(const Xdto& query, bool of_tasks) {
  const std::string subject(of_tasks ? tasks_subject : processes_subject);
  Conditions read;
  for (const Xdto* condition : query.all("conditions")) {
    const std::string property = text::to_lower_ascii(condition->get("property"));
    const Xdto& value = *condition->find("value");
    if (property == "byuser" && of_tasks) {
      read.by_user = boolean(value);  // anything but xs:boolean is silently ignored
    } else if (property == "withexecuted") {
      read.with_executed = boolean(value);
    } else if (property == "withdelayed") {
      read.with_delayed = boolean(value);
    } else if (property == "typed" && of_tasks) {
      read.typed = boolean(value);
    } else if (property == "target") {
      read.target = id_of(value);
    } else if (property == "businessprocess" && of_tasks) {
      read.process = id_of(value);
    } else if (property == "executionmark" && of_tasks) {
      read.mark = value.text;
    } else if (property == "completionmark" && !of_tasks) {
      read.mark = value.text;
    } else if (property == "author" && of_tasks) {
      read.author = id_of(value);
    } else if (property == "name") {
      read.name = text::fold(value.text);
    } else if (property == "duedate" && of_tasks) {
      read.due = value.text;
    } else {
      throw DmError("Неизвестное поле в условии отбора: " + std::string(condition->get("property")), subject);
    }
  }
  return read;
}

bool has_target(const Process& process, const std::string& id) {
  return std::any_of(process.targets.begin(), process.targets.end(),
                     [&](const Target& t) { return t.object.id == id; });
}

bool listed_state(const std::string& state, const Conditions& conditions) {
  return state == "Активен" || (state == "Остановлен" && conditions.with_delayed.value_or(false));
}

bool name_fits(const std::string& name, const std::string& wanted) {
  return wanted.empty() || text::fold(name).find(wanted) != std::string::npos;
}

bool fits(Session& session, const Task& task, const Conditions& c) {
  const Process& process = *session.base.data.processes.find(task.process);
  if (task.deleted) return false;
  if (!listed_state(task.executed ? "Активен" : process.state, c)) return false;
  if (c.by_user.value_or(false) && task.performer != session.caller.user) return false;
  if (!c.with_executed.value_or(true) && (task.executed || task.queued)) return false;
  if (!c.target.empty() && !has_target(process, c.target)) return false;
  if (!c.process.empty() && task.process != c.process) return false;
  if (!c.mark.empty() && session.engine.execution_mark(task) != c.mark) return false;
  if (!c.author.empty() && task.author != c.author) return false;
  if (c.due && session.base.local(task.due) != *c.due) return false;
  return name_fits(task.name, c.name);
}

// Tasks of a message, which must exist.
std::vector<Task*> tasks_named(Session& session, const Xdto& request) {
  std::vector<Task*> found;
  for (const Xdto* reference : request.all("tasks")) {
    Task* task = session.base.data.tasks.find(session.objects.require(*reference->find("objectID")).id);
    if (task == nullptr) throw DmError("Объект не найден");
    found.push_back(task);
  }
  return found;
}

std::string result_of(Session& session, const Xdto& message) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> results = {
      {{"approvalResult", "DMApprovalResult"},
       {"confirmationResult", "DMConfirmationResult"},
       {"registrationResult", "DMRegistrationResult"}}};
  for (const auto& [property, type] : results) {
    if (const Xdto* value = message.find(property)) return session.objects.resolve(*value, type).id;
  }
  return {};
}

}  // namespace

Xdto list_item(Xdto object) {
  Xdto item;
  item.add("canHaveChildren", false);
  item.add("isFolder", false);
  item.add("object", std::move(object));
  return item;
}

void list_tasks(Session& session, const Xdto& request, Xdto& answer) {
  const Xdto* query = request.find("query");
  if (query == nullptr)
    throw DmError(module_error(7710, "Значение не является значением объектного типа (conditions)"),
                  std::string(tasks_subject));
  const Conditions conditions = read_conditions(*query, true);
  std::vector<const Task*> found;
  for (const Task& task : session.base.data.tasks) {
    if (fits(session, task, conditions)) found.push_back(&task);
  }
  std::stable_sort(found.begin(), found.end(), [](const Task* a, const Task* b) { return a->begin < b->begin; });
  // limit and columnSet are ignored here.
  for (const Task* task : found)
    answer.add("items", list_item(show_task(session, *task, conditions.typed.value_or(false))));
}

void list_processes(Session& session, const Xdto& request, Xdto& answer) {
  const Xdto nothing;
  const Xdto* query = request.find("query");
  const Conditions c = read_conditions(query != nullptr ? *query : nothing, false);
  for (const Process& process : session.base.data.processes) {
    if (process.ref.type != request.get("type") || process.deleted || !listed_state(process.state, c)) continue;
    if (!c.with_executed.value_or(true) && process.completed) continue;
    if (!c.target.empty() && !has_target(process, c.target)) continue;
    if (!c.mark.empty() && session.engine.completion_mark(process) != c.mark) continue;
    if (!name_fits(process.name, c.name)) continue;
    Xdto header = show_header(session, process, false);
    header.remove("leadingTask");
    answer.add("items", list_item(std::move(header)));
  }
}

Xdto update_task(Session& session, const Xdto& message) {
  Task* task = session.base.data.tasks.find(session.objects.require(*message.find("objectID")).id);
  if (message.type != "DMBusinessProcessTask" && message.type != task->type) {
    throw DmError(module_error(5604, "Тип задачи не соответствует ссылке"));
  }
  if (!message.is_true("executed")) {
    if (task->executed) session.engine.undo(*task);
    if (message.has("executionComment")) task->comment = message.get("executionComment");
    return show_task(session, *task, true);
  }
  Decision decision;
  decision.comment = message.get("executionComment");
  if (!task->checkup) decision.result = result_of(session, message);
  if (task->checkup) {
    decision.result = task->result;
    decision.returned = message.is_true("returned");
    for (const Xdto* row : message.all("checkResults")) {
      if (row->is_true("returned") && row->has("executorTask"))
        decision.rework.emplace_back(row->find("executorTask")->ref_id());
    }
  }
  const Xdto* user = message.find("performer") != nullptr ? message.find("performer")->find("user") : nullptr;
  const Ref performer = user != nullptr ? session.objects.resolve(*user, "DMUser") : Ref();
  session.engine.execute(*task, std::move(decision), true);
  if (!performer.empty()) {
    task->performer = performer.id;
    task->executor.set("user", session.objects.canonical(*user, "DMUser"));
  }
  return show_task(session, *task, true);
}

Xdto accept_tasks(Session& session, const Xdto& request) {
  for (Task* task : tasks_named(session, request)) {
    if (task->executed) throw DmError("Задача уже выполнена");
    task->accepted = true;
    task->accept_date = session.base.now();
  }
  return Xdto("DMAcceptTasksResponse");
}

Xdto revoke_acceptance(Session& session, const Xdto& request) {
  for (Task* task : tasks_named(session, request)) {
    task->accepted = false;
    task->accept_date.reset();
  }
  return Xdto("DMOK");
}

Xdto redirect_tasks(Session& session, const Xdto& request) {
  const Xdto executor = session.objects.canonical(*request.find("performer"), "DMBusinessProcessTaskExecutor");
  const Xdto* user = executor.find("user");
  if (user == nullptr && !executor.has("role")) throw DmError("Поле \"Исполнитель\" не заполнено");
  for (Task* task : tasks_named(session, request)) {
    if (task->executed || task->queued) throw DmError("Задача уже выполнена");
    task->executor = executor;
    task->performer = user != nullptr ? std::string(user->ref_id()) : std::string();
    task->accepted = false;
    if (!request.get("comment").empty())
      task->description += (task->description.empty() ? "" : "\n") + std::string(request.get("comment"));
  }
  return Xdto("DMOK");
}

}  // namespace sedlink::sim::onec_docflow
