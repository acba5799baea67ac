#pragma once
// Processes of edition 2.1 as a poll sees them: the tree, headers and typed tasks, by hand from the protocol page.
#include <map>
#include <string>

#include "scripted_service.hpp"

namespace sedlink::onec_docflow::test {

inline const std::string approval = "DMBusinessProcessApproval";

struct Base {
  // By process id: what the tree, a retrieve and the task list say.
  std::map<std::string, std::string> tree, headers, tasks;
  bool no_tree = false;  // 1C does not know the request
  std::string operator()(const Element& r) const {
    if (r.type == "DMGetTasksTreeRequest") {
      if (no_tree) return dm_error("Неизвестное сообщение", "Неизвестное сообщение");
      std::string inside;
      for (const Element* p : r.child("query")->all("businessProcess")) {
        const auto it = tree.find(object_id(*p).id);
        if (it != tree.end()) inside += it->second;
      }
      return envelope("DMGetTasksTreeResponse", inside);
    }
    if (r.type == "DMGetObjectListRequest") {
      const Element* value = r.child("query")->child("conditions")->child("value");
      const auto it = tasks.find(value->text_of("id"));
      return envelope("DMGetObjectListResponse", it == tasks.end() ? "" : it->second);
    }
    std::string inside;
    for (const Element* wanted : r.all("objectIds")) {
      const std::string id = wanted->text_of("id");
      if (wanted->text_of("type") == "DMInternalDocument") {
        inside += object("objects", "DMInternalDocument", id, "Договор",
                         "<m:regDate>2024-03-02T00:00:00</m:regDate><m:regNumber>15/Д</m:regNumber>" +
                             object("status", "DMDocumentStatus", "НаСогласовании", "На согласовании", "", false));
        continue;
      }
      const auto it = headers.find(id);
      // All or nothing.
      if (it == headers.end()) return dm_error("Ошибка при получении объектов", "непонятно что");
      inside += object("objects", approval, id, "Согласовать", it->second);
    }
    return envelope("DMRetrieveResponse", inside);
  }
};

inline std::string node(const std::string& id, const std::string& mark, const std::string& tasks) {
  return object("businessProcesses", approval, id, "Согласовать",
                tasks + "<m:completionMark>" + mark + "</m:completionMark>");
}
inline std::string bare(const std::string& id, bool executed) {
  return object("tasks", "DMBusinessProcessTask", id, "Согласовать",
                std::string("<m:executed>") + (executed ? "true" : "false") + "</m:executed>");
}
inline std::string typed(const std::string& id, const std::string& type, const std::string& user, bool executed,
                         const std::string& more) {
  return "<m:items><m:canHaveChildren>false</m:canHaveChildren><m:isFolder>false</m:isFolder>" +
         object("object", type, id, "Задача",
                "<m:performer>" + object("user", "DMUser", user, "Имя " + user, "", false) +
                    "</m:performer><m:executed>" + (executed ? "true" : "false") +
                    "</m:executed><m:beginDate>2024-03-01T10:00:00</m:beginDate>" + more) +
         "</m:items>";
}

inline ProcessRef ref(const std::string& id) {
  ProcessRef p;
  p.id = id;
  p.type = approval;
  p.document = DocumentRef{document_id, "DMInternalDocument", ""};
  return p;
}

inline const std::string asked_of = "DMBusinessProcessApprovalTaskApproval";
inline const std::string step = "<m:businessProcessStep>Согласовать</m:businessProcessStep>";

inline Base running() {
  Base b;
  b.tree["p1"] = node("p1", "NotExecuted", bare("t1", false));
  b.headers["p1"] =
      "<m:started>true</m:started>" + object("state", "DMBusinessProcessState", "Активен", "Активен", "", false);
  b.tasks["p1"] = typed("t1", asked_of, "u1", false, step);
  return b;
}

}  // namespace sedlink::onec_docflow::test
