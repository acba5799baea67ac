// Many processes in few calls: one batch with the task tree of all of them and the states of their documents; then,
// only for those that changed, the process itself and its typed tasks, one process per sub-request so that a bad one
// spoils no other.
#include <algorithm>

#include "adapter/edition2/dialect.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr std::size_t memory_limit = 5000;  // processes remembered
constexpr Duration tree_again_after = std::chrono::hours(1);
constexpr Duration refresh_after = std::chrono::hours(6);  // even an unchanged tree is not believed for ever

Element condition(const std::string& property, Element value) {
  Element c("conditions");
  c.children.emplace_back("property", property);
  c.children.push_back(std::move(value));
  return c;
}

Element true_value() {
  Element v("value", "true");
  v.type = "boolean";
  v.type_namespace = xs_namespace;
  return v;
}

// Typed tasks of one process; paused ones included (onec-docflow 8.8).
Element task_list(const Session& session, const ObjectId& process) {
  Element list = session.request("DMGetObjectListRequest");
  session.put(list, Element("type", "DMBusinessProcessTask"));
  Element id = id_element("value", process);
  id.type = "DMObjectID";
  Element query("query");
  query.children.push_back(condition("businessProcess", std::move(id)));
  query.children.push_back(condition("typed", true_value()));
  query.children.push_back(condition("withDelayed", true_value()));
  session.put(list, std::move(query));
  return list;
}

// An object 1C cannot read is no proof that it is gone: such a process is asked again later.
Error unreadable(Error e) {
  if (e.fault == Fault::rejected || e.fault == Fault::defect || e.fault == Fault::not_found) {
    e.fault = Fault::transient;
    e.code = "onec.unreadable";
    e.message = "1С не отдала процесс: " + e.message;
  }
  return e;
}

bool refuses_request(const Error& e) {
  return e.code == "onec.schema" || e.code == "onec.fault" || e.code == "onec.unknown_message" ||
         e.code == "onec.rights" || e.code == "onec.xml";
}

bool has_result(const std::string& type) {
  const ProcessKind* kind = process_kind_of_type(type);
  return kind != nullptr && kind->has_verdict;
}

}  // namespace

struct Edition2::Asked {
  Asked() = default;
  ProcessRef ref;
  Time asked_at{};
  std::vector<TreeNode> nodes;  // itself and what is nested, as the tree told
  std::string signature;
  Memory memory;       // what is known, old or new
  bool fresh = false;  // memory holds: no details needed
  DocumentState document;
  bool document_deleted = false;
  bool complete = true;
  std::optional<Error> failed;
};

Task<api::PollAnswer> Edition2::poll(api::CallContext ctx, std::vector<ProcessRef> refs) {
  api::PollAnswer answer;
  if (refs.empty()) co_return answer;
  auto user = co_await session_->current_user(ctx);
  if (!user) co_return user.error();
  std::vector<Asked> asked;
  for (ProcessRef& ref : refs) {
    Asked one;
    one.ref = std::move(ref);
    one.asked_at = session_->now();
    if (const auto it = memory_.find(one.ref.id); it != memory_.end()) one.memory = it->second;
    asked.push_back(std::move(one));
  }
  auto first = co_await ask_first(ctx, asked);
  if (!first) co_return first.error();
  auto details = co_await ask_details(ctx, asked);
  if (!details) co_return details.error();
  auto children = co_await ask_children(ctx, asked);
  if (!children) co_return children.error();

  for (Asked& one : asked) {
    if (one.failed) {
      answer.snapshots.emplace_back(*one.failed);
      continue;
    }
    SnapshotParts parts;
    parts.ref = one.ref;
    parts.asked_at = one.asked_at;
    parts.process = one.memory.facts;
    for (const auto& [id, tasks] : one.memory.tasks) {
      parts.tasks.insert(parts.tasks.end(), tasks.second.begin(), tasks.second.end());
    }
    parts.children = one.memory.children;
    parts.integration_user = user.value().id.id;
    parts.document = one.document;
    parts.document_deleted = one.document_deleted;
    parts.complete = one.complete;
    answer.snapshots.emplace_back(build_snapshot(parts));
    if (one.complete) remember(one);
  }
  co_return answer;
}

