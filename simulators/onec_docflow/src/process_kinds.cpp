#include "process_kinds.hpp"

#include <array>

#include "edition.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

constexpr ProcessKind signing_kind = {"DMBusinessProcessConfirmation",
                                      "Подписать",
                                      "DMBusinessProcessConfirmationTaskConfirmation",
                                      "Утвердить",
                                      "signing",
                                      "DMBusinessProcessConfirmationTaskCheckup",
                                      "Ознакомиться",
                                      "DMConfirmationResult",
                                      "Утверждено",
                                      "НеУтверждено",
                                      "statusSigning",
                                      "НаПодписании",
                                      "Подписан",
                                      "Отклонен",
                                      false};

constexpr std::array<ProcessKind, 7> kinds = {
    {{"DMBusinessProcessApproval", "Согласовать", "DMBusinessProcessApprovalTaskApproval", "Согласовать", "approval",
      "DMBusinessProcessApprovalTaskCheckup", "Ознакомиться", "DMApprovalResult", "Согласовано", "НеСогласовано",
      "statusApproval", "НаСогласовании", "Согласован", "НеСогласован", true},
     {"DMBusinessProcessConfirmation", "Утвердить", "DMBusinessProcessConfirmationTaskConfirmation", "Утвердить",
      "confirmation", "DMBusinessProcessConfirmationTaskCheckup", "Ознакомиться", "DMConfirmationResult", "Утверждено",
      "НеУтверждено", "statusConfirmation", "НаУтверждении", "Утвержден", "НеУтвержден", false},
     {"DMBusinessProcessRegistration", "Зарегистрировать", "DMBusinessProcessRegistrationTaskRegistration",
      "Зарегистрировать", "registration", "DMBusinessProcessRegistrationTaskCheckup", "Ознакомиться",
      "DMRegistrationResult", "Зарегистрировано", "НеЗарегистрировано", "statusRegistration", "НаРегистрации",
      "Зарегистрирован", "НеЗарегистрирован", false},
     {"DMBusinessProcessConsideration", "Рассмотреть", "DMBusinessProcessTask", "Рассмотреть", "review",
      "DMBusinessProcessConsiderationTaskAcquaint", "Ознакомиться", "", "", "", "statusConsideration", "НаРассмотрении",
      "Рассмотрен", "", false},
     {"DMBusinessProcessAcquaintance", "Ознакомиться", "DMBusinessProcessTask", "Ознакомиться", "examination", "", "",
      "", "", "", "", "", "", "", true},
     {"DMBusinessProcessPerformance", "Исполнить", "DMBusinessProcessTask", "Исполнить", "performance",
      "DMBusinessProcessPerfomanceTaskCheckup", "Проверить", "", "", "", "statusPerformance", "НаИсполнении",
      "Исполнен", "", true},
     {"DMBusinessProcessOrder", "Исполнить", "DMBusinessProcessTask", "Исполнить", "performance",
      "DMBusinessProcessOrderTaskCheckup", "Проверить", "", "", "", "statusPerformance", "НаИсполнении", "Исполнен", "",
      false}}};

}  // namespace

const ProcessKind* find_kind(std::string_view process_type, bool signing) {
  if (signing && process_type == signing_kind.type) return &signing_kind;
  for (const ProcessKind& kind : kinds) {
    if (kind.type == process_type) return &kind;
  }
  return nullptr;
}

std::string_view process_of_template(std::string_view template_type) {
  constexpr std::string_view suffix = "Template";
  if (!template_type.ends_with(suffix)) return {};
  const std::string_view process = template_type.substr(0, template_type.size() - suffix.size());
  return edition_2_1().types.derives(process, "DMBusinessProcess") && process != "DMBusinessProcess"
             ? process
             : std::string_view();
}

}  // namespace sedlink::sim::onec_docflow
