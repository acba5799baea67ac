#pragma once
// What the infobase holds. Plain values: a copy of the Database is a snapshot.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/sim/content.hpp"
#include "xdto.hpp"

namespace sedlink::sim::onec_docflow {

struct Ref {
  std::string type;  // XDTO class
  std::string id;    // UUID, or the value's name for enumerations
  [[nodiscard]] bool empty() const { return id.empty(); }
  friend bool operator==(const Ref&, const Ref&) = default;
};

struct Visa {
  std::string id;
  std::string reviewer, added_by;  // users
  std::optional<Time> date;        // empty: still open
  std::string result, comment;
  std::string process;
  bool signed_ = false;
  bool deleted = false;  // by interruption
  bool history = false;  // of an earlier approval or round
};

// One of the document's states; each family (registration, approval …) has at most one.
struct DocumentState {
  std::string family;  // "statusApproval", the property that shows it
  std::string state;   // id in DMDocumentStatus
  std::string process;
};

// Anything of a catalog, documents included.
struct Object {
  Ref ref;
  std::string name;
  Xdto fields;  // own properties; references hold only objectID
  bool deleted = false;
  std::string key_name;  // predefined name, "" for most
  std::string position;  // of a user: shown in the approval sheet only
  std::vector<Visa> visas;
  std::vector<DocumentState> states;  // in the order they were set
};

struct FileVersion {
  std::string id;
  std::int64_t number = 1;
  std::string extension, author, comment;
  ContentPtr content;
  Time created{}, modified{};
  std::vector<Xdto> signatures;  // DMSignature
};

struct File {
  std::string id, name, extension, description, author;
  Ref owner;
  bool deleted = false;
  std::string role;  // DMFileRole, of 3.0
  std::string editing_user;
  std::optional<Time> lock_date;
  std::vector<FileVersion> versions;  // the last one is active
};

struct Link {
  std::string node;  // dataBaseID of the caller; empty: no node
  std::string id, type;
  Ref object;
};

struct Participant {
  Xdto row;  // as sent, references canonical
  std::string user;
  std::string order;  // ВместеСПредыдущим, ПослеПредыдущего
  bool passed = false;
  std::string task;
};

struct Target {
  std::string role;  // DMBusinessProcessTargetRole
  std::string name;
  Ref object;
};

struct Stage {
  std::string id;
  Ref process_template;
  std::string process;  // child, once started
  bool executed = false;
};

// A template of the process catalogs: what a prefilled process gets from it.
struct ProcessTemplate {
  Ref ref;
  std::string process_type;
  std::string description;
  std::string routing;
  Xdto own;  // further members of the process class
  std::vector<Participant> participants;
  std::vector<Ref> stages;             // templates of a complex process, in order
  std::vector<std::string> for_types;  // ids of document types; empty: for all
};

struct Process {
  Ref ref;
  std::string name, author, importance, description, history;
  Xdto header;  // further members of DMBusinessProcess as sent (due date, project …)
  Xdto own;     // further members of the class as sent
  std::vector<Target> targets;
  std::vector<Participant> participants;  // performers, or the one performer
  std::string routing;                    // Параллельно, Последовательно, Смешанно
  Ref process_template;
  bool started = false, completed = false, deleted = false;
  std::string background;  // completionMark while not started: ReadyToExecute, ExecutionCanceled
  std::string state = "Активен";
  std::optional<Time> begin, end;
  std::int64_t round = 0;
  std::string result;  // executionResult, of the last ended round
  bool positive = true;
  std::string leading_task;  // of the complex process this one is a stage of
  std::vector<Stage> stages;
};

// Author's row of a check-up: what each participant of the round said.
struct RoundResult {
  std::string user, result, comment;
  Time date{};
};

struct Task {
  std::string id, number;
  std::string type;   // concrete XDTO class
  std::string step;   // route point
  std::string stage;  // kind of work, as the scenario's rules call it
  Xdto executor;      // DMBusinessProcessTaskExecutor: user or role
  std::string name, description, performer, author, importance, process;
  bool executed = false, queued = false, accepted = false, deleted = false;
  bool checkup = false;  // of the author or verifier
  bool notice = false;   // a check-up after the end: nothing waits for it
  Time begin{};
  std::optional<Time> due, end, accept_date;
  std::string comment, result;
  std::optional<bool> returned;
  std::int64_t round = 1;
  std::vector<RoundResult> round_results;
};

}  // namespace sedlink::sim::onec_docflow
