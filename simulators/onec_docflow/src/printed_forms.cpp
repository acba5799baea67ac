// DMGetPrintedFormRequest of 3.0 (onec-docflow 9.6): sheets of approval and of examination.
#include "document_3_0.hpp"
#include "processing_engine.hpp"
#include "requests_3_0.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/sim/sheet_pdf.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

struct Form {
  std::string_view command, title, action;  // action: whose participants it lists
  bool history;                             // earlier rounds too
  bool only_objections;
};

constexpr Form forms[] = {{"ApprovalSheet", "Лист согласования", "DMActionApproval", false, false},
                          {"ApprovalSheetWithHistory", "Лист согласования", "DMActionApproval", true, false},
                          {"ExaminationSheet", "Лист ознакомления", "DMActionExamination", false, false},
                          {"ProtocolOfDisagreements", "Протокол разногласий", "DMActionApproval", false, true}};

const Form& form_named(std::string_view command) {
  for (const Form& form : forms) {
    if (form.command == command) return form;
  }
  throw DmError("Команда печати \"" + std::string(command) + "\" не поддерживается");
}

std::string position_of(Session& session, const std::string& employee) {
  const Object* found = session.base.data.object("DMEmployee", employee);
  return found != nullptr ? found->position : std::string();
}

std::vector<std::string> line(Session& session, const std::string& employee, std::string_view result,
                              std::optional<Time> date, const std::string& comment) {
  return {position_of(session, employee), session.base.data.name_of({"DMEmployee", employee}), std::string(result),
          date ? session.base.display(*date) : std::string(), comment};
}

void add_rows(Session& session, const Form& form, const Processing& processing, PrintedSheet& sheet) {
  for (const Action* action : session.processings.actions_of(processing)) {
    if (action->type != form.action) continue;
    const ActionKind& kind = *find_action_kind(action->type);
    for (const ActionResult& said : action->history) {
      if (form.history && said.round < action->round)
        sheet.rows.push_back(line(session, said.employee, result_synonym(said.result), said.date, said.comment));
    }
    for (const ActionParticipant& participant : action->participants) {
      const bool decided = !participant.result.empty();
      if (form.only_objections && (!decided || participant.result == kind.positive)) continue;
      const std::string_view result =
          decided ? result_synonym(participant.result) : action_state_synonym(participant.state);
      sheet.rows.push_back(line(session, participant.employee, result, participant.date, participant.comment));
    }
  }
}

Object& document_of(Session& session, const Xdto& object_id) {
  const Ref ref = session.objects.require(object_id);
  Object* document = session.base.data.object(ref);
  if (document == nullptr || ref.type != "DMDocument")
    throw DmError("Объекты типа \"" + ref.type + "\" не имеют печатных форм");
  check_readable(session, *document);
  return *document;
}

}  // namespace

Xdto printed_form(Session& session, const Xdto& request) {
  const Form& form = form_named(request.get("printCommand"));
  const std::string_view file_type = request.get("printedFormFileType");
  PrintedSheet sheet;
  sheet.title = form.title;
  sheet.head = {"Должность", "ФИО", "Результат", "Дата", "Комментарий"};
  for (const Xdto* id : request.all("objects")) {
    const Object& document = document_of(session, *id);
    sheet.facts.push_back(document.name);
    const Processing* processing = session.processings.latest_started(document);
    if (processing != nullptr) add_rows(session, form, *processing, sheet);
  }
  std::string bytes;
  if (file_type == "PDF" || file_type == "PDF_A_1") {
    bytes = sheet_pdf(sheet);
  } else if (file_type == "HTML") {
    bytes = sheet_html(sheet);
  } else {
    throw DmError("Сохранение печатной формы в формате " + std::string(file_type) + " имитатором не поддерживается");
  }
  Xdto answer("DMGetPrintedFormResponse");
  answer.add("printedForm", text::base64_encode(bytes));
  return answer;
}

Xdto printed_form_list(Session& session, const Xdto& request) {
  Xdto answer("DMGetPrintedFormListResponse");
  for (const Xdto* id : request.all("objects")) {
    const Object& document = document_of(session, *id);
    Xdto shown;
    shown.add("object", session.objects.object_id(document.ref));
    shown.add("spreadsheetDocumentFileType", "PDF");
    for (const Form& form : forms) {
      Xdto one;
      one.add("commandName", std::string(form.command));
      one.add("printManager", "Обработка.ПечатьДокумента");
      shown.add("printedForms", std::move(one));
    }
    answer.add("objectsPrintedForms", std::move(shown));
  }
  return answer;
}

}  // namespace sedlink::sim::onec_docflow
