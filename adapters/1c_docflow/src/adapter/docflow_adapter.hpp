#pragma once
// The EDMS port over DMService of edition 2.1. Each file of this folder implements one part of it.
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapter/session.hpp"
#include "sedlink/api/edms.hpp"
#include "translate/document_fields.hpp"
#include "translate/snapshot.hpp"

namespace sedlink::onec_docflow {

class DocflowAdapter final : public api::EdmsAdapter {
 public:
  explicit DocflowAdapter(std::unique_ptr<Session> session) : session_(std::move(session)) {}

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
  Task<Element> draft_element(api::CallContext, DocumentType, DocumentDraft);
  Task<Element> field_element(api::CallContext, DocumentType, DraftField, std::string own, std::string declared);
  Task<DocumentRef> settle_duplicate(api::CallContext, ObjectId made, ObjectId wanted);
  [[nodiscard]] DocumentRef document_ref(const ObjectId&) const;
  [[nodiscard]] ProcessRef process_ref(const ObjectId&, DocumentRef) const;
  Task<NamedId> template_of(api::CallContext, ProcessKind, std::string name, ObjectId target);
  Task<std::string> content_hash(api::CallContext, ObjectId file);
  [[nodiscard]] Result<void> check_size(const SpooledFile&) const;

  // Of one process seen by poll(), so that what has not changed is not asked again.
  struct Memory {
    Memory() = default;
    std::string signature;  // of the process and everything nested
    Time asked_at{};        // of the details
    ProcessFacts facts;
    std::map<std::string, std::pair<std::string, std::vector<TaskFact>>> tasks;  // process id -> own signature, tasks
    std::vector<ProcessFacts> children;
  };
  struct Asked;  // one process of one poll, poll.cpp
  Task<void> ask_first(api::CallContext, std::vector<Asked>& asked);
  Task<void> ask_details(api::CallContext, std::vector<Asked>& asked);
  Task<void> ask_children(api::CallContext, std::vector<Asked>& asked);
  void remember(Asked& asked);

  std::unique_ptr<Session> session_;
  std::map<std::string, Memory> memory_;
  std::deque<std::string> memory_order_;  // oldest first
};

}  // namespace sedlink::onec_docflow
