#include "translate/process_kinds.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

struct VerdictRow {
  std::string_view id;  // folded, without blanks
  Verdict verdict;
};
constexpr VerdictRow verdicts[] = {
    {"согласовано", Verdict::approved},        {"согласованосзамечаниями", Verdict::approved_with_remarks},
    {"несогласовано", Verdict::rejected},      {"утверждено", Verdict::approved},
    {"неутверждено", Verdict::rejected},       {"подписано", Verdict::approved},
    {"неподписано", Verdict::rejected},        {"зарегистрировано", Verdict::approved},
    {"незарегистрировано", Verdict::rejected}, {"принято", Verdict::approved},
    {"непринято", Verdict::rejected},
};

Verdict by_text(std::string_view word) {
  const std::string folded = text::replace_all(text::fold(word), " ", "");
  for (const VerdictRow& row : verdicts) {
    if (row.id == folded) return row.verdict;
  }
  return Verdict::none;
}

}  // namespace

const std::vector<ProcessKind>& process_kinds() {
  static const std::vector<ProcessKind> kinds = {
      {"approval", "DMBusinessProcessApproval", "DMBusinessProcessApprovalTemplate", StageKind::approval,
       Performers::approval, true, "Согласование"},
      {"confirmation", "DMBusinessProcessConfirmation", "DMBusinessProcessConfirmationTemplate",
       StageKind::confirmation, Performers::one, true, "Утверждение"},
      {"signing", "DMBusinessProcessConfirmation", "DMBusinessProcessConfirmationTemplate", StageKind::signing,
       Performers::one, true, "Подписание"},
      {"registration", "DMBusinessProcessRegistration", "DMBusinessProcessRegistrationTemplate",
       StageKind::registration, Performers::one, true, "Регистрация"},
      {"acquaintance", "DMBusinessProcessAcquaintance", "DMBusinessProcessAcquaintanceTemplate", StageKind::examination,
       Performers::executors, false, "Ознакомление"},
      {"performance", "DMBusinessProcessPerformance", "DMBusinessProcessPerformanceTemplate", StageKind::performance,
       Performers::performance, false, "Исполнение"},
      {"consideration", "DMBusinessProcessConsideration", "DMBusinessProcessConsiderationTemplate", StageKind::review,
       Performers::one, false, "Рассмотрение"},
      {"order", "DMBusinessProcessOrder", "DMBusinessProcessOrderTemplate", StageKind::performance, Performers::one,
       false, "Поручение"},
      {"complex", "DMComplexBusinessProcess", "DMComplexBusinessProcessTemplate", StageKind::other, Performers::none,
       false, "Комплексный процесс"},
      {"internal_processing", "DMBusinessProcessInternalDocumentProcessing", "", StageKind::other, Performers::none,
       false, "Обработка внутреннего документа"},
      {"incoming_processing", "DMBusinessProcessIncomingDocumentProcessing", "", StageKind::other, Performers::none,
       false, "Обработка входящего документа"},
      {"outgoing_processing", "DMBusinessProcessOutgoingDocumentProcessing", "", StageKind::other, Performers::none,
       false, "Обработка исходящего документа"},
  };
  return kinds;
}

const ProcessKind* process_kind(std::string_view neutral) {
  if (neutral == "examination") neutral = "acquaintance";
  if (neutral == "review") neutral = "consideration";
  for (const ProcessKind& k : process_kinds()) {
    if (k.neutral == neutral || k.type == neutral) return &k;
  }
  return nullptr;
}

const ProcessKind* process_kind_of_type(std::string_view type) {
  for (const ProcessKind& k : process_kinds()) {
    if (k.type == type) return &k;
  }
  return nullptr;
}

Verdict verdict(const Element* result) {
  if (result == nullptr || result->nil) return Verdict::none;
  // An empty enum has id "" and yet a presentation (onec-docflow 8.7): only the id decides then.
  const Element* id = result->child("objectID");
  if (id == nullptr || id->child("id") == nullptr) return by_text(result->text_of("name"));
  const std::string value = id->text_of("id");
  if (value.empty()) return Verdict::none;
  const Verdict v = by_text(value);
  return v == Verdict::none ? by_text(result->text_of("name")) : v;
}

Verdict verdict_of_mark(std::string_view mark) {
  if (mark == "ExecutedPositive") return Verdict::approved;
  if (mark == "ExecutedAlmostPositive") return Verdict::approved_with_remarks;
  if (mark == "ExecutedNegative") return Verdict::rejected;
  return Verdict::none;
}

}  // namespace sedlink::onec_docflow
