#pragma once
// The processing of a document of 3.0 -> our Snapshot (onec-docflow 9.2 - 9.4). Pure.
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "wire/element.hpp"

namespace sedlink::onec_docflow {

// DMActionExecutionResult of approvers and actions; none for what is merely done (Examined, Performed …).
[[nodiscard]] Verdict verdict_of_result(std::string_view result);

// One action of a processing: a row of its tree that is no person.
struct ActionFact {
  ActionFact() = default;
  ObjectId action;  // DMActionApproval …
  StageKind stage = StageKind::other;
  std::string name, state, result;  // state, result: English words of 1C
  std::string people;               // as 1C shows them on the action itself
  std::optional<Time> since;
  Due due;
  std::vector<Participant> participants;
};

// DMGetCurrentObjectProcessingResponse.
struct ProcessingFacts {
  ProcessingFacts() = default;
  bool present = false;  // absent: terminated, put into history, or never begun
  std::string id, state;
  bool begun = false;
  std::optional<Time> started_at, changed_at;
  std::vector<ActionFact> actions;
  // Of the last termination; stands there until the next one is started.
  bool terminated = false;
  std::optional<Time> terminated_at;
  std::string terminated_by, reason;
};
[[nodiscard]] ProcessingFacts read_processing(const Element& answer, const TimeZone& zone);

// What the document itself tells.
struct DocumentFacts {
  DocumentFacts() = default;
  DocumentState state;
  std::string processing_state;     // Executing | Completed | Stopped | Terminated
  Verdict verdict = Verdict::none;  // of its statuses: NotApproved, Approved …
  bool deleted = false;
};
[[nodiscard]] DocumentFacts read_document(const Element& document, const TimeZone& zone);
// The columns read_document needs.
[[nodiscard]] const std::vector<std::string>& document_columns();

// A launch of ours: the processing has no place for a key, so the reference carries it (and goes through the store as
// it is). The id is the processing's, or the key where 1C did not show the processing before its start.
struct Launch {
  Launch() = default;
  std::string processing;  // empty = not shown yet: whichever is current
  std::string key;
  std::string after;  // time of a termination before ours, which is not ours
};
[[nodiscard]] ProcessRef launch_ref(const Launch&, DocumentRef document);
[[nodiscard]] Launch read_launch(const ProcessRef&);
[[nodiscard]] std::string launch_mark(const std::optional<Time>& terminated_at);  // what goes to `after`

[[nodiscard]] Snapshot build_snapshot(const ProcessRef& ref, Time asked_at, const ProcessingFacts&,
                                      const DocumentFacts&);

}  // namespace sedlink::onec_docflow
