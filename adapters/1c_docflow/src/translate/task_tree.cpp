#include "translate/task_tree.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr int max_nesting = 30;

// The most specific class known: xsi:type of the element, else of the reference.
ObjectId process_id(const Element& process) {
  ObjectId id = object_id(process);
  if (process.type.starts_with("DM") && process.type != "DMBusinessProcess") id.type = process.type;
  return id;
}

std::string task_signature(const Element& task) {
  const Element* performer = task.child("performer");
  const Element* user = performer == nullptr ? nullptr : performer->child("user");
  const Element* state = task.child("state");
  std::string s = object_id(task).id;
  for (const char* part : {"executed", "executionMark", "endDate", "dueDate", "executionComment", "iterationNumber"}) {
    s += '|';
    s += task.text_of(part);
  }
  return s + '|' + object_id(user).id + '|' + object_id(state).id;
}

void visit(const Element& process, const std::string& parent, std::map<std::string, TreeNode>& into, int depth) {
  TreeNode node;
  node.id = process_id(process);
  if (node.id.id.empty() || depth > max_nesting) return;
  node.name = process.text_of("name");
  node.parent = parent;
  node.header = read_header(process);
  std::vector<std::string> signatures;
  const std::string id = node.id.id;
  for (const Element* task : process.all("tasks")) {
    signatures.push_back(task_signature(*task));
    ++node.task_count;
    for (const Element* nested : task->all("businessProcesses")) visit(*nested, id, into, depth + 1);
  }
  for (const Element* nested : process.all("businessProcesses")) visit(*nested, id, into, depth + 1);
  std::sort(signatures.begin(), signatures.end());
  node.signature = process.text_of("started") + '|' + process.text_of("completed") + '|' + node.header.state + '|' +
                   node.header.mark + '|' + process.text_of("endDate") + '|' + text::join(signatures, "\n");
  into.insert_or_assign(id, std::move(node));
}

}  // namespace

ProcessHeader read_header(const Element& process) {
  ProcessHeader header;
  if (process.child("started") != nullptr) header.started = process.flag("started");
  if (process.child("completed") != nullptr) header.completed = process.flag("completed");
  const ObjectId state = object_id(process.child("state"));
  header.state = state.id;
  header.mark = std::string(text::trim(process.text_of("completionMark")));
  return header;
}

std::map<std::string, TreeNode> read_tree(const Element& answer) {
  std::map<std::string, TreeNode> tree;
  for (const Element* process : answer.all("businessProcesses")) visit(*process, {}, tree, 0);
  return tree;
}

std::vector<const TreeNode*> with_nested(const std::map<std::string, TreeNode>& tree, const std::string& root) {
  std::vector<const TreeNode*> found;
  const auto it = tree.find(root);
  if (it == tree.end()) return found;
  found.push_back(&it->second);
  for (std::size_t i = 0; i < found.size() && found.size() < 1000; ++i) {
    for (const auto& [id, node] : tree) {
      if (node.parent == found[i]->id.id && id != root) found.push_back(&node);
    }
  }
  return found;
}

}  // namespace sedlink::onec_docflow
