// What the platform refuses with a SOAP Fault (onec-docflow 2.5, 4).
#include "sedlink/core/text.hpp"
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

class Strictness : public OnecDocflow {
 protected:
  Strictness() { wrong_requests = true; }
  void expect_fault(const Answer& answer, const std::string& part) {
    EXPECT_EQ(answer.status, 500);
    EXPECT_NE(answer.fault().find(part), std::string::npos) << answer.body;
  }
  Answer create(const std::string& members) {
    return ask("DMCreateRequest", "<m:object xsi:type=\"m:DMCorrespondent\">" + members + "</m:object>");
  }
  const std::string name_and_id = "<m:name>А</m:name>" + object_id("objectID", "DMCorrespondent", "");
};

TEST_F(Strictness, refuses_elements_out_of_order) {
  expect_fault(create(name_and_id + "<m:kpp>1</m:kpp><m:inn>2</m:inn>"), "Проверка свойства 'inn'");
}

TEST_F(Strictness, refuses_own_elements_before_inherited_ones) {
  expect_fault(create("<m:inn>2</m:inn>" + name_and_id), "Проверка свойства");
}

TEST_F(Strictness, refuses_a_missing_required_element) {
  expect_fault(create(object_id("objectID", "DMCorrespondent", "")),
               "Чтение объекта типа: {http://www.1c.ru/dm}DMCorrespondent\nПроверка свойства 'name'");
}

TEST_F(Strictness, refuses_an_unknown_element) {
  expect_fault(create(name_and_id + "<m:email>x</m:email>"), "'email'");
}

TEST_F(Strictness, refuses_an_element_given_twice) {
  expect_fault(create(name_and_id + "<m:inn>1</m:inn><m:inn>2</m:inn>"), "'inn'");
}

TEST_F(Strictness, refuses_nil_where_the_type_does_not_allow_it) {
  expect_fault(create(name_and_id + "<m:inn xsi:nil=\"true\"/>"), "nil");
}

TEST_F(Strictness, allows_nil_where_the_type_does) {
  const Answer answer = create("<m:name xsi:nil=\"true\"/>" + object_id("objectID", "DMCorrespondent", ""));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.type(), "DMError");  // the fill check: a counterparty has a name
}

TEST_F(Strictness, refuses_a_type_that_does_not_exist_or_does_not_derive) {
  expect_fault(ask("DMCreateRequestt", ""), "Тип не определен");
  expect_fault(send(envelope("<m:request xsi:type=\"m:DMUser\"><m:name/>" + object_id("objectID", "DMUser", "") +
                             "</m:request>")),
               "не является производным");
}

TEST_F(Strictness, refuses_an_abstract_type) {
  expect_fault(send(envelope("<m:request/>")), "абстрактным");
  expect_fault(ask("DMRequest", ""), "абстрактным");
}

TEST_F(Strictness, refuses_an_undeclared_prefix_in_xsi_type) {
  expect_fault(send(envelope("<m:request xsi:type=\"d2p1:DMGetVersionRequest\"/>")),
               "Отсутствует отображение для префикса d2p1");
}

TEST_F(Strictness, takes_any_declared_prefix) {
  std::string text = envelope("<m:request xsi:type=\"m:DMGetVersionRequest\"/>");
  text = text::replace_all(text, "m:", "ns1:");
  text = text::replace_all(text, "xmlns:m=", "xmlns:ns1=");
  EXPECT_EQ(send(text).type(), "DMGetVersionResponse");
}

TEST_F(Strictness, refuses_elements_of_another_namespace) {
  expect_fault(ask("DMGetObjectListRequest", "<type>DMUser</type>"), "'type'");
}

TEST_F(Strictness, refuses_values_that_are_not_of_their_type) {
  const auto query = [](const std::string& limit) {
    return "<m:type>DMUser</m:type><m:query><m:limit>" + limit + "</m:limit></m:query>";
  };
  expect_fault(ask("DMGetObjectListRequest", query("many")), "'limit'");
  EXPECT_EQ(ask("DMGetObjectListRequest", query("5")).status, 200);
}

TEST_F(Strictness, refuses_an_operator_outside_the_enumeration) {
  expect_fault(ask("DMGetObjectListRequest",
                   "<m:type>DMUser</m:type><m:query><m:conditions><m:property>name</m:property>"
                   "<m:value "
                   "xsi:type=\"xs:string\">x</m:value><m:comparisonOperator>like</m:comparisonOperator></"
                   "m:conditions></m:query>"),
               "DMComparisonOperator");
}

TEST_F(Strictness, refuses_what_is_no_xml) {
  expect_fault(send("{\"a\":1}"), "XML");
  expect_fault(send(envelope("<m:request xsi:type=\"m:DMGetVersionRequest\">&nbsp;</m:request>")), "сущность");
  expect_fault(send(envelope("<m:request xsi:type=\"m:DMGetVersionRequest\">").substr(0, 300)), "XML");
}

TEST_F(Strictness, refuses_text_inside_an_object) {
  expect_fault(send(envelope("<m:request xsi:type=\"m:DMGetVersionRequest\">text</m:request>")), "текст");
}

// 4.4: the one type whose own elements come before the inherited ones.
TEST_F(Strictness, wants_own_elements_first_in_a_performance_participant) {
  const std::string user_reference = reference("user", "DMUser", user("Васильев Андрей Николаевич"));
  const std::string own =
      "<m:personalDueDate xsi:nil=\"true\"/><m:personalDescription "
      "xsi:nil=\"true\"/><m:personalTaskName/><m:responsible>false</m:responsible>";
  const auto launch = [&](const std::string& row) {
    return ask("DMLaunchBusinessProcessRequest",
               "<m:businessProcess xsi:type=\"m:DMBusinessProcessPerformance\"><m:name>Исполнить</m:name>" +
                   object_id("objectID", "DMBusinessProcessPerformance", "") + "<m:performers>" + row +
                   "</m:performers></m:businessProcess>");
  };
  EXPECT_EQ(launch(own + user_reference).type(), "DMLaunchBusinessProcessResponse");
  expect_fault(launch(user_reference + own), "'personalDueDate'");
}

}  // namespace
}  // namespace sedlink::sim_test
