#include "process_view.hpp"

#include <algorithm>
#include <array>

#include "edition.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

// What stays with the header as it was sent.
constexpr std::array<std::string_view, 6> kept_header = {"dueDate",     "project",      "dueDateSpecificationOption",
                                                         "dueDateDays", "dueDateHours", "dueDateMinutes"};
// Members of the classes that the process itself knows.
constexpr std::string_view performance = "DMBusinessProcessPerformanceParticipant";
constexpr std::array<std::string_view, 12> known_own = {
    "performers",   "performer",       "approvalType",    "performanceType",  "routingType", "stages",
    "predecessors", "executionResult", "iterationNumber", "currentIteration", "diagram",     "digitalSignEnabled"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view routing_property(std::string_view type) {
  if (type == "DMBusinessProcessApproval") return "approvalType";
  if (type == "DMBusinessProcessPerformance") return "performanceType";
  return type == "DMComplexBusinessProcess" ? "routingType" : std::string_view();
}

Xdto with_id(const Ref& ref) {
  Xdto stored(ref.type);
  Xdto& id = stored.add("objectID", Xdto());
  id.add("id", ref.id);
  id.add("type", ref.type);
  return stored;
}

Participant read_participant(Session& session, const Xdto& row) {
  Participant participant;
  participant.row = session.objects.canonical(row, row.type);
  if (const Xdto* user = participant.row.find("user")) participant.user = user->ref_id();
  if (const Xdto* order = participant.row.find("approvalOrder")) participant.order = order->ref_id();
  if (const Xdto* order = participant.row.find("performanceOrder")) participant.order = order->ref_id();
  participant.passed = false;
  return participant;
}

Xdto show_participant(Session& session, const Process& process, const Participant& participant) {
  Xdto row = participant.row;
  if (row.type.empty()) {
    const PropertyRow* property = edition_2_1().types.property(process.ref.type, "performers");
    row.type = property != nullptr ? property->type : "DMBusinessProcessTaskExecutor";
  }
  if (!participant.user.empty() && !row.has("user")) row.add("user", with_id({"DMUser", participant.user}));
  if (row.type == "DMBusinessProcessApprovalParticipant" && !row.has("approvalOrder")) {
    row.add("approvalOrder",
            with_id({"DMApprovalOrder", participant.order.empty() ? "ВместеСПредыдущим" : participant.order}));
  }
  if (row.type == performance) {
    row.remove("passed");
    row.remove("task");
    if (participant.passed) row.add("passed", true);
    for (const char* text : {"personalDueDate", "personalDescription"}) {
      if (!row.has(text)) row.add(text, Xdto::nothing());
    }
    if (!row.has("personalTaskName")) row.add("personalTaskName", "");
    if (!row.has("responsible")) row.add("responsible", false);
  }
  Xdto shown = session.objects.present(row);
  if (const Task* task = session.base.data.tasks.find(participant.task); task != nullptr && row.type == performance) {
    shown.add("task", show_task(session, *task, false));
  }
  return shown;
}

Xdto show_targets(Session& session, const Process& process) {
  Xdto targets;
  for (const Target& target : process.targets) {
    Xdto item;
    item.add("role", session.objects.enumeration("DMBusinessProcessTargetRole", target.role));
    item.add("name", target.name);
    item.add("target", session.objects.reference(target.object));
    targets.add("items", std::move(item));
  }
  return targets;
}

void read_targets(Session& session, const Xdto& message, Process& process) {
  const Xdto* targets = message.find("targets");
  const std::vector<const Xdto*> items = targets != nullptr ? targets->all("items") : std::vector<const Xdto*>();
  std::vector<Target> read;
  for (const Xdto* item : items) {
    Target target;
    target.role = session.objects.resolve(*item->find("role"), "DMBusinessProcessTargetRole").id;
    if (target.role.empty()) throw DmError("Нет значения \"\" среди значений типа \"DMBusinessProcessTargetRole\"");
    target.object = session.objects.resolve(*item->find("target"), "DMObject");
    target.name = item->get("name");
    if (target.name.empty()) target.name = "Предмет " + std::to_string(read.size() + 1);
    if (!target.object.empty()) read.push_back(std::move(target));
  }
  if (read.empty()) {
    const Xdto* single = message.find("target");
    const Ref object = single != nullptr ? session.objects.resolve(*single, "DMObject") : Ref();
    if (!object.empty()) read.push_back({"Основной", session.base.data.name_of(object), object});
  }
  if (!read.empty() || targets != nullptr) process.targets = std::move(read);
}

void show_results(Session& session, Xdto& shown, const Process& process) {
  const ProcessKind* kind = session.engine.kind_of(process);
  if (kind != nullptr && !kind->result_type.empty()) {
    shown.add("executionResult", session.objects.enumeration(kind->result_type, process.result));
  }
  const std::string_view routing = routing_property(process.ref.type);
  if (!routing.empty() && !process.routing.empty()) {
    const PropertyRow* property = edition_2_1().types.property(process.ref.type, routing);
    shown.add(std::string(routing), session.objects.enumeration(property->type, process.routing));
  }
  if (process.ref.type == "DMBusinessProcessPerformance" && process.round > 0) {
    shown.add("currentIteration", std::to_string(process.round));
  }
}

void show_stages(Session& session, Xdto& shown, const Process& process) {
  for (const Stage& stage : process.stages) {
    Xdto row;
    row.add("stageID", stage.id);
    row.add("template", session.objects.reference(stage.process_template));
    if (const Process* child = session.base.data.processes.find(stage.process)) {
      row.add("businessProcess", session.objects.reference(child->ref));
    }
    row.add("executed", stage.executed);
    shown.add("stages", std::move(row));
  }
  for (std::size_t i = 1; i < process.stages.size(); ++i) {
    Xdto row;
    row.add("followerID", process.stages[i].id);
    row.add("predecessorID", process.stages[i - 1].id);
    row.add("passageExecuted", process.stages[i - 1].executed);
    shown.add("predecessors", std::move(row));
  }
}

// Stages of a message: the templates, in the order they stand.
void read_stages(Session& session, const Xdto& message, Process& process) {
  if (!message.has("stages") || process.started) return;
  process.stages.clear();
  for (const Xdto* stage : message.all("stages")) {
    const Ref from = session.objects.resolve(*stage->find("template"), "DMObject");
    if (from.empty()) throw DmError("Не заполнен шаблон действия");
    process.stages.push_back({std::string(stage->get("stageID")), from, "", false});
  }
}

}  // namespace

