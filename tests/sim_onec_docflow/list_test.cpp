// DMGetObjectListRequest (onec-docflow 5.1, 8.8).
#include <algorithm>

#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

std::string condition(const std::string& property, const std::string& value, const std::string& type = "xs:string",
                      const std::string& operation = "") {
  return "<m:conditions><m:property>" + property + "</m:property><m:value xsi:type=\"" + type + "\">" + value +
         "</m:value>" + (operation.empty() ? "" : "<m:comparisonOperator>" + operation + "</m:comparisonOperator>") +
         "</m:conditions>";
}

class Lists : public OnecDocflow {
 protected:
  Answer list(const std::string& type, const std::string& query) {
    return ask("DMGetObjectListRequest",
               "<m:type>" + type + "</m:type>" + (query.empty() ? "" : "<m:query>" + query + "</m:query>"));
  }
};

TEST_F(Lists, finds_people_in_the_order_of_their_names) {
  const auto names = list("DMUser", "").texts("items/object/name");
  ASSERT_EQ(names.size(), 8u);
  EXPECT_EQ(names.front(), "Васильев Андрей Николаевич");
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST_F(Lists, cuts_at_the_limit_and_says_so) {
  const Answer answer = list("DMUser", "<m:limit>3</m:limit>");
  EXPECT_EQ(answer.nodes("items").size(), 3u);
  EXPECT_EQ(answer.text("tooManyObjects"), "true");
  EXPECT_FALSE(list("DMUser", "<m:limit>8</m:limit>").has("tooManyObjects"));
}

TEST_F(Lists, reads_a_name_without_operator_as_a_part_of_it_and_with_LIKE_literally) {
  EXPECT_EQ(list("DMUser", condition("name", "иванов")).nodes("items").size(), 1u);
  EXPECT_EQ(list("DMUser", condition("name", "Иванов", "xs:string", "LIKE")).nodes("items").size(), 0u);
  EXPECT_EQ(list("DMUser", condition("name", "%Иванов%", "xs:string", "LIKE")).nodes("items").size(), 1u);
}

TEST_F(Lists, finds_counterparties_by_inn) {
  const Answer answer = list("DMCorrespondent", condition("inn", "7717586110") +
                                                    "<m:columnSet>inn</m:columnSet><m:columnSet>kpp</m:columnSet>");
  ASSERT_EQ(answer.nodes("items").size(), 1u);
  EXPECT_EQ(answer.text("items/object/name"), "ООО Ромашка");
  EXPECT_EQ(answer.text("items/object/kpp"), "771701001");
  EXPECT_EQ(list("DMCorrespondent", condition("inn", "07717586110")).nodes("items").size(), 0u);
}

TEST_F(Lists, refuses_an_unknown_condition) {
  const Answer answer = list("DMUser", condition("email", "a@b"));
  EXPECT_EQ(answer.type(), "DMError");
  EXPECT_EQ(answer.text("description"), "Неизвестное поле в условии отбора: email");
  EXPECT_EQ(answer.text("subject"), "Ошибка при получении списка справочника");
}

TEST_F(Lists, refuses_the_column_name_for_documents) {
  const Answer answer = list("DMInternalDocument", "<m:columnSet>name</m:columnSet>");
  EXPECT_EQ(answer.text("description"), "Поле объекта не обнаружено (name)");
}

TEST_F(Lists, lists_several_types_and_enumerations) {
  EXPECT_EQ(list("DMInternalDocumentFolder;DMOrganization", "").nodes("items").size(), 5u);
  const auto ids = list("DMApprovalResult", "").texts("items/object/objectID/id");
  EXPECT_EQ(ids, (std::vector<std::string>{"Согласовано", "СогласованоСЗамечаниями", "НеСогласовано"}));
}

TEST_F(Lists, refuses_an_unknown_type) {
  EXPECT_EQ(list("DMEmployee", "").text("description"),
            "Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: DMEmployee");
}

TEST_F(Lists, finds_documents_by_external_object_and_hides_deleted_ones) {
  const std::string key = "21111111-2222-4333-8444-555555555555";
  const std::string id = document("Договор 1", "<m:externalObject><m:name>Сделка</m:name><m:id>" + key +
                                                   "</m:id><m:type>bitrix24.deal</m:type></m:externalObject>");
  const std::string by_key = condition(
      "ExternalObject", "<m:name/><m:id>" + key + "</m:id><m:type>bitrix24.deal</m:type>", "m:ExternalObject");
  EXPECT_EQ(list("DMInternalDocument", by_key).text("items/object/objectID/id"), id);
  ask("DMDeleteRequest", object_id("objectIds", "DMInternalDocument", id));
  EXPECT_FALSE(list("DMInternalDocument", by_key).has("items"));
  EXPECT_TRUE(list("DMInternalDocument", by_key + condition("ignoreDeletionMark", "true", "xs:boolean")).has("items"));
}

class TaskLists : public Lists {
 protected:
  Answer tasks(const std::string& conditions) { return list("DMBusinessProcessTask", conditions); }
  std::string of(const std::string& process) {
    return condition("businessProcess", "<m:id>" + process + "</m:id><m:type>DMBusinessProcessApproval</m:type>",
                     "m:DMObjectID");
  }
};

TEST_F(TaskLists, gives_concrete_types_only_when_typed) {
  const std::string process = approval(document());
  const Answer bare = tasks(of(process) + "<m:limit>1</m:limit>");
  EXPECT_EQ(bare.nodes("items").size(), 2u) << "limit is ignored";
  EXPECT_EQ(bare.attribute("items/object", "xsi:type"), "m:DMBusinessProcessTask");
  const Answer typed = tasks(of(process) + condition("typed", "true", "xs:boolean"));
  EXPECT_EQ(typed.attribute("items/object", "xsi:type"), "m:DMBusinessProcessApprovalTaskApproval");
  EXPECT_EQ(typed.text("items/object/iterationNumber"), "1");
  EXPECT_EQ(typed.text("items/object/approvalResult/objectID/id"), "");
  EXPECT_FALSE(typed.text("items/object/approvalResult/objectID/presentation").empty());
  EXPECT_EQ(typed.text("items/object/endDate"), "0001-01-01T00:00:00");
}

TEST_F(TaskLists, ignores_by_user_of_the_wrong_type) {
  approval(document());
  EXPECT_EQ(tasks(condition("byUser", "true", "xs:boolean")).nodes("items").size(), 0u);
  EXPECT_EQ(
      tasks(condition("byUser", "<m:id>true</m:id><m:type>DMUser</m:type>", "m:DMObjectID")).nodes("items").size(), 2u);
}

TEST_F(TaskLists, hides_executed_tasks_on_request_and_refuses_performer) {
  const std::string process = approval(document());
  act(R"({"process":")" + process + R"(","person":"Петров*","do":"approve"})");
  EXPECT_EQ(tasks(of(process)).nodes("items").size(), 2u);
  EXPECT_EQ(tasks(of(process) + condition("withExecuted", "false", "xs:boolean")).nodes("items").size(), 1u);
  EXPECT_EQ(tasks(condition("performer", "x")).text("subject"), "Ошибка при получении списка задач");
}

TEST_F(TaskLists, needs_a_query) { EXPECT_EQ(list("DMBusinessProcessTask", "").type(), "DMError"); }

TEST_F(TaskLists, shows_nothing_open_of_an_interrupted_process_though_the_tree_does) {
  const std::string process = approval(document());
  act(R"({"process":")" + process + R"(","person":"Петров*","do":"approve"})");
  act(R"({"process":")" + process + R"(","do":"interrupt"})");
  const Answer listed = tasks(of(process) + condition("withDelayed", "true", "xs:boolean"));
  EXPECT_EQ(listed.texts("items/object/executed"), std::vector<std::string>{"true"});
  const Answer header = list("DMBusinessProcessApproval", "");
  EXPECT_FALSE(header.has("items"));
  const Answer tree = tree_of(process);
  EXPECT_EQ(tree.text("businessProcesses/state/objectID/id"), "Прерван");
  EXPECT_EQ(tree.text("businessProcesses/completionMark"), "Interrupted");
  EXPECT_EQ(tree.nodes("businessProcesses/tasks").size(), 2u);
}

TEST_F(TaskLists, lists_processes_by_their_header_only) {
  const std::string id = document();
  approval(id);
  const Answer answer =
      list("DMBusinessProcessApproval",
           condition("target", "<m:id>" + id + "</m:id><m:type>DMInternalDocument</m:type>", "m:DMObjectID"));
  ASSERT_EQ(answer.nodes("items").size(), 1u);
  EXPECT_FALSE(answer.has("items/object/performers"));
  EXPECT_FALSE(answer.has("items/object/executionResult"));
}

}  // namespace
}  // namespace sedlink::sim_test
