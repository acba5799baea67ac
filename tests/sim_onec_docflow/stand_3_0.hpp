#pragma once
// The same stand for edition 3.0, with the shortest way to its documents, processings and tasks.
#include "stand.hpp"

namespace sedlink::sim_test {

class OnecDocflow3 : public OnecDocflow {
 protected:
  OnecDocflow3() { edition = "3.0"; }

  std::string employee(const std::string& name) { return id_of("DMEmployee", name); }
  // A contract of the built-in company; `own` are further members of DMDocument by name, put into the schema's order.
  std::string document3(const std::string& title = "Договор поставки 15",
                        const std::vector<std::pair<std::string, std::string>>& own = {},
                        const std::string& external = "");
  // The members of such a document.
  std::string members3(const std::string& title, const std::vector<std::pair<std::string, std::string>>& own = {},
                       const std::string& external = "", const std::string& id = "");
  std::string file3(const std::string& document, const std::string& name, const std::string& bytes,
                    const std::string& extra = "");
  // DMFillProcessingRequest, DMStartProcessingRequest … of the document.
  Answer process(const std::string& type, const std::string& document, const std::string& extra = "");
  Answer current(const std::string& document, const std::string& columns = "");
  std::string processing_state(const std::string& document) { return current(document).text("objectProcessing/state"); }
  // A started approval of a new document; the document's id.
  std::string started(const std::string& title = "Договор поставки 15");
  json::value say(const std::string& document, const std::string& person, const std::string& what,
                  const std::string& comment = "");
  // Rows below the first action: "name: state/result/comment".
  std::vector<std::string> participants(const std::string& document);

  std::string open_task_of(const std::string& document, const std::string& person);
};

}  // namespace sedlink::sim_test
