#include "service.hpp"

#include <optional>

#include "files.hpp"
#include "list_requests.hpp"
#include "object_requests.hpp"
#include "process_requests.hpp"
#include "session.hpp"
#include "task_requests.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

struct Entry {
  Xdto (*run)(Session&, const Xdto&);
  std::string_view subject;  // of DMError, unless the error has its own
};

const std::map<std::string_view, Entry>& entries() {
  static constexpr std::string_view general = "Ошибка при обработке сообщения";
  static const std::map<std::string_view, Entry> table = {
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
  const auto entry = entries().find(request.type);
  if (entry == entries().end()) return error_answer("Неизвестное сообщение", "Неизвестное сообщение: " + request.type);
  // An absent and an empty dataBaseID both mean "no node".
  Session session(base_, engine_, Caller{std::string(request.get("dataBaseID")), user});
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
