#pragma once
// How processings of 3.0 run: filled by rules, started, paused, interrupted; actions in order, people in rounds
// (onec-docflow 9.3-9.5).
#include <string>
#include <vector>

#include "action_kinds.hpp"
#include "infobase.hpp"

namespace sedlink::sim::onec_docflow {

// What the person of a task says.
struct Verdict {
  std::string result;  // DMActionExecutionResult; of a result processor: ReturnForRevision or Completed
  std::string comment;
};

// Single-threaded. Functions throw DmError when the server would refuse.
class ProcessingEngine {
 public:
  explicit ProcessingEngine(Infobase& base) : base_(base) {}

  // Actions by the rule of the document's template or type; makes the processing when there is none.
  Processing& fill(const Object& document);
  // `employee` starts it now, or it is queued when processings start in the background.
  void start(Object& document, const std::string& employee);
  // "Stopped" or "Executing".
  void stop_or_continue(const Object& document, std::string_view state);
  void terminate(Object& document, const std::string& employee, const std::string& reason);
  void restart(Object& document, const std::string& employee);
  void interrupt(Processing& processing, const std::string& employee, const std::string& reason);

  // `by_service`: executed in the background when that is configured.
  void execute(TaskAction& task, Verdict verdict, bool by_service);
  // Why the task takes no result now; empty when it does.
  [[nodiscard]] std::string obstacle(const TaskAction& task) const;

  // The processing that is not in history; nullptr when there is none.
  [[nodiscard]] Processing* current(const Object& document) const;
  // The latest one that was started, in history or not.
  [[nodiscard]] Processing* latest_started(const Object& document) const;
  [[nodiscard]] std::string state_of_processing(const Object& document) const;
  [[nodiscard]] const ProcessingRule* rule_for(const Object& document) const;
  [[nodiscard]] Object* document_of(const Processing& processing) const;
  [[nodiscard]] std::vector<Action*> actions_of(const Processing& processing) const;

 private:
  void check_start(const Object& document, const Processing& processing) const;
  void begin(Processing& processing);
  void start_action(Processing& processing, Action& action);
  void start_round(Processing& processing, Action& action);
  bool ask_next(Processing& processing, Action& action);  // false: nobody is left to ask
  void ask(Processing& processing, Action& action, ActionParticipant& participant);
  void apply(TaskAction& task, const Verdict& verdict);
  void end_round(Processing& processing, Action& action);
  void process_result(Processing& processing, Action& action);
  void complete(Processing& processing, Action& action);
  void finish(Processing& processing, bool negative);
  TaskAction& new_task(const Processing& processing, const Action& action);
  void tell(const Processing& processing, const Action& action, const TaskAction& task);
  void open_visas(const Processing& processing, const Action& action);
  void close_visa(const Action& action, const TaskAction& task);
  [[nodiscard]] std::string processor_of(const Processing& processing) const;

  Infobase& base_;
};

}  // namespace sedlink::sim::onec_docflow
