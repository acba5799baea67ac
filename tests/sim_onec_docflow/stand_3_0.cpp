#include "stand_3_0.hpp"

#include <map>

#include "sedlink/core/text.hpp"

namespace sedlink::sim_test {

std::string OnecDocflow3::members3(const std::string& title,
                                   const std::vector<std::pair<std::string, std::string>>& own,
                                   const std::string& external, const std::string& id) {
  // The order of 9.2, as far as these tests write it.
  static const std::vector<std::string> order = {"author", "comment",      "correspondent", "documentType",
                                                 "folder", "organization", "regNumber",     "responsible",
                                                 "sum",    "summary",      "template",      "title"};
  std::map<std::string, std::string> members = {
      {"correspondent", reference("correspondent", "DMCorrespondent", id_of("DMCorrespondent", "ООО Ромашка"))},
      {"documentType", reference("documentType", "DMDocumentType", id_of("DMDocumentType", "Договор"))},
      {"organization", reference("organization", "DMOrganization", id_of("DMOrganization", "ООО Вектор"))},
      {"title", "<m:title>" + title + "</m:title>"}};
  for (const auto& [name, xml] : own) members[name] = xml;
  std::string text = "<m:name>" + title + "</m:name>" + object_id("objectID", "DMDocument", id) + external;
  for (const std::string& name : order) text += members[name];
  return text;
}

std::string OnecDocflow3::document3(const std::string& title,
                                    const std::vector<std::pair<std::string, std::string>>& own,
                                    const std::string& external) {
  const std::string members = members3(title, own, external);
  const Answer answer = ask("DMCreateRequest", "<m:object xsi:type=\"m:DMDocument\">" + members + "</m:object>");
  EXPECT_EQ(answer.type(), "DMCreateResponse") << answer.body;
  return answer.text("object/objectID/id");
}

std::string OnecDocflow3::file3(const std::string& owner, const std::string& name, const std::string& bytes,
                                const std::string& extra) {
  const Answer answer =
      ask("DMAddFileRequest", "<m:file><m:name>" + name + "</m:name>" + object_id("objectID", "DMFile", "") +
                                  "<m:binaryData>" + text::base64_encode(bytes) +
                                  "</m:binaryData><m:extension>pdf</m:extension>" + extra + "</m:file>" +
                                  reference("owner", "DMDocument", owner, "DMDocument"));
  EXPECT_EQ(answer.type(), "DMAddFileResponse") << answer.body;
  return answer.text("file/objectID/id");
}

Answer OnecDocflow3::process(const std::string& type, const std::string& document, const std::string& extra) {
  return ask(type, object_id("object", "DMDocument", document) + extra);
}

Answer OnecDocflow3::current(const std::string& document, const std::string& columns) {
  std::string set;
  for (const std::string& column : text::split(columns, ' ')) {
    if (!column.empty()) set += "<m:columnSet>" + column + "</m:columnSet>";
  }
  return ask("DMGetCurrentObjectProcessingRequest", object_id("target", "DMDocument", document) + set);
}

std::string OnecDocflow3::started(const std::string& title) {
  const std::string id = document3(title);
  EXPECT_EQ(process("DMStartProcessingRequest", id).type(), "DMStartProcessingResponse");
  return id;
}

json::value OnecDocflow3::say(const std::string& document, const std::string& person, const std::string& what,
                              const std::string& comment) {
  return act(R"({"document":")" + document + R"(","person":")" + person + R"(*","do":")" + what + R"(","comment":")" +
             comment + "\"}");
}

std::vector<std::string> OnecDocflow3::participants(const std::string& document) {
  std::vector<std::string> rows;
  const Answer answer = current(document);
  for (const pugi::xml_node row : answer.nodes("objectProcessing/actionsRows/rows/actionsRows/rows")) {
    const pugi::xml_node fields = row.child("m:additionalFields");
    if (std::string_view(fields.child("m:itIsParticipant").text().get()) != "true") continue;
    rows.push_back(std::string(row.child("m:presentation").text().get()) + ": " + fields.child("m:state").text().get() +
                   "/" + fields.child("m:result").text().get() + "/" + row.child("m:comment").text().get());
  }
  return rows;
}

std::string OnecDocflow3::open_task_of(const std::string& document, const std::string& person) {
  const json::value now = state();
  for (const json::value& process : now.at("processes").as_array()) {
    if (process.at("document").as_string() != document) continue;
    for (const json::value& work : process.at("open").as_array()) {
      if (work.at("person").as_string().starts_with(person)) return std::string(work.at("task").as_string());
    }
  }
  return {};
}

}  // namespace sedlink::sim_test
