#include "database.hpp"

#include <algorithm>

#include "enumerations.hpp"
#include "type_table.hpp"

namespace sedlink::sim::onec_docflow {

bool is_document(std::string_view type) {
  return type == "DMInternalDocument" || type == "DMIncomingDocument" || type == "DMOutgoingDocument";
}

bool is_process(std::string_view type) {
  return type != "DMBusinessProcess" && TypeTable::get().derives(type, "DMBusinessProcess");
}

bool is_task(std::string_view type) { return TypeTable::get().derives(type, "DMBusinessProcessTask"); }

bool is_process_template(std::string_view type) { return TypeTable::get().derives(type, "DMBusinessProcessTemplate"); }

bool is_reference_type(std::string_view type) {
  return type != "DMObject" && TypeTable::get().derives(type, "DMObject");
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
         tasks.find(id) != nullptr;
}

std::string Database::name_of(const Ref& ref) {
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
