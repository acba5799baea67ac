#pragma once
// The EDMS port over the integration service of Directum RX (directum, Part A).
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapter/board.hpp"
#include "adapter/identity.hpp"
#include "adapter/session.hpp"
#include "sedlink/api/edms.hpp"
#include "translate/outcome.hpp"
#include "translate/versions.hpp"
#include "wire/signatures.hpp"

namespace sedlink::directum {

class DirectumAdapter final : public api::EdmsAdapter {
 public:
  explicit DirectumAdapter(std::unique_ptr<Session> session);

  // Before the first call: of the newest edition without the customer-side module.
  [[nodiscard]] api::Capabilities capabilities() const override;
  Task<api::ConnectionReport> test_connection(api::CallContext) override;
  Task<api::Catalog> discover(api::CallContext) override;
  Task<std::vector<Person>> find_person(api::CallContext, Reference) override;
  Task<Reference> ensure_counterparty(api::CallContext, Reference, std::string title) override;
  Task<std::optional<DocumentRef>> find_document(api::CallContext, DocumentDraft) override;
  Task<DocumentRef> create_document(api::CallContext, DocumentDraft) override;
  Task<std::optional<EdmsFileRef>> find_file(api::CallContext, DocumentRef, SpooledFile) override;
  Task<EdmsFileRef> attach_file(api::CallContext, DocumentRef, SpooledFile) override;
  Task<EdmsFileRef> add_version(api::CallContext, DocumentRef, EdmsFileRef, SpooledFile) override;
  Task<bool> has_version(api::CallContext, EdmsFileRef, SpooledFile) override;
  Task<std::optional<ProcessRef>> find_process(api::CallContext, DocumentRef, ProcessDraft) override;
  Task<ProcessRef> prepare_process(api::CallContext, DocumentRef, ProcessDraft) override;
  Task<void> start_process(api::CallContext, ProcessRef) override;
  Task<api::PollAnswer> poll(api::CallContext, std::vector<ProcessRef>) override;
  Task<void> decide_round(api::CallContext, ProcessRef, AuthorDecision, bool again, std::string comment) override;
  Task<void> cancel(api::CallContext, ProcessRef, std::string reason) override;
  Task<ResultSet> list_results(api::CallContext, ProcessRef) override;
  Task<SpooledFile> fetch(api::CallContext, EdmsFileRef, std::string path) override;
  [[nodiscard]] Result<std::vector<api::ChangeNotice>> accept(const api::InboundRequest&) const override;
  Task<bool> set_notification_target(api::CallContext, std::string url) override;

 private:
  // documents.cpp
  Task<Body> draft_body(api::CallContext ctx, const DocumentType* type, DocumentDraft draft);
  Task<void> put_field(api::CallContext ctx, const DocumentType* type, DraftField field, Body* body);
  Task<void> complete_units(api::CallContext ctx, const DocumentType* type, const DocumentDraft* draft, Body* body);
  // Object of `set` that carries the key; nullopt = surely none. `select` is what is read of it.
  Task<std::optional<Row>> find_by_key(api::CallContext ctx, std::string set, std::string key, std::string select);
  void put_key(Body& body, std::string_view set, const std::string& key, const std::string& note) const;
  // What follows the create: the row of IExternalEntityLinks and the registration. Looks before it writes.
  Task<void> finish_document(api::CallContext ctx, const DocumentType* type, std::int64_t id, bool registered,
                             DocumentDraft draft);
  Task<void> link_row(api::CallContext ctx, std::string guid, std::int64_t id, std::string key);
  [[nodiscard]] DocumentRef document_ref(const DocumentType& type, std::int64_t id) const;

  // files.cpp
  [[nodiscard]] Result<void> check_file(const SpooledFile& file) const;
  Task<Bodies> bodies(api::CallContext ctx, std::int64_t document);
  // sha256 of the body; empty when there is none.
  Task<std::string> content_hash(api::CallContext ctx, std::int64_t document, std::int64_t version);
  Task<EdmsFileRef> put_version(api::CallContext ctx, std::string set, std::int64_t document, SpooledFile file);
  // The version of that file whose body is missing: an earlier upload that was cut off.
  Task<std::int64_t> unfinished(api::CallContext ctx, const Bodies* bodies, SpooledFile file);
  Task<std::vector<std::int64_t>> addenda(api::CallContext ctx, std::int64_t document);
  Task<void> relate(api::CallContext ctx, std::int64_t document, std::int64_t addendum);
  Task<std::int64_t> addendum_for(api::CallContext ctx, std::int64_t document, SpooledFile file);

  // processes.cpp
  // The id of the draft's template; 0 when it names none.
  Task<std::int64_t> find_template(api::CallContext ctx, const TaskType* type, std::string name);
  Task<void> dress(api::CallContext ctx, const TaskType* type, std::int64_t task, std::int64_t rule,
                   ProcessDraft draft);
  [[nodiscard]] ProcessRef process_ref(const TaskType& type, std::int64_t id, const DocumentRef& document) const;
  Task<void> abort(api::CallContext ctx, ProcessRef process, std::string reason);

  // identity.cpp
  [[nodiscard]] std::string mark_property() const;
  [[nodiscard]] bool has_links() const;
  // At most two rows of IExternalEntityLinks. Errors: rejected rx.links_refused.
  Task<std::vector<Row>> links(api::CallContext ctx, std::string condition, std::string select);
  Task<Ownership> whose_by_key(api::CallContext ctx, std::int64_t id, std::string key);
  [[nodiscard]] Ownership told_links_refused(const Error& error);
  // `mark`: what mark_property() holds; `looks_left`: how many documents may still be looked up by key in this round,
  // the others in the next ones. Errors: rejected rx.foreign.
  Task<void> check_document(api::CallContext ctx, DocumentRef document, std::string mark, int* looks_left);
  Task<void> document_still_ours(api::CallContext ctx, DocumentRef document);

  // poll.cpp
  Task<void> learn_assignments(api::CallContext ctx, std::vector<std::int64_t> tasks);
  Task<void> learn_changes(api::CallContext ctx);
  Task<bool> is_gone(api::CallContext ctx, ProcessRef process);

  // results.cpp
  Task<std::vector<ModuleSignature>> signatures(api::CallContext ctx, std::int64_t document);
  Task<std::vector<SignatureInfo>> signers_by_results(api::CallContext ctx, ProcessRef process);
  Task<SpooledFile> fetch_sheet(api::CallContext ctx, std::int64_t document, std::string path);

  std::unique_ptr<Session> session_;
  Board board_;
  std::map<std::int64_t, std::pair<Ownership, Time>> doubtful_;  // documents without our key, and when it was asked
  bool links_refusal_told_ = false;
};

}  // namespace sedlink::directum
