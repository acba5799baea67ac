#pragma once
// The EDMS port over scripts of the customer (directum, Part B). Experimental. What has no script is denied.
#include <memory>
#include <string>
#include <vector>

#include "client/script_client.hpp"
#include "sedlink/api/edms.hpp"
#include "sedlink/api/factory.hpp"

namespace sedlink::directum5 {

// Parameters by our names.
class Arguments {
 public:
  explicit Arguments(const Settings& settings) : settings_(settings) {}
  Arguments& put(std::string_view ours, std::string value) {
    list_.emplace_back(settings_.parameter(ours), std::move(value));
    return *this;
  }
  Arguments& put_theirs(std::string name, std::string value) {
    list_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  [[nodiscard]] Parameters take() { return std::move(list_); }

 private:
  const Settings& settings_;
  Parameters list_;
};

class Directum5Adapter final : public api::EdmsAdapter {
 public:
  Directum5Adapter(std::unique_ptr<Settings> settings, std::unique_ptr<ScriptClient> client,
                   api::AdapterEnvironment environment);

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
  // documents.cpp
  Task<std::string> resolve(api::CallContext ctx, std::string field, Reference reference);
  Task<std::vector<Row>> counterparties(api::CallContext ctx, std::string inn, std::string kpp, std::string name,
                                        std::string key);
  // files.cpp
  Task<std::vector<Row>> files(api::CallContext ctx, std::string document, std::string file);
  Task<bool> same_content(api::CallContext ctx, const Row* row, SpooledFile file);
  Task<EdmsFileRef> send(api::CallContext ctx, Operation operation, std::string document, std::string file_id,
                         SpooledFile file);
  // processes.cpp
  Task<std::string> package(api::CallContext ctx, std::string key, DocumentRef document, ProcessDraft draft);
  Task<Row> task_row(api::CallContext ctx, ProcessRef process);
  [[nodiscard]] ProcessRef process_ref(const std::string& id, DocumentRef document) const;

  std::unique_ptr<Settings> settings_;
  std::unique_ptr<ScriptClient> client_;
  api::AdapterEnvironment environment_;
};

[[nodiscard]] Error unagreed(const std::string& what, Effect effect);  // an answer without what was agreed
[[nodiscard]] std::string link(const std::string& pattern, const std::string& id);
[[nodiscard]] const std::string* find(const Pairs& pairs, std::string_view key);

}  // namespace sedlink::directum5
