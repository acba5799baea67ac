// Tasks (camelCase strings) and their check-lists (positional parameters) (bitrix24.md 12).
#include <algorithm>

#include "methods.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

struct TaskField {
  const char* name;
  Compare compare;
  bool by_default;  // shown by tasks.task.get without select
};
constexpr TaskField task_fields[] = {{"ID", Compare::number, true},
                                     {"PARENT_ID", Compare::number, true},
                                     {"TITLE", Compare::text, true},
                                     {"DESCRIPTION", Compare::text, true},
                                     {"MARK", Compare::text, true},
                                     {"PRIORITY", Compare::number, true},
                                     {"STATUS", Compare::number, true},
                                     {"GROUP_ID", Compare::number, true},
                                     {"CREATED_BY", Compare::number, true},
                                     {"CREATED_DATE", Compare::time, true},
                                     {"RESPONSIBLE_ID", Compare::number, true},
                                     {"ACCOMPLICES", Compare::number, true},
                                     {"AUDITORS", Compare::number, true},
                                     {"CHANGED_DATE", Compare::time, true},
                                     {"CLOSED_DATE", Compare::time, true},
                                     {"DEADLINE", Compare::time, true},
                                     {"XML_ID", Compare::text, true},
                                     {"UF_CRM_TASK", Compare::text, false},
                                     {"UF_TASK_WEBDAV_FILES", Compare::text, false}};

const TaskField* task_field(const std::string& name) {
  for (const TaskField& one : task_fields) {
    if (name == one.name) return &one;
  }
  return nullptr;
}

// CREATED_DATE -> createdDate; UF_CRM_TASK -> ufCrmTask.
std::string camel(std::string_view upper) {
  std::string out;
  bool capital = false;
  for (const char c : upper) {
    if (c == '_') {
      capital = true;
      continue;
    }
    out += capital || c < 'A' || c > 'Z' ? c : static_cast<char>(c + 32);
    capital = false;
  }
  return out;
}

json::object task_json(const Portal& portal, const Task& task, const std::set<std::string>& select) {
  json::object out;
  for (const TaskField& field : task_fields) {
    const std::string name = field.name;
    const bool wanted = select.empty() ? field.by_default : select.contains("*") && field.by_default;
    if (!wanted && !select.contains(name) && name != "ID") continue;
    const json::value* value = task.values.if_contains(name);
    if (value == nullptr)
      out[camel(name)] = nullptr;
    else if (value->is_array())
      out[camel(name)] = value->get_array();
    else if (value->is_null())
      out[camel(name)] = nullptr;
    else
      out[camel(name)] = json::string(text_of(*value));
    if (name == "CREATED_BY" || name == "RESPONSIBLE_ID") {
      const User* user = portal.user(int_of(task.values, name).value_or(0));
      json::object who{{"id", text_of(task.values, name)}, {"name", user == nullptr ? "" : user->full_name()}};
      out[name == "CREATED_BY" ? "creator" : "responsible"] = std::move(who);
    }
  }
  return out;
}

[[noreturn]] void core_error(const std::string& text) { refuse(400, "ERROR_CORE", text + "<br>"); }

void write_fields(Portal& portal, Task& task, const json::object& given, bool adding) {
  json::object fields;
  for (const auto& member : given) fields[text::to_upper_ascii(member.key())] = member.value();
  if ((adding || fields.contains("TITLE")) && text_of(fields, "TITLE").empty())
    core_error("Не указано название задачи");
  if (adding || fields.contains("RESPONSIBLE_ID")) {
    const auto responsible = int_of(fields, "RESPONSIBLE_ID");
    if (!responsible || *responsible == 0) core_error("Не указан исполнитель");
    if (portal.user(*responsible) == nullptr) core_error("Пользователь, указанный в поле \"Исполнитель\", не найден");
  }
  for (const char* name : {"TITLE", "DESCRIPTION", "RESPONSIBLE_ID", "CREATED_BY", "GROUP_ID", "PARENT_ID", "XML_ID",
                           "PRIORITY", "STATUS", "MARK"}) {
    if (const json::value* value = fields.if_contains(name)) task.values[name] = json::string(text_of(*value));
  }
  for (const char* name : {"ACCOMPLICES", "AUDITORS", "UF_CRM_TASK", "UF_TASK_WEBDAV_FILES"}) {
    if (const json::value* value = fields.if_contains(name)) {
      json::array list;
      for (const json::value& one : as_list(value)) {
        if (!text_of(one).empty()) list.push_back(json::string(text_of(one)));
      }
      task.values[name] = std::move(list);
    }
  }
  if (const json::value* deadline = fields.if_contains("DEADLINE")) {
    Field field;
    field.type = "datetime";
    field.title = "Крайний срок";
    task.values["DEADLINE"] = canonical(portal, field, *deadline);
  }
}

