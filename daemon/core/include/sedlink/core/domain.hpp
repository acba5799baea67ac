#pragma once
// The neutral words of the product: what a CRM item, an EDMS document, a process and its participants are.
// Vendors' words stop at the adapters' doors. Plain values; no behaviour beyond (de)serialisation.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/value.hpp"

namespace sedlink {

// ---- CRM ------------------------------------------------------------------------------------------------------------

// A CRM item: connection name of the config, entity as mappings write it ("deal", "dynamic:1036"), the portal's id.
struct ItemRef {
  std::string connection, entity, id;
  friend auto operator<=>(const ItemRef&, const ItemRef&) = default;
};
[[nodiscard]] std::string to_string(const ItemRef&);  // "portal/dynamic:1036/77"

enum class StageSemantics { open = 1, success, failure };

// A card as it was at `read_at`, with what the mapping may ask about it.
struct Item {
  ItemRef ref;
  std::string title, url;       // url: the card for people
  std::string category, stage;  // the portal's own ids
  StageSemantics semantics = StageSemantics::open;
  Time read_at{}, moved_at{}, updated_at{};
  std::string moved_by, updated_by, created_by, assigned_by;  // CRM user ids; empty = nobody
  std::string company_id;                                     // empty = none
  Fields fields;   // every field by its REST name: "ufCrm10Contract", "opportunity"
  Fields company;  // "id", "title", "requisite.inn", "requisite.kpp", "requisite.name"; empty = no company
  Fields contact;  // "id", "name", …
};

// A person as one system knows them. Any part may be empty.
struct Person {
  std::string id, name, email;
  friend bool operator==(const Person&, const Person&) = default;
};

// ---- EDMS -----------------------------------------------------------------------------------------------------------

struct DocumentRef {
  std::string id, type, url;  // type: the vendor's own class, opaque to us
  std::string key{};  // ours, given when it was made and kept on the object; empty: unknown, made before keys were kept
  friend bool operator==(const DocumentRef&, const DocumentRef&) = default;
};
struct ProcessRef {
  std::string id, type, url;
  DocumentRef document;
  friend bool operator==(const ProcessRef&, const ProcessRef&) = default;
};
struct EdmsFileRef {
  std::string id, version_id;  // version_id empty = the latest
  friend bool operator==(const EdmsFileRef&, const EdmsFileRef&) = default;
};

enum class StageKind {
  queued = 1,
  approval,
  confirmation,
  signing,
  registration,
  examination,
  performance,
  review,
  rework,
  paused,
  other
};
[[nodiscard]] const char* to_string(StageKind) noexcept;     // "approval"
[[nodiscard]] const char* russian_name(StageKind) noexcept;  // "Согласование": what mappings write
[[nodiscard]] std::optional<StageKind> stage_kind_from_russian(std::string_view) noexcept;

enum class Outcome { approved = 1, approved_with_remarks, rejected, withdrawn, interrupted, unknown };
[[nodiscard]] const char* to_string(Outcome) noexcept;
[[nodiscard]] std::optional<Outcome> outcome_from_string(std::string_view) noexcept;
[[nodiscard]] const char* russian_name(Outcome) noexcept;

enum class Verdict { none = 0, approved, approved_with_remarks, rejected, delegated };
[[nodiscard]] const char* to_string(Verdict) noexcept;
[[nodiscard]] std::optional<Verdict> verdict_from_string(std::string_view) noexcept;
[[nodiscard]] const char* russian_name(
    Verdict) noexcept;  // "Согласовано", "Согласовано с замечаниями", "Не согласовано", …

enum class ParticipantState { waiting = 1, working, done, skipped };

// Due as the EDMS said it.
using Due = std::variant<std::monostate, Time, DueText>;

struct Participant {
  Person person;
  std::string role, position;
  StageKind stage = StageKind::other;
  std::string stage_name;
  int round = 1;
  ParticipantState state = ParticipantState::waiting;
  Verdict verdict = Verdict::none;
  std::string comment;
  std::optional<Time> since, decided_at;
  Due due;
};

struct OpenStage {
  StageKind kind = StageKind::other;
  std::string name;  // the vendor's own text
  friend bool operator==(const OpenStage&, const OpenStage&) = default;
};

// A round has ended with remarks or a refusal and waits for the process author's decision.
struct AuthorDecision {
  Verdict round_verdict = Verdict::none;
  Person author;
  bool ours = false;  // the author is the integration user: the daemon may execute the task
  std::string task_id;
  int round = 1;
};

enum class ProcessState { queued = 1, running, paused, completed, interrupted, deleted, failed_start };
[[nodiscard]] const char* to_string(ProcessState) noexcept;

struct DocumentState {
  std::string state, number;
  std::optional<Time> date;
  friend bool operator==(const DocumentState&, const DocumentState&) = default;
};

// What an EDMS said about one process at one moment.
struct Snapshot {
  ProcessRef ref;
  Time asked_at{};  // before the question was sent: orders snapshots
  ProcessState state = ProcessState::running;
  std::optional<Outcome>
      outcome;            // approved, approved_with_remarks, rejected, interrupted or unknown; only when it has ended
  std::string ended_how;  // for people, when interrupted: "помечен на удаление", "прерван"
  int round = 1;
  std::vector<OpenStage> stages;          // open work now
  std::vector<Participant> participants;  // every round the EDMS still shows
  std::optional<AuthorDecision> author_decision;
  std::optional<Time> started_at, ended_at;
  Due due;
  DocumentState document;
  bool complete = true;  // an incomplete snapshot updates, never ends
};

[[nodiscard]] boost::json::value to_json(const Snapshot&);
[[nodiscard]] Snapshot snapshot_from_json(const boost::json::value&);
[[nodiscard]] boost::json::value to_json(const Participant&);
[[nodiscard]] Participant participant_from_json(const boost::json::value&);
[[nodiscard]] boost::json::value to_json(const ItemRef&);
[[nodiscard]] ItemRef item_ref_from_json(const boost::json::value&);
[[nodiscard]] boost::json::value to_json(const DocumentRef&);
[[nodiscard]] DocumentRef document_ref_from_json(const boost::json::value&);
[[nodiscard]] boost::json::value to_json(const ProcessRef&);
[[nodiscard]] ProcessRef process_ref_from_json(const boost::json::value&);

// How a document's or process's field points at an object of the EDMS.
struct Reference {
  Reference() = default;
  std::string id, name, inn, kpp;  // those that are not empty are the search
  std::optional<Person> user;      // a CRM user: name and e-mail; `edms_name` when the people table names them
  std::string edms_name;
  bool create = false;  // counterparties only
};

struct DraftField {
  DraftField() = default;
  DraftField(std::string n, std::variant<Value, Reference> v) : name(std::move(n)), value(std::move(v)) {}
  std::string name;  // neutral name; "vendor.X" for the vendor's own
  std::variant<Value, Reference> value;
};

struct DocumentDraft {
  DocumentDraft() = default;
  std::string type;                // internal | incoming | outgoing | vendor's own
  std::vector<DraftField> fields;  // title, kind, folder, our_company, counterparty, sum, …
  std::string key_source;          // human tag stored beside the key: "dynamic:1036/77"
};

struct ProcessDraft {
  ProcessDraft() = default;
  std::string kind;           // approval | confirmation | complex | …
  std::string template_name;  // empty when approvers are named
  std::vector<Reference> approvers;
  std::string name, description;    // the adapter adds its key to the description
  std::optional<Reference> author;  // none = the integration user
  std::optional<Duration> due;      // relative
};

// A file in the spool, ready to be sent.
struct SpooledFile {
  SpooledFile() = default;
  std::string path;    // in the daemon's spool; the engine owns it
  std::string name;    // with extension, as people know it
  std::string sha256;  // lower-case hex
  std::uint64_t size = 0;
};

struct SignatureInfo {
  SignatureInfo() = default;
  std::string signer, certificate_subject, thumbprint, file_name, comment;
  std::optional<Time> signed_at;
  std::string bytes;  // detached CMS, DER
};

struct ResultFile {
  ResultFile() = default;
  EdmsFileRef ref;   // with version id where the EDMS has one
  std::string name;  // with extension
  std::uint64_t size = 0;
  std::string sha256;  // when the EDMS tells; else empty
  std::optional<Time> modified_at;
  std::vector<SignatureInfo> signatures;  // of that very version
};

// A row of the EDMS's own approval sheet.
struct SheetRow {
  SheetRow() = default;
  std::string person, position, result, comment;
  std::optional<Time> date;
};

struct ResultSet {
  ResultSet() = default;
  std::vector<ResultFile> files;
  std::vector<SheetRow> sheet_rows;      // capability sheet = rows
  std::optional<EdmsFileRef> sheet_pdf;  // capability sheet = pdf
};

}  // namespace sedlink
