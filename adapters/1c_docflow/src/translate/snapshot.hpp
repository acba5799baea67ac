#pragma once
// Processes and tasks of 1C -> our Snapshot (onec-docflow 8.7, 8.8). Pure.
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "translate/process_kinds.hpp"
#include "translate/task_tree.hpp"
#include "wire/element.hpp"

namespace sedlink::onec_docflow {

// One typed task, translated.
struct TaskFact {
  TaskFact() = default;
  Participant participant;
  bool open = false;                      // waits for its person now
  bool checkup = false;                   // the author's check-up of a round
  Verdict round_verdict = Verdict::none;  // of a check-up
  std::string ref;                        // "type:id", what decide_round gets back
};
// Tasks of one process; `owner` is its class. A stage is called by `owner_name` when it is not empty, else by the route
// point.
[[nodiscard]] std::vector<TaskFact> read_tasks(const Element& list_answer, std::string_view owner,
                                               const std::string& owner_name, const TimeZone& zone);
// "type:id" -> ObjectId; an id alone is taken as a bare task.
[[nodiscard]] ObjectId task_id(std::string_view ref);

// A retrieved process, as far as a snapshot needs it.
struct ProcessFacts {
  ProcessFacts() = default;
  ProcessHeader header;
  std::string type;
  Verdict result = Verdict::none;
  bool signing = false;
  bool deleted = false;  // marked for deletion, where 1C says so
  std::optional<Time> started_at, ended_at, due;
  std::vector<Participant> performers;  // as assigned, in order; state waiting
  std::vector<ObjectId> children;       // of a complex process, from its stages
};
[[nodiscard]] ProcessFacts read_process(const Element& process, const TimeZone& zone);

// Everything known about one process at one moment.
struct SnapshotParts {
  SnapshotParts() = default;
  ProcessRef ref;
  Time asked_at{};
  ProcessFacts process;
  std::vector<TaskFact> tasks;         // of the process and of its children
  std::vector<ProcessFacts> children;  // ended children that have a result, for complex processes
  std::string integration_user;        // id
  DocumentState document;
  bool document_deleted = false;
  bool complete = true;
};
[[nodiscard]] Snapshot build_snapshot(const SnapshotParts&);

// status, regNumber, regDate of a retrieved document.
[[nodiscard]] DocumentState read_document_state(const Element& document, const TimeZone& zone);

}  // namespace sedlink::onec_docflow
