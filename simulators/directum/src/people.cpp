#include "people.hpp"

#include "entity_json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::directum {
namespace {

class CannotAct : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

bool is_authors(const StepKind& kind) {
  return kind.word == "rework" || kind.word == "finish" || (kind.variant == Variant::simple && kind.word == "review");
}

// The result that an act means for this kind of assignment; empty: none.
std::string_view result_of(const StepKind& kind, const std::string& what) {
  if (is_authors(kind)) {
    if (what == "return") return kind.word == "rework" ? kind.done : kind.rework;
    return what == "accept" && kind.word != "rework" ? kind.done : std::string_view();
  }
  if (what == "approve") return kind.done;
  if (what == "sign") return kind.word == "signing" ? kind.done : std::string_view();
  if (what == "remark") return kind.remark;
  if (what == "rework") return kind.rework;
  if (what == "reject") return kind.refuse.empty() ? kind.rework : kind.refuse;
  return {};
}

}  // namespace

Entity& People::task(const json::object& act) {
  const std::string id = text_of(act, "process");
  if (!id.empty()) {
    const auto number = int_of(act, "process");
    Entity* found = number ? base_.store.find("Task", *number) : nullptr;
    if (found == nullptr) throw CannotAct("нет задачи " + id);
    return *found;
  }
  const Entity* of = document(act);
  if (of == nullptr) throw CannotAct("назовите process или document");
  for (const Id one : approval_.tasks_of(of->id())) {
    Entity* found = base_.store.find("Task", one);
    const std::string status = found == nullptr ? std::string() : found->text("Status");
    if (status == "InProcess" || status == "UnderReview" || status == "Suspended") return *found;
  }
  throw CannotAct("по документу «" + of->text("Name") + "» нет действующей задачи");
}

// By id, external id or name.
Entity* People::document(const json::object& act) {
  const std::string key = text_of(act, "document");
  if (key.empty()) return nullptr;
  if (const auto id = int_of(act, "document")) {
    if (Entity* found = base_.store.find("ElectronicDocument", *id)) return found;
  }
  for (const auto& [id, found] : base_.store.family(base_.model.at("ElectronicDocument"))) {
    if (found->text("Name") == key || (found->type->find("ExternalId") != nullptr && found->text("ExternalId") == key))
      return found.get();
  }
  throw CannotAct("нет документа " + key);
}

Id People::person(const json::object& act) {
  const std::string name = text_of(act, "person");
  if (name.empty()) return 0;
  for (const auto& [id, user] : base_.store.family(base_.model.at("User"))) {
    if (user->type->is("User") && (std::to_string(id) == name || glob(name, user->text("Name"), false))) return id;
  }
  throw CannotAct("нет сотрудника " + name);
}

Entity& People::assignment(const json::object& act, const Entity& of, const std::string& what) {
  const Id who = person(act);
  const auto wanted = int_of(act, "task");
  const Run* run = approval_.find(of.id());
  const bool authors = what == "return" || what == "accept";
  for (const Id id : run == nullptr ? std::vector<Id>() : run->open) {
    Entity* open = base_.store.find("Assignment", id);
    if (open == nullptr) continue;
    if (wanted && *wanted != id) continue;
    if (!wanted && who != 0 && open->link("Performer") != who) continue;
    const StepKind& kind = *step_of_assignment(*open);
    if (!wanted && what != "complete" && is_authors(kind) != authors) continue;
    return *open;
  }
  throw CannotAct("в задаче «" + of.text("Subject") + "» нет такого открытого задания" +
                  (who == 0 ? "" : " у " + text_of(act, "person")));
}

void People::bring_file(const json::object& act, Entity& of, Entity& by) {
  const json::value* given = act.if_contains("file");
  if (given == nullptr || given->is_null()) return;
  std::string name = "Файл.txt", bytes;
  ContentPtr content;
  if (const json::object* file = given->if_object()) {
    name = text_of(*file, "name", name);
    bytes = text_of(*file, "text");
    if (const auto size = int_of(*file, "size")) {  // so many made-up bytes
      if (*size < 0) throw CannotAct("file.size меньше нуля");
      content = base_.outside.contents->generate(name, static_cast<std::uint64_t>(*size));
    }
    if (const std::string encoded = text_of(*file, "base64"); !encoded.empty()) {
      const Result<std::string> decoded = text::base64_decode(encoded);
      if (decoded.has_error()) throw CannotAct("file.base64 не читается");
      bytes = decoded.value();
    }
  } else {
    bytes = text_of(*given);
  }
  if (!content) content = base_.outside.contents->keep(bytes);
  Entity& version = base_.store.add_row(of, of.type->at("Versions"));
  begin_version(base_, of, version, Caller{&by});
  const std::string extension = text::to_lower_ascii(text::split_file_name(name).extension);
  if (const Entity* application = base_.store.find_by("AssociatedApplication", "Extension", extension)) {
    version.set("AssociatedApplication", application->id());
    of.set("AssociatedApplication", application->id());
  }
  of.set("HasVersions", true);
  set_body(base_, of, version, "Body", std::move(content));
}

