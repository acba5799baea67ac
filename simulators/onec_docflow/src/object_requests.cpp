// Create, update, retrieve, delete: what dispatches on the exact type of the object.
#include "object_requests.hpp"

#include <algorithm>
#include <array>

#include "documents.hpp"
#include "enumerations.hpp"
#include "files.hpp"
#include "process_requests.hpp"
#include "process_view.hpp"
#include "sedlink/core/text.hpp"
#include "task_requests.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

constexpr std::string_view not_creatable = "Создание объектов этого типа не поддерживается";

bool is_plain_creatable(std::string_view type) {
  static constexpr std::array<std::string_view, 4> types = {"DMContactPerson", "DMPrivatePerson",
                                                            "DMInternalDocumentFolder", "DMFileFolder"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

// Types that retrieve reads by code of their own; of any other it gives name and objectID, whatever the id.
bool is_read_in_full(std::string_view type) {
  static constexpr std::array<std::string_view, 12> types = {"DMCorrespondent",
                                                             "DMOrganization",
                                                             "DMUser",
                                                             "DMContactPerson",
                                                             "DMPrivatePerson",
                                                             "DMSubdivision",
                                                             "DMInternalDocumentType",
                                                             "DMIncomingDocumentType",
                                                             "DMOutgoingDocumentType",
                                                             "DMInternalDocumentFolder",
                                                             "DMInternalDocumentTemplate",
                                                             "DMCurrency"};
  return is_document(type) || std::find(types.begin(), types.end(), type) != types.end();
}

bool looks_up_external(const Xdto& value) {
  if (value.has("externalObject") && value.ref_id().empty() && value.ref_type().empty()) return true;
  return std::any_of(value.members.begin(), value.members.end(),
                     [](const Member& m) { return looks_up_external(m.value); });
}

std::string write_subject(std::string_view type, bool creating) {
  if (is_document(type)) {
    return (creating ? "Ошибка при создании " : "Ошибка при записи ") + std::string(kind_genitive(type)) + " документа";
  }
  if (type == "DMCorrespondent") return "Ошибка при записи контрагента";
  if (is_process(type)) return "Ошибка сохранения процесса";
  if (is_task(type)) return "Ошибка при изменении задачи";
  return type == "DMFile" ? "Ошибка при записи файла" : "Ошибка при записи объекта";
}

// Runs `work`; its error gets the subject of the type, unless it has one.
template <class Work>
auto with_subject(const std::string& subject, Work&& work) {
  try {
    return work();
  } catch (const DmError& error) { throw DmError(error.what(), error.subject.empty() ? subject : error.subject); }
}

Xdto show_any(Session& session, const Object& object, const std::vector<std::string>& columns) {
  return is_document(object.ref.type) ? show_document(session, object, columns) : session.objects.show(object, columns);
}

Xdto create_catalog_object(Session& session, const Xdto& message) {
  // References made on the way go away with a refused object: one transaction.
  std::optional<Database> before;
  const bool implicit = std::any_of(message.members.begin(), message.members.end(),
                                    [](const Member& m) { return looks_up_external(m.value); });
  if (implicit) before = session.base.data;
  try {
    Object draft = session.objects.prepare(message);
    if (is_document(message.type) || message.type == "DMCorrespondent") {
      const std::string missing = fill_check(session.base, draft);
      if (!missing.empty())
        throw DmError(module_error(1984, "Не удалось записать: \"" + draft.name + "\"!") + "\n" + missing);
    }
    if (is_document(message.type)) {
      if (!draft.fields.has("responsible"))
        draft.fields.add("responsible", session.objects.canonical(
                                            session.objects.reference({"DMUser", session.caller.user}), "DMUser"));
      set_state(draft, "statusRegistration", "Проект", "");
    }
    Object& written = session.objects.write(std::move(draft), message);
    if (!message.get("regNumber").empty() && is_document(message.type)) register_document(session.base, written, "");
    return show_any(session, written, {});
  } catch (const DmError&) {
    if (before) session.base.data = std::move(*before);
    throw;
  }
}

Xdto update_catalog_object(Session& session, const Xdto& message) {
  const Ref ref = session.objects.require(*message.find("objectID"));
  Object* object = session.base.data.object(ref);
  if (object == nullptr || ref.type != message.type) throw DmError("Объект не найден");
  if (is_document(ref.type)) check_locks(session, *object, message);
  Object draft = *object;
  session.objects.update(draft, message);
  if (is_document(ref.type) || ref.type == "DMCorrespondent") {
    const std::string missing = fill_check(session.base, draft);
    if (!missing.empty())
      throw DmError(module_error(2011, "Не удалось записать: \"" + draft.name + "\"!") + "\n" + missing);
  }
  const bool registers = is_document(ref.type) && !message.get("regNumber").empty() &&
                         message.get("regNumber") != object->fields.get("regNumber");
  *object = std::move(draft);
  if (registers) register_document(session.base, *object, "");
  return show_any(session, *object, {});
}

Xdto update_one(Session& session, const Xdto& message) {
  if (is_task(message.type)) return update_task(session, message);
  if (is_process(message.type)) return update_process(session, message);
  if (message.type == "DMFile") return update_file(session, message);
  if (is_document(message.type) || message.type == "DMCorrespondent" || is_plain_creatable(message.type)) {
    return update_catalog_object(session, message);
  }
  throw DmError("Изменение объектов этого типа не поддерживается: " + message.type);
}

// The text of a missing document or process cannot be told from any other failure (5, notes).
[[noreturn]] void fail_missing() {
  throw DmError(module_error(3107, "Значение не является значением объектного типа (Наименование)"));
}

Xdto retrieve_one(Session& session, const Xdto& object_id, const std::vector<std::string>& columns) {
  const std::string type(object_id.get("type"));
  const std::string id = text::to_lower_ascii(object_id.get("id"));
  Database& data = session.base.data;
  if (type == "DMFile") {
    const File* file = data.files.find(id);
    if (file == nullptr) throw DmError("Файл не найден");
    return show_file(session, *file, columns);
  }
  if (type == "DMFileVersion") {
    const auto [file, version] = data.version(id);
    if (version == nullptr) fail_missing();
    return show_version(session, *file, *version, columns);
  }
  if (is_task(type)) {
    const Task* task = data.tasks.find(id);
    if (task == nullptr) fail_missing();
    return show_task(session, *task, true);
  }
  if (is_process(type)) {
    const Process* process = data.processes.find(id);
    if (process == nullptr || process->ref.type != type) fail_missing();
    return show_process(session, *process);
  }
  if (is_read_in_full(type)) {
    const Object* object = data.object(type, id);
    if (object == nullptr) fail_missing();
    return show_any(session, *object, columns);
  }
  if (find_enumeration(type) == nullptr && !session.base.edition.is_reference_type(type)) {
    throw DmError("Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: " + type);
  }
  Xdto plain("DMObject");
  const Ref ref{type, std::string(object_id.get("id"))};
  plain.add("name", data.name_of(ref));
  plain.add("objectID", session.objects.object_id(ref));
  return plain;
}

void toggle(Session& session, const Ref& ref) {
  Database& data = session.base.data;
  if (File* file = ref.type == "DMFile" ? data.files.find(ref.id) : nullptr) {
    file->deleted = !file->deleted;
  } else if (Process* process = is_process(ref.type) ? data.processes.find(ref.id) : nullptr) {
    session.engine.set_deleted(*process, !process->deleted);
  } else if (Object* object = data.object(ref)) {
    object->deleted = !object->deleted;
  } else {
    throw DmError("Удаление объектов этого типа не поддерживается: " + ref.type);
  }
}

}  // namespace

Xdto create_object(Session& session, const Xdto& request) {
  const Xdto& message = *request.find("object");
  const bool catalog =
      is_document(message.type) || message.type == "DMCorrespondent" || is_plain_creatable(message.type);
  if (!catalog && !is_process(message.type)) throw DmError(std::string(not_creatable), std::string(not_creatable));
  Xdto answer("DMCreateResponse");
  answer.add("object", with_subject(write_subject(message.type, true), [&] {
               return catalog ? create_catalog_object(session, message) : create_process(session, message);
             }));
  return answer;
}

// Stops at the first error; what was written before it stays. The answer is of the request's own type (Quirk 2).
Xdto update_objects(Session& session, const Xdto& request) {
  Xdto answer("DMUpdateRequest");
  if (!session.caller.node.empty()) answer.add("dataBaseID", session.caller.node);
  for (const Xdto* message : request.all("objects")) {
    answer.add("objects",
               with_subject(write_subject(message->type, false), [&] { return update_one(session, *message); }));
  }
  return answer;
}

Xdto retrieve(Session& session, const Xdto& request) {
  Xdto answer("DMRetrieveResponse");
  for (const Xdto* id : request.all("objectIds"))
    answer.add("objects", retrieve_one(session, *id, columns_of(request)));
  return answer;
}

Xdto delete_objects(Session& session, const Xdto& request) {
  std::vector<Ref> refs;
  for (const Xdto* id : request.all("objectIds")) {
    const Ref ref = session.objects.require(*id);
    if (is_task(ref.type) || ref.type == "DMFileVersion" || find_enumeration(ref.type) != nullptr) {
      throw DmError("Удаление объектов этого типа не поддерживается: " + ref.type);
    }
    refs.push_back(ref);
  }
  for (const Ref& ref : refs) toggle(session, ref);
  return Xdto("DMDeleteResponse");
}

// The `return` is the object itself.
Xdto new_object(Session& session, const Xdto& request) {
  const std::string type(request.get("type"));
  if (!is_document(type) && type != "DMCorrespondent" && !is_plain_creatable(type)) {
    throw DmError(std::string(not_creatable), std::string(not_creatable));
  }
  Xdto shown(type);
  shown.add("name", "");
  Xdto& id = shown.add("objectID", Xdto());
  id.add("id", "");
  id.add("type", type);
  if (is_document(type)) {
    shown.add("responsible", session.objects.reference({"DMUser", session.caller.user}));
    if (session.base.edition.types.property(type, "author") != nullptr)
      shown.add("author", session.objects.reference({"DMUser", session.caller.user}));
  }
  const Xdto* source = request.find("dataSource");
  const Ref from = source != nullptr ? session.objects.resolve(*source, "DMObject") : Ref();
  const Object* filled = from.empty() ? nullptr : session.base.data.object(from);
  if (filled == nullptr) return shown;
  for (const Member& member : filled->fields.members) {
    const PropertyRow* row = session.base.edition.types.property(type, member.name);
    if (row == nullptr) continue;
    if (!row->many) shown.remove(member.name);
    shown.add(member.name, session.objects.present(member.value));
  }
  const bool has_template =
      session.base.edition.types.property(type, "template") != nullptr && from.type.ends_with("Template");
  if (has_template) shown.set("template", session.objects.reference(from));
  return shown;
}

}  // namespace sedlink::sim::onec_docflow
