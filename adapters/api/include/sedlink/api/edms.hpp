#pragma once
// The port of an EDMS. An adapter classifies faults; it never retries, sleeps or logs bodies.
// All calls run on the engine's executor; an adapter is used from one thread.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/api/context.hpp"
#include "sedlink/api/inbound.hpp"

namespace sedlink::api {

enum class SheetSource { none = 1, rows, pdf };

// Values, never discovered by failing. May depend on the version found by the first successful call.
struct Capabilities {
  Capabilities() = default;
  bool cancel = false, cancel_reason = false, resubmit = false, set_due = false, new_version = false,
       signatures = false;
  bool push = false;                      // it can be told where to send its notifications, and our door takes them
  std::vector<std::string> cancel_kinds;  // of process_kinds, those that can be cancelled though `cancel` is false
  SheetSource sheet = SheetSource::none;
  std::size_t poll_batch = 20;                   // most processes one poll() takes
  std::uint64_t max_file = 50ull * 1024 * 1024;  // bytes
  std::vector<std::string> document_types;       // "internal", …
  std::vector<std::string> process_kinds;        // "approval", …
  std::vector<std::string> due_kinds;  // with set_due: of process_kinds, those whose term is taken; empty = every one
  std::vector<std::string> document_fields;  // neutral names the adapter knows

  [[nodiscard]] bool cancels(const std::string& kind) const {
    return cancel || std::find(cancel_kinds.begin(), cancel_kinds.end(), kind) != cancel_kinds.end();
  }
};

struct PollAnswer {
  PollAnswer() = default;
  std::vector<Result<Snapshot>> snapshots;  // one per asked process, same order: a bad one spoils no other
};

class EdmsAdapter {
 public:
  virtual ~EdmsAdapter() = default;

  [[nodiscard]] virtual Capabilities capabilities() const = 0;
  virtual Task<ConnectionReport> test_connection(CallContext) = 0;  // read-only
  virtual Task<Catalog> discover(CallContext) = 0;                  // for check --online
  // Candidates for a person; one exact hit is a match, namesakes match nobody (all are returned).
  virtual Task<std::vector<Person>> find_person(CallContext, Reference) = 0;

  // Counterparty by ИНН+КПП, then ИНН, created (keyed by ctx.key) only with reference.create.
  // rejected edms.counterparty.none | edms.counterparty.several (audience user; the message lists the hits).
  virtual Task<Reference> ensure_counterparty(CallContext, Reference, std::string title) = 0;

  // By ctx.key, the key given at create_document. nullopt = surely not there. rejected edms.document_deleted when it is
  // there and marked for deletion.
  virtual Task<std::optional<DocumentRef>> find_document(CallContext, DocumentDraft) = 0;
  // Resolves every reference of the draft; rejected edms.reference.none|several (audience user).
  virtual Task<DocumentRef> create_document(CallContext, DocumentDraft) = 0;

  // After doubt: the file of that name, size and content on the document.
  virtual Task<std::optional<EdmsFileRef>> find_file(CallContext, DocumentRef, SpooledFile) = 0;
  virtual Task<EdmsFileRef> attach_file(CallContext, DocumentRef, SpooledFile) = 0;  // streamed from the spool
  // rejected edms.version_refused where the document no longer takes versions (signed, registered, deleted, no rights).
  virtual Task<EdmsFileRef> add_version(CallContext, DocumentRef, EdmsFileRef, SpooledFile) = 0;
  // After doubt: whether the file's latest version already has that content.
  virtual Task<bool> has_version(CallContext, EdmsFileRef, SpooledFile) = 0;

  // Ours by ctx.key (the key given at prepare_process), started or not.
  virtual Task<std::optional<ProcessRef>> find_process(CallContext, DocumentRef, ProcessDraft) = 0;
  virtual Task<ProcessRef> prepare_process(CallContext, DocumentRef, ProcessDraft) = 0;  // nothing runs yet
  // Looks at the process first; a started one is success.
  virtual Task<void> start_process(CallContext, ProcessRef) = 0;

  // At most capabilities().poll_batch refs.
  virtual Task<PollAnswer> poll(CallContext, std::vector<ProcessRef>) = 0;

  // The author's decision, executed by us (capability resubmit): again = next round, else ends with the round's
  // verdict. Looks first: when `round` is over already, success.
  virtual Task<void> decide_round(CallContext, ProcessRef, AuthorDecision, bool again, std::string comment) = 0;

  // Reads first. rejected edms.already_ended when it has completed (nothing was done); rejected edms.no_cancel without
  // the capability; success when it is (or already was) interrupted.
  virtual Task<void> cancel(CallContext, ProcessRef, std::string reason) = 0;

  virtual Task<ResultSet> list_results(CallContext, ProcessRef) = 0;
  // Streams the version's bytes into the file `path` (created or truncated); returns name, size and sha256 of what
  // came.
  virtual Task<SpooledFile> fetch(CallContext, EdmsFileRef, std::string path) = 0;

  // ---- notifications (capability push); an adapter without them overrides nothing here ----

  // A notification that came to our door. Pure. Errors: unauthorized edms.door (wrong token, or nothing is expected of
  // this system: 403), rejected edms.door.media (415), rejected edms.door.form (400).
  [[nodiscard]] virtual Result<std::vector<ChangeNotice>> accept(const InboundRequest&) const {
    return Error{Fault::unauthorized, Audience::admin, "edms.door", "От этой системы уведомлений не ждут", {}};
  }
  // From now on they are to be sent to `url`. Repeating it is harmless. False when there is nothing to tell it to: the
  // system has no notifications, or the settings do not want them.
  virtual Task<bool> set_notification_target(CallContext, std::string /*url*/) { co_return false; }
};

}  // namespace sedlink::api
