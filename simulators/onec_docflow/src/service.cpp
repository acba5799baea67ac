#include "service.hpp"

#include <optional>

#include "files.hpp"
#include "list_3_0.hpp"
#include "list_requests.hpp"
#include "object_requests.hpp"
#include "process_requests.hpp"
#include "processing_requests.hpp"
#include "requests_3_0.hpp"
#include "seed.hpp"
#include "session.hpp"
#include "task_action_requests.hpp"
#include "task_requests.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

struct Entry {
  Xdto (*run)(Session&, const Xdto&);
  std::string_view subject;  // of DMError, unless the error has its own
};

using Entries = std::map<std::string_view, Entry>;

constexpr std::string_view general = "Ошибка при обработке сообщения";

const Entries& entries_3_0() {
  static constexpr std::string_view reading = "Ошибка при получении объектов";
  static constexpr std::string_view processing = "Ошибка при обработке документа";
  static constexpr std::string_view tasks = "Ошибка при изменении задачи";
  static const Entries table = {
      {"DMGetVersionRequest", {get_version, general}},
      {"DMGetCurrentUserRequest", {get_current_user_3_0, general}},
      {"DMGetSettingsRequest", {get_settings_3_0, general}},
      {"DMGetObjectListRequest", {object_list_3_0, "Ошибка при получении списка справочника"}},
      {"DMCreateRequest", {create_object_3_0, general}},
      {"DMUpdateRequest", {update_objects_3_0, general}},
      {"DMRetrieveRequest", {retrieve_3_0, reading}},
      {"DMDeleteRequest", {delete_objects_3_0, "Ошибка при удалении объектов"}},
      {"DMGetNewObjectRequest", {new_object_3_0, general}},
      {"DMFillProcessingRequest", {fill_processing, processing}},
      {"DMStartProcessingRequest", {start_processing, processing}},
      {"DMGetCurrentObjectProcessingRequest", {current_processing, processing}},
      {"DMStopContinueProcessingRequest", {stop_continue_processing, processing}},
      {"DMTerminateProcessingRequest", {terminate_processing, processing}},
      {"DMRestartProcessingRequest", {restart_processing, processing}},
      {"DMGetDynamicListRequest", {dynamic_list, "Ошибка при получении списка задач"}},
      {"DMExecuteTaskActionRequest", {execute_task_action, tasks}},
      {"DMAcceptTasksRequest", {accept_task_actions, tasks}},
      {"DMRevokeTaskAcceptanceRequest", {revoke_task_action_acceptance, tasks}},
      {"DMRedirectTasksRequest", {redirect_task_actions, tasks}},
      {"DMSetFlagRequest", {set_flag, tasks}},
      {"DMGetPrintedFormRequest", {printed_form, "Ошибка при получении печатной формы"}},
      {"DMGetPrintedFormListRequest", {printed_form_list, reading}},
      {"DMAddFileRequest", {add_file_request, "Ошибка при добавлении файла"}},
      {"DMGetFileListByOwnerRequest", {file_list_by_owner, reading}},
      {"DMLockFileRequest", {lock_file, "Ошибка при записи файла"}},
      {"DMUnlockFileRequest", {unlock_file, "Ошибка при записи файла"}},
      {"DMChangeFilesRoleRequest", {change_files_role, "Ошибка при записи файла"}},
      {"DMGetDocumentListRequest", {document_list, reading}},
      {"DMAddObjectLinkRequest", {add_object_link, general}},
      {"DMRemoveObjectLinkRequest", {remove_object_link, general}},
      {"DMSynchronizeObjectLinksRequest", {synchronize_links, general}},
      {"DMDocumentRegistrationRequest", {document_registration, "Ошибка при записи документа"}},
      {"DMGetObjectsHTMLPresentationsRequest", {html_presentations, reading}},
      {"DMGetObjectMetadataRequest", {object_metadata, reading}},
      {"DMGetDueDateByDueDatePresentationRequest", {due_date_by_presentation, general}},
      {"DMGetPredefinedObjectRequest", {get_predefined_object, reading}}};
  return table;
}