void read_process(Session& session, const Xdto& message, Process& process) {
  const auto reference = [&](std::string_view name, std::string_view declared) {
    const Xdto* value = message.find(name);
    return value != nullptr ? session.objects.resolve(*value, declared).id : std::string();
  };
  process.name = message.get("name");
  process.author = reference("author", "DMUser");
  if (process.author.empty()) process.author = session.caller.user;
  process.importance = reference("importance", "DMBusinessProcessImportance");
  if (process.importance.empty()) process.importance = "Обычная";
  process.description = message.get("description");
  if (const std::string from = reference("businessProcessTemplate", "DMBusinessProcessTemplate"); !from.empty()) {
    process.process_template = session.base.data.templates.at(from).ref;
  }
  read_targets(session, message, process);
  process.header = Xdto(process.ref.type);
  process.own = Xdto(process.ref.type);
  const Type& base = *edition_2_1().types.find("DMBusinessProcess");
  for (const Member& member : message.members) {
    const bool inherited = std::any_of(base.properties.begin(), base.properties.end(),
                                       [&](const PropertyRow& row) { return row.name == member.name; });
    if (inherited ? !among(kept_header, member.name) : among(known_own, member.name)) continue;
    const PropertyRow* row = edition_2_1().types.property(process.ref.type, member.name);
    Xdto stored = session.objects.canonical(member.value, row->type);
    if (stored.nil || stored.text.starts_with("0001-01-01")) continue;
    (inherited ? process.header : process.own).add(member.name, std::move(stored));
  }
  // Rows are rewritten whole: their marks and tasks are gone (8.9).
  process.participants.clear();
  for (const Xdto* row : message.all("performers")) process.participants.push_back(read_participant(session, *row));
  if (const Xdto* row = message.find("performer"); row != nullptr && !row->nil) {
    Participant participant = read_participant(session, *row);
    if (!participant.user.empty() || participant.row.has("role"))
      process.participants.push_back(std::move(participant));
  }
  const std::string_view routing = routing_property(process.ref.type);
  if (!routing.empty())
    process.routing = reference(routing, edition_2_1().types.property(process.ref.type, routing)->type);
  if (process.ref.type == "DMBusinessProcessPerformance" && process.routing.empty()) process.routing = "Параллельно";
  read_stages(session, message, process);
  if (process.name.empty()) {
    const ProcessKind* kind = session.engine.kind_of(process);
    process.name =
        std::string(kind != nullptr ? kind->verb : "Обработать") + " \"" + session.engine.title_of(process) + "\"";
  }
}

