#include "people.hpp"

#include <algorithm>
#include <stdexcept>

#include "documents.hpp"
#include "files.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

// Not possible now: becomes the error of the control API.
class CannotAct : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

bool is_running(const Process& process) { return !process.completed && !process.deleted && process.state != "Прерван"; }

bool concerns(const Process& process, std::string_view document) {
  return std::any_of(process.targets.begin(), process.targets.end(),
                     [&](const Target& t) { return t.object.id == document; });
}

// What the words of the control API mean for a class of processes.
std::string result_for(const ProcessKind& kind, const std::string& what) {
  if (kind.result_type.empty() || what == "approve" || what == "sign") return std::string(kind.positive);
  if (what == "remark") {
    return kind.result_type == "DMApprovalResult" ? "СогласованоСЗамечаниями" : std::string(kind.negative);
  }
  return std::string(kind.negative);
}

}  // namespace

Process& People::find_process(const json::object& act) {
  if (const std::string id = text_of(act, "process"); !id.empty()) {
    Process* process = base_.data.processes.find(text::to_lower_ascii(id));
    if (process == nullptr) throw CannotAct("нет процесса " + id);
    return *process;
  }
  const Object* document = find_document(act);
  if (document == nullptr) throw CannotAct("назовите process или document");
  Process* found = nullptr;
  for (Process& process : base_.data.processes) {
    if (concerns(process, document->ref.id) && process.leading_task.empty() && is_running(process)) found = &process;
  }
  if (found == nullptr) throw CannotAct("по документу «" + document->name + "» нет действующего процесса");
  return *found;
}

// By id, or by its title.
Object* People::find_document(const json::object& act) {
  const std::string key = text_of(act, "document");
  if (key.empty()) return nullptr;
  for (Object& object : base_.data.objects) {
    if (is_document(object.ref.type) && (object.ref.id == text::to_lower_ascii(key) || object.name == key))
      return &object;
  }
  for (const Link& link : base_.data.links) {
    if (link.id == text::to_lower_ascii(key) && is_document(link.object.type)) return base_.data.object(link.object);
  }
  throw CannotAct("нет документа " + key);
}

std::string People::find_person(const json::object& act) {
  const std::string name = text_of(act, "person");
  if (name.empty()) return {};
  for (const Object& object : base_.data.objects) {
    if (object.ref.type == "DMUser" && (object.ref.id == name || glob(name, object.name, false))) return object.ref.id;
  }
  throw CannotAct("нет пользователя " + name);
}

// The open task of the process or of one of its stages.
Task& People::find_task(Process& process, const json::object& act, bool checkup) {
  const std::string wanted = text_of(act, "task");
  const std::string person = find_person(act);
  for (Task& task : base_.data.tasks) {
    const Process& owner = *base_.data.processes.find(task.process);
    const Task* leading = base_.data.tasks.find(owner.leading_task);
    const bool belongs = task.process == process.ref.id || (leading != nullptr && leading->process == process.ref.id);
    if (!belongs || task.executed || task.queued || task.deleted || task.stage == "stage") continue;
    if (!wanted.empty() ? task.id != wanted : (task.checkup != checkup || task.notice)) continue;
    if (!person.empty() && wanted.empty() && task.performer != person && !task.performer.empty()) continue;
    return task;
  }
  throw CannotAct("в процессе «" + process.name + "» нет открытой задачи" +
                  (person.empty() ? "" : " у " + text_of(act, "person")));
}

void People::bring_file(const json::object& act, const Ref& document, const std::string& person) {
  const json::value* given = act.if_contains("file");
  if (given == nullptr || given->is_null()) return;
  std::string name;
  std::string bytes;
  ContentPtr content;
  if (const json::object* file = given->if_object()) {
    name = text_of(*file, "name");
    bytes = text_of(*file, "text");
    if (const auto size = int_of(*file, "size")) {  // so many made-up bytes
      if (*size < 0) throw CannotAct("file.size меньше нуля");
      content = base_.outside.contents->generate(name, static_cast<std::uint64_t>(*size));
    }
    if (const std::string encoded = text_of(*file, "base64"); !encoded.empty()) {
      Result<std::string> decoded = text::base64_decode(encoded);
      if (decoded.has_error()) throw CannotAct("file.base64 не читается");
      bytes = std::move(decoded.value());
    }
  } else {
    bytes = text_of(*given);
  }
  if (!content) content = base_.outside.contents->keep(bytes);
  const text::FileName parts = text::split_file_name(name);
  const std::vector<File*> files = base_.data.files_of(document, false);
  for (File* file : files) {
    if (!name.empty() && file->name != parts.stem) continue;
    add_version(base_, *file, std::move(content), person);
    return;
  }
  add_file(base_, document, name.empty() ? "Файл" : parts.stem, name.empty() ? "txt" : parts.extension,
           std::move(content), person);
}

