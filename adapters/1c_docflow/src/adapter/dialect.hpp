#pragma once
// What both editions do alike: files, documents, counterparties, people. Each edition adds its processes; differences
// in names are data (DialectWords), not code.
#include <memory>
#include <string>
#include <vector>

#include "adapter/session.hpp"
#include "sedlink/api/edms.hpp"
#include "translate/document_fields.hpp"

namespace sedlink::onec_docflow {

struct DialectWords {
  Edition edition = Edition::v2;
  std::string_view person_type;  // who approves: DMUser | DMEmployee
};

class Dialect : public api::EdmsAdapter {
 public:
  // `session` outlives the dialect.
  Dialect(Session& session, DialectWords words) : session_(&session), words_(words) {}

  Task<std::vector<Person>> find_person(api::CallContext, Reference) override;
  Task<Reference> ensure_counterparty(api::CallContext, Reference, std::string title) override;
  Task<std::optional<DocumentRef>> find_document(api::CallContext, DocumentDraft) override;
  Task<DocumentRef> create_document(api::CallContext, DocumentDraft) override;
  Task<std::optional<EdmsFileRef>> find_file(api::CallContext, DocumentRef, SpooledFile) override;
  Task<EdmsFileRef> attach_file(api::CallContext, DocumentRef, SpooledFile) override;
  Task<EdmsFileRef> add_version(api::CallContext, DocumentRef, EdmsFileRef, SpooledFile) override;
  Task<bool> has_version(api::CallContext, EdmsFileRef, SpooledFile) override;
  Task<SpooledFile> fetch(api::CallContext, EdmsFileRef, std::string path) override;

 protected:
  // What edition 3 adds to a new file: its role. The default adds nothing.
  virtual Task<void> complete_file(api::CallContext, DocumentRef, Element& file);
  // The parts of capabilities() and discover() that are alike.
  [[nodiscard]] api::Capabilities common_capabilities() const;
  // Lists {our kind, type of 1C} in one batch; a list that is refused is left out with a warning in the log.
  Task<api::Catalog> list_catalogs(api::CallContext, std::vector<std::pair<std::string, std::string>> wanted);
  Task<void> add_company_numbers(api::CallContext, api::Catalog&);
  void add_document_fields(api::Catalog& catalog) const;
  [[nodiscard]] DocumentRef document_ref(const ObjectId&) const;
  [[nodiscard]] ProcessRef process_ref(const ObjectId&, DocumentRef) const;
  // Files of a document with the signatures of their latest versions. `more` goes out in the same batch, its answers
  // come back in `answers`.
  struct Files {
    Files() = default;
    std::vector<ResultFile> files;
    std::vector<Result<Element>> answers;
  };
  Task<Files> document_files(api::CallContext, DocumentRef, std::vector<Element> more);

  Session* session_;
  const DialectWords words_;

 private:
  Task<Element> draft_element(api::CallContext, DocumentType, DocumentDraft);
  Task<Element> field_element(api::CallContext, DocumentType, DraftField, std::string own, std::string declared);
  Task<DocumentRef> settle_duplicate(api::CallContext, ObjectId made, ObjectId wanted);
  Task<std::string> content_hash(api::CallContext, ObjectId file);
  [[nodiscard]] std::vector<std::string> signature_columns() const;
};

}  // namespace sedlink::onec_docflow
