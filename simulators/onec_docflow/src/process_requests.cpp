#include "process_requests.hpp"

#include <algorithm>

#include "edition.hpp"
#include "process_view.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

std::vector<Target> targets_of(Session& session, const Xdto& request) {
  const Xdto* id = request.find("targetID");
  if (id == nullptr || id->get("id").empty()) return {};
  const Ref object = session.objects.require(*id);
  return {{"Основной", session.base.data.name_of(object), object}};
}

std::string process_type(const Xdto& request) {
  const std::string type(request.get("type"));
  if (!is_process(type) || edition_2_1().types.find(type) == nullptr) {
    throw DmError("Создание объектов этого типа не поддерживается", "Создание объектов этого типа не поддерживается");
  }
  return type;
}

Process* find_process(Session& session, const Xdto& message) {
  const Xdto& id = *message.find("objectID");
  if (id.get("id").empty()) return nullptr;
  return session.base.data.processes.find(session.objects.require(id).id);
}

// The document type that a template may be bound to; empty: none known.
std::string type_of_target(Session& session, const Xdto* target) {
  if (target == nullptr || target->get("id").empty()) return {};
  const Ref ref = session.objects.require(*target);
  if (!is_document(ref.type)) return ref.id;
  const Xdto* kind = session.base.data.object(ref)->fields.find("documentType");
  return kind != nullptr ? std::string(kind->ref_id()) : std::string();
}

bool fits(const ProcessTemplate& candidate, const std::string& document_type, std::string_view process_type) {
  const bool class_fits =
      process_type.empty() || process_type == candidate.process_type || process_type == candidate.ref.type;
  const bool target_fits =
      document_type.empty() || candidate.for_types.empty() ||
      std::find(candidate.for_types.begin(), candidate.for_types.end(), document_type) != candidate.for_types.end();
  return class_fits && target_fits;
}

// What the message makes of the process, not written yet. objectID.type and the message's own type must name one class.
Process draft_of(Session& session, const Xdto& message) {
  const Process* existing = find_process(session, message);
  if (existing != nullptr && existing->ref.type != message.type) {
    throw DmError(module_error(4790, "Тип процесса не соответствует ссылке"));
  }
  Process draft;
  if (existing != nullptr) draft = *existing;
  draft.ref.type = message.type;
  read_process(session, message, draft);
  return draft;
}

Process& write_process(Session& session, Process draft) {
  if (Process* existing = session.base.data.processes.find(draft.ref.id)) {
    *existing = std::move(draft);
    return *existing;
  }
  draft.ref.id = session.base.new_id();
  const std::string id = draft.ref.id;
  return session.base.data.processes.put(id, std::move(draft));
}

}  // namespace

Xdto get_new_process(Session& session, const Xdto& request) {
  const Process process =
      session.engine.prefilled(process_type(request), session.caller.user, nullptr, targets_of(session, request));
  Xdto answer("DMGetNewBusinessProcessResponse");
  answer.add("object", show_process(session, process));
  return answer;
}

Xdto get_process_by_template(Session& session, const Xdto& request) {
  const std::string type = process_type(request);
  const Ref from = session.objects.require(*request.find("businessProcessTemplateId"));
  const auto found = session.base.data.templates.find(from.id);
  if (found == session.base.data.templates.end()) throw DmError("Объект не найден");
  if (found->second.process_type != type) throw DmError(module_error(4655, "Шаблон не соответствует виду процесса"));
  const Process process =
      session.engine.prefilled(type, session.caller.user, &found->second, targets_of(session, request));
  Xdto answer("DMGetBusinessProcessByTemplateResponse");
  answer.add("object", show_process(session, process));
  return answer;
}

Xdto get_process_templates(Session& session, const Xdto& request) {
  const std::string document_type = type_of_target(session, request.find("businessProcessTargetId"));
  Xdto answer("DMGetBusinessProcessTemplatesResponse");
  for (const auto& [id, candidate] : session.base.data.templates) {
    if (session.base.data.object(candidate.ref)->deleted) continue;
    if (!fits(candidate, document_type, request.get("businessProcessType"))) continue;
    answer.add("businessProcessTemplates", session.objects.reference(candidate.ref)).type = "DMBusinessProcessTemplate";
  }
  return answer;
}

Xdto get_process_templates_tree(Session& session, const Xdto& request) {
  const std::string document_type = type_of_target(session, request.find("businessProcessTargetId"));
  Xdto answer("DMGetBusinessProcessTemplatesTreeResponse");
  Xdto group;
  group.add("name", "Шаблоны процессов");
  group.add("hint", "");
  for (const auto& [id, candidate] : session.base.data.templates) {
    if (!fits(candidate, document_type, {})) continue;
    Xdto element;
    element.add("name", session.base.data.name_of(candidate.ref));
    const PropertyRow* hint = session.base.edition.types.property("DMBusinessProcessTemplatesTreeElement", "hint");
    if (hint->required || !candidate.description.empty()) element.add("hint", candidate.description);
    element.add("businessProcessType", candidate.process_type);
    element.add("template", session.objects.reference(candidate.ref));
    group.add("elements", std::move(element));
  }
  answer.add("businessProcessTemplatesTree", std::move(group));
  return answer;
}

Xdto launch(Session& session, const Xdto& request) {
  const Xdto& message = *request.find("businessProcess");
  if (!is_process(message.type)) {
    throw DmError("Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: " + message.type);
  }
  if (message.type == "DMBusinessProcessApproval" && !message.has("approvalType")) {
    throw DmError(module_error(4877, "Поле объекта не обнаружено (approvalType)"));
  }
  Process draft = draft_of(session, message);
  session.engine.check_start(draft);
  // One transaction: nothing of a refused launch stays. Only a stage of a complex process can still refuse.
  std::optional<Database> before;
  if (message.type == "DMComplexBusinessProcess") before = session.base.data;
  try {
    Process& process = write_process(session, std::move(draft));
    session.engine.start(process);
    Xdto started("DMBusinessProcess");
    started.add("name", process.name);
    started.add("objectID", session.objects.object_id(process.ref));
    started.add("beginDate", session.base.local(process.begin ? *process.begin : session.base.now()));
    started.add("started", true);
    Xdto answer("DMLaunchBusinessProcessResponse");
    answer.add("businessProcess", std::move(started));
    return answer;
  } catch (const DmError&) {
    if (before) session.base.data = std::move(*before);
    throw;
  }
}

Xdto create_process(Session& session, const Xdto& message) {
  if (!message.find("objectID")->get("id").empty() && find_process(session, message) != nullptr) {
    throw DmError(module_error(4702, "Процесс с таким идентификатором уже существует"));
  }
  return show_process(session, write_process(session, draft_of(session, message)));
}

Xdto update_process(Session& session, const Xdto& message) {
  Process* process = find_process(session, message);
  if (process == nullptr) throw DmError("Объект не найден");
  const std::string before = process->state;
  Process& written = write_process(session, draft_of(session, message));
  const Xdto* sent = message.find("state");
  const std::string state =
      sent != nullptr ? session.objects.resolve(*sent, "DMBusinessProcessState").id : std::string();
  if (state.empty() || state == before || !session.base.settings.corp) return show_process(session, written);
  if (before == "Прерван") throw DmError("Прерванный процесс не может быть продолжен");
  if (state == "Прерван") {
    session.engine.interrupt(written);
  } else if (state == "Остановлен") {
    session.engine.stop(written);
  } else {
    session.engine.resume(written);
  }
  return show_process(session, written);
}

}  // namespace sedlink::sim::onec_docflow
