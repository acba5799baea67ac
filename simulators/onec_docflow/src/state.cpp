#include "state.hpp"

#include <algorithm>

#include "documents.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

std::string word_for(const Process& process) {
  if (process.deleted) return "deleted";
  if (process.state == "Прерван") return "interrupted";
  if (process.completed) return "completed";
  if (process.state == "Остановлен") return "paused";
  if (process.started) return "running";
  return process.background.empty() ? "not_started" : "queued";
}

json::array files_of(Infobase& base, const Ref& owner) {
  json::array files;
  for (const File* file : base.data.files_of(owner, true)) {
    const FileVersion& active = file->versions.back();
    json::array versions;
    for (const FileVersion& version : file->versions) {
      versions.push_back({{"id", version.id},
                          {"version", version.number},
                          {"sha256", version.content->sha256()},
                          {"signatures", version.signatures.size()}});
    }
    json::object row{{"id", file->id},
                     {"name", file->extension.empty() ? file->name : file->name + "." + file->extension},
                     {"version", active.number},
                     {"sha256", active.content->sha256()},
                     {"size", active.content->size()},
                     {"signatures", active.signatures.size()},
                     {"deleted", file->deleted}};
    row["versions"] = std::move(versions);
    files.push_back(std::move(row));
  }
  return files;
}

// Open work of the process and of its stages; notices after the end are nobody's work.
json::array open_work(Infobase& base, const Process& process) {
  json::array open;
  for (const Task* task : base.data.tasks_of(process.ref.id)) {
    if (task->executed || task->notice) continue;
    if (task->stage == "stage") {
      for (const Stage& stage : process.stages) {
        const Process* child = base.data.processes.find(stage.process);
        if (child == nullptr || child->leading_task != task->id) continue;
        for (json::value& row : open_work(base, *child)) open.push_back(std::move(row));
      }
      continue;
    }
    open.push_back({{"task", task->id},
                    {"person", base.data.name_of({"DMUser", task->performer})},
                    {"stage", task->stage},
                    {"round", task->round},
                    {"queued", task->queued}});
  }
  return open;
}

}  // namespace

json::object describe_state(Infobase& base, Engine& engine) {
  json::array documents;
  for (const Object& object : base.data.objects) {
    if (!is_document(object.ref.type)) continue;
    json::array processes;
    for (const Process& process : base.data.processes) {
      const bool about = std::any_of(process.targets.begin(), process.targets.end(),
                                     [&](const Target& t) { return t.object == object.ref; });
      if (about) processes.push_back(json::string(process.ref.id));
    }
    std::string key;
    for (const Link& link : base.data.links) {
      if (link.object == object.ref && key.empty()) key = link.id;
    }
    json::object row{{"id", object.ref.id},
                     {"type", object.ref.type},
                     {"key", key},
                     {"title", object.name},
                     {"status", current_state(object)},
                     {"number", std::string(object.fields.get("regNumber"))},
                     {"deleted", object.deleted}};
    row["files"] = files_of(base, object.ref);
    row["processes"] = std::move(processes);
    documents.push_back(std::move(row));
  }
  json::array processes;
  for (Process& process : base.data.processes) {
    const Object* document = engine.document_of(process);
    json::object row{{"id", process.ref.id},
                     {"type", process.ref.type},
                     {"name", process.name},
                     {"document", document != nullptr ? document->ref.id : ""},
                     {"state", word_for(process)},
                     {"onec_state", process.state},
                     {"result", process.result},
                     {"round", process.round},
                     {"author", base.data.name_of({"DMUser", process.author})},
                     {"description", process.description}};
    const Task* leading = base.data.tasks.find(process.leading_task);
    row["parent"] = leading != nullptr ? leading->process : "";
    row["open"] = process.completed || process.state == "Прерван" ? json::array() : open_work(base, process);
    processes.push_back(std::move(row));
  }
  json::object state;
  state["documents"] = std::move(documents);
  state["processes"] = std::move(processes);
  state["correspondents"] = json::array();
  for (const Object& object : base.data.objects) {
    if (object.ref.type != "DMCorrespondent") continue;
    state["correspondents"].as_array().push_back({{"id", object.ref.id},
                                                  {"name", object.name},
                                                  {"inn", std::string(object.fields.get("inn"))},
                                                  {"kpp", std::string(object.fields.get("kpp"))}});
  }
  return state;
}

}  // namespace sedlink::sim::onec_docflow