json::value People::decide(const json::object& act, const std::string& what) {
  Entity& of = task(act);
  Entity& open = assignment(act, of, what);
  const StepKind& kind = *step_of_assignment(open);
  const std::string result = what == "complete" ? text_of(act, "result") : std::string(result_of(kind, what));
  if (result.empty()) throw CannotAct("в задании «" + open.text("ThreadSubject") + "» нет результата для " + what);
  Entity& by = *base_.store.find("User", open.link("Performer"));
  const Run* run = approval_.find(of.id());
  if (Entity* about = base_.store.find("OfficialDocument", run->document)) bring_file(act, *about, by);
  const Id id = open.id(), process = of.id();
  approval_.complete(open, result, by, text_of(act, "comment"));
  const std::string status = of.text("Status");
  return json::object{{"task", std::to_string(id)},
                      {"process", std::to_string(process)},
                      {"result", result},
                      {"completed", status == "Completed" || status == "Aborted"}};
}

json::value People::with_document(const json::object& act, const std::string& what) {
  Entity* of = document(act);
  if (of == nullptr) throw CannotAct("назовите document");
  const Id id = of->id();
  if (what == "delete") {
    base_.store.remove(*of);
    return json::object{{"deleted", true}};
  }
  if (what == "lock") base_.locked.insert(id);
  if (what == "unlock") base_.locked.erase(id);
  if (what == "protect") base_.read_only.insert(id);
  if (what == "unprotect") base_.read_only.erase(id);
  if (what == "sign") {
    const Id who = person(act);
    Signing signing;
    signing.by = base_.store.find("User", who != 0 ? who : of->link("Author"));
    signing.comment = text_of(act, "comment");
    signing.certificate = true;
    sign_document(base_, *of, signing);
    set_approval_state(base_, *of, "Signed");
  }
  if (what == "convert") {
    if (!convert_to_pdf(base_, *of)) throw CannotAct("у документа нет тела");
  }
  if (what == "edit") {
    const Id who = person(act);
    bring_file(act, *of, *base_.store.find("User", who != 0 ? who : of->link("Author")));
    if (const json::object* fields = object_of(act, "fields")) {
      read_entity(base_, *of, *fields);
      save_document(base_, *of, false);
    }
  }
  return json::object{{"document", std::to_string(id)}};
}

Result<json::value> People::act(const json::object& act) {
  const std::string what = text_of(act, "do");
  try {
    if (what == "signing") {
      base_.signer.order(act);
      return json::value(json::object{{"make", text_of(act, "make")}});
    }
    const bool on_document = text_of(act, "process").empty() && text_of(act, "task").empty();
    for (const char* word : {"edit", "lock", "unlock", "protect", "unprotect", "convert"}) {
      if (what == word) return with_document(act, what);
    }
    if (what == "interrupt" || what == "suspend" || what == "resume") {
      Entity& of = task(act);
      const std::string id = std::to_string(of.id());
      if (what == "interrupt") {
        approval_.abort(of, text_of(act, "comment"));
      } else {
        approval_.suspend(of, what == "suspend");
      }
      return json::value(json::object{{"process", id}});
    }
    if (what == "delete") {
      if (on_document) return with_document(act, what);
      approval_.forget(task(act));
      return json::value(json::object{{"deleted", true}});
    }
    if (what == "sign" && on_document) {
      const Entity* of = document(act);
      bool running = false;
      for (const Id one : of == nullptr ? std::vector<Id>() : approval_.tasks_of(of->id())) {
        const Entity* found = base_.store.find("Task", one);
        running = running || (found != nullptr && found->text("Status") == "InProcess");
      }
      if (of != nullptr && !running) return with_document(act, what);
    }
    for (const char* word : {"approve", "remark", "reject", "rework", "return", "accept", "sign", "complete"}) {
      if (what == word) return decide(act, what);
    }
    return control_error("неизвестное действие: " + what);
  } catch (const std::runtime_error& refused) { return control_error(refused.what()); }
}

}  // namespace sedlink::sim::directum
