#pragma once
// One run of an approval: everything the state machine knows about it. Stored as JSON, pinned to a mapping revision.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include "sedlink/core/domain.hpp"
#include "sedlink/process/signatures.hpp"

namespace sedlink::process {

enum class Phase {
  fresh = 1,         // nothing has happened yet
  waiting_for_data,  // the pre-flight or the EDMS refused; the item's next update checks again
  collecting,        // reading the files out of the CRM
  counterparty,      // finding or creating the counterparty
  document,          // creating the document, attaching files and versions
  preparing,         // creating the process, not started
  starting,
  running,     // the EDMS works; snapshots come
  delivering,  // the outcome is known; results are on their way
  ended,
};
[[nodiscard]] const char* to_string(Phase) noexcept;
[[nodiscard]] std::optional<Phase> phase_from_string(std::string_view) noexcept;
[[nodiscard]] const char* russian_name(Phase) noexcept;
// A process exists or may exist in the EDMS, or the road to it is being walked: no second one starts.
[[nodiscard]] bool is_active(Phase) noexcept;

// A file of the document: where it came from and where it is.
struct DocumentFile {
  std::string field, role;  // CRM field, main | annex
  std::string crm_id;       // the CRM's file id at the time of reading
  std::string name, sha256;
  std::uint64_t size = 0;
  std::string edms_file;  // EDMS file id once attached; empty before
  bool sent = false;      // this very content is in the EDMS
};

// Where we last put the card, and when the portal says it moved: the loop guard and "whose card it is".
struct OwnMove {
  std::string stage;
  std::optional<Time> moved_at;  // nullopt: sent, not confirmed yet
};

// Instance::folder_id when an operator gave the folder up: files for it are told in the card instead.
inline constexpr const char* no_folder = "-";

struct Instance {
  // identity
  std::string id, mapping, revision, crm, edms;
  ItemRef item;
  int launch_no = 0;

  // state
  Phase phase = Phase::fresh;
  std::optional<Outcome> outcome;
  std::string closed_reason;  // why an ended run has no outcome: "same_revision", "left_stage", "skipped"
  Item card;                  // as last read
  bool card_gone = false;
  std::string initiator;  // CRM user id
  Time started_at{}, updated_at{};
  std::optional<Time> ended_at;
  int counter = 0;  // numbers the effects of this run

  // launch
  std::optional<Time> entry;  // movedTime of the stage entry this run answers
  std::string file_revision;  // SHA-256 over role, name and content
  bool forced = false;        // by command: repetition was not asked about
  // of the last run that had an outcome
  std::string prior_revision;
  std::optional<Outcome> prior_outcome;
  std::string told;  // hash of the set of problems told last
  std::vector<std::string> problems;
  std::optional<Time> told_same_revision;  // entry for which "nothing changed" was said

  // document
  int document_no = 1;
  std::optional<DocumentRef> document;
  std::string document_data;  // hash of what the card said when the document was made or last compared
  std::string counterparty;   // EDMS id
  // EDMS id of a document that may be gone: when another one is made in its place, nothing of `files` is attached to
  // it.
  std::string former_document;
  std::vector<DocumentFile> files;
  std::vector<DocumentFile> incoming;  // read for this round, being sent

  // process
  int refused_starts = 0;  // drafts of this run whose start was refused: each has a key of its own
  std::optional<ProcessRef> process;
  std::optional<Snapshot> last;
  Time edms_moved_at{};           // when a snapshot last showed something new: sets the pace of polling
  std::vector<Participant> seen;  // every participant of every round ever seen
  bool cancel_requested = false;  // withdrawn by a person; only the outcome moves the card now
  bool cancel_sent = false;       // a cancel of ours went out
  std::string withdraw_reason;
  bool gave_up = false;
  std::string decided_task;   // the author's task we executed (or sent for execution)
  bool resubmitting = false;  // files of the next round are being collected
  std::string told_task;      // the author's task of the refused round the person was asked about

  // card
  std::string put_stage;  // where we last put the card; empty = nowhere yet
  std::optional<OwnMove> own_move;
  std::string shown_row;                            // the stages: row (and stage name) shown last
  std::map<std::string, std::string> shown_fields;  // field -> JSON of the value written last
  std::optional<std::string> wanted_stage;          // the move in flight

  std::vector<std::string> called;  // calls: of this run that were made

  // results
  std::string folder_id;
  int deliveries_open = 0;
  bool results_listed = false;
  SignatureCheck signatures;
};

[[nodiscard]] boost::json::value to_json(const Instance&);
[[nodiscard]] Instance instance_from_json(const boost::json::value&);
[[nodiscard]] boost::json::value to_json(const Item&);
[[nodiscard]] Item item_from_json(const boost::json::value&);
[[nodiscard]] boost::json::value to_json(const DocumentFile&);
[[nodiscard]] DocumentFile document_file_from_json(const boost::json::value&);

}  // namespace sedlink::process
