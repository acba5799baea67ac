#pragma once
// Rows of the service -> what we know of a process. Pure. Source: directum A7.2, A9.2-A9.5, A10.
#include <map>
#include <string>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "translate/outcome.hpp"
#include "wire/answer.hpp"

namespace sedlink::directum {

struct TaskFacts {
  TaskFacts() = default;
  std::int64_t id = 0, author = 0;  // author 0 = not told
  std::string status;
  std::optional<Time> modified, started, due;
};
struct DocumentFacts {
  DocumentFacts() = default;
  std::int64_t id = 0;
  std::string name, life_cycle, internal_approval, external_approval, registration, number;
  std::optional<Time> modified, date;
};
struct AssignmentFacts {
  AssignmentFacts() = default;
  std::int64_t id = 0, task = 0;
  std::string dto, stage_name, status, result, comment;
  Person performer, completed_by;
  Time created{};
  std::optional<Time> modified, completed, due;
};

// Errors: defect rx.type.
[[nodiscard]] Result<TaskFacts> read_task(const Row&, const TimeZone&);
// Defect rx.status (audience admin): a word for its status that we do not know, or none.
[[nodiscard]] Result<void> known_status(const TaskFacts&);
[[nodiscard]] Result<DocumentFacts> read_document(const Row&, const TimeZone&);
[[nodiscard]] Result<AssignmentFacts> read_assignment(const Row&, const TimeZone&);

[[nodiscard]] Decision decision_of(const AssignmentFacts&);
// "Подписан", "На согласовании", …; what the counterparty has signed stands in brackets.
[[nodiscard]] std::string document_state(const DocumentFacts&);

struct SnapshotParts {
  SnapshotParts() = default;
  ProcessRef ref;
  Time asked_at{};
  TaskFacts task;
  std::optional<DocumentFacts> document;
  std::vector<AssignmentFacts> assignments;  // in order of their ids
  bool simple_is_approval = false;
  bool complete = true;  // every assignment is known
};
[[nodiscard]] Snapshot build_snapshot(const SnapshotParts&);
// The task is not there any more.
[[nodiscard]] Snapshot deleted_snapshot(ProcessRef ref, Time asked_at);

}  // namespace sedlink::directum
