#include "database.hpp"

#include <algorithm>

#include "edition.hpp"
#include "enumerations.hpp"

namespace sedlink::sim::onec_docflow {

bool is_document(std::string_view type) { return edition_2_1().is_document(type); }

bool is_process(std::string_view type) {
  return type != "DMBusinessProcess" && edition_2_1().types.derives(type, "DMBusinessProcess");
}

bool is_task(std::string_view type) { return edition_2_1().types.derives(type, "DMBusinessProcessTask"); }

bool is_process_template(std::string_view type) {
  return edition_2_1().types.derives(type, "DMBusinessProcessTemplate");
}

Object* Database::object(std::string_view type, std::string_view id) {
  Object* found = objects.find(id);
  return found != nullptr && found->ref.type == type ? found : nullptr;
}

Object* Database::by_name(std::string_view type, std::string_view name) {
  const auto found = std::find_if(objects.begin(), objects.end(),
                                  [&](const Object& o) { return o.ref.type == type && o.name == name; });
  return found != objects.end() ? &*found : nullptr;
}

std::pair<File*, FileVersion*> Database::version(std::string_view id) {
  for (File& file : files) {
    for (FileVersion& version : file.versions) {
      if (version.id == id) return {&file, &version};
    }
  }
  return {nullptr, nullptr};
}

bool Database::uses(std::string_view id) {
  return objects.find(id) != nullptr || files.find(id) != nullptr || processes.find(id) != nullptr ||
         tasks.find(id) != nullptr || processings.find(id) != nullptr || actions.find(id) != nullptr ||
         task_actions.find(id) != nullptr;
}

bool Database::has_of_processing(std::string_view type, std::string_view id) const {
  if (type == "DMTaskAction") return task_actions.find(id) != nullptr;
  if (type == "DMObjectProcessing") return processings.find(id) != nullptr;
  const Action* action = actions.find(id);
  return action != nullptr && action->type == type;
}

std::string Database::name_of(const Ref& ref) {
  if (const Action* action = actions.find(ref.id)) return action->name;
  if (const TaskAction* task = task_actions.find(ref.id)) return task->title;
  if (const Processing* processing = processings.find(ref.id)) {
    return "Обработка: " + name_of({"DMDocument", processing->document});
  }
  if (const Enumeration* enumeration = find_enumeration(ref.type)) { return std::string(enumeration->synonym(ref.id)); }
  if (is_process(ref.type)) {
    const Process* process = processes.find(ref.id);
    return process != nullptr ? process->name : std::string();
  }
  if (is_task(ref.type)) {
    const Task* task = tasks.find(ref.id);
    return task != nullptr ? task->name : std::string();
  }
  if (ref.type == "DMFile") {
    const File* file = files.find(ref.id);
    return file != nullptr ? file->name : std::string();
  }
  const Object* found = object(ref);
  return found != nullptr ? found->name : std::string();
}

std::vector<File*> Database::files_of(const Ref& owner, bool deleted_too) {
  std::vector<File*> found;
  for (File& file : files) {
    if (file.owner == owner && (deleted_too || !file.deleted)) found.push_back(&file);
  }
  return found;
}

std::vector<Task*> Database::tasks_of(std::string_view process) {
  std::vector<Task*> found;
  for (Task& task : tasks) {
    if (task.process == process && !task.deleted) found.push_back(&task);
  }
  return found;
}

std::vector<Link*> Database::links_to(std::string_view node, std::string_view id, std::string_view type) {
  std::vector<Link*> found;
  for (Link& link : links) {
    const bool seen = link.node.empty() || link.node == node;
    if (seen && link.id == id && (link.type.empty() || link.type == type)) found.push_back(&link);
  }
  return found;
}

std::vector<const Link*> Database::links_of(std::string_view node, const Ref& object) const {
  std::vector<const Link*> found;
  for (const Link& link : links) {
    if (link.object == object && (link.node.empty() || link.node == node)) found.push_back(&link);
  }
  return found;
}

}  // namespace sedlink::sim::onec_docflow
