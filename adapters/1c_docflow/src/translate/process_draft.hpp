#pragma once
// Edits the process 1C prefilled into the one to be saved (onec-docflow 8.6, flows A and B). Pure.
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "translate/process_kinds.hpp"
#include "wire/schema.hpp"

namespace sedlink::onec_docflow {

struct NamedId {
  NamedId() = default;
  NamedId(ObjectId i, std::string n) : id(std::move(i)), name(std::move(n)) {}
  ObjectId id;
  std::string name;
};

// A process draft with every reference resolved.
struct ProcessPlan {
  ProcessPlan() = default;
  NamedId author, target;
  std::vector<NamedId> approvers;
  std::string name, description, key;
  std::optional<Duration> due;
  Time now{};
};

// The last line of a description of ours: what find_process looks for.
[[nodiscard]] std::string key_line(std::string_view key);
[[nodiscard]] bool ends_with_key(std::string_view description, std::string_view key);

// Errors: rejected edms.approvers (none, or several where the class takes one).
[[nodiscard]] Result<void> edit_process(Element& process, const ProcessKind&, const ProcessPlan&, const Schema&,
                                        const TimeZone&);

// Sets what the server dereferences without a check: approvalType, approvalOrder. Also before a launch or an
// interruption.
void complete_process(Element& process, const Schema&);

// Sorts the performers of every process of class Исполнение inside `request` by the schema's present order.
// False when there are none.
bool reorder_performers(Element& request, const Schema&);

}  // namespace sedlink::onec_docflow
