#include "catalog_objects.hpp"

#include <algorithm>
#include <array>

#include "documents.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

bool looks_up_external(const Xdto& value) {
  if (value.has("externalObject") && value.ref_id().empty() && value.ref_type().empty()) return true;
  return std::any_of(value.members.begin(), value.members.end(),
                     [](const Member& m) { return looks_up_external(m.value); });
}

}  // namespace

bool is_writable_catalog(const Edition& edition, std::string_view type) {
  static constexpr std::array<std::string_view, 6> plain = {"DMCorrespondent",  "DMContactPerson",
                                                            "DMPrivatePerson",  "DMInternalDocumentFolder",
                                                            "DMDocumentFolder", "DMFileFolder"};
  if (edition.types.find(type) == nullptr) return false;
  return edition.is_document(type) || std::find(plain.begin(), plain.end(), type) != plain.end();
}

Xdto show_any(Session& session, const Object& object, const std::vector<std::string>& columns) {
  return session.base.edition.is_document(object.ref.type) ? show_document(session, object, columns)
                                                           : session.objects.show(object, columns);
}

Xdto create_catalog_object(Session& session, const Xdto& message) {
  // References made on the way go away with a refused object: one transaction.
  std::optional<Database> before;
  const bool implicit = std::any_of(message.members.begin(), message.members.end(),
                                    [](const Member& m) { return looks_up_external(m.value); });
  if (implicit) before = session.base.data;
  try {
    Object draft = session.objects.prepare(message);
    if (session.base.edition.is_document(message.type) || message.type == "DMCorrespondent") {
      const std::string missing = fill_check(session.base, draft);
      if (!missing.empty())
        throw DmError(module_error(1984, "Не удалось записать: \"" + draft.name + "\"!") + "\n" + missing);
    }
    if (session.base.edition.is_document(message.type)) {
      const Ref caller{std::string(session.base.edition.person), session.caller.person};
      if (!draft.fields.has("responsible"))
        draft.fields.add("responsible", session.objects.canonical(session.objects.reference(caller), caller.type));
      set_state(draft, "statusRegistration", session.base.edition.project_state, "");
    }
    Object& written = session.objects.write(std::move(draft), message);
    if (!message.get("regNumber").empty() && session.base.edition.is_document(message.type))
      register_document(session.base, written, "");
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
  if (session.base.edition.is_document(ref.type)) check_locks(session, *object, message);
  Object draft = *object;
  session.objects.update(draft, message);
  if (session.base.edition.is_document(ref.type) || ref.type == "DMCorrespondent") {
    const std::string missing = fill_check(session.base, draft);
    if (!missing.empty())
      throw DmError(module_error(2011, "Не удалось записать: \"" + draft.name + "\"!") + "\n" + missing);
  }
  const bool registers = session.base.edition.is_document(ref.type) && !message.get("regNumber").empty() &&
                         message.get("regNumber") != object->fields.get("regNumber");
  *object = std::move(draft);
  if (registers) register_document(session.base, *object, "");
  return show_any(session, *object, {});
}

Xdto prefilled_object(Session& session, const std::string& type, const Xdto* source) {
  const Edition& edition = session.base.edition;
  if (!is_writable_catalog(edition, type)) throw DmError(std::string(not_creatable), std::string(not_creatable));
  Xdto shown(type);
  shown.add("name", "");
  Xdto& id = shown.add("objectID", Xdto());
  id.add("id", "");
  id.add("type", type);
  if (edition.is_document(type)) {
    const Xdto caller = session.objects.reference({std::string(edition.person), session.caller.person});
    shown.add("responsible", caller);
    if (edition.types.property(type, "author") != nullptr) shown.add("author", caller);
  }
  const Ref from = source != nullptr ? session.objects.resolve(*source, "DMObject") : Ref();
  const Object* filled = from.empty() ? nullptr : session.base.data.object(from);
  if (filled == nullptr) return shown;
  for (const Member& member : filled->fields.members) {
    const PropertyRow* row = edition.types.property(type, member.name);
    if (row == nullptr) continue;
    if (!row->many) shown.remove(member.name);
    shown.add(member.name, session.objects.present(member.value));
  }
  const bool has_template = edition.types.property(type, "template") != nullptr && from.type.ends_with("Template");
  if (has_template) shown.set("template", session.objects.reference(from));
  return shown;
}

}  // namespace sedlink::sim::onec_docflow
