#include "people.hpp"

#include <stdexcept>

#include "files.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {

std::string People::find_process(const json::object& act) {
  if (const std::string id = text::to_lower_ascii(text_of(act, "process")); !id.empty()) {
    if (!workflow_.has(id)) throw CannotAct("нет процесса " + id);
    return id;
  }
  const Object* document = find_document(act);
  if (document == nullptr) throw CannotAct("назовите process или document");
  std::string found = workflow_.running_on(document->ref);
  if (found.empty()) throw CannotAct("по документу «" + document->name + "» нет действующего процесса");
  return found;
}

// By id, or by its title.
Object* People::find_document(const json::object& act) {
  const std::string key = text_of(act, "document");
  if (key.empty()) return nullptr;
  for (Object& object : base_.data.objects) {
    if (base_.edition.is_document(object.ref.type) &&
        (object.ref.id == text::to_lower_ascii(key) || object.name == key))
      return &object;
  }
  for (const Link& link : base_.data.links) {
    if (link.id == text::to_lower_ascii(key) && base_.edition.is_document(link.object.type))
      return base_.data.object(link.object);
  }
  throw CannotAct("нет документа " + key);
}

std::string People::find_person(const json::object& act) {
  const std::string name = text_of(act, "person");
  if (name.empty()) return {};
  for (const Object& object : base_.data.objects) {
    if (object.ref.type == base_.edition.person && (object.ref.id == name || glob(name, object.name, false)))
      return object.ref.id;
  }
  throw CannotAct("нет пользователя " + name);
}

// The open work of the process or of one of its stages; a named task may be a notice too.
OpenWork People::find_work(const std::string& process, const json::object& act, bool checkup) {
  const std::string wanted = text_of(act, "task");
  const std::string person = find_person(act);
  for (const OpenWork& work : workflow_.open_work(process)) {
    if (work.queued) continue;
    if (!wanted.empty() ? work.task != wanted : (work.checkup != checkup || work.notice)) continue;
    if (!person.empty() && wanted.empty() && work.person != person && !work.person.empty()) continue;
    return work;
  }
  throw CannotAct("в процессе «" + workflow_.name_of(process) + "» нет открытой задачи" +
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

// The infobase user of a person; in 3.0 people are employees.
std::string People::user_of(const std::string& person) const {
  const Object* found = base_.data.objects.find(person);
  const Xdto* user = found != nullptr ? found->fields.find("user") : nullptr;
  return user != nullptr ? std::string(user->ref_id()) : person;
}

std::size_t People::sign(const Ref& document, const std::string& person, const std::string& comment) {
  std::size_t signed_files = 0;
  const std::string name = base_.data.name_of({std::string(base_.edition.person), person});
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
    id.add("id", user_of(person));
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
  const std::string process = find_process(act);
  OpenWork work = find_work(process, act, authors);
  if (work.checkup != authors)
    throw CannotAct(work.checkup ? "ждут автора: return или accept" : "ждут решения, а не автора");
  if (work.person.empty()) {
    work.person = find_person(act);  // a role: whoever acts
    workflow_.take(work.task, work.person);
  }
  const Ref document = workflow_.document_of(process);
  if (!document.empty()) {
    bring_file(act, document, work.person);
    if (what == "sign") sign(document, work.person, text_of(act, "comment"));
  }
  const bool ended = workflow_.decide(process, work, what, text_of(act, "comment"));
  return json::object{{"task", work.task}, {"process", process}, {"completed", ended}};
}

Result<json::value> People::act(const json::object& act) {
  const std::string what = text_of(act, "do");
  try {
    if (what == "signing") {
      signer_.order(act);
      return json::value(json::object{{"make", text_of(act, "make")}});
    }
    if (what == "interrupt") {
      const std::string process = find_process(act);
      workflow_.interrupt(process, text_of(act, "comment"));
      return json::value(json::object{{"process", process}});
    }
    if (what == "delete") {
      if (!text_of(act, "process").empty()) {
        workflow_.remove(find_process(act));
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
      if (document != nullptr && workflow_.running_on(document->ref).empty()) {
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
