#include "translate/outcome.hpp"

#include <algorithm>

namespace sedlink::directum {
namespace {

constexpr AssignmentType unknown_type{"", Part::decision, StageKind::other, "Задание", "Complete"};

constexpr AssignmentType types[] = {
    // by rule
    {"IApprovalAssignmentDto", Part::decision, StageKind::approval, "Согласование", ""},
    {"IApprovalManagerAssignmentDto", Part::decision, StageKind::approval, "Согласование руководителем", ""},
    {"IApprovalSigningAssignmentDto", Part::decision, StageKind::signing, "Подписание", ""},
    {"IApprovalCheckingAssignmentDto", Part::decision, StageKind::confirmation, "Задание с доработкой", ""},
    {"IApprovalReviewAssignmentDto", Part::decision, StageKind::examination, "Рассмотрение", ""},
    {"IApprovalReworkAssignmentDto", Part::rework, StageKind::rework, "Доработка", "ForReapproving"},
    {"IApprovalSimpleAssignmentDto", Part::work, StageKind::performance, "Задание", ""},
    {"IApprovalRegistrationAssignmentDto", Part::decision, StageKind::registration, "Регистрация", ""},
    {"IApprovalPrintingAssignmentDto", Part::decision, StageKind::performance, "Печать", ""},
    {"IApprovalSendingAssignmentDto", Part::decision, StageKind::performance, "Отправка контрагенту", ""},
    {"IApprovalExecutionAssignmentDto", Part::decision, StageKind::performance, "Создание поручений", ""},
    {"IApprovalCheckReturnAssignmentDto", Part::work, StageKind::performance, "Контроль возврата", ""},
    // free
    {"IFreeApprovalAssignmentDto", Part::decision, StageKind::approval, "Согласование", ""},
    {"IFreeApprovalReworkAssignmentDto", Part::rework, StageKind::rework, "Доработка", "Reworked"},
    {"IFreeApprovalFinishAssignmentDto", Part::finish, StageKind::review, "Завершение согласования", "Complete"},
    // by process variant
    {"IEntityApprovalAssignmentDto", Part::decision, StageKind::approval, "Согласование", ""},
    {"ISigningAssignmentDto", Part::decision, StageKind::signing, "Подписание", ""},
    {"IEntityReworkAssignmentDto", Part::rework, StageKind::rework, "Доработка", "ForReapproval"},
    {"IDocumentProcessingAssignmentDto", Part::decision, StageKind::performance, "Обработка", ""},
    {"IAdvancedAssignmentDto", Part::decision, StageKind::performance, "Задание", ""},
    {"ICheckReturnFromCounterpartyAssignmentDto", Part::work, StageKind::performance, "Возврат от контрагента", ""},
    // simple
    {"ISimpleAssignmentDto", Part::work, StageKind::performance, "Задание", ""},
    {"IReviewAssignmentDto", Part::review, StageKind::review, "Приёмка", "Accepted"},
};

struct ResultWord {
  std::string_view word;
  Verdict verdict;
};
constexpr ResultWord results[] = {
    {"Approved", Verdict::approved},
    {"Sign", Verdict::approved},
    {"ConfirmSign", Verdict::approved},
    {"Accept", Verdict::approved},
    {"WithSuggestions", Verdict::approved_with_remarks},
    {"ForRevision", Verdict::rejected},
    {"ForRework", Verdict::rejected},
    {"Reject", Verdict::rejected},
    {"Abort", Verdict::rejected},
    {"Forward", Verdict::delegated},
};

bool decides(const Decision& d) {
  if (d.part != Part::decision || !d.completed) return false;
  const Verdict v = verdict_of(d.result);
  return v == Verdict::approved || v == Verdict::approved_with_remarks || v == Verdict::rejected;
}

// A rework handed over to somebody else has not ended the round.
bool ends_round(const Decision& d) { return d.part == Part::rework && d.completed && d.result != "Forward"; }

int last_round_of(const std::vector<Decision>& decisions) {
  return 1 + static_cast<int>(std::count_if(decisions.begin(), decisions.end(), ends_round));
}

Outcome completed(const EndFacts& facts) {
  if (facts.kind == TaskKind::simple) {
    return facts.document_signed || facts.simple_is_approval ? Outcome::approved : Outcome::unknown;
  }
  const int last_round = last_round_of(facts.decisions);
  bool any = false, remarks = false;
  for (std::size_t i = 0; i < facts.decisions.size(); ++i) {
    const Decision& d = facts.decisions[i];
    if (!decides(d) || round_of(facts.decisions, i) < last_round) continue;
    const Verdict v = verdict_of(d.result);
    if (v == Verdict::rejected) return Outcome::rejected;
    remarks = remarks || v == Verdict::approved_with_remarks;
    any = true;
  }
  if (remarks) return Outcome::approved_with_remarks;
  // A rule may consist of work alone: its end is its approval. A free approval is made of nothing but people's words.
  if (facts.kind == TaskKind::free && !any) return Outcome::unknown;
  return Outcome::approved;
}

Outcome aborted(const EndFacts& facts) {
  const Decision* last = nullptr;
  for (const Decision& d : facts.decisions) {
    if (decides(d) && (last == nullptr || *d.completed >= *last->completed)) last = &d;
  }
  return last != nullptr && verdict_of(last->result) == Verdict::rejected ? Outcome::rejected : Outcome::interrupted;
}

}  // namespace

const std::vector<TaskType>& task_types() {
  static const std::vector<TaskType> all = {
      {TaskKind::rule, "rule", "IApprovalTasks", "100950d0-03d2-44f0-9e31-f9c8dfdf3829", "CreateApprovalTask",
       "Согласование по регламенту"},
      {TaskKind::free, "free", "IFreeApprovalTasks", "77f43035-9f23-4a19-9882-5a6a2cd5c9c7", "CreateFreeApprovalTask",
       "Свободное согласование"},
      {TaskKind::process, "process", "IDocumentFlowTasks", "c51a9c15-4449-4411-b17b-2ea3ce891ab6",
       "CreateDocumentFlowTask", "Согласование по процессу"},
      {TaskKind::simple, "simple", "ISimpleTasks", "83f2a537-0cf0-4429-ae76-e9a386ca53aa", "CreateSimpleTask",
       "Простая задача"},
  };
  return all;
}

const TaskType* task_type(std::string_view name) {
  for (const TaskType& t : task_types()) {
    if (t.neutral == name || t.set == name) return &t;
  }
  return nullptr;
}

const AssignmentType& assignment_type(std::string_view dto) {
  for (const AssignmentType& t : types) {
    if (t.dto == dto) return t;
  }
  return unknown_type;
}

std::string_view type_by_result(std::string_view result) noexcept {
  if (result.empty()) return {};
  if (result == "Sign" || result == "ConfirmSign") return "IApprovalSigningAssignmentDto";
  for (const AssignmentType& t : types) {
    if (t.part == Part::rework && t.forward == result) return t.dto;
  }
  return {};
}

Verdict verdict_of(std::string_view result) noexcept {
  for (const ResultWord& r : results) {
    if (r.word == result) return r.verdict;
  }
  return Verdict::none;
}

int round_of(const std::vector<Decision>& decisions, std::size_t index) {
  int round = 1;
  for (std::size_t i = 0; i < index; ++i) {
    // One of the stamps may be cut to whole seconds.
    const auto over = std::chrono::floor<std::chrono::seconds>(decisions[i].completed.value_or(Time{}));
    if (ends_round(decisions[i]) && over <= decisions[index].created) ++round;
  }
  return round;
}

std::optional<Outcome> outcome_of(const EndFacts& facts) {
  if (facts.status == "Completed") return completed(facts);
  if (facts.status == "Aborted") return aborted(facts);
  return std::nullopt;
}

}  // namespace sedlink::directum
