#pragma once
#include "engine.hpp"
#include "workflow.hpp"

namespace sedlink::sim::onec_docflow {

// Business processes of edition 2.1.
class ProcessWorkflow final : public Workflow {
 public:
  ProcessWorkflow(Infobase& base, Engine& engine) : base_(base), engine_(engine) {}

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
  void collect(const Process& process, std::vector<OpenWork>& into) const;

  Infobase& base_;
  Engine& engine_;
};

}  // namespace sedlink::sim::onec_docflow
