// Create, update, retrieve, delete: what dispatches on the exact type of the object.
#include "object_requests.hpp"

#include <algorithm>
#include <array>

#include "catalog_objects.hpp"
#include "documents.hpp"
#include "enumerations.hpp"
#include "files.hpp"
#include "process_requests.hpp"
#include "process_view.hpp"
#include "sedlink/core/text.hpp"
#include "task_requests.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

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

Xdto update_one(Session& session, const Xdto& message) {
  if (is_task(message.type)) return update_task(session, message);
  if (is_process(message.type)) return update_process(session, message);
  if (message.type == "DMFile") return update_file(session, message);
  if (is_writable_catalog(session.base.edition, message.type)) { return update_catalog_object(session, message); }
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
  const bool catalog = is_writable_catalog(session.base.edition, message.type);
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
  return prefilled_object(session, std::string(request.get("type")), request.find("dataSource"));
}

}  // namespace sedlink::sim::onec_docflow
