#include "documents.hpp"

#include <algorithm>
#include <array>

#include "action_kinds.hpp"
#include "document_3_0.hpp"
#include "enumerations.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

constexpr std::array<std::string_view, 6> families = {"statusRegistration", "statusApproval",      "statusConfirmation",
                                                      "statusSigning",      "statusConsideration", "statusPerformance"};
constexpr std::array<std::string_view, 7> locked_when_final = {
    "title", "sum", "correspondent", "organization", "documentType", "folder", "currency"};

bool is_final(const Object& document) {
  static constexpr std::array<std::string_view, 6> final_states = {"Зарегистрирован", "Утвержден", "Подписан",
                                                                   "Registered",      "Confirmed", "Signed"};
  return std::any_of(document.states.begin(), document.states.end(), [](const DocumentState& s) {
    return std::find(final_states.begin(), final_states.end(), s.state) != final_states.end();
  });
}

bool same_value(const Xdto* a, const Xdto& b) {
  if (a == nullptr) return b.nil || (b.text.empty() && b.ref_id().empty());
  if (!b.ref_id().empty()) return a->ref_id() == b.ref_id();
  return a->text == b.text;
}

Xdto show_visa(Session& session, const Visa& visa) {
  Xdto shown("DMVisa");
  shown.add("name", "Виза: " + session.base.data.name_of({"DMUser", visa.reviewer}));
  shown.add("objectID", session.objects.object_id({"DMVisa", visa.id}));
  shown.add("reviewer", session.objects.reference({"DMUser", visa.reviewer}));
  shown.add("addedBy", session.objects.reference({"DMUser", visa.added_by}));
  if (visa.date) shown.add("date", session.base.local(visa.date));
  if (visa.signed_) shown.add("signed", true);
  if (!visa.result.empty()) shown.add("result", session.objects.enumeration("DMApprovalResult", visa.result));
  shown.add_filled("comment", visa.comment);
  return shown;
}

}  // namespace

std::string_view kind_genitive(std::string_view type) {
  if (type == "DMIncomingDocument") return "входящего";
  return type == "DMOutgoingDocument" ? "исходящего" : "внутреннего";
}

std::string fill_check(Infobase& base, const Object& object) {
  std::string messages;
  const auto say = [&](std::string_view text) {
    if (!messages.empty()) messages += '\n';
    messages += text;
  };
  if (base.edition.processes_are_processings && object.ref.type != "DMCorrespondent")
    return fill_check_3_0(base, object);
  if (object.ref.type == "DMCorrespondent") {
    if (object.name.empty()) say("Поле \"Наименование\" не заполнено");
    return messages;
  }
  if (object.fields.get("title").empty()) say("Поле \"Заголовок\" не заполнено");
  const Xdto* type = object.fields.find("documentType");
  if (type == nullptr) say("Поле \"Вид документа\" не заполнено");
  if (object.ref.type != "DMInternalDocument") {
    if (!object.fields.has("correspondent")) {
      say(object.ref.type == "DMIncomingDocument" ? "Поле \"Отправитель\" не заполнено"
                                                  : "Поле \"Получатель\" не заполнено");
    }
    return messages;
  }
  if (!object.fields.has("folder")) say("Поле \"Папка\" не заполнено");
  if (type == nullptr) return messages;
  const Object* kind = base.data.object(type->ref_type(), type->ref_id());
  if (kind == nullptr) return messages;
  if (kind->fields.is_true("organizationEnabled") && !object.fields.has("organization")) say("Не выбрана организация");
  if (kind->fields.is_true("correspondentEnabled") && !object.fields.has("correspondent") &&
      !object.fields.has("correspondentRows") && !object.fields.has("partyRows")) {
    say("Поле \"Контрагент\" не заполнено");
  }
  return messages;
}

void set_state(Object& document, std::string_view family, std::string_view state, std::string_view process) {
  std::erase_if(document.states, [&](const DocumentState& s) { return s.family == family; });
  document.states.push_back({std::string(family), std::string(state), std::string(process)});
}

void clear_states(Object& document, std::string_view process) {
  std::erase_if(document.states, [&](const DocumentState& s) { return s.process == process; });
}

std::string state_of(const Object& document, std::string_view family) {
  for (const DocumentState& s : document.states) {
    if (s.family == family) return s.state;
  }
  return {};
}

std::string current_state(const Object& document) {
  if (document.states.empty()) return {};
  for (auto s = document.states.rbegin(); s != document.states.rend(); ++s) {
    if (s->state != "Проект" && s->state != "Project") return s->state;
  }
  return document.states.back().state;
}

void register_document(Infobase& base, Object& document, std::string_view process) {
  if (!document.fields.has("regNumber"))
    document.fields.set("regNumber", Xdto::simple(base.next_number(document.ref.type)));
  if (!document.fields.has("regDate")) document.fields.set("regDate", Xdto::simple(base.local(base.now())));
  set_state(document, "statusRegistration", base.edition.registered_state, process);
}

std::vector<std::string> enabled_properties(const Object& document) {
  std::vector<std::string> names = {"comment", "summary", "responsible", "performanceDate", "subdivision"};
  if (!is_final(document)) names.insert(names.end(), locked_when_final.begin(), locked_when_final.end());
  return names;
}

void check_locks(Session& session, const Object& document, const Xdto& message) {
  if (!is_final(document)) return;
  for (const std::string_view property : locked_when_final) {
    const Xdto* sent = message.find(property);
    if (sent == nullptr || same_value(document.fields.find(property), *sent)) continue;
    const std::string current = current_state(document);
    const std::string state = session.base.edition.enumerations_are_objects
                                  ? session.base.data.name_of({"DMDocumentStatus", current})
                                  : std::string(status_synonym(current));
    throw DmError("Свойство \"" + std::string(property) + "\" не может быть изменено для состояния \"" + state + "\"");
  }
}

Xdto show_document(Session& session, const Object& document, const std::vector<std::string>& columns) {
  if (session.base.edition.processes_are_processings) return show_document_3_0(session, document, columns);
  Xdto shown = session.objects.show(document, columns);
  const auto flag = [&](std::string_view name) {
    if (wants(columns, name)) shown.add(std::string(name), true);
  };
  if (wants(columns, "status"))
    shown.add("status", session.objects.enumeration("DMDocumentStatus", current_state(document)));
  for (const std::string_view family : families) {
    const std::string state = state_of(document, family);
    if (!state.empty() && wants(columns, family)) {
      shown.add(std::string(family), session.objects.enumeration("DMDocumentStatus", state));
    }
  }
  if (wants(columns, "files")) {
    for (const File* file : session.base.data.files_of(document.ref, false)) {
      shown.add("files", session.objects.reference({"DMFile", file->id}));
    }
  }
  for (const std::string_view name : {"filesEnabled", "documentTypeEnabled", "statusEnabled", "organizationEnabled"})
    flag(name);
  if (!is_final(document)) flag("statusChangeEnabled");
  if (state_of(document, "statusRegistration") != "Зарегистрирован") flag("registrationAvailable");
  if (wants(columns, "enabledProperties")) {
    for (const std::string& name : enabled_properties(document)) shown.add("enabledProperties", name);
  }
  if (wants(columns, "visas") && document.ref.type != "DMIncomingDocument") {
    for (const Visa& visa : document.visas) {
      if (!visa.deleted && !visa.history) shown.add("visas", show_visa(session, visa));
    }
  }
  return shown;
}

}  // namespace sedlink::sim::onec_docflow