const Entries& entries_2_1() {
  static const Entries table = {
      {"DMGetVersionRequest", {get_version, general}},
      {"DMGetCurrentUserRequest", {get_current_user, general}},
      {"DMGetSettingsRequest", {get_settings, general}},
      {"DMGetObjectListRequest", {object_list, "Ошибка при получении списка справочника"}},
      {"DMCreateRequest", {create_object, general}},
      {"DMUpdateRequest", {update_objects, general}},
      {"DMRetrieveRequest", {retrieve, "Ошибка при получении объектов"}},
      {"DMDeleteRequest", {delete_objects, "Ошибка при удалении объектов"}},
      {"DMGetNewObjectRequest", {new_object, general}},
      {"DMGetNewBusinessProcessRequest", {get_new_process, "Ошибка при создании процесса"}},
      {"DMGetBusinessProcessByTemplateRequest", {get_process_by_template, "Ошибка при создании процесса"}},
      {"DMGetBusinessProcessTemplatesRequest", {get_process_templates, "Ошибка при получении списка справочника"}},
      {"DMGetBusinessProcessTemplatesTreeRequest",
       {get_process_templates_tree, "Ошибка при получении списка справочника"}},
      {"DMLaunchBusinessProcessRequest", {launch, "Ошибка запуска процесса"}},
      {"DMGetTasksTreeRequest", {tasks_tree, "Ошибка при получении списка задач"}},
      {"DMGetApprovalSheetRequest", {approval_sheet, general}},
      {"DMAddFileRequest", {add_file_request, "Ошибка при добавлении файла"}},
      {"DMGetFileListByOwnerRequest", {file_list_by_owner, "Ошибка при получении объектов"}},
      {"DMLockFileRequest", {lock_file, "Ошибка при записи файла"}},
      {"DMUnlockFileRequest", {unlock_file, "Ошибка при записи файла"}},
      {"DMGetDocumentListRequest", {document_list, "Ошибка при получении объектов"}},
      {"DMAddObjectLinkRequest", {add_object_link, general}},
      {"DMRemoveObjectLinkRequest", {remove_object_link, general}},
      {"DMDocumentRegistrationRequest", {document_registration, "Ошибка при записи внутреннего документа"}},
      {"DMAcceptTasksRequest", {accept_tasks, "Ошибка при изменении задачи"}},
      {"DMRevokeTaskAcceptanceRequest", {revoke_acceptance, "Ошибка при изменении задачи"}},
      {"DMRedirectTasksRequest", {redirect_tasks, "Ошибка при изменении задачи"}},
      {"DMGetPredefinedObjectRequest", {get_predefined_object, "Ошибка при получении объектов"}}};
  return table;
}

Xdto error_answer(std::string_view subject, std::string_view description) {
  Xdto error("DMError");
  error.add("description", std::string(description));
  error.add("subject", std::string(subject));
  return error;
}

}  // namespace

std::size_t sub_requests(const Xdto& request) {
  return request.type == "DMBatchRequest" ? request.all("requests").size() : 0;
}

Xdto Service::execute(const Xdto& request, const std::string& user) {
  if (on_request) on_request(request, false);
  return request.type == "DMBatchRequest" ? batch(request, user) : execute_one(request, user);
}

Xdto Service::execute_one(const Xdto& request, const std::string& user) {
  const Entries& entries = base_.edition.processes_are_processings ? entries_3_0() : entries_2_1();
  const auto entry = entries.find(request.type);
  if (entry == entries.end()) return error_answer("Неизвестное сообщение", "Неизвестное сообщение: " + request.type);
  // An absent and an empty dataBaseID both mean "no node".
  Session session(base_, engine_, processings_,
                  Caller{std::string(request.get("dataBaseID")), user, person_of(base_, user)});
  try {
    return entry->second.run(session, request);
  } catch (const DmError& error) {
    return error_answer(error.subject.empty() ? entry->second.subject : std::string_view(error.subject), error.what());
  }
}

// Sequential, not transactional, every sub-request with its own dataBaseID. A refused launch leaves its transaction
// open: what follows it in the batch is lost with it.
Xdto Service::batch(const Xdto& request, const std::string& user) {
  Xdto answer("DMBatchResponse");
  std::optional<Database> after_failed_launch;
  for (const Xdto* inner : request.all("requests")) {
    if (on_request) on_request(*inner, true);
    const std::optional<std::string> refused = refuse_inner ? refuse_inner(*inner) : std::nullopt;
    Xdto response = refused ? error_answer("Ошибка при обработке сообщения", *refused)
                    : inner->type == "DMBatchRequest" ? batch(*inner, user)
                                                      : execute_one(*inner, user);
    const bool refused_launch = inner->type == "DMLaunchBusinessProcessRequest" && response.type == "DMError";
    if (refused_launch && base_.settings.failed_launch_spoils_batch && !after_failed_launch)
      after_failed_launch = base_.data;
    answer.add("responses", std::move(response));
  }
  if (after_failed_launch) base_.data = std::move(*after_failed_launch);
  return answer;
}

}  // namespace sedlink::sim::onec_docflow
