#pragma once
// Tasks of 3.0: the dynamic list, execution, acceptance (onec-docflow 9.5).
#include "session.hpp"

namespace sedlink::sim::onec_docflow {

Xdto dynamic_list(Session& session, const Xdto& request);
Xdto execute_task_action(Session& session, const Xdto& request);
Xdto accept_task_actions(Session& session, const Xdto& request);
Xdto revoke_task_action_acceptance(Session& session, const Xdto& request);
Xdto redirect_task_actions(Session& session, const Xdto& request);
Xdto set_flag(Session& session, const Xdto& request);

// With actionArea: dataVersion and the options of the result.
Xdto show_task_action(Session& session, const TaskAction& task, const std::vector<std::string>& columns);

// An option of a task's result: what it means, its DMTaskResultType and its button.
struct TaskOption {
  std::string_view result, type, header;
};
[[nodiscard]] std::vector<TaskOption> options_of(const Session& session, const TaskAction& task);

}  // namespace sedlink::sim::onec_docflow
