#pragma once
// Edition 3.0: a document has one current processing, whose actions and people 1C's rules choose (onec-docflow 9).
#include <map>
#include <string>
#include <vector>

#include "adapter/dialect.hpp"
#include "translate/processing.hpp"

namespace sedlink::onec_docflow {

// Errors: rejected onec.old_edition for a document of before an upgrade from 2.1.
[[nodiscard]] Result<void> of_this_edition(const DocumentRef& document);

class Edition3 final : public Dialect {
 public:
  explicit Edition3(Session& session) : Dialect(session, {Edition::v3, "DMEmployee"}) {}

  [[nodiscard]] api::Capabilities capabilities() const override;
  Task<api::ConnectionReport> test_connection(api::CallContext) override;
  Task<api::Catalog> discover(api::CallContext) override;
  Task<std::optional<ProcessRef>> find_process(api::CallContext, DocumentRef, ProcessDraft) override;
  Task<ProcessRef> prepare_process(api::CallContext, DocumentRef, ProcessDraft) override;
  Task<void> start_process(api::CallContext, ProcessRef) override;
  Task<api::PollAnswer> poll(api::CallContext, std::vector<ProcessRef>) override;
  Task<void> decide_round(api::CallContext, ProcessRef, AuthorDecision, bool again, std::string comment) override;
  Task<void> cancel(api::CallContext, ProcessRef, std::string reason) override;
  Task<ResultSet> list_results(api::CallContext, ProcessRef) override;
  Task<SpooledFile> fetch(api::CallContext, EdmsFileRef, std::string path) override;

 protected:
  Task<void> complete_file(api::CallContext, DocumentRef, Element& file) override;

 private:
  struct Current {
    Current() = default;
    ProcessingFacts processing;
    DocumentFacts document;
    bool linked = false;  // a start of this launch was accepted: its key is stored on the document
  };
  // The document's processing now; with a key, whether that launch was started.
  Task<Current> current(api::CallContext, DocumentRef, std::string key);
  [[nodiscard]] Element current_question(const DocumentRef&) const;
  Task<void> command(api::CallContext, std::string request, DocumentRef);  // DMFill…, DMRestartProcessingRequest
  Task<void> set_template(api::CallContext, DocumentRef, std::string name);
  Task<void> set_approvers(api::CallContext, ProcessingFacts, std::vector<Reference>);
  [[nodiscard]] std::string launch_link() const { return session_->settings().link_type + ".process"; }

  struct FileRole {
    FileRole() = default;
    ObjectId id;
    std::string name;
    bool required = false;
  };
  struct FileRoles {
    FileRoles() = default;
    std::vector<FileRole> roles;
    Time until{};
  };
  Task<std::vector<FileRole>> file_roles(api::CallContext, DocumentRef);
  std::map<std::string, FileRoles> roles_;  // by document type
};

}  // namespace sedlink::onec_docflow
