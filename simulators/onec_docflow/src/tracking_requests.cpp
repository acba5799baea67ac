// Where processes stand: the tree of tasks and the approval sheet (onec-docflow 8.8, 8.10).
#include <algorithm>
#include <functional>
#include <set>

#include "documents.hpp"
#include "enumerations.hpp"
#include "process_requests.hpp"
#include "process_view.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

Xdto branch(Session& session, const Process& process, bool with_executed) {
  Xdto shown = show_header(session, process, true);
  shown.remove("leadingTask");
  shown.add("completionMark", session.engine.completion_mark(process));
  for (const Task* task : session.base.data.tasks_of(process.ref.id)) {
    if (!with_executed && (task->executed || task->queued)) continue;
    Xdto bare = show_task(session, *task, false);
    for (const Process& child : session.base.data.processes) {
      if (child.leading_task == task->id) bare.add("businessProcesses", branch(session, child, with_executed));
    }
    shown.add("tasks", std::move(bare));
  }
  return shown;
}

std::set<std::string> linked_targets(Session& session, const Xdto& query) {
  std::set<std::string> ids;
  for (const Xdto* external : query.all("externalTarget")) {
    for (const Link* link : session.base.data.links_to(session.caller.node, text::to_lower_ascii(external->get("id")),
                                                       external->get("type"))) {
      ids.insert(link->object.id);
    }
  }
  return ids;
}

std::set<std::string> named(const Xdto& query, std::string_view member) {
  std::set<std::string> ids;
  for (const Xdto* reference : query.all(member)) {
    if (!reference->ref_id().empty()) ids.insert(text::to_lower_ascii(reference->ref_id()));
  }
  return ids;
}

bool concerns(const Process& process, const std::set<std::string>& targets) {
  return std::any_of(process.targets.begin(), process.targets.end(),
                     [&](const Target& t) { return targets.contains(t.object.id); });
}

Xdto sheet_row(Session& session, const std::string& user, const std::string& date, std::string result,
               std::string comment) {
  const Object* person = session.base.data.object("DMUser", user);
  Xdto row;
  row.add("position", person != nullptr ? person->position : std::string());
  row.add("name", person != nullptr ? person->name : std::string());
  row.add("date", date);
  row.add("result", std::move(result));
  row.add("comment", std::move(comment));
  return row;
}

}  // namespace

Xdto tasks_tree(Session& session, const Xdto& request) {
  const Xdto& query = *request.find("query");
  std::set<std::string> targets = named(query, "target");
  targets.merge(linked_targets(session, query));
  const std::set<std::string> processes = named(query, "businessProcess");
  const std::set<std::string> authors = named(query, "author");
  const bool with_executed = !query.has("withExecuted") || query.is_true("withExecuted");
  const bool by_author_only = targets.empty() && processes.empty();
  Xdto answer("DMGetTasksTreeResponse");
  for (const Process& process : session.base.data.processes) {
    if (process.deleted) continue;
    const bool author_fits = authors.empty() || authors.contains(process.author);
    const bool asked = processes.contains(process.ref.id);
    // By document, stages of a complex process stand below it.
    const bool found = process.leading_task.empty() && (by_author_only ? !authors.empty() : concerns(process, targets));
    if (author_fits && (asked || found)) answer.add("businessProcesses", branch(session, process, with_executed));
  }
  return answer;
}

// Rows come unordered; who decided is shown only through visas.
Xdto approval_sheet(Session& session, const Xdto& request) {
  const Ref ref = session.objects.require(*request.find("object")->find("objectID"));
  const Object* document = session.base.data.object(ref);
  if (document == nullptr || !is_document(ref.type)) throw DmError("Объект не найден");
  const Enumeration& results = *find_enumeration("DMApprovalResult");
  std::vector<Xdto> rows;
  for (const Visa& visa : document->visas) {
    if (visa.deleted || visa.history || !visa.date || !session.base.settings.visas) continue;
    rows.push_back(sheet_row(session, visa.reviewer, session.base.local(visa.date),
                             std::string(results.synonym(visa.result)), visa.comment));
  }
  for (const Process& process : session.base.data.processes) {
    const bool queued = process.background == "ReadyToExecute";
    if (process.ref.type != "DMBusinessProcessApproval" || process.completed || process.deleted ||
        process.state != "Активен" || (!process.started && !queued) ||
        session.engine.document_of(const_cast<Process&>(process)) != document) {
      continue;
    }
    for (const Participant& participant : process.participants) {
      if (!participant.passed)
        rows.push_back(sheet_row(session, participant.user, std::string(empty_date), "На согласовании", ""));
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Xdto& a, const Xdto& b) {
    return std::hash<std::string_view>()(a.get("name")) < std::hash<std::string_view>()(b.get("name"));
  });
  Xdto answer("DMGetApprovalSheetResponse");
  for (Xdto& row : rows) answer.add("items", std::move(row));
  return answer;
}

}  // namespace sedlink::sim::onec_docflow
