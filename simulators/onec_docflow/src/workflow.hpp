#pragma once
// What people and the control API need of running processes, whatever the edition calls them.
#include <stdexcept>
#include <string>
#include <vector>

#include "model.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim::onec_docflow {

// Not possible now: becomes the error of the control API.
class CannotAct : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Something a person has to do, or (notice) is merely told.
struct OpenWork {
  std::string task;
  std::string person;  // id; empty: a role
  std::string stage;   // approval, confirmation, signing, registration, examination, performance, review, rework
  std::int64_t round = 1;
  bool queued = false;   // done, executed in the background
  bool checkup = false;  // of the author or result processor: return and accept
  bool notice = false;   // after the end: nothing waits for it
};

class Workflow {
 public:
  virtual ~Workflow() = default;

  [[nodiscard]] virtual bool has(const std::string& process) const = 0;
  // The latest process of the document that has not ended; empty when there is none.
  [[nodiscard]] virtual std::string running_on(const Ref& document) const = 0;
  [[nodiscard]] virtual std::vector<std::string> about(const Ref& document) const = 0;
  [[nodiscard]] virtual std::string name_of(const std::string& process) const = 0;
  // Of the process and of its stages.
  [[nodiscard]] virtual std::vector<OpenWork> open_work(const std::string& process) const = 0;
  // Empty when the process has no document.
  [[nodiscard]] virtual Ref document_of(const std::string& process) const = 0;
  // Whoever acts for a role becomes its performer.
  virtual void take(const std::string& task, const std::string& person) = 0;
  // `what`: approve, remark, reject, sign; return, accept of a check-up. Throws DmError. True when the process ended.
  virtual bool decide(const std::string& process, const OpenWork& work, const std::string& what,
                      const std::string& comment) = 0;
  virtual void interrupt(const std::string& process, const std::string& reason) = 0;
  virtual void remove(const std::string& process) = 0;
  // `processes` of the state.
  [[nodiscard]] virtual json::array describe() = 0;
};

}  // namespace sedlink::sim::onec_docflow