// The tree of all processes and the state of every document, one call.
Task<void> Edition2::ask_first(api::CallContext ctx, std::vector<Asked>& asked) {
  std::vector<Element> questions;
  Element query("query");
  for (const Asked& one : asked) {
    query.children.push_back(typed_reference("businessProcess", ObjectId(one.ref.id, one.ref.type)));
    // Children of a complex process that the tree does not show below it.
    for (const ObjectId& child : one.memory.facts.children) {
      query.children.push_back(typed_reference("businessProcess", child));
    }
  }
  query.children.emplace_back("withExecuted", "true");
  const bool with_tree = session_->now() >= no_tree_until_;
  if (with_tree) {
    Element tree_question = session_->request("DMGetTasksTreeRequest");
    session_->put(tree_question, std::move(query));
    questions.push_back(std::move(tree_question));
  }
  std::vector<ObjectId> documents;
  const auto place_of = [&documents](const std::string& id) {
    return std::find_if(documents.begin(), documents.end(), [&id](const ObjectId& d) { return d.id == id; });
  };
  for (const Asked& one : asked) {
    const DocumentRef& d = one.ref.document;
    if (!d.id.empty() && place_of(d.id) == documents.end()) documents.emplace_back(d.id, d.type);
  }
  std::vector<std::string> columns{"status", "regNumber", "regDate", "deletionMark"};
  auto told = co_await session_->gather(ctx, std::move(questions), documents, std::move(columns));
  if (!told) co_return told.error();
  std::map<std::string, TreeNode> tree;
  if (with_tree) {
    const Result<Element>& answer = told.value().answers.at(0);
    if (answer) {
      tree = read_tree(answer.value());
    } else if (answer.error().fault == Fault::throttled || answer.error().fault == Fault::unauthorized) {
      co_return answer.error();
    } else {
      // Without the tree every process is asked by itself. Where the very request is refused it costs a split batch.
      if (refuses_request(answer.error())) no_tree_until_ = session_->now() + tree_again_after;
      session_->log().warning("onec_no_tree", {{"error", describe(answer.error())}});
    }
  }
  for (Asked& one : asked) {
    for (const TreeNode* node : with_nested(tree, one.ref.id)) one.nodes.push_back(*node);
    bool all_seen = true;
    for (const ObjectId& child : one.memory.facts.children) {
      const auto known = [&child](const TreeNode& n) { return n.id.id == child.id; };
      if (std::any_of(one.nodes.begin(), one.nodes.end(), known)) continue;
      const auto apart = with_nested(tree, child.id);
      for (const TreeNode* node : apart) one.nodes.push_back(*node);
      if (!apart.empty()) continue;
      all_seen = false;
      one.memory.tasks.erase(child.id);  // asked again in ask_children
    }
    for (const TreeNode& node : one.nodes) one.signature += node.id.id + '|' + node.signature + '\n';
    one.fresh = all_seen && !one.nodes.empty() && one.nodes.front().id.id == one.ref.id &&
                one.nodes.front().header.tells_state() && one.signature == one.memory.signature &&
                one.asked_at - one.memory.asked_at < refresh_after;
    const auto place = place_of(one.ref.document.id);
    if (place == documents.end()) continue;
    const Result<Element>& object = told.value().objects[static_cast<std::size_t>(place - documents.begin())];
    if (!object) continue;  // a document that cannot be read now says nothing about the process
    one.document = read_document_state(object.value(), session_->zone());
    one.document_deleted = object.value().flag("deletionMark");
  }
  co_return Result<void>();
}

// The process itself and the tasks of every part of it that changed.
Task<void> Edition2::ask_details(api::CallContext ctx, std::vector<Asked>& asked) {
  struct Question {
    std::size_t asked, node;
  };
  std::vector<Question> order;
  std::vector<Element> questions;
  std::vector<std::size_t> changed;
  std::vector<ObjectId> processes;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Asked& one = asked[i];
    if (one.fresh) continue;
    const ObjectId root(one.ref.id, one.ref.type);
    changed.push_back(i);
    processes.push_back(root);
    if (one.nodes.empty() || one.nodes.front().id.id != one.ref.id) {
      TreeNode node;
      node.id = root;
      one.nodes.insert(one.nodes.begin(), std::move(node));
    }
    one.nodes.front().id.type = one.ref.type;
    for (std::size_t n = 0; n < one.nodes.size(); ++n) {
      const TreeNode& node = one.nodes[n];
      const auto known = one.memory.tasks.find(node.id.id);
      const bool same = known != one.memory.tasks.end() && !node.signature.empty() &&
                        known->second.first == node.signature && one.asked_at - one.memory.asked_at < refresh_after;
      if (same) continue;
      order.push_back({i, n});
      questions.push_back(task_list(*session_, node.id));
    }
  }
  if (changed.empty()) co_return Result<void>();
  std::vector<std::string> columns;  // ignored by 1C for processes
  auto told = co_await session_->gather(ctx, std::move(questions), std::move(processes), std::move(columns));
  if (!told) co_return told.error();
  for (std::size_t c = 0; c < changed.size(); ++c) {
    Asked& one = asked[changed[c]];
    const Result<Element>& object = told.value().objects[c];
    if (!object) {
      one.failed = unreadable(object.error());
      continue;
    }
    one.memory.facts = read_process(object.value(), session_->zone());
    if (one.memory.facts.type.empty() || one.memory.facts.type == "DMBusinessProcess")
      one.memory.facts.type = one.ref.type;
    // The mark of an ended process stands in the tree only (8.7).
    if (one.memory.facts.header.mark.empty()) one.memory.facts.header.mark = one.nodes.front().header.mark;
  }
  for (std::size_t q = 0; q < order.size(); ++q) {
    Asked& one = asked[order[q].asked];
    const Result<Element>& answer = told.value().answers[q];
    const TreeNode& node = one.nodes[order[q].node];
    if (!answer) {
      one.complete = false;
      continue;
    }
    const std::string stage_name = node.id.id == one.ref.id ? std::string() : node.name;
    auto tasks = read_tasks(answer.value(), node.id.type, stage_name, session_->zone());
    one.memory.tasks[node.id.id] = {node.signature, std::move(tasks)};
  }
  co_return Result<void>();
}