void raise_task(Portal& portal, Id id, const char* what) {
  const std::string fields = std::string(what) == "DELETE" ? "[FIELDS_BEFORE][ID]" : "[FIELDS_AFTER][ID]";
  const net::FormPairs data{{fields, std::to_string(id)}};
  portal.events.raise(std::string("ONTASK") + what, data);
}

Task& found_task(const Invocation& call) {
  const json::value* given = arg_old(call.params, "taskId");
  const auto id = given == nullptr ? std::nullopt : int_of(*given);
  if (!id) refuse(400, "100", "Could not find value for parameter {taskId}");
  const auto found = call.portal.tasks.find(*id);
  if (found == call.portal.tasks.end()) refuse(400, "ERROR_CORE", "Задача не найдена или доступ запрещен<br>");
  return found->second;
}

std::set<std::string> selected(const Invocation& call) {
  std::set<std::string> out;
  for (const json::value& one : as_list(arg_old(call.params, "select"))) {
    std::string name = text_of(one);
    if (task_field(name) == nullptr) {
      for (const TaskField& field : task_fields) {
        if (camel(field.name) == name) name = field.name;
      }
    }
    out.insert(name);
  }
  return out;
}

Answer add(const Invocation& call) {
  const json::value* fields = arg_old(call.params, "fields");
  if (fields == nullptr) refuse(400, "100", "Could not find value for parameter {fields}");
  Task task;
  task.created = task.changed = call.portal.now();
  task.values = {{"PARENT_ID", nullptr},
                 {"DESCRIPTION", ""},
                 {"MARK", nullptr},
                 {"PRIORITY", "1"},
                 {"STATUS", "2"},
                 {"GROUP_ID", "0"},
                 {"CREATED_BY", std::to_string(call.caller.user)},
                 {"ACCOMPLICES", json::array()},
                 {"AUDITORS", json::array()},
                 {"CLOSED_DATE", nullptr},
                 {"DEADLINE", nullptr},
                 {"XML_ID", nullptr},
                 {"UF_CRM_TASK", json::array()},
                 {"UF_TASK_WEBDAV_FILES", json::array()}};
  write_fields(call.portal, task, as_map(fields), true);
  task.id = call.portal.next_id("task", 3711);
  task.values["ID"] = std::to_string(task.id);
  task.values["CREATED_DATE"] = task.values["CHANGED_DATE"] = call.portal.iso_now();
  const Task& stored = call.portal.tasks.emplace(task.id, std::move(task)).first->second;
  raise_task(call.portal, stored.id, "ADD");
  const json::object facts{{"event", "task"},
                           {"task", stored.id},
                           {"title", text_of(stored.values, "TITLE")},
                           {"by_rest", true},
                           {"subject", json::object{{"task", stored.id}}}};
  call.portal.env.notice(facts);
  return json::value{{"task", task_json(call.portal, stored, {})}};
}

Answer update(const Invocation& call) {
  Task& task = found_task(call);
  const json::value* fields = arg_old(call.params, "fields");
  Task after = task;
  write_fields(call.portal, after, as_map(fields), false);
  after.values["CHANGED_DATE"] = call.portal.iso_now();
  task = std::move(after);
  raise_task(call.portal, task.id, "UPDATE");
  return json::value{{"task", task_json(call.portal, task, {})}};
}

Answer complete(const Invocation& call) {
  Task& task = found_task(call);
  task.values["STATUS"] = "5";
  task.values["CLOSED_DATE"] = call.portal.iso_now();
  raise_task(call.portal, task.id, "UPDATE");
  return json::value{{"task", task_json(call.portal, task, {})}};
}

Answer remove(const Invocation& call) {
  const Id id = found_task(call).id;
  call.portal.tasks.erase(id);
  raise_task(call.portal, id, "DELETE");
  return json::value{{"task", true}};
}

Answer get(const Invocation& call) {
  const Task& task = found_task(call);
  return json::value{{"task", task_json(call.portal, task, selected(call))}};
}

Answer list(const Invocation& call) {
  const Columns columns = [](const std::string& name) -> std::optional<Compare> {
    const TaskField* field = task_field(text::to_upper_ascii(name));
    return field == nullptr ? std::nullopt : std::optional(field->compare);
  };
  const auto value_of = [](const Task* task) {
    return [task](const std::string& name) {
      const json::value* v = task->values.if_contains(text::to_upper_ascii(name));
      return v == nullptr ? json::value(nullptr) : *v;
    };
  };
  const Filter filter = Filter::compile(as_map(arg_old(call.params, "filter")), columns, call.portal, true);
  const Order order = Order::compile(as_map(arg_old(call.params, "order")), columns, "ID");
  std::vector<const Task*> rows;
  for (const auto& [id, task] : call.portal.tasks) {
    if (filter.matches(value_of(&task))) rows.push_back(&task);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Task* a, const Task* b) { return order.less(value_of(a), value_of(b)); });
  const auto select = selected(call);
  Answer answer;
  json::array out;
  for (const Task* task : page(std::move(rows), call.params, answer))
    out.push_back(task_json(call.portal, *task, select));
  answer.result = json::value{{"tasks", std::move(out)}};
  return answer;
}

