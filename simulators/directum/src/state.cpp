#include "state.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::sim::directum {
namespace {

std::string name_of_file(const Installation& base, const Entity& document, const Entity& version) {
  const Entity* application = base.store.find("AssociatedApplication", version.link("AssociatedApplication"));
  return document.text("Name") + (application == nullptr ? "" : "." + application->text("Extension"));
}

// One file a document: its versions.
json::array files_of(const Installation& base, const Entity& document) {
  json::array versions;
  const Entity* last = nullptr;
  for (const auto& version : document.list("Versions")) {
    const auto* body = std::get_if<ContentPtr>(&version->get("Body"));
    versions.push_back({{"id", std::to_string(version->id())},
                        {"version", version->link("Number")},
                        {"sha256", body == nullptr ? "" : (*body)->sha256()},
                        {"size", body == nullptr ? 0 : (*body)->size()}});
    if (last == nullptr || version->link("Number") > last->link("Number")) last = version.get();
  }
  if (last == nullptr) return {};
  const auto* body = std::get_if<ContentPtr>(&last->get("Body"));
  json::object file{{"id", std::to_string(last->id())},
                    {"name", name_of_file(base, document, *last)},
                    {"version", last->link("Number")},
                    {"sha256", body == nullptr ? "" : (*body)->sha256()},
                    {"size", body == nullptr ? 0 : (*body)->size()}};
  file["versions"] = std::move(versions);
  return {std::move(file)};
}

using Keys = std::map<Id, std::string>;  // of documents, from IExternalEntityLinks

Keys linked_keys(const Installation& base) {
  Keys keys;
  for (const auto& [id, link] : base.store.family(base.model.at("ExternalEntityLink"))) {
    keys.emplace(link->link("EntityId"), link->text("ExtEntityId"));
  }
  return keys;
}

// ExternalId, else what IExternalEntityLinks knows, else the last line of Note: where a connector leaves its key.
std::string key_of(const Entity& document, const Keys& linked) {
  if (document.type->find("ExternalId") != nullptr && !document.text("ExternalId").empty())
    return document.text("ExternalId");
  if (const auto found = linked.find(document.id()); found != linked.end()) return found->second;
  if (document.type->find("Note") == nullptr) return {};
  const std::string note = document.text("Note");
  const std::size_t line = note.find_last_of('\n');
  return line == std::string::npos ? note : note.substr(line + 1);
}

std::string state_word(const std::string& status) {
  if (status == "Draft") return "not_started";
  if (status == "Completed") return "completed";
  if (status == "Aborted") return "interrupted";
  return status == "Suspended" ? "paused" : "running";
}

}  // namespace

json::object describe_state(const Installation& base, const Approval& approval) {
  json::array documents, processes;
  const Keys linked = linked_keys(base);
  for (const auto& [id, document] : base.store.family(base.model.at("ElectronicDocument"))) {
    json::array tasks;
    for (const Id task : approval.tasks_of(id)) tasks.push_back(json::string(std::to_string(task)));
    const bool official = document->type->is("OfficialDocument");
    json::object row{{"id", std::to_string(id)},
                     {"type", document->type->name},
                     {"key", key_of(*document, linked)},
                     {"title", document->text("Name")}};
    if (official) {
      row["status"] = document->text("InternalApprovalState");
      row["life_cycle"] = document->text("LifeCycleState");
      row["number"] = document->text("RegistrationNumber");
    }
    row["files"] = files_of(base, *document);
    row["processes"] = std::move(tasks);
    documents.push_back(std::move(row));
  }
  for (const auto& [id, run] : approval.runs()) {
    const Entity* task = base.store.find("Task", id);
    if (task == nullptr) continue;
    json::array open;
    for (const Id one : run.open) {
      const Entity* assignment = base.store.find("Assignment", one);
      if (assignment == nullptr) continue;
      open.push_back({{"task", std::to_string(one)},
                      {"person", base.name_of("Recipient", assignment->link("Performer"))},
                      {"stage", step_of_assignment(*assignment)->word},
                      {"round", run.round}});
    }
    json::object row{
        {"id", std::to_string(id)}, {"document", std::to_string(run.document)},  {"type", task->type->name},
        {"template", run.route},    {"state", state_word(task->text("Status"))}, {"text", task->text("ActiveText")},
        {"round", run.round}};
    row["open"] = std::move(open);
    processes.push_back(std::move(row));
  }
  json::array companies;
  for (const auto& [id, one] : base.store.family(base.model.at("Counterparty"))) {
    companies.push_back({{"id", std::to_string(id)},
                         {"name", one->text("Name")},
                         {"inn", one->text("TIN")},
                         {"kpp", one->type->find("TRRC") == nullptr ? "" : one->text("TRRC")}});
  }
  json::object state;
  state["documents"] = std::move(documents);
  state["processes"] = std::move(processes);
  state["correspondents"] = std::move(companies);
  return state;
}

}  // namespace sedlink::sim::directum