// Complex processes: children the tree did not show, and the results of ended ones.
Task<void> Edition2::ask_children(api::CallContext ctx, std::vector<Asked>& asked) {
  std::vector<std::pair<std::size_t, ObjectId>> lists, results;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Asked& one = asked[i];
    if (one.fresh || one.failed) continue;
    const bool ended = one.memory.facts.header.completed.value_or(false) && one.memory.facts.result == Verdict::none;
    std::vector<ObjectId> children = one.memory.facts.children;
    for (const TreeNode& node : one.nodes) {
      if (node.id.id != one.ref.id) children.push_back(node.id);
    }
    // Tasks of a part that is no longer shown would stay open for ever.
    std::erase_if(one.memory.tasks, [&](const auto& known) {
      const auto is = [&known](const ObjectId& id) { return id.id == known.first; };
      return known.first != one.ref.id && std::none_of(children.begin(), children.end(), is);
    });
    std::vector<std::string> seen;
    for (const ObjectId& child : children) {
      if (std::find(seen.begin(), seen.end(), child.id) != seen.end()) continue;
      seen.push_back(child.id);
      if (one.memory.tasks.find(child.id) == one.memory.tasks.end()) lists.emplace_back(i, child);
      if (ended && has_result(child.type)) results.emplace_back(i, child);
    }
    if (ended) one.memory.children.clear();
  }
  if (lists.empty() && results.empty()) co_return Result<void>();
  std::vector<Element> questions;
  for (const auto& [i, child] : lists) questions.push_back(task_list(*session_, child));
  for (const auto& [i, child] : results) questions.push_back(session_->retrieve(child));
  auto answers = co_await session_->batch(ctx, std::move(questions));
  if (!answers) co_return answers.error();
  for (std::size_t q = 0; q < lists.size(); ++q) {
    Asked& one = asked[lists[q].first];
    const ObjectId& child = lists[q].second;
    const Result<Element>& told = answers.value()[q];
    if (!told) {
      one.complete = false;
      continue;
    }
    const std::string name = child.presentation;
    one.memory.tasks[child.id] = {std::string(), read_tasks(told.value(), child.type, name, session_->zone())};
  }
  for (std::size_t q = 0; q < results.size(); ++q) {
    Asked& one = asked[results[q].first];
    const Result<Element>& told = answers.value()[lists.size() + q];
    const Element* object = told ? told.value().child("objects") : nullptr;
    if (object == nullptr) {
      one.complete = false;
      continue;
    }
    one.memory.children.push_back(read_process(*object, session_->zone()));
  }
  co_return Result<void>();
}

void Edition2::remember(Asked& one) {
  const bool over = one.memory.facts.header.completed.value_or(false) || one.memory.facts.header.state == "Прерван";
  if (over) {
    memory_.erase(one.ref.id);
    return;
  }
  if (one.fresh) return;
  one.memory.signature = one.signature;
  one.memory.asked_at = one.asked_at;
  if (memory_.insert_or_assign(one.ref.id, std::move(one.memory)).second) memory_order_.push_back(one.ref.id);
  while (memory_order_.size() > memory_limit) {
    memory_.erase(memory_order_.front());
    memory_order_.pop_front();
  }
}

}  // namespace sedlink::onec_docflow
