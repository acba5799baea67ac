#include "control.hpp"
#include "disk.hpp"

namespace sedlink::sim::b24 {
namespace {

json::object file_row(const std::string& field, const StoredFile& file) {
  return {{"field", field},
          {"id", file.id},
          {"name", file.name},
          {"size", static_cast<Id>(file.content->size())},
          {"sha256", file.content->sha256()}};
}

json::object disk_row(const Portal& portal, const DiskObject& object) {
  json::object row{{"id", object.id},           {"type", object.folder ? "folder" : "file"},
                   {"name", object.name},       {"path", disk_path(portal, object)},
                   {"storage", object.storage}, {"parent", object.parent}};
  if (!object.folder) {
    row["version"] = static_cast<Id>(object.versions.size());
    row["size"] = static_cast<Id>(object.versions.back().content->size());
    row["sha256"] = object.versions.back().content->sha256();
  }
  return row;
}

json::object comment_row(const Portal& portal, const Comment& comment) {
  json::array files;
  for (const Id id : comment.files) {
    const auto found = portal.disk.find(id);
    if (found != portal.disk.end()) files.push_back(disk_row(portal, found->second));
  }
  return {{"id", comment.id},
          {"text", comment.text},
          {"author", comment.author},
          {"created", portal.iso(comment.created)},
          {"files", std::move(files)}};
}

json::object task_row(const Task& task) {
  json::array checklist;
  for (const CheckItem& one : task.checklist) {
    checklist.push_back({{"id", one.id}, {"parent", one.parent}, {"title", one.title}, {"complete", one.complete}});
  }
  return {{"id", task.id},
          {"title", task.values.at("TITLE")},
          {"description", task.values.at("DESCRIPTION")},
          {"responsible", int_of(task.values, "RESPONSIBLE_ID").value_or(0)},
          {"status", text_of(task.values, "STATUS")},
          {"deadline", task.values.at("DEADLINE")},
          {"xml_id", task.values.at("XML_ID")},
          {"crm", task.values.at("UF_CRM_TASK")},
          {"checklist", std::move(checklist)}};
}

// How a task names its CRM object: D_10, CO_4, T40c_77.
std::string crm_code(int entity_type, Id id) {
  switch (entity_type) {
    case 1: return "L_" + std::to_string(id);
    case 2: return "D_" + std::to_string(id);
    case 3: return "C_" + std::to_string(id);
    case 4: return "CO_" + std::to_string(id);
    case 7: return "Q_" + std::to_string(id);
    case 31: return "SI_" + std::to_string(id);
    default: break;
  }
  char hex[32];
  std::snprintf(hex, sizeof hex, "T%x_%lld", static_cast<unsigned>(entity_type), static_cast<long long>(id));
  return hex;
}

}  // namespace

json::object portal_state(const Portal& portal) {
  // Comments and tasks by the object they belong to, so that a portal of thousands of items is shown in one pass.
  std::map<std::pair<int, Id>, json::array> comments, logs;
  std::map<std::string, json::array> tasks;
  for (const auto& [id, one] : portal.comments)
    comments[{one.entity_type, one.entity}].push_back(comment_row(portal, one));
  for (const auto& [id, one] : portal.log_messages) {
    logs[{one.entity_type, one.entity}].push_back({{"id", one.id}, {"title", one.title}, {"text", one.text}});
  }
  json::array all_tasks;
  for (const auto& [id, task] : portal.tasks) {
    const json::object row = task_row(task);
    for (const json::value& code : row.at("crm").as_array()) tasks[text_of(code)].push_back(row);
    all_tasks.push_back(row);
  }
  json::array items;
  for (const auto& [entity, type] : portal.types) {
    for (const auto& [id, item] : type.items) {
      json::array files;
      for (const auto& [field, stored] : item.files) {
        for (const StoredFile& file : stored) files.push_back(file_row(field, file));
      }
      json::object row{{"entity", entity_word(entity)}, {"id", id}};
      if (type.has_stages) {
        row["stage"] = text_of(item.values, "stageId");
        row["category"] = int_of(item.values, "categoryId").value_or(0);
      }
      row["title"] = text_of(item.values, "title");
      row["fields"] = item.values;
      row["files"] = std::move(files);
      row["comments"] = std::move(comments[{entity, id}]);
      row["log"] = std::move(logs[{entity, id}]);
      row["tasks"] = std::move(tasks[crm_code(entity, id)]);
      items.push_back(std::move(row));
    }
  }
  json::array disk;
  for (const auto& [id, object] : portal.disk) {
    if (!object.deleted) disk.push_back(disk_row(portal, object));
  }
  json::array notifications;
  for (const auto& [id, one] : portal.notifications) {
    notifications.push_back({{"id", one.id},
                             {"user", one.user},
                             {"author", one.author},
                             {"message", one.message},
                             {"tag", one.tag},
                             {"created", portal.iso(one.created)}});
  }
  json::array history;
  for (const HistoryRow& row : portal.history) {
    history.push_back({{"id", row.id},
                       {"entity", entity_word(row.entity_type)},
                       {"item", row.owner},
                       {"type", row.type_id},
                       {"stage", row.stage},
                       {"category", row.category},
                       {"created", portal.iso(row.created)}});
  }
  return {{"items", std::move(items)},     {"tasks", std::move(all_tasks)},
          {"disk", std::move(disk)},       {"notifications", std::move(notifications)},
          {"history", std::move(history)}, {"events", portal.events.state()},
          {"requests", portal.requests}};
}

}  // namespace sedlink::sim::b24
