#pragma once
// The answer of DMGetTasksTreeRequest: processes with their bare tasks, nested. Pure.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wire/element.hpp"

namespace sedlink::onec_docflow {

// What a process says of itself, in the tree or in a retrieve; absent parts are unknown.
struct ProcessHeader {
  ProcessHeader() = default;
  std::optional<bool> started, completed;
  std::string state;  // Активен | Остановлен | Прерван
  std::string mark;   // DMExecutionMark
  // Enough to trust an unchanged node without asking for the whole process.
  [[nodiscard]] bool tells_state() const { return !mark.empty() || completed.has_value(); }
};
[[nodiscard]] ProcessHeader read_header(const Element& process);

struct TreeNode {
  TreeNode() = default;
  ObjectId id;
  std::string name, parent;  // parent: id of the process it is nested in; empty = top
  ProcessHeader header;
  std::string signature;  // changes when the process or one of its own tasks does
  std::size_t task_count = 0;
};

// Every process of the answer by id. An object that could not be identified is left out.
[[nodiscard]] std::map<std::string, TreeNode> read_tree(const Element& answer);
// The process and everything nested in it, itself first.
[[nodiscard]] std::vector<const TreeNode*> with_nested(const std::map<std::string, TreeNode>& tree,
                                                       const std::string& root);

}  // namespace sedlink::onec_docflow
