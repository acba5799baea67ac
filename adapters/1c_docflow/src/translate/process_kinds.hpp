#pragma once
// The classes of processes of 1C 2.1, as data (onec-docflow 8.5, 8.8).
#include <optional>
#include <string_view>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "wire/element.hpp"

namespace sedlink::onec_docflow {

enum class Performers { none = 1, one, approval, executors, performance };

struct ProcessKind {
  std::string_view neutral;        // approval
  std::string_view type;           // DMBusinessProcessApproval
  std::string_view template_type;  // DMBusinessProcessApprovalTemplate; empty: only by DMGetBusinessProcessTemplates
  StageKind stage;                 // of its open tasks
  Performers performers;
  bool has_verdict;  // ends with executionResult; its rounds may wait for the author's check-up
  std::string_view russian;
};
[[nodiscard]] const std::vector<ProcessKind>& process_kinds();
[[nodiscard]] const ProcessKind* process_kind(std::string_view neutral);       // aliases included
[[nodiscard]] const ProcessKind* process_kind_of_type(std::string_view type);  // the first of that class

// executionResult, approvalResult, confirmationResult, registrationResult … by id, else by name; none when empty.
[[nodiscard]] Verdict verdict(const Element* result);
// DMExecutionMark of an ended process: ExecutedPositive …
[[nodiscard]] Verdict verdict_of_mark(std::string_view mark);

}  // namespace sedlink::onec_docflow
