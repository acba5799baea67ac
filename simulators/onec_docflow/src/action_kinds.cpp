#include "action_kinds.hpp"

#include <array>

namespace sedlink::sim::onec_docflow {
namespace {

constexpr std::array<ActionKind, 6> kinds = {
    {{"DMActionApproval", "approval", "Согласование", "Согласовать", "approval", "ApprovingPerson",
      "ApprovalResultProcessor", "Approved", "NotApproved", "ApprovedWithReservations", "statusApproval",
      "AwaitingApproval", "Approved", "NotApproved"},
     {"DMActionConfirmation", "confirmation", "Утверждение", "Утвердить", "confirmation", "ConfirmingPerson",
      "ConfirmationResultProcessor", "Confirmed", "NotConfirmed", "", "statusConfirmation", "AwaitingConfirmation",
      "Confirmed", "NotConfirmed"},
     {"DMActionSigning", "signing", "Подписание", "Подписать", "signing", "Signer", "SigningResultProcessor", "Signed",
      "NotSigned", "", "statusSigning", "AwaitsSigning", "Signed", "Rejected"},
     {"DMActionRegistration", "registration", "Регистрация", "Зарегистрировать", "registration", "Registrar",
      "RegistrationResultProcessor", "Registered", "NotRegistered", "", "statusRegistration", "AwaitingRegistration",
      "Registered", "NotRegistered"},
     {"DMActionExamination", "acquaintance", "Ознакомление", "Ознакомиться", "examination", "Examinated", "",
      "Examined", "RefusalOfExamination", "", "statusExamination", "OnExamination", "ExaminationCompleted", ""},
     {"DMActionPerformance", "performance", "Исполнение", "Исполнить", "performance", "Performer",
      "PerformanceResultProcessor", "Performed", "RefusalOfPerformance", "", "statusPerformance", "AwaitingPerformance",
      "Performed", ""}}};

struct Synonym {
  std::string_view value, text;
};

constexpr std::array<Synonym, 21> statuses = {{{"Registered", "Зарегистрирован"},
                                               {"Performed", "Исполнен"},
                                               {"UnderDevelopment", "На доработке"},
                                               {"AwaitingPerformance", "На исполнении"},
                                               {"OnExamination", "На ознакомлении"},
                                               {"InPreparation", "На подготовке"},
                                               {"AwaitsSigning", "На подписании"},
                                               {"AwaitingReviewal", "На рассмотрении"},
                                               {"AwaitingRegistration", "На регистрации"},
                                               {"AwaitingApproval", "На согласовании"},
                                               {"AwaitingConfirmation", "На утверждении"},
                                               {"NotRegistered", "Не зарегистрирован"},
                                               {"NotApproved", "Не согласован"},
                                               {"NotConfirmed", "Не утвержден"},
                                               {"ExaminationCompleted", "Ознакомление завершено"},
                                               {"Rejected", "Отклонен"},
                                               {"Signed", "Подписан"},
                                               {"Project", "Проект"},
                                               {"Considered", "Рассмотрен"},
                                               {"Approved", "Согласован"},
                                               {"Confirmed", "Утвержден"}}};

constexpr std::array<Synonym, 18> results = {{{"NotApproved", "Не согласовано"},
                                              {"Approved", "Согласовано"},
                                              {"ApprovedWithReservations", "Согласовано с замечаниями"},
                                              {"Confirmed", "Утверждено"},
                                              {"NotConfirmed", "Не утверждено"},
                                              {"Registered", "Зарегистрировано"},
                                              {"NotRegistered", "Не зарегистрировано"},
                                              {"Examined", "Ознакомлен"},
                                              {"RefusalOfExamination", "Отказ от ознакомления"},
                                              {"Completed", "Завершено"},
                                              {"NotSigned", "Не подписано"},
                                              {"Signed", "Подписано"},
                                              {"ReturnForRevision", "Возвращено на доработку"},
                                              {"StopMonitoring", "Прекращен контроль"},
                                              {"Performed", "Исполнено"},
                                              {"RefusalOfPerformance", "Отказ от исполнения"},
                                              {"Reviewed", "Рассмотрено"},
                                              {"RefusalOfReview", "Отказ от рассмотрения"}}};

constexpr std::array<Synonym, 9> action_states = {{{"InTheExecutionQueue", "В очереди на выполнение"},
                                                   {"Performing", "Выполняется"},
                                                   {"ReadyingForExecution", "Подготовка к выполнению"},
                                                   {"ReadyingForCompletion", "Подготовка к завершению"},
                                                   {"Completed", "Завершено"},
                                                   {"ProcessingResult", "Обработка результата"},
                                                   {"OnPause", "На паузе"},
                                                   {"DelayedStart", "Отложенный старт"},
                                                   {"Skipped", "Пропущено"}}};

constexpr std::array<Synonym, 4> processing_states = {
    {{"Executing", "Выполняется"}, {"Completed", "Завершена"}, {"Stopped", "Остановлена"}, {"Terminated", "Прервана"}}};

template <std::size_t N>
std::string_view text_for(const std::array<Synonym, N>& table, std::string_view value) {
  for (const Synonym& row : table) {
    if (row.value == value) return row.text;
  }
  return value;
}

}  // namespace

std::span<const ActionKind> action_kinds() { return kinds; }

const ActionKind* find_action_kind(std::string_view type) {
  for (const ActionKind& kind : kinds) {
    if (kind.type == type) return &kind;
  }
  return nullptr;
}

const ActionKind* action_kind_of_word(std::string_view word) {
  for (const ActionKind& kind : kinds) {
    if (kind.word == word) return &kind;
  }
  return nullptr;
}

std::string_view status_synonym(std::string_view status) { return text_for(statuses, status); }
std::string_view result_synonym(std::string_view result) { return text_for(results, result); }
std::string_view action_state_synonym(std::string_view state) { return text_for(action_states, state); }
std::string_view processing_state_synonym(std::string_view state) { return text_for(processing_states, state); }

}  // namespace sedlink::sim::onec_docflow
