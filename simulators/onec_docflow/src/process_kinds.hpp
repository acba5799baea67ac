#pragma once
#include <string_view>

namespace sedlink::sim::onec_docflow {

// What differs between the classes of processes that ask people in rounds (onec-docflow 8.5, 8.8).
struct ProcessKind {
  std::string_view type;
  std::string_view verb;  // default name and task name: «Согласовать "…"»
  std::string_view task_type;
  std::string_view step;
  std::string_view stage;         // as scenario rules and state call it
  std::string_view checkup_type;  // empty: no check-up
  std::string_view checkup_step;
  std::string_view result_type;  // enumeration of executionResult; empty: none
  std::string_view positive;     // result of a plain yes
  std::string_view negative;
  std::string_view family;  // document state family; empty: none
  std::string_view running, done, refused;
  bool many = false;  // performers, else one performer
};

// nullptr: a class that the simulator does not run.
[[nodiscard]] const ProcessKind* find_kind(std::string_view process_type, bool signing = false);

// "DMBusinessProcessApproval" <-> "DMBusinessProcessApprovalTemplate"; empty when there is none.
[[nodiscard]] std::string_view process_of_template(std::string_view template_type);

}  // namespace sedlink::sim::onec_docflow
