// DMGetObjectListRequest of 3.0: what the client names in columnConformity (onec-docflow 5.1).
#include "stand_3_0.hpp"

namespace sedlink::sim_test {
namespace {

class Lists3 : public OnecDocflow3 {
 protected:
  Answer list(const std::string& type, const std::string& query) {
    return ask("DMGetObjectListRequest", "<m:type>" + type + "</m:type><m:query>" + query + "</m:query>");
  }
  static std::string condition(const std::string& property, const std::string& value,
                               const std::string& type = "xs:string") {
    return "<m:conditions><m:property>" + property + "</m:property><m:value xsi:type=\"" + type + "\">" + value +
           "</m:value></m:conditions>";
  }
  static std::string pair(const std::string& property, const std::string& attribute) {
    return "<m:columnConformity><m:xdtoPropertyName>" + property + "</m:xdtoPropertyName><m:dmPropertyName>" +
           attribute + "</m:dmPropertyName></m:columnConformity>";
  }
};

TEST_F(Lists3, know_no_fields_of_documents_and_counterparties_by_themselves) {
  const Answer answer = list("DMCorrespondent", condition("inn", "7717586110"));
  ASSERT_EQ(answer.type(), "DMError");
  EXPECT_EQ(answer.text("description"), "Неизвестное поле в условии отбора: inn");
  EXPECT_EQ(list("DMDocument", condition("title", "Договор 1")).type(), "DMError");
}

TEST_F(Lists3, filter_by_what_the_client_pairs_with_attributes) {
  const Answer answer =
      list("DMCorrespondent", condition("inn", "7717586110") + "<m:columnSet>inn</m:columnSet>" +
                                  "<m:columnSet>kpp</m:columnSet>" + pair("inn", "ИНН") + pair("kpp", "КПП"));
  EXPECT_EQ(answer.texts("items/object/name"), std::vector<std::string>{"ООО Ромашка"});
  EXPECT_EQ(answer.text("items/object/kpp"), "771701001");
  document3("Договор 1");
  document3("Договор 2");
  EXPECT_EQ(list("DMDocument", condition("title", "Договор 2") + pair("title", "Заголовок")).texts("items/object/name"),
            std::vector<std::string>{"Договор 2"});
}

TEST_F(Lists3, refuse_a_pair_with_a_wrong_attribute) {
  const Answer answer = list("DMCorrespondent", condition("inn", "1") + pair("inn", "НомерИНН"));
  EXPECT_EQ(answer.text("description"), "Поле объекта не обнаружено (НомерИНН)");
}

TEST_F(Lists3, refuse_columns_that_are_not_paired) {
  EXPECT_EQ(list("DMDocument", "<m:columnSet>name</m:columnSet>").text("description"),
            "Поле объекта не обнаружено (name)");
}

TEST_F(Lists3, have_fixed_fields_of_employees) {
  const Answer answer =
      list("DMEmployee",
           condition("position", "<m:id>" + id_of("DMPosition", "Юрист") + "</m:id><m:type>DMPosition</m:type>",
                     "m:DMObjectID"));
  EXPECT_EQ(answer.texts("items/object/name"), std::vector<std::string>{"Петров Пётр Петрович"});
}

TEST_F(Lists3, take_a_list_of_values) {
  const std::string any =
      "<m:conditions><m:property>name</m:property><m:valueList xsi:type=\"xs:string\">RUB</m:valueList>"
      "<m:valueList xsi:type=\"xs:string\">USD</m:valueList></m:conditions>";
  EXPECT_EQ(list("DMCurrency", any).texts("items/object/name"), (std::vector<std::string>{"RUB", "USD"}));
}

TEST_F(Lists3, give_whole_objects_when_all_data_are_asked_for) {
  const Answer bare = list("DMEmployee", condition("name", "Петров"));
  EXPECT_FALSE(bare.has("items/object/position"));
  const Answer whole = list("DMEmployee", condition("name", "Петров") + condition("getAllData", "true", "xs:boolean"));
  EXPECT_EQ(whole.text("items/object/position/name"), "Юрист");
}

TEST_F(Lists3, cut_at_the_limit_and_say_so) {
  const Answer answer = list("DMEmployee", "<m:limit>2</m:limit>");
  EXPECT_EQ(answer.nodes("items").size(), 2u);
  EXPECT_EQ(answer.text("tooManyObjects"), "true");
}

TEST_F(Lists3, know_no_enumerations_and_no_processes) {
  EXPECT_EQ(list("DMDocumentStatus", "").type(), "DMError");
  EXPECT_EQ(list("DMBusinessProcessApproval", "").type(), "DMError");
}

}  // namespace
}  // namespace sedlink::sim_test
