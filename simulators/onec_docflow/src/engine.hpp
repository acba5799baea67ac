#pragma once
// How processes run: routes, rounds, check-ups, states (onec-docflow 8.6-8.10).
#include <optional>
#include <string>
#include <vector>

#include "infobase.hpp"
#include "process_kinds.hpp"

namespace sedlink::sim::onec_docflow {

// What the person of a task says.
struct Decision {
  std::string result;  // value of the kind's result enumeration; empty: executed without one
  std::string comment;
  std::optional<bool> returned;     // check-ups
  std::vector<std::string> rework;  // check-up of Исполнение: tasks that go back
};

// Single-threaded. Functions throw DmError when the server would refuse.
class Engine {
 public:
  explicit Engine(Infobase& base) : base_(base) {}

  // The checks of 8.6, before anything is written.
  void check_start(const Process& process);
  // Starts now, or is queued when processes start in the background.
  void start(Process& process);
  // `by_service`: executed in the background when that is configured.
  void execute(Task& task, Decision decision, bool by_service);
  void undo(Task& task);

  void interrupt(Process& process);
  void stop(Process& process);
  void resume(Process& process);
  void set_deleted(Process& process, bool deleted);

  // A not started process as GetNewBusinessProcess and templates make it.
  Process prefilled(const std::string& type, const std::string& author, const ProcessTemplate* from,
                    const std::vector<Target>& targets);

  [[nodiscard]] const ProcessKind* kind_of(const Process& process) const;
  [[nodiscard]] std::string completion_mark(const Process& process) const;
  [[nodiscard]] std::string execution_mark(const Task& task) const;
  [[nodiscard]] Object* document_of(const Process& process);
  [[nodiscard]] std::string title_of(const Process& process);

 private:
  void begin(Process& process);
  void start_round(Process& process);
  bool ask_next(Process& process);  // false: nobody is left to ask
  void ask(Process& process, Participant& participant);
  void apply(Task& task, const Decision& decision);
  void advance(Process& process, Task& task, const Decision& decision);
  void end_round(Process& process);
  void open_checkup(Process& process, bool notice);
  void finish(Process& process, bool positive);
  void start_stage(Process& process);
  void stage_ended(const Process& child, bool positive);
  Task& new_task(Process& process, std::string_view type, std::string_view step, std::string_view stage);
  void tell(const Process& process, const Task& task);
  void open_visas(Process& process);
  void close_visa(const Process& process, const Task& task);
  void remember(Process& process, const std::string& user, const std::string& what, const std::string& comment);
  [[nodiscard]] std::optional<Time> due_of(const Process& process, const Xdto& row) const;
  [[nodiscard]] std::vector<const Task*> round_tasks(const Process& process);

  Infobase& base_;
};

}  // namespace sedlink::sim::onec_docflow
