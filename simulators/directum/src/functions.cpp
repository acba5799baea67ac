#include "functions.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "entity_json.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/sim/sheet_pdf.hpp"

namespace sedlink::sim::directum {
namespace {

using Answer = std::optional<json::value>;

struct Call {
  Installation& base;
  Approval& approval;
  const Caller& caller;
  const Arguments& given;

  // "<What>. <Kind> with ID (n) not found." (directum.md A8)
  Entity& wanted(std::string_view type, Id id, const std::string& what, const std::string& kind) const {
    Entity* found = base.store.find(type, id);
    if (found == nullptr) bad_request(what + ". " + kind + " with ID (" + std::to_string(id) + ") not found.");
    return *found;
  }
  Entity& document(const std::string& what, const char* parameter = "documentId") const {
    return wanted("OfficialDocument", given.id(parameter), what, "Document");
  }
  std::vector<Id> employees(const char* parameter, const std::string& what) const {
    const std::vector<Id> ids = given.ids(parameter);
    for (const Id id : ids) (void)wanted("Employee", id, what, "Employee");
    return ids;
  }
};

Answer create_approval_task(const Call& call) {
  const std::string what = "Create approval task";
  Entity& document = call.document(what);
  const Id signatory = call.given.id("signatoryId");
  Entity* signer = signatory == 0 ? nullptr : &call.wanted("Employee", signatory, what, "Employee");
  const std::vector<Id> additional = call.employees("addApproverIds", "Create free approval task");  // sic
  return call.approval.draft_by_rule(call.caller, document, call.given.text("text"), signer, additional).id();
}

Answer create_free_approval_task(const Call& call) {
  const std::string what = "Create free approval task";
  Entity& document = call.document(what);
  const std::vector<Id> approvers = call.employees("approverIds", what);
  if (approvers.empty()) bad_request(what + ". List of approvers should contain at least one approver.");
  const auto deadline = call.given.date("deadline", call.base);
  return call.approval.draft_free(call.caller, document, call.given.text("text"), deadline, approvers).id();
}

Answer create_document_flow_task(const Call& call) {
  const std::string what = "Create document flow task";
  Entity& document = call.document(what);
  const std::vector<Id> additional = call.employees("addApproverIds", what);
  return call.approval.draft_process(call.caller, document, call.given.text("text"), additional).id();
}

Answer create_simple_task(const Call& call) {
  const std::string what = "Create simple task";
  const std::string kind = call.given.text("assignmentType");
  if (kind != "Assignment" && kind != "Notice")
    throw Refusal(400, "Элемент перечисления \"AssignmentType\" со значением \"" + kind + "\" недопустим",
                  Refusal::Form::bare);
  const std::string importance = call.given.text("importance");
  check_enumeration(call.base.model.at("Task").at("Importance"), importance);
  const std::vector<Id> performers = call.employees("performerIds", what);
  if (performers.empty()) bad_request(what + ". List of performers should contain at least one performer.");
  const std::vector<Id> observers = call.employees("observerIds", what);
  const std::vector<Id> documents = call.given.ids("documentIds");
  for (const Id id : documents) (void)call.wanted("ElectronicDocument", id, what, "Document");
  const auto deadline = call.given.date("deadline", call.base);
  return call.approval
      .draft_simple(call.caller, call.given.text("subject"), call.given.text("text"), deadline, importance,
                    kind == "Notice", performers, observers, documents)
      .id();
}

Answer start_task(const Call& call) {
  call.approval.start(call.wanted("Task", call.given.id("taskId"), "Start task", "Task"), call.caller);
  return std::nullopt;
}

// There is no parameter for a comment: ActiveText of the assignment must hold it (directum.md A14).
Answer complete_assignment(const Call& call) {
  Entity& assignment = call.wanted("Assignment", call.given.id("assignmentId"), "Complete assignment", "Assignment");
  const std::string result = call.given.text("result");
  check_enumeration(assignment.type->at("Result"), result);
  if (assignment.link("Performer") != call.caller.id() && !call.base.settings.complete_foreign)
    throw Refusal(403, "Нет прав на выполнение задания.");
  const StepKind* kind = step_of_assignment(assignment);
  if (kind != nullptr && call.base.settings.comment_required && assignment.text("ActiveText").empty()) {
    if (result == kind->remark && !result.empty())
      bad_request("Для согласования с замечаниями необходимо написать комментарий.");
    if (result == kind->rework || result == kind->refuse) bad_request("Оставьте комментарий в тексте задания.");
  }
  call.approval.complete(assignment, result, *call.caller.user, {});
  return std::nullopt;
}

// Simple tasks only: a self-check of the product (directum.md A8, A9.6).
Answer abort_task(const Call& call) {
  Entity* task = call.base.store.find("SimpleTask", call.given.id("taskId"));
  if (task == nullptr) bad_request("SimpleTask with ID (" + std::to_string(call.given.id("taskId")) + ") not found.");
  call.approval.abort(*task, {});
  return std::nullopt;
}

Answer register_by_function(const Call& call) {
  Entity& document = call.document("Register document");
  Entity& journal =
      call.wanted("DocumentRegister", call.given.id("documentRegisterId"), "Register document", "Document register");
  check_changeable(call.base, document);
  register_document(call.base, document, journal, call.given.date("registrationDate", call.base),
                    call.given.text("registrationNumber"), call.given.flag("numberReservation"));
  return std::nullopt;
}

Answer add_relations(const Call& call) {
  static constexpr std::string_view names[] = {"Addendum",       "Basis",  "Response",     "Correspondence",
                                               "Correction",     "Cancel", "SupAgreement", "FinancialDocuments",
                                               "Simple relation"};
  const std::string name = call.given.text("relationName");
  if (std::find(std::begin(names), std::end(names), name) == std::end(names))
    bad_request("Add relations. Relation type with name (" + name + ") not found.");
  Entity& of = call.document("Add relations", "baseDocumentId");
  Entity& to = call.document("Add relations", "relationDocumentId");
  call.base.relate(name, of, to);
  return std::nullopt;
}

Answer sign_by_function(const Call& call, bool approving) {
  const std::string verb = approving ? "approve" : "endorse";
  Entity* document = call.base.store.find("OfficialDocument", call.given.id("documentId"));
  if (document == nullptr)
    bad_request("Failed to " + verb + " document with ID (" + std::to_string(call.given.id("documentId")) + ")");
  if (!call.caller.is_employee())
    bad_request("Failed to " + verb + " document with ID (" + std::to_string(document->id()) + ")");
  Signing signing;
  signing.type = approving ? "Approval" : "Endorsing";
  signing.by = call.caller.user;
  signing.comment = call.given.text("note");
  sign_document(call.base, *document, signing);
  if (approving) {
    document->set("OurSignatory", call.caller.id());
    set_approval_state(call.base, *document, "Signed");
  }
  return std::nullopt;
}

Answer kind_by_guid(const Call& call) {
  const auto found = call.base.kinds_by_guid.find(text::to_lower_ascii(call.given.text("kindGuid")));
  if (found == call.base.kinds_by_guid.end()) return Id{0};
  const Entity* kind = call.base.store.find("DocumentKind", found->second);
  const Entity* type = kind == nullptr ? nullptr : call.base.store.find("DocumentType", kind->link("DocumentType"));
  const bool same =
      type != nullptr && type->text("DocumentTypeGuid") == text::to_lower_ascii(call.given.text("documentType"));
  return same ? kind->id() : Id{0};
}

Answer counterparty_ids(const Call& call, std::string_view type_name) {
  const Type& type = call.base.model.at(type_name);
  const std::string tin = call.given.text("tin"), name = text::fold(call.given.text("name"));
  const std::string trrc = type_name == "Person" ? std::string() : call.given.text("trrc");
  json::array ids;
  if (tin.empty() && name.empty()) return ids;
  for (const auto& [id, entity] : call.base.store.family(type)) {
    if (!entity->type->is(type)) continue;
    if (!tin.empty() && entity->text("TIN") != tin) continue;
    if (!trrc.empty() && (entity->type->find("TRRC") == nullptr || entity->text("TRRC") != trrc)) continue;
    if (tin.empty() && text::fold(entity->text("Name")) != name) continue;
    ids.push_back(id);
  }
  return ids;
}

Answer create_login(const Call& call) {
  if (call.base.store.find_by("Login", "LoginName", call.given.text("loginName")) != nullptr)
    bad_request("Create login. Login already exists.");
  Entity& login = call.base.store.create(call.base.model.at("Login"));
  login.set("LoginName", call.given.text("loginName"));
  login.set("TypeAuthentication", std::string("Password"));
  login.set("Status", std::string("Active"));
  return std::nullopt;
}

Answer create_folder(const Call& call) {
  Entity& folder = call.base.store.create(call.base.model.at("Folder"));
  folder.set("Name", call.given.text("folderName"));
  folder.set("Created", call.base.now());
  folder.set("Author", call.caller.id());
  call.base.folders.emplace(call.given.id("parentFolderId"), folder.id());
  return folder.id();
}

Answer put_into_folder(const Call& call) {
  (void)call.document("Add document to folder");
  (void)call.wanted("Folder", call.given.id("folderId"), "Add document to folder", "Folder");
  call.base.folders.emplace(call.given.id("folderId"), call.given.id("documentId"));
  return std::nullopt;
}

Answer grant_rights(const Call& call) {
  (void)call.document("Grant access rights to document");
  (void)call.wanted("Recipient", call.given.id("recipientId"), "Grant access rights to document", "Recipient");
  return std::nullopt;
}

// Asynchronous in the product [guess].
Answer convert(const Call& call) {
  Entity& document = call.document("Convert to pdf");
  if (last_version(document) == nullptr)
    bad_request("Version for document with ID (" + std::to_string(document.id()) + ") not found.");
  (void)convert_to_pdf(call.base, document);
  return std::nullopt;
}

Answer create_review(const Call& call) {
  Entity& document = call.document("Create document review task");
  std::vector<Id> performers;
  if (const Id id = call.given.id("addresseeId"); id != 0)
    performers.push_back(call.wanted("Employee", id, "Create document review task", "Employee").id());
  return call.approval
      .draft_one_step("DocumentReviewTask", "review", call.caller, &document, call.given.text("activeText"), performers,
                      std::nullopt)
      .id();
}

Answer create_action_item(const Call& call) {
  Entity& document = call.document("Create action item execution");
  const Id assignee =
      call.wanted("Employee", call.given.id("assigneeId"), "Create action item execution", "Employee").id();
  return call.approval
      .draft_one_step("ActionItemExecutionTask", "order", call.caller, &document, call.given.text("activeText"),
                      {assignee}, call.given.date("deadline", call.base))
      .id();
}

Answer create_acquaintance(const Call& call) {
  Entity& document = call.document("Create acquaintance task");
  const std::vector<Id> performers = call.employees("performerIds", "Create acquaintance task");
  return call.approval
      .draft_one_step("AcquaintanceTask", "acquaintance", call.caller, &document, call.given.text("activeText"),
                      performers, call.given.date("deadline", call.base))
      .id();
}

Answer add_working_time(const Call& call) {
  const auto from = call.given.date("date", call.base);
  if (!from) bad_request("Параметр date ожидает дату.");
  const Time at = call.base.after_working_days(*from, static_cast<int>(call.given.number("days")));
  return json::value(json::string(call.base.zone.to_offset_iso(at + std::chrono::hours(call.given.number("hours")))));
}

Answer signatures(const Call& call) {
  const Entity& document = call.document("Get signatures");
  json::array list;
  const auto found = call.base.signatures.find(document.id());
  const auto or_null = [](const std::string& text) {
    return text.empty() ? json::value() : json::value(json::string(text));
  };
  for (const SignatureRow& row : found == call.base.signatures.end() ? std::vector<SignatureRow>() : found->second) {
    list.push_back({{"id", row.id},
                    {"versionId", row.version},
                    {"versionNumber", row.number},
                    {"type", row.type},
                    {"signatory", row.signatory},
                    {"substituted", nullptr},
                    {"signedAt", to_iso8601(row.at)},
                    {"comment", row.comment},
                    {"subject", or_null(row.subject)},
                    {"thumbprint", or_null(row.thumbprint)},
                    {"isValid", true},
                    {"data", or_null(text::base64_encode(row.cms))}});
  }
  return json::value(json::string(json::serialize(list)));
}

Answer approval_sheet(const Call& call) {
  const Entity& document = call.document("Get approval sheet");
  PrintedSheet sheet;
  sheet.title = "Лист согласования";
  sheet.facts = {document.text("Name")};
  sheet.head = {"Участник", "Этап", "Решение", "Дата", "Комментарий"};
  std::vector<Id> tasks = call.approval.tasks_of(document.id());
  std::reverse(tasks.begin(), tasks.end());
  for (const Id task : tasks) {
    for (const Id id : call.base.store.of_task(call.base.model.at("Assignment"), task)) {
      const Entity* assignment = call.base.store.find("Assignment", id);
      if (assignment == nullptr || assignment->text("Result").empty()) continue;
      const auto* completed = std::get_if<Time>(&assignment->get("Completed"));
      sheet.rows.push_back({call.base.name_of("Recipient", assignment->link("Performer")),
                            assignment->text("ThreadSubject"), assignment->text("Result"),
                            completed == nullptr ? "" : call.base.zone.to_display(*completed),
                            assignment->text("ActiveText")});
    }
  }
  if (sheet.rows.empty()) return json::value("");
  return json::value(json::string(text::base64_encode(sheet_pdf(sheet))));
}

Answer abort_any_task(const Call& call) {
  const Id id = call.given.id("taskId");
  Entity& task = call.wanted("Task", id, "Abort task", "Task");
  const std::string status = task.text("Status"), which = "Abort task. Task with ID (" + std::to_string(id) + ")";
  if (status == "Aborted") return std::nullopt;  // harmless again
  if (status == "Completed") bad_request(which + " is already completed.");
  if (status == "Draft") bad_request(which + " is not started.");
  if (task.link("Author") != call.caller.id())
    throw Refusal(403, "Abort task. No rights to abort task with ID (" + std::to_string(id) + ").");
  call.approval.abort(task, call.given.text("reason"));
  return std::nullopt;
}

Answer notification_target(const Call& call) {
  call.base.target = {call.given.text("url"), call.given.text("token")};
  return std::nullopt;
}

using Handler = Answer (*)(const Call&);

struct Entry {
  std::string_view name;
  Handler run;
};

constexpr Entry entries[] = {
    {"Docflow/CreateApprovalTask", create_approval_task},
    {"Docflow/CreateFreeApprovalTask", create_free_approval_task},
    {"DocflowApproval/CreateDocumentFlowTask", create_document_flow_task},
    {"Docflow/CreateSimpleTask", create_simple_task},
    {"Docflow/StartTask", start_task},
    {"Docflow/CompleteAssignment", complete_assignment},
    {"Shell/AbortTask", abort_task},
    {"Docflow/RegisterDocument", register_by_function},
    {"Docflow/AddRelations", add_relations},
    {"Docflow/ApproveDocument", [](const Call& call) { return sign_by_function(call, true); }},
    {"Docflow/EndorseDocument", [](const Call& call) { return sign_by_function(call, false); }},
    {"Docflow/GetDocumentKindIdByGuid", kind_by_guid},
    {"Docflow/AddWorkingDaysAndHours", add_working_time},
    {"Docflow/CreateChildFolder", create_folder},
    {"Docflow/AddDocumentToFolder", put_into_folder},
    {"Docflow/GrantAccessRightsToDocument", grant_rights},
    {"Docflow/ConvertToPdfWithSignatureMarkInteractively", convert},
    {"Docflow/ConvertToPdfWithMarks", convert},
    {"Docflow/CreateSignatureMarkForDocument",
     [](const Call& call) {
       (void)call.document("Create mark");
       return Answer();
     }},
    {"Docflow/GetCurrentCultureName", [](const Call&) { return Answer(json::value("ru-RU")); }},
    {"Parties/GetCompanyIds", [](const Call& call) { return counterparty_ids(call, "Company"); }},
    {"Parties/GetCounterpartyIds", [](const Call& call) { return counterparty_ids(call, "Counterparty"); }},
    {"Parties/GetPersonIds", [](const Call& call) { return counterparty_ids(call, "Person"); }},
    {"Company/IsCurrentUserAdmin", [](const Call& call) { return Answer(call.caller.user->flag("IsSystem")); }},
    {"Company/CreateLogin", create_login},
    {"SedlinkConnector/GetConnectorVersion", [](const Call&) { return Answer(json::value("1.0")); }},
    {"SedlinkConnector/GetDocumentSignatures", signatures},
    {"SedlinkConnector/GetApprovalSheetPdf", approval_sheet},
    {"SedlinkConnector/AbortApprovalTask", abort_any_task},
    {"SedlinkConnector/SetNotificationTarget", notification_target},
    {"RecordManagement/CreateDocumentReviewTask", create_review},
    {"RecordManagement/CreateActionItemExecution", create_action_item},
    {"RecordManagement/CreateAcquaintanceTask", create_acquaintance},
};

// docs/directum-module.md, the table of its functions; there in every edition.
constexpr FunctionRow module_rows[] = {
    {"SedlinkConnector", "GetConnectorVersion", false, "", "String", 0, 9999},
    {"SedlinkConnector", "GetDocumentSignatures", false, "documentId:Int64", "String", 0, 9999},
    {"SedlinkConnector", "GetApprovalSheetPdf", false, "documentId:Int64", "String", 0, 9999},
    {"SedlinkConnector", "AbortApprovalTask", true, "taskId:Int64 reason:String", "void", 0, 9999},
    {"SedlinkConnector", "SetNotificationTarget", true, "url:String token:String", "void", 0, 9999},
};

}  // namespace

std::span<const FunctionRow> connector_functions() { return module_rows; }

std::optional<json::value> call_function(Installation& base, Approval& approval, const Caller& caller,
                                         const Function& function, const Arguments& arguments) {
  const std::string name = std::string(function.module) + "/" + std::string(function.name);
  const auto found =
      std::find_if(std::begin(entries), std::end(entries), [&](const Entry& e) { return e.name == name; });
  // Declared in $metadata, but the simulator has no such part of the product: said aloud, not made up.
  if (found == std::end(entries)) throw Refusal(501, "Имитатор не исполняет " + name + ".");
  return found->run(Call{base, approval, caller, arguments});
}

}  // namespace sedlink::sim::directum
