#pragma once
// What the words of tasks and assignments mean to us, and how a task has ended. Pure tables and functions.
// Source: directum A9.2, A9.4, A9.5, A10.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/domain.hpp"

namespace sedlink::directum {

enum class TaskKind { rule = 1, free, process, simple };

struct TaskType {
  TaskKind kind;
  std::string_view neutral;  // as mappings write it
  std::string_view set, guid, create, russian;
};
[[nodiscard]] const std::vector<TaskType>& task_types();
[[nodiscard]] const TaskType* task_type(std::string_view neutral_or_set);

// What an assignment is for.
enum class Part {
  decision = 1,  // its result is somebody's word on the document
  work,          // something to be done: registration, printing, sending, an assignment
  rework,        // a round was lost: its author corrects
  finish,        // a free approval was won: its author ends it
  review,        // a simple task was done: its author accepts it
};

struct AssignmentType {
  std::string_view dto;  // last segment of @odata.type (A3)
  Part part;
  StageKind stage;
  std::string_view russian;  // when the assignment has no ThreadSubject
  std::string_view forward;  // the author's result that goes on: next round, end, acceptance
};
// Never null: an unknown type (a customer's own) is a decision by its result, of stage other.
[[nodiscard]] const AssignmentType& assignment_type(std::string_view dto);

// The type an assignment must be of, by the words only it has; empty when none has. For answers that do not tell the
// type.
[[nodiscard]] std::string_view type_by_result(std::string_view result) noexcept;

// Approved, Sign, … -> approved; Complete, Execute and words unknown -> none.
[[nodiscard]] Verdict verdict_of(std::string_view result) noexcept;

struct Decision {
  Decision() = default;
  Part part = Part::decision;
  std::string result;  // empty = not completed
  Time created{};
  std::optional<Time> completed;
};

// Decisions come in order of their assignments' ids, here and below: stamps have whole seconds, ids tell what came
// first. 1 + the reworks that were completed before that one was created.
[[nodiscard]] int round_of(const std::vector<Decision>&, std::size_t index);

struct EndFacts {
  EndFacts() = default;
  TaskKind kind = TaskKind::rule;
  std::string status;  // of the task
  std::vector<Decision> decisions;
  bool document_signed = false;     // InternalApprovalState = Signed
  bool simple_is_approval = false;  // setting simple_outcome
};
// None while it has not ended. Whether it was we who aborted is the process's to know, not asked here.
// ExternalApprovalState is never asked: it belongs to the counterparty.
[[nodiscard]] std::optional<Outcome> outcome_of(const EndFacts&);

}  // namespace sedlink::directum
