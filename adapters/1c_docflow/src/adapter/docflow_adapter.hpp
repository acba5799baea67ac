#pragma once
// The EDMS port over DMService: asks the service's version, serves each call in the dialect of that edition, and learns
// it anew, once, when answers stop fitting: a portal may be upgraded under a running daemon.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapter/session.hpp"
#include "sedlink/api/edms.hpp"

namespace sedlink::onec_docflow {

class DocflowAdapter final : public api::EdmsAdapter {
 public:
  explicit DocflowAdapter(std::unique_ptr<Session> session);

  // Of the edition found by the first call; of 2.1 before it.
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

 private:
  // `call` is made again, once, when the edition or release turns out to have changed. Every call of the port looks
  // before it writes, and an answer that does not fit has written nothing: so that is safe.
  template <class T>
  Task<T> served(api::CallContext ctx, std::function<Task<T>(api::EdmsAdapter&)> call);
  api::EdmsAdapter& dialect();

  std::unique_ptr<Session> session_;
  std::unique_ptr<api::EdmsAdapter> dialect_;
  std::vector<std::unique_ptr<api::EdmsAdapter>> retired_;  // of before an upgrade: calls in flight end in them
  Edition edition_ = Edition::v2;                           // of dialect_
};

}  // namespace sedlink::onec_docflow
