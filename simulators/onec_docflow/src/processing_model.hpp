#pragma once
// What edition 3.0 keeps of processings (обработки): actions, their participants, and tasks (onec-docflow 9.3-9.5).
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "xdto.hpp"

namespace sedlink::sim::onec_docflow {

// What a participant of an action said, or a result processor about them.
struct ActionResult {
  std::string participant;  // row id
  std::string employee, function, result, comment;
  Time date{};
  std::int64_t round = 1;
};

struct ActionParticipant {
  std::string id;        // of the row
  std::string employee;  // empty: a role, anybody may act
  Xdto row;              // as sent, references canonical; empty for one made by rules
  std::string state;     // DMActionExecutionState; empty before the start
  std::string result, comment, task;
  std::optional<Time> date;
};

struct Action {
  std::string id, type, processing;  // type: DMActionApproval …
  std::string name, description, comment;
  bool one_by_one = false;
  int term_days = 0;
  std::vector<ActionParticipant> participants;
  std::string state, result;  // result of the last ended round
  std::string processor_task;
  std::optional<Time> date;
  std::int64_t round = 0;
  std::vector<ActionResult> history;  // of every round
};

struct Processing {
  std::string id, document;                     // id of a DMDocument
  std::string rule;                             // name of the setting it was filled by
  std::string state;                            // DMObjectProcessingState; empty: not started
  std::string began, terminated_by, placed_by;  // employees
  std::string termination_reason;
  bool queued = false;   // starts in the background
  bool history = false;  // no longer the current one
  bool deleted = false;
  bool negative = false;  // ended with a refusal or with remarks
  Time created{}, changed{};
  std::optional<Time> begin, end;
  std::vector<std::string> actions;  // ids, in order
};

struct TaskAction {
  std::string id, number, processing, action, participant;  // participant: row id, empty for the result processor
  std::string performer, author;                            // employees
  std::string stage;  // kind of work, as the scenario's rules call it; "rework" of a result processor
  std::string title, description;
  bool executed = false, queued = false, accepted = false, withdrawn = false, fresh = true;
  Time begin{};
  std::optional<Time> due, end;
  std::string result, comment, flag;
  std::int64_t round = 1;
  std::int64_t version = 1;  // dataVersion
};

// How processings are filled: a setting of a document type, or of a template.
struct ProcessingRule {
  std::string name;
  std::string template_id;             // DMDocumentTemplate that chooses it
  std::vector<std::string> for_types;  // ids of document types
  std::vector<Action> actions;         // prototypes: type, name, participants, order, term
};

}  // namespace sedlink::sim::onec_docflow
