#pragma once
#include "processing_engine.hpp"
#include "workflow.hpp"

namespace sedlink::sim::onec_docflow {

// Processings of edition 3.0.
class ProcessingWorkflow final : public Workflow {
 public:
  ProcessingWorkflow(Infobase& base, ProcessingEngine& engine) : base_(base), engine_(engine) {}

  [[nodiscard]] bool has(const std::string& process) const override;
  [[nodiscard]] std::string running_on(const Ref& document) const override;
  [[nodiscard]] std::vector<std::string> about(const Ref& document) const override;
  [[nodiscard]] std::string name_of(const std::string& process) const override;
  [[nodiscard]] std::vector<OpenWork> open_work(const std::string& process) const override;
  [[nodiscard]] Ref document_of(const std::string& process) const override;
  void take(const std::string& task, const std::string& person) override;
  bool decide(const std::string& process, const OpenWork& work, const std::string& what,
              const std::string& comment) override;
  void interrupt(const std::string& process, const std::string& reason) override;
  void remove(const std::string& process) override;
  [[nodiscard]] json::array describe() override;

 private:
  Infobase& base_;
  ProcessingEngine& engine_;
};

}  // namespace sedlink::sim::onec_docflow
