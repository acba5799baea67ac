#include "state.hpp"

#include "documents.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

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

// Notices after the end are nobody's work.
json::array open_work(Infobase& base, const Workflow& workflow, const std::string& process) {
  json::array open;
  for (const OpenWork& work : workflow.open_work(process)) {
    if (work.notice) continue;
    open.push_back({{"task", work.task},
                    {"person", base.data.name_of({std::string(base.edition.person), work.person})},
                    {"stage", work.stage},
                    {"round", work.round},
                    {"queued", work.queued}});
  }
  return open;
}

}  // namespace

json::object describe_state(Infobase& base, Workflow& workflow) {
  json::array documents;
  for (const Object& object : base.data.objects) {
    if (!base.edition.is_document(object.ref.type)) continue;
    json::array processes;
    for (const std::string& id : workflow.about(object.ref)) processes.push_back(json::string(id));
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
  json::array processes = workflow.describe();
  for (json::value& row : processes) {
    const std::string_view word = row.at("state").as_string();
    const bool ended = word == "completed" || word == "interrupted";
    row.as_object()["open"] = ended ? json::array() : open_work(base, workflow, std::string(row.at("id").as_string()));
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
