// Steps of routes as data: assignment types and their results (directum.md A9.4).
#include <array>

#include "approval.hpp"

namespace sedlink::sim::directum {
namespace {

using V = Variant;

constexpr std::array<StepKind, 28> kinds = {{
    {V::rule, "approval", "ApprovalAssignment", "Approved", "WithSuggestions", "ForRevision", "", "Согласование"},
    {V::rule, "manager", "ApprovalManagerAssignment", "Approved", "WithSuggestions", "ForRevision", "",
     "Согласование с руководителем"},
    {V::rule, "signing", "ApprovalSigningAssignment", "Sign", "", "ForRevision", "Abort", "Подписание"},
    {V::rule, "registration", "ApprovalRegistrationAssignment", "Execute", "", "ForRevision", "", "Регистрация"},
    {V::rule, "printing", "ApprovalPrintingAssignment", "Execute", "", "ForRevision", "", "Печать"},
    {V::rule, "sending", "ApprovalSendingAssignment", "Complete", "", "ForRevision", "", "Отправка контрагенту"},
    {V::rule, "execution", "ApprovalExecutionAssignment", "Complete", "", "ForRevision", "", "Создание поручений"},
    {V::rule, "checking", "ApprovalCheckingAssignment", "Accept", "", "ForRework", "", "Проверка"},
    {V::rule, "performance", "ApprovalSimpleAssignment", "Complete", "", "", "", "Задание"},
    {V::rule, "review", "ApprovalReviewAssignment", "Informed", "", "ForRework", "Abort", "Рассмотрение"},
    {V::rule, "check_return", "ApprovalCheckReturnAssignment", "Signed", "", "", "NotSigned", "Контроль возврата"},
    {V::rule, "rework", "ApprovalReworkAssignment", "ForReapproving", "", "", "", "Доработка"},
    {V::free, "approval", "FreeApprovalAssignment", "Approved", "", "ForRework", "", "Согласование"},
    {V::free, "rework", "FreeApprovalReworkAssignment", "Reworked", "", "", "", "Доработка"},
    {V::free, "finish", "FreeApprovalFinishAssignment", "Complete", "", "", "", "Завершение согласования"},
    {V::process, "approval", "EntityApprovalAssignment", "Approved", "WithSuggestions", "ForRework", "",
     "Согласование"},
    {V::process, "signing", "SigningAssignment", "Sign", "", "ForRework", "Reject", "Подписание"},
    {V::process, "processing", "DocumentProcessingAssignment", "Complete", "", "ForRework", "", "Обработка"},
    {V::process, "performance", "AdvancedAssignment", "Complete", "", "ForRework", "", "Задание"},
    {V::process, "check_return", "CheckReturnFromCounterpartyAssignment", "Signed", "", "", "NotSigned",
     "Возврат от контрагента"},
    {V::process, "rework", "EntityReworkAssignment", "ForReapproval", "", "", "", "Доработка"},
    {V::simple, "performance", "SimpleAssignment", "Complete", "", "", "", "Задание"},
    {V::simple, "review", "ReviewAssignment", "Accepted", "", "ForRework", "", "Приёмка"},
    {V::other, "acquaintance", "AcquaintanceAssignment", "Acquainted", "", "", "", "Ознакомление"},
    {V::other, "order", "ActionItemExecutionAssignment", "Done", "", "", "", "Исполнение поручения"},
    {V::other, "review", "ReviewManagerAssignment", "Explored", "", "", "", "Рассмотрение"},
    {V::other, "document_review", "DocumentReviewAssignment", "Informed", "", "", "", "Рассмотрение"},
    {V::other, "acquaintance_finish", "AcquaintanceFinishAssignment", "Complete", "", "", "",
     "Завершение ознакомления"},
}};

}  // namespace

const StepKind* find_step(Variant variant, std::string_view word) {
  for (const StepKind& kind : kinds) {
    if (kind.variant == variant && kind.word == word) return &kind;
  }
  return nullptr;
}

const StepKind* step_of_assignment(const Entity& assignment) {
  for (const StepKind& kind : kinds) {
    if (kind.assignment == assignment.type->name) return &kind;
  }
  return nullptr;
}

}  // namespace sedlink::sim::directum
