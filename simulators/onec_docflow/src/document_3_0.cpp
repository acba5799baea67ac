#include "document_3_0.hpp"

#include <algorithm>
#include <array>

#include "action_kinds.hpp"
#include "documents.hpp"
#include "processing_engine.hpp"
#include "sedlink/sim/json.hpp"
#include "seed.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

// The value an unset primitive has; null for classes whose emptiness is not written.
const char* empty_value(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 11> values = {
      {{"xs:boolean", "false"},
       {"xs:string", ""},
       {"xs:decimal", "0"},
       {"xs:integer", "0"},
       {"xs:int", "0"},
       {"xs:byte", "0"},
       {"xs:double", "0"},
       {"xs:float", "0"},
       {"xs:dateTime", "0001-01-01T00:00:00"},
       {"xs:date", "0001-01-01"},
       {"xs:time", "00:00:00"}}};
  for (const auto& [name, value] : values) {
    if (name == type) return value;
  }
  return nullptr;
}

Xdto show_visa(Session& session, const Visa& visa) {
  Xdto shown("DMVisa");
  shown.add("name", "Виза: " + session.base.data.name_of({"DMEmployee", visa.reviewer}));
  shown.add("objectID", session.objects.object_id({"DMVisa", visa.id}));
  shown.add("reviewer", session.objects.reference({"DMEmployee", visa.reviewer}));
  if (!visa.added_by.empty()) shown.add("addedBy", session.objects.reference({"DMEmployee", visa.added_by}));
  shown.add("date", session.base.local(visa.date));
  shown.add("signed", visa.signed_);
  if (!visa.result.empty()) shown.add("result", visa.result);
  shown.add("comment", visa.comment);
  add_empty_values(session.base.edition.types, shown, {});
  return shown;
}

void show_states(Session& session, Xdto& shown, const Object& document, const std::vector<std::string>& columns) {
  const std::string processing = session.processings.state_of_processing(document);
  if (!processing.empty() && wants(columns, "processingState")) shown.add("processingState", processing);
  Xdto rows;
  for (const ActionKind& kind : action_kinds()) {
    const std::string state = state_of(document, kind.family);
    if (state.empty()) continue;
    if (wants(columns, kind.family)) shown.add(std::string(kind.family), state);
    Xdto row;
    row.add("actionType", session.objects.reference(action_type_ref(kind.type)));
    row.add("status", state);
    row.add("statusPresentation", std::string(status_synonym(state)));
    rows.add("rows", std::move(row));
  }
  if (!rows.members.empty() && wants(columns, "statusByActionTypeRows"))
    shown.add("statusByActionTypeRows", std::move(rows));
}

}  // namespace

Ref action_type_ref(std::string_view action_class) {
  return {"DMActionType", seed_id("DMActionType", std::string(action_class))};
}

void add_empty_values(const TypeTable& types, Xdto& shown, const std::vector<std::string>& columns) {
  const Type* type = types.find(shown.type);
  if (type == nullptr) return;
  for (const PropertyRow& row : type->properties) {
    // updateSignatures belongs to requests.
    if (row.required || row.many || row.name == "updateSignatures" || shown.has(row.name)) continue;
    const char* value = empty_value(row.type);
    if (value != nullptr && wants(columns, row.name)) shown.add(std::string(row.name), value);
  }
}

bool may_read(const Session& session, const Object& object) {
  const std::string& hidden = session.base.settings.unreadable;
  return hidden.empty() || object.ref.type != "DMDocument" || !glob(hidden, object.name, false);
}

void check_readable(const Session& session, const Object& object) {
  if (!may_read(session, object)) throw DmError("Нет прав на чтение объекта \"" + object.name + "\"");
}

std::string fill_check_3_0(Infobase& base, const Object& document) {
  std::string messages;
  const auto say = [&](const char* text) {
    if (!messages.empty()) messages += '\n';
    messages += text;
  };
  if (document.ref.type != "DMDocument") {
    if (document.name.empty()) say("Поле \"Наименование\" не заполнено");
    return messages;
  }
  if (document.fields.get("title").empty()) say("Поле \"Заголовок\" не заполнено");
  const Xdto* type = document.fields.find("documentType");
  if (type == nullptr) {
    say("Поле \"Вид документа\" не заполнено");
    return messages;
  }
  const Object* kind = base.data.object(type->ref_type(), type->ref_id());
  if (kind == nullptr) return messages;
  if (kind->fields.is_true("templateRequired") && !document.fields.has("template"))
    say("Документ этого вида создается только по шаблону");
  if (kind->fields.is_true("organizationEnabled") && !document.fields.has("organization"))
    say("Не выбрана организация");
  if (kind->fields.is_true("correspondentEnabled") && !document.fields.has("correspondent") &&
      !document.fields.has("correspondentRows") && !document.fields.has("partyRows")) {
    say("Поле \"Контрагент\" не заполнено");
  }
  return messages;
}

Xdto show_object_3_0(Session& session, const Object& object, const std::vector<std::string>& columns) {
  if (object.ref.type == "DMDocument") return show_document_3_0(session, object, columns);
  Xdto shown = session.objects.show(object, columns);
  add_empty_values(session.base.edition.types, shown, columns);
  return shown;
}

Xdto show_document_3_0(Session& session, const Object& document, const std::vector<std::string>& columns) {
  Xdto shown = session.objects.show(document, columns);
  show_states(session, shown, document, columns);
  if (wants(columns, "files")) {
    for (const File* file : session.base.data.files_of(document.ref, false))
      shown.add("files", session.objects.reference({"DMFile", file->id}));
  }
  for (const char* name : {"statusEnabled", "organizationEnabled", "contentAvailable"}) {
    if (wants(columns, name)) shown.add(name, true);
  }
  if (wants(columns, "registrationAvailable"))
    shown.add("registrationAvailable", state_of(document, "statusRegistration") != "Registered");
  if (wants(columns, "enabledProperties")) {
    for (const std::string& name : enabled_properties(document)) shown.add("enabledProperties", name);
  }
  if (wants(columns, "visas")) {
    for (const Visa& visa : document.visas) {
      if (!visa.deleted && !visa.history) shown.add("visas", show_visa(session, visa));
    }
  }
  add_empty_values(session.base.edition.types, shown, columns);
  return shown;
}

}  // namespace sedlink::sim::onec_docflow
