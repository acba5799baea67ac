#pragma once
// Intended changes of the outside world, as values that can be stored.
#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/fwd.hpp>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/crm_effect.hpp"
#include "sedlink/core/domain.hpp"
#include "sedlink/process/instance.hpp"

namespace sedlink::process {

// Read the files of these fields out of the CRM into the spool.
struct CollectFiles {
  ItemRef item;
  std::vector<DocumentFile> files;
};
struct EnsureCounterparty {
  Reference reference;
  std::string title;
};
struct CreateDocument {
  DocumentDraft draft;
};
struct AttachFile {
  DocumentRef document;
  DocumentFile file;
};
struct AddVersion {
  DocumentRef document;
  DocumentFile file;  // file.edms_file names the file that gets the version
};
struct PrepareProcess {
  DocumentRef document;
  ProcessDraft draft;
};
struct StartProcess {
  ProcessRef process;
};
struct DecideRound {
  ProcessRef process;
  AuthorDecision decision;
  bool again = false;
  std::string comment;
};
struct CancelProcess {
  ProcessRef process;
  std::string reason;
};
struct ListResults {
  ProcessRef process;
};
// Judge every signature of these files against the very bytes that are about to go to the CRM. Changes nothing.
struct VerifySignatures {
  ResultSet results;
};
struct ChangeCrm {
  CrmAction action;
};

// What an approval sheet is drawn from: frozen when the outcome came, so that every attempt draws the same bytes.
struct SheetData {
  std::string title, document_title, kind, number, date, company, counterparty, sum, card, link, file_name, file_sha256;
  std::string process_name, started, ended, outcome, time_zone;
  std::string card_title, document_link;    // `card` and `link` are addresses: of the card, of the process
  std::string crm, initiator, responsible;  // CRM connection and its user ids; who draws knows the names
  std::vector<Participant> participants;
  std::vector<std::string> added_from_edms;  // persons whose rows were never seen in a snapshot
  struct Signature {
    std::string signer, time, thumbprint, file, version;  // version: "круг 2, файл от 01.03.2024 10:00"
    std::string verdict, reason;                          // "valid", "invalid", "indeterminate"; why, in words
  };
  std::vector<Signature> signatures;
  Time made_at{};
};

// What the dossier of a run is put together from; everything else it needs is the run's history.
struct DossierData {
  struct File {
    EdmsFileRef ref;
    std::string name, sha256;  // sha256: of the bytes that were verified; empty: nothing signed them
    std::uint64_t size = 0;
  };
  struct Signature {
    std::string name, bytes_base64;  // as the EDMS gave it
    std::string file_id{};           // of the file it signs, and which of that file's signatures it is
    int number = 0;
  };
  std::string title;
  std::vector<std::pair<std::string, std::string>> facts;  // "Процесс" -> "…", for people
  std::vector<File> files;                                 // the document first
  std::vector<Signature> signatures;
  SignatureCheck check;
  std::string sheet_name;                // empty: no sheet
  std::optional<EdmsFileRef> sheet_pdf;  // the EDMS's own; otherwise drawn from `sheet`
  SheetData sheet;
  std::vector<std::string> absent;  // what is not there and why, sentences
  Time made_at{};
};

// One result file to one place of the CRM.
struct Deliver {
  enum class Source { edms_file = 1, signature, sheet, dossier } source = Source::edms_file;
  EdmsFileRef file;          // edms_file
  std::uint64_t size = 0;    // edms_file: bytes, as the EDMS lists it; 0 = unknown
  std::string sha256;        // edms_file: of the bytes whose signatures were verified; others must not go out
  std::string bytes_base64;  // signature
  SheetData sheet;           // sheet
  DossierData dossier;       // dossier
  std::string name;          // with extension
  FileTarget target;
  bool to_folder_of_run = false;  // FolderTarget is filled with the run's folder when it is known
};

// One request to a service, frozen: every attempt sends the same.
struct CallService {
  std::string name, service;  // of the mapping's calls:, of the config's connection
  std::string method, path, content_type, body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string call_id;             // UUID by which the service knows the request
  std::vector<std::string> takes;  // what to read from the answer: JSON pointer, XPath, empty = the whole
  bool repeat_safe = false;        // may be sent again when nobody knows whether it arrived
  // The question "is it ready?", asked until the answer is not 202.
  bool poll = false;
  Duration wait{1'000};   // between questions, at least
  std::string wait_take;  // where a 202 says how many milliseconds to wait; may be empty
  Time give_up_at{};
};

// Something only a person can cure, without an effect of its own.
struct Attention {
  std::string code, text;
};

using Action =
    std::variant<CollectFiles, EnsureCounterparty, CreateDocument, AttachFile, AddVersion, PrepareProcess, StartProcess,
                 DecideRound, CancelProcess, ListResults, VerifySignatures, ChangeCrm, Deliver, CallService, Attention>;

struct Effect {
  std::string key;         // of this intention: unique, the same in every attempt; stored on the CRM's objects
  std::string object_key;  // of the EDMS object it makes (document, process, counterparty); else equal to key
  Action action;
};

[[nodiscard]] const char* kind_of(const Action&) noexcept;  // "create_document", "comment", …
inline constexpr std::array road{"collect_files", "ensure_counterparty", "create_document", "attach_file",
                                 "add_version",   "prepare_process",     "start_process"};
// The kinds of the road from the card to a started process: void once the run has ended.
[[nodiscard]] bool leads_to_edms(const std::string& kind) noexcept;
[[nodiscard]] bool goes_to_crm(const Action&) noexcept;
// Its lane: the CRM's, the EDMS's or a service's connection.
[[nodiscard]] const std::string& lane_of(const Action&, const Instance&) noexcept;
[[nodiscard]] std::string describe(const Action&);  // for people, Russian: "Комментарий в карточку"
[[nodiscard]] boost::json::value to_json(const Effect&);
[[nodiscard]] Effect effect_from_json(const boost::json::value&);

}  // namespace sedlink::process
