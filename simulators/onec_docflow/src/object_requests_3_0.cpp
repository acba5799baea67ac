// Create, update, retrieve, delete of 3.0: dispatched on objectID.type, errors by object (onec-docflow 4.3, 5, 9.1).
#include <algorithm>
#include <array>

#include "catalog_objects.hpp"
#include "document_3_0.hpp"
#include "files.hpp"
#include "processing_engine.hpp"
#include "processing_requests.hpp"
#include "processing_view.hpp"
#include "requests_3_0.hpp"
#include "sedlink/core/text.hpp"
#include "task_action_requests.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

// Types that retrieve reads by code of their own; of any other it gives name and objectID.
bool is_read_in_full(std::string_view type) {
  static constexpr std::array<std::string_view, 14> types = {
      "DMDocument",       "DMCorrespondent",    "DMOrganization", "DMUser",     "DMEmployee",
      "DMContactPerson",  "DMPrivatePerson",    "DMSubdivision",  "DMPosition", "DMDocumentType",
      "DMDocumentFolder", "DMDocumentTemplate", "DMCurrency",     "DMFileRole"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

Xdto of_class(const Xdto& message) {
  Xdto copy = message;
  copy.type = std::string(message.ref_type());
  return copy;
}

std::string subject_for(std::string_view type, bool creating) {
  if (type == "DMDocument") return creating ? "Ошибка при создании документа" : "Ошибка при записи документа";
  if (type == "DMCorrespondent") return "Ошибка при записи контрагента";
  return type == "DMFile" ? "Ошибка при записи файла" : "Ошибка при записи объекта";
}

Xdto update_one(Session& session, const Xdto& sent) {
  const Xdto message = of_class(sent);
  if (message.type == "DMFile") return update_file(session, message);
  if (find_action_kind(message.type) != nullptr) return update_action(session, message);
  if (is_writable_catalog(session.base.edition, message.type)) {
    const Ref ref = session.objects.require(*message.find("objectID"));
    if (const Object* object = session.base.data.object(ref)) check_readable(session, *object);
    return update_catalog_object(session, message);
  }
  throw DmError("Изменение объектов этого типа не поддерживается: " + message.type);
}

Xdto retrieve_one(Session& session, const Xdto& object_id, const std::vector<std::string>& columns) {
  const Ref ref = session.objects.require(object_id);
  Database& data = session.base.data;
  if (ref.type == "DMFile") {
    const File& file = *data.files.find(ref.id);
    if (const Object* owner = data.object(file.owner)) check_readable(session, *owner);
    return show_file(session, file, columns);
  }
  if (ref.type == "DMFileVersion") {
    const auto [file, version] = data.version(ref.id);
    return show_version(session, *file, *version, columns);
  }
  if (ref.type == "DMTaskAction") return show_task_action(session, *data.task_actions.find(ref.id), columns);
  if (ref.type == "DMObjectProcessing") return show_processing(session, *data.processings.find(ref.id), columns);
  if (find_action_kind(ref.type) != nullptr) return show_action(session, *data.actions.find(ref.id));
  if (is_read_in_full(ref.type)) {
    const Object& object = *data.object(ref);
    check_readable(session, object);
    return show_object_3_0(session, object, columns);
  }
  Xdto plain = session.objects.reference(ref);
  plain.type = "DMObject";
  return plain;
}

// Expressions in 1C's language are not computed here: each says so in its place.
void show_expressions(Xdto& shown, const Xdto& request) {
  for (const Xdto* object : request.all("objectsExpressionRows")) {
    if (!text::iequals_ascii(object->find("object")->get("id"), shown.ref_id())) continue;
    for (const Xdto* row : object->all("expressionRows")) {
      Xdto result;
      result.add("name", std::string(row->get("id")));
      result.add("error", "Выражение на встроенном языке не вычислено");
      shown.add("expressionResultsForAttributes", std::move(result));
    }
  }
}

Xdto key_of(const Xdto& message) {
  Xdto key;
  key.add("id", std::string(message.ref_id()));
  key.add("type", std::string(message.ref_type()));
  return key;
}

}  // namespace

Xdto create_object_3_0(Session& session, const Xdto& request) {
  const Xdto& sent = *request.find("object");
  if (sent.find("objectID") == nullptr || !is_writable_catalog(session.base.edition, sent.ref_type())) {
    throw DmError(std::string(not_creatable) + ": " + std::string(sent.ref_type()), std::string(not_creatable));
  }
  const Xdto message = of_class(sent);
  Xdto answer("DMCreateResponse");
  try {
    answer.add("object", create_catalog_object(session, message));
  } catch (const DmError& error) {
    throw DmError(error.what(), error.subject.empty() ? subject_for(message.type, true) : error.subject);
  }
  return answer;
}

// A failing object does not stop the others (9.1).
Xdto update_objects_3_0(Session& session, const Xdto& request) {
  Xdto answer("DMUpdateResponse");
  for (const Xdto* message : request.all("objects")) {
    Xdto one;
    one.add("key", key_of(*message));
    try {
      Xdto object = update_one(session, *message);
      one.add("success", true);
      one.add("object", std::move(object));
    } catch (const DmError& error) {
      one.add("success", false);
      Xdto told("DMError");
      told.add("description", error.what());
      told.add("subject", error.subject.empty() ? subject_for(message->ref_type(), false) : error.subject);
      one.add("error", std::move(told));
    }
    answer.add("objects", std::move(one));
  }
  return answer;
}

// One object that cannot be read fails the whole answer (5).
Xdto retrieve_3_0(Session& session, const Xdto& request) {
  Xdto answer("DMRetrieveResponse");
  for (const Xdto* id : request.all("objectIds")) {
    Xdto shown = retrieve_one(session, *id, columns_of(request));
    show_expressions(shown, request);
    answer.add("objects", std::move(shown));
  }
  return answer;
}

// Toggles the mark, in one transaction (5).
Xdto delete_objects_3_0(Session& session, const Xdto& request) {
  std::vector<Ref> refs;
  for (const Xdto* id : request.all("objectIds")) {
    const Ref ref = session.objects.require(*id);
    if (session.base.data.object(ref) == nullptr && ref.type != "DMFile") {
      throw DmError("Удаление объектов этого типа не поддерживается: " + ref.type);
    }
    refs.push_back(ref);
  }
  for (const Ref& ref : refs) {
    if (File* file = session.base.data.files.find(ref.id)) {
      file->deleted = !file->deleted;
    } else {
      Object& object = *session.base.data.object(ref);
      object.deleted = !object.deleted;
    }
  }
  return Xdto("DMDeleteResponse");
}

Xdto new_object_3_0(Session& session, const Xdto& request) {
  Xdto shown = prefilled_object(session, std::string(request.get("type")), request.find("dataSource"));
  const Xdto* type = request.find("documentType");
  if (type != nullptr && !type->get("id").empty() && shown.type == "DMDocument")
    shown.set("documentType", session.objects.reference(session.objects.require(*type)));
  add_empty_values(session.base.edition.types, shown, columns_of(request));
  return shown;
}

}  // namespace sedlink::sim::onec_docflow
