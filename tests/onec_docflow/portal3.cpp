#include "portal3.hpp"

#include <gtest/gtest.h>

namespace sedlink::onec_docflow::test {
namespace {

std::string element(const std::string& name, const std::string& text) {
  return text.empty() ? std::string() : "<m:" + name + ">" + text + "</m:" + name + ">";
}

}  // namespace

std::string person_row(const Person3& p) {
  return "<m:rows><m:additionalFields><m:deletionMark>false</m:deletionMark><m:itIsAction>false</m:itIsAction>"
         "<m:itIsParticipant>true</m:itIsParticipant>" +
         element("result", p.result) + element("state", p.state) + "</m:additionalFields><m:comment>" + p.comment +
         "</m:comment>" + element("dueDatePresentation", p.due) + "<m:employeesPresentation>" + p.name +
         "</m:employeesPresentation><m:presentation>Согласующее лицо</m:presentation><m:statusDate>" + p.date +
         "</m:statusDate></m:rows>";
}

std::string action_row(const std::string& type, const std::string& name, const std::string& state,
                       const std::string& result, const std::vector<Person3>& people, const std::string& extra_flags) {
  std::string rows;
  for (const Person3& p : people) rows += person_row(p);
  return "<m:rows><m:actionsRows>" + rows + "</m:actionsRows><m:additionalFields>" +
         object("action", type, action_id, name) + "<m:cleanPresentation>" + name + "</m:cleanPresentation>" +
         extra_flags + "<m:itIsAction>true</m:itIsAction>" + element("result", result) + element("state", state) +
         "</m:additionalFields><m:comment/><m:employeesPresentation/><m:presentation>" + name +
         "</m:presentation><m:statusDate>0001-01-01T00:00:00</m:statusDate></m:rows>";
}

// 3.0 leaves out only what is undefined or an empty reference (onec-docflow 4.2).
std::string Portal3::current(const Document3& d) const {
  std::string inside;
  if (d.present) {
    inside += object("objectProcessing", "DMObjectProcessing", d.processing, "Обработка",
                     "<m:actionsRows>" + d.rows +
                         "</m:actionsRows><m:completedNegativelyWithComments>false"
                         "</m:completedNegativelyWithComments><m:startDate>" +
                         d.started + "</m:startDate>" + element("state", d.state) +
                         object("target", "DMDocument", document_id, "Договор"),
                     false);
  }
  inside += "<m:endDate>" + (d.ended.empty() ? "0001-01-01T00:00:00" : d.ended) + "</m:endDate>";
  if (!d.interrupted.empty()) inside += object("interrupted", "DMEmployee", employee_id, d.interrupted, "", false);
  return inside + "<m:terminationReason>" + d.reason + "</m:terminationReason>";
}

std::string Portal3::operator()(const Element& r) {
  if (r.type == "DMGetCurrentObjectProcessingRequest") {
    const auto it = documents.find(r.child("target")->text_of("id"));
    if (it == documents.end() || !it->second.readable) {
      return dm_error("Ошибка", "Нет прав на чтение объекта " + r.child("target")->text_of("id"));
    }
    return envelope("DMGetCurrentObjectProcessingResponse", current(it->second));
  }
  if (r.type == "DMGetDocumentListRequest") {
    const auto it = links.find(r.child("externalObjects")->text_of("id"));
    return envelope("DMGetDocumentListResponse",
                    it == links.end() ? "" : object("documents", "DMDocument", it->second, "Договор"));
  }
  if (r.type == "DMRetrieveRequest" && r.child("objectIds")->text_of("type") == "DMDocument") {
    std::string inside;
    for (const Element* id : r.all("objectIds")) {
      const auto it = documents.find(id->text_of("id"));
      if (it == documents.end() || !it->second.readable) {
        return dm_error("Ошибка",
                        "Объект типа \"DMDocument\" не найден по идентификатору \"" + id->text_of("id") + "\"");
      }
      inside += object("objects", "DMDocument", it->first, "Договор", it->second.document_fields);
    }
    return envelope("DMRetrieveResponse", inside);
  }
  for (const char* order : {"DMFillProcessing", "DMStartProcessing", "DMTerminateProcessing", "DMRestartProcessing"}) {
    if (r.type != std::string(order) + "Request") continue;
    const std::string told = on_order ? on_order(r) : std::string();
    return told.empty() ? envelope(std::string(order) + "Response", "") : told;
  }
  if (r.type == "DMGetObjectListRequest") {
    std::string inside;
    for (const auto& [id, name] : lists[r.text_of("type")]) {
      inside += "<m:items><m:canHaveChildren>false</m:canHaveChildren><m:isFolder>false</m:isFolder>" +
                object("object", r.text_of("type"), id, name) + "</m:items>";
    }
    return envelope("DMGetObjectListResponse", inside);
  }
  if (other) return other(r);
  ADD_FAILURE() << "not expected: " << r.type;
  return dm_error("Неизвестное сообщение", "Неизвестное сообщение: " + r.type);
}

DocumentRef document3(const std::string& id) {
  return DocumentRef{id, "DMDocument", "https://1c.example.ru/doc/#" + id};
}

ProcessRef process3(const std::string& document, const std::string& processing) {
  ProcessRef ref;
  ref.id = processing;
  ref.type = std::string("DMObjectProcessing;key=") + key;
  ref.document = document3(document);
  return ref;
}

}  // namespace sedlink::onec_docflow::test
