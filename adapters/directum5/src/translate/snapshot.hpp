#pragma once
// Rows of task_state -> our Snapshot, and values both ways. Pure. A word the settings do not know is an error, never a
// guess.
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "sedlink/directum5/settings.hpp"
#include "wire/answer.hpp"

namespace sedlink::directum5 {

struct TaskState {
  TaskState() = default;
  bool draft = false;  // made and not started
  ProcessState state = ProcessState::running;
};
// Errors: defect directum5.answer (an unknown word, none at all).
[[nodiscard]] Result<TaskState> read_state(const Row& task, const Settings&);

// `jobs`: of that task. Errors: defect directum5.answer.
[[nodiscard]] Result<Snapshot> build_snapshot(ProcessRef ref, const Row& task, const std::vector<const Row*>& jobs,
                                              const Settings&, Time asked_at);

// ISO with or without a zone, with or without a time; "01.03.2024 10:00[:30]". Empty: nullopt.
[[nodiscard]] Result<std::optional<Time>> read_time(const Row&, std::string_view field, const TimeZone&);
// Digits only, at most 15. Empty: nullopt.
[[nodiscard]] Result<std::optional<std::uint64_t>> read_number(const Row&, std::string_view field);
[[nodiscard]] Result<bool> read_flag(const Row&, std::string_view field);  // true/false/1/0; empty: false

// What a script is given. `date_only`: without the time.
[[nodiscard]] std::string write_time(Time, const Settings&, bool date_only);
[[nodiscard]] std::string write_value(const Value&, const Settings&, bool date_only);

}  // namespace sedlink::directum5