// task.checklistitem.* read their parameters by position, whatever their names: taskId, then the fields.
std::vector<json::value> positional(const json::object& params) {
  std::vector<json::value> out;
  for (const auto& member : params) {
    if (!text::iequals_ascii(std::string_view(member.key().data(), member.key().size()), "auth"))
      out.push_back(member.value());
  }
  return out;
}

Task& task_at_first(const Invocation& call, const std::vector<json::value>& args) {
  const auto id = args.empty() ? std::nullopt : int_of(args[0]);
  if (!id) {
    refuse(400, "ERROR_CORE",
           "TASKS_ERROR_EXCEPTION_#256; Param #0 (taskId) for method ctaskchecklistitem expected to be of type "
           "\"integer\", but given something else.; 256/TE/WRONG_ARGUMENTS<br>");
  }
  const auto found = call.portal.tasks.find(*id);
  if (found == call.portal.tasks.end()) {
    refuse(400, "ERROR_CORE", "TASKS_ERROR_EXCEPTION_#8; Action failed; 8/TE/ACTION_FAILED_TO_BE_PROCESSED<br>");
  }
  return found->second;
}

CheckItem& add_check_item(Portal& portal, Task& task, std::string title, Id parent, Id author) {
  CheckItem item;
  item.id = portal.next_id("checklist", 41);
  item.parent = parent;
  item.title = std::move(title);
  item.sort = static_cast<int>(std::count_if(task.checklist.begin(), task.checklist.end(),
                                             [&](const CheckItem& one) { return one.parent == parent; }));
  item.author = author;
  task.checklist.push_back(std::move(item));
  return task.checklist.back();
}

Answer checklist_add(const Invocation& call) {
  const std::vector<json::value> args = positional(call.params);
  Task& task = task_at_first(call, args);
  const json::object fields = args.size() > 1 ? as_map(&args[1]) : json::object();
  const std::string title = text_of(fields, "TITLE");
  if (title.empty()) {
    refuse(400, "ERROR_CORE",
           "TASKS_ERROR_EXCEPTION_#256; Param #1 (arFields) for method ctaskchecklistitem::add() expected to contain "
           "TITLE.; 256/TE/WRONG_ARGUMENTS<br>");
  }
  const auto is_root = [&](Id id) {
    return std::any_of(task.checklist.begin(), task.checklist.end(),
                       [&](const CheckItem& one) { return one.id == id; });
  };
  Id parent = 0;
  if (fields.contains("PARENT_ID")) {
    parent = int_of(fields, "PARENT_ID").value_or(0);
    if (!is_root(parent)) parent = 0;  // 0 or unknown: a new check-list of that name
  } else {
    for (const CheckItem& one : task.checklist) {
      if (one.parent == 0) {
        parent = one.id;
        break;
      }
    }
    if (parent == 0) parent = add_check_item(call.portal, task, "Чек-лист 1", 0, call.caller.user).id;
  }
  CheckItem& item = add_check_item(call.portal, task, title, parent, call.caller.user);
  item.complete = truthy(fields, "IS_COMPLETE", false);
  item.important = truthy(fields, "IS_IMPORTANT", false);
  if (const auto sort = int_of(fields, "SORT_INDEX")) item.sort = static_cast<int>(*sort);
  return json::value(item.id);
}

Answer checklist_list(const Invocation& call) {
  const Task& task = task_at_first(call, positional(call.params));
  json::array out;
  for (const CheckItem& one : task.checklist) {
    out.push_back({{"ID", std::to_string(one.id)},
                   {"TASK_ID", std::to_string(task.id)},
                   {"PARENT_ID", one.parent == 0 ? json::value(0) : json::value(std::to_string(one.parent))},
                   {"CREATED_BY", std::to_string(one.author)},
                   {"TITLE", one.title},
                   {"SORT_INDEX", std::to_string(one.sort)},
                   {"IS_COMPLETE", one.complete ? "Y" : "N"},
                   {"IS_IMPORTANT", one.important ? "Y" : "N"},
                   {"TOGGLED_BY", nullptr},
                   {"TOGGLED_DATE", nullptr},
                   {"MEMBERS", json::array()},
                   {"ATTACHMENTS", json::array()}});
  }
  return json::value(std::move(out));
}

}  // namespace

void add_task_methods(std::vector<Method>& table) {
  table.push_back({"tasks.task.add", "task", add});
  table.push_back({"tasks.task.update", "task", update});
  table.push_back({"tasks.task.get", "task", get});
  table.push_back({"tasks.task.list", "task", list});
  table.push_back({"tasks.task.complete", "task", complete});
  table.push_back({"tasks.task.delete", "task", remove});
  table.push_back({"task.checklistitem.add", "task", checklist_add});
  table.push_back({"task.checklistitem.getlist", "task", checklist_list});
}

}  // namespace sedlink::sim::b24