std::size_t People::sign(const Ref& document, const std::string& person, const std::string& comment) {
  std::size_t signed_files = 0;
  const std::string name = base_.data.name_of({"DMUser", person});
  for (File* file : base_.data.files_of(document, false)) {
    FileVersion& version = file->versions.back();
    const Signature made = signer_.sign(name, *version.content);
    Xdto signature("DMSignature");
    signature.add("author", made.subject);
    signature.add("certificate", text::base64_encode(made.certificate));
    signature.add("comment", comment);
    signature.add("date", base_.local(base_.now()));
    signature.add("signature", text::base64_encode(made.cms));
    signature.add("signatureFileName", file->name + "-" + name + ".p7s");
    Xdto signer("DMUser");
    Xdto& id = signer.add("objectID", Xdto());
    id.add("id", person);
    id.add("type", "DMUser");
    signature.add("signer", std::move(signer));
    signature.add("thumbprint", made.thumbprint);
    version.signatures.push_back(std::move(signature));
    ++signed_files;
  }
  return signed_files;
}

json::value People::decide(const json::object& act, const std::string& what) {
  const bool authors = what == "return" || what == "accept";
  Process& process = find_process(act);
  Task& task = find_task(process, act, authors);
  Process& owner = *base_.data.processes.find(task.process);
  if (task.performer.empty()) task.performer = find_person(act);  // a role: whoever acts
  const Object* document = engine_.document_of(owner);
  if (document != nullptr) {
    bring_file(act, document->ref, task.performer);
    if (what == "sign") sign(document->ref, task.performer, text_of(act, "comment"));
  }
  Decision decision;
  decision.comment = text_of(act, "comment");
  if (task.checkup != authors)
    throw CannotAct(task.checkup ? "ждут автора: return или accept" : "ждут решения, а не автора");
  decision.result = task.checkup ? task.result : result_for(*engine_.kind_of(owner), what);
  if (authors) decision.returned = what == "return";
  const std::string id = task.id;
  engine_.execute(task, std::move(decision), false);
  if (what == "sign" && document != nullptr) {
    for (Visa& visa : base_.data.object(document->ref)->visas) {
      if (visa.process == owner.ref.id && visa.reviewer == task.performer && !visa.history) visa.signed_ = true;
    }
  }
  return json::object{{"task", id}, {"process", process.ref.id}, {"completed", process.completed}};
}

Result<json::value> People::act(const json::object& act) {
  const std::string what = text_of(act, "do");
  try {
    if (what == "interrupt") {
      Process& process = find_process(act);
      engine_.interrupt(process);
      return json::value(json::object{{"process", process.ref.id}});
    }
    if (what == "delete") {
      if (!text_of(act, "process").empty()) {
        engine_.set_deleted(find_process(act), true);
      } else if (Object* document = find_document(act)) {
        document->deleted = true;
      } else {
        throw CannotAct("назовите process или document");
      }
      return json::value(json::object{{"deleted", true}});
    }
    if (what == "edit") {
      Object* document = find_document(act);
      if (document == nullptr) throw CannotAct("назовите document");
      bring_file(act, document->ref, find_person(act));
      return json::value(json::object{{"document", document->ref.id}});
    }
    if (what == "sign" && text_of(act, "process").empty()) {
      // Outside a process too: whoever has the right may sign.
      Object* document = find_document(act);
      const bool running = std::any_of(base_.data.processes.begin(), base_.data.processes.end(), [&](const Process& p) {
        return document != nullptr && concerns(p, document->ref.id) && is_running(p);
      });
      if (document != nullptr && !running) {
        const std::size_t count = sign(document->ref, find_person(act), text_of(act, "comment"));
        return json::value(json::object{{"document", document->ref.id}, {"signed", count}});
      }
    }
    for (const char* known : {"approve", "remark", "reject", "rework", "return", "accept", "sign"}) {
      if (what == known) return decide(act, what);
    }
    return control_error("неизвестное действие: " + what);
  } catch (const std::runtime_error& refused) { return control_error(refused.what()); }
}

}  // namespace sedlink::sim::onec_docflow