Xdto show_header(Session& session, const Process& process, bool bare) {
  Objects& objects = session.objects;
  Xdto shown(bare ? "DMBusinessProcess" : process.ref.type);
  shown.add("name", process.name);
  shown.add("objectID", objects.object_id(process.ref));
  if (!process.author.empty()) shown.add("author", objects.reference({"DMUser", process.author}));
  shown.add("importance", objects.enumeration("DMBusinessProcessImportance", process.importance));
  shown.add("beginDate", process.begin ? Xdto::simple(session.base.local(process.begin)) : Xdto::nothing());
  shown.add("endDate", process.end ? Xdto::simple(session.base.local(process.end)) : Xdto::nothing());
  for (const Target& target : process.targets) {
    if (target.role == "Основной" && !shown.has("target")) shown.add("target", objects.reference(target.object));
  }
  if (process.started) shown.add("started", true);
  if (process.completed) shown.add("completed", true);
  shown.add_filled("description", process.description);
  const std::string_view due = process.header.get("dueDate");
  shown.add("dueDate", due.empty() ? Xdto::nothing() : Xdto::simple(std::string(due)));
  shown.add("state", objects.enumeration("DMBusinessProcessState", process.state));
  if (session.base.settings.corp) shown.add("stateEnabled", true);
  if (!process.process_template.empty())
    shown.add("businessProcessTemplate", objects.reference(process.process_template));
  shown.add_filled("executionComment", process.history);
  if (const Task* leading = session.base.data.tasks.find(process.leading_task)) {
    shown.add("leadingTask", show_task(session, *leading, false));
  }
  if (!process.targets.empty()) shown.add("targets", show_targets(session, process));
  return shown;
}

Xdto show_process(Session& session, const Process& process) {
  Xdto shown = show_header(session, process, false);
  if (!process.started && !process.ref.id.empty()) shown.add("completionMark", session.engine.completion_mark(process));
  for (const Xdto* kept : {&process.header, &process.own}) {
    for (const Member& member : kept->members) {
      if (member.name != "dueDate") shown.add(member.name, session.objects.present(member.value));
    }
  }
  if (edition_2_1().types.property(process.ref.type, "performers") != nullptr) {
    for (const Participant& row : process.participants)
      shown.add("performers", show_participant(session, process, row));
  } else if (!process.participants.empty()) {
    shown.add("performer", show_participant(session, process, process.participants.front()));
  }
  if (process.ref.type == "DMBusinessProcessConfirmation" && session.base.settings.digital_signatures) {
    shown.add("digitalSignEnabled", true);
  }
  show_results(session, shown, process);
  show_stages(session, shown, process);
  return shown;
}

}  // namespace sedlink::sim::onec_docflow
