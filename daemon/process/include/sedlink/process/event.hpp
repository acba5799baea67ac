#pragma once
// What happened. The state machine knows nothing else of the world.
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "sedlink/core/crm_effect.hpp"
#include "sedlink/core/error.hpp"
#include "sedlink/process/effect.hpp"

namespace sedlink::process {

// The card as it is now, after a webhook, a sweep row, a command or our own curiosity.
struct ItemSeen {
  Item item;
  bool by_command = false;  // sedlink process launch: stage, age and repetition are not asked
  std::string caller;       // who asked, for by_command: a CRM user id or empty
};
struct ItemGone {};
struct WithdrawAsked {  // sedlink process cancel
  std::string reason;
};
struct SnapshotTaken {
  Snapshot snapshot;
  std::map<std::string, std::string> users;  // EDMS person name -> CRM user id, where known
};

// Results of effects; `effect` is what was carried out.
struct FilesCollected {
  std::vector<DocumentFile> files;  // name, size, sha256 filled
};
struct CounterpartyFound {
  std::string id;
};
struct DocumentCreated {
  DocumentRef document;
};
struct FileSent {
  std::string edms_file;
};
struct ProcessPrepared {
  ProcessRef process;
};
struct Done {};  // start, cancel, decide, comment, notify, task, fields, deliver
struct CardMoved {
  bool moved = false;
  std::string stage, category;  // where the card is now
  StageSemantics semantics = StageSemantics::open;
  std::optional<Time> moved_at;
};
struct FolderReady {
  std::string id;
};
struct ResultsListed {
  ResultSet results;
  std::map<std::string, std::string> positions;  // unused persons stay empty
};
struct ServiceAnswered {
  std::vector<std::optional<std::string>> values;  // of CallService::takes, in order; nullopt: the answer has none
};
using Success = std::variant<FilesCollected, CounterpartyFound, DocumentCreated, FileSent, ProcessPrepared, Done,
                             CardMoved, FolderReady, ResultsListed, ServiceAnswered>;
struct EffectSucceeded {
  Effect effect;
  Success result;
};
// Rejected, not found or defect: repeating cannot help. Transition::handled tells whether an incident is still needed.
struct EffectFailed {
  Effect effect;
  Error error;
};
struct EffectDelayed {  // has failed for a while and is still being repeated; told once
  Effect effect;
  Error error;
};
struct EffectSkipped {  // by an operator
  Effect effect;
};

using Event = std::variant<ItemSeen, ItemGone, WithdrawAsked, SnapshotTaken, EffectSucceeded, EffectFailed,
                           EffectDelayed, EffectSkipped>;

[[nodiscard]] std::string describe(const Event&);  // one line for the history, Russian

}  // namespace sedlink::process
