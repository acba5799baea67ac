#pragma once
// Edition 2.1 (and 1.x): business processes and their tasks. Each file of this folder implements one part of it.
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "adapter/dialect.hpp"
#include "translate/snapshot.hpp"

namespace sedlink::onec_docflow {

class Edition2 final : public Dialect {
 public:
  explicit Edition2(Session& session) : Dialect(session, {Edition::v2, "DMUser"}) {}

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

 private:
  Task<NamedId> template_of(api::CallContext, ProcessKind, std::string name, ObjectId target);

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

  std::map<std::string, Memory> memory_;
  std::deque<std::string> memory_order_;  // oldest first
  Time no_tree_until_{};                  // 1C refused the task tree: not asked for before
};

}  // namespace sedlink::onec_docflow
