#include "wire/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sedlink::onec_docflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(const std::vector<const Property*>& properties) {
  std::vector<std::string> all;
  for (const Property* p : properties) all.push_back(p->name);
  return all;
}

std::vector<std::string> names(const Element& e) {
  std::vector<std::string> all;
  for (const Element& c : e.children) all.push_back(c.name);
  return all;
}

TEST(OnecSchema, puts_inherited_properties_before_own_ones) {
  const Schema schema = Schema::builtin();
  EXPECT_THAT(names(schema.properties("DMGetBusinessProcessByTemplateRequest")),
              ElementsAre("dataBaseID", "messageId", "initialMessageId", "type", "columnSet", "dataSource", "targetID",
                          "businessProcessTemplateId"));
  EXPECT_THAT(
      names(schema.properties("DMBusinessProcessApprovalParticipant")),
      ElementsAre("user", "role", "mainAddressingObject", "secondaryAddressingObject", "dueDateSpecificationOption",
                  "dueDate", "dueDateDays", "dueDateHours", "dueDateMinutes", "approvalOrder"));
}

TEST(OnecSchema, puts_own_properties_first_where_one_is_redeclared) {
  Schema schema = Schema::builtin();
  const auto own_first =
      ElementsAre("personalDueDate", "personalDescription", "personalTaskName", "task", "responsible",
                  "performanceOrder", "passed", "user", "role", "mainAddressingObject", "secondaryAddressingObject",
                  "dueDateSpecificationOption", "dueDate", "dueDateDays", "dueDateHours", "dueDateMinutes");
  EXPECT_THAT(names(schema.properties("DMBusinessProcessPerformanceParticipant")), own_first);
  schema.set_own_first(false);
  EXPECT_EQ(schema.properties("DMBusinessProcessPerformanceParticipant").front()->name, "user");
  EXPECT_EQ(schema.properties("DMInternalDocument").front()->name, "name");
}

TEST(OnecSchema, inserts_fields_in_message_order_whatever_the_order_of_calls) {
  const Schema schema = Schema::builtin();
  Element document("object");
  for (const char* field : {"folder", "documentType", "correspondent", "title", "summary", "sum", "organization",
                            "externalObject", "objectID", "name"}) {
    schema.put(document, "DMInternalDocument", Element(field));
  }
  EXPECT_THAT(names(document), ElementsAre("name", "objectID", "externalObject", "organization", "sum", "summary",
                                           "title", "correspondent", "documentType", "folder"));
}

TEST(OnecSchema, replaces_in_place_and_leaves_foreign_elements_alone) {
  const Schema schema = Schema::builtin();
  Element process("object");
  for (const char* field :
       {"name", "objectID", "state", "leadingTaskEnabled", "performers", "approvalType", "TD_Own"}) {
    process.children.emplace_back(field, "old");
  }
  schema.put(process, "DMBusinessProcessApproval", Element("state", "new"));
  schema.put(process, "DMBusinessProcessApproval", Element("description", "d"));
  EXPECT_THAT(names(process), ElementsAre("name", "objectID", "description", "state", "leadingTaskEnabled",
                                          "performers", "approvalType", "TD_Own"));
  EXPECT_EQ(process.text_of("state"), "new");
}

const char* wsdl = R"(<?xml version="1.0"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:d="http://www.1c.ru/dm" xmlns:x="http://www.w3.org/2001/XMLSchema">
<types><x:schema targetNamespace="http://www.1c.ru/dm">
 <x:complexType name="DMObjectID"><x:sequence><x:element name="id" type="x:string"/><x:element name="type" type="x:string"/></x:sequence></x:complexType>
 <x:complexType name="DMObject"><x:sequence><x:element name="name" type="x:string" nillable="true"/><x:element name="objectID" type="d:DMObjectID"/></x:sequence></x:complexType>
 <x:complexType name="DMInternalDocument"><x:complexContent><x:extension base="d:DMObject"><x:sequence>
   <x:element name="title" type="x:string" minOccurs="0"/><x:element name="beginDate" type="x:date" minOccurs="0"/>
   <x:element name="visas" type="d:DMVisa" minOccurs="0" maxOccurs="unbounded"/><x:element name="TD_Own" type="x:string" minOccurs="0"/>
 </x:sequence></x:extension></x:complexContent></x:complexType>
 <x:complexType name="DMMessage"><x:sequence><x:element name="dataBaseID" type="x:string" minOccurs="0"/></x:sequence></x:complexType>
 <x:complexType name="DMRetrieveRequest"><x:complexContent><x:extension base="d:DMMessage"><x:sequence/></x:extension></x:complexContent></x:complexType>
 <x:complexType name="Base"><x:sequence><x:element name="a" type="x:string"/><x:element name="b" type="x:string"/></x:sequence></x:complexType>
 <x:complexType name="Odd"><x:complexContent><x:extension base="d:Base"><x:sequence><x:element name="own" type="x:string"/><x:element name="b" type="x:string"/></x:sequence></x:extension></x:complexContent></x:complexType>
 <x:complexType name="DMBusinessProcessApproval"/><x:complexType name="DMLaunchBusinessProcessRequest"/><x:complexType name="DMFile"/><x:complexType name="DMBatchRequest"/>
</x:schema></types></definitions>)";

TEST(OnecSchema, reads_order_types_and_own_elements_of_a_live_wsdl) {
  auto schema = Schema::from_wsdl(wsdl);
  ASSERT_TRUE(schema) << describe(schema.error());
  EXPECT_THAT(names(schema.value().properties("DMInternalDocument")),
              ElementsAre("name", "objectID", "title", "beginDate", "visas", "TD_Own"));
  EXPECT_EQ(schema.value().property("DMInternalDocument", "beginDate")->type, "xs:date");
  EXPECT_EQ(schema.value().property("DMInternalDocument", "visas")->type, "DMVisa");
  EXPECT_TRUE(schema.value().property("DMInternalDocument", "visas")->many);
  EXPECT_TRUE(schema.value().derives("DMInternalDocument", "DMObject"));
  EXPECT_THAT(names(schema.value().properties("Odd")), ElementsAre("own", "a", "b"));
}

TEST(OnecSchema, refuses_what_is_no_wsdl_of_the_service) {
  for (const std::string text : {"", "<html/>", "<definitions/>", "not xml at all"}) {
    const auto schema = Schema::from_wsdl(text);
    ASSERT_FALSE(schema);
    EXPECT_EQ(schema.error().code, "onec.wsdl");
  }
}

TEST(OnecSchema, knows_what_releases_of_2_1_differ_in) {
  const Schema old = Schema::builtin(Version("2.1.11.5.CORP"));
  const Schema late = Schema::builtin(Version("2.1.32.6.CORP"));
  EXPECT_EQ(old.property("DMInternalDocument", "addressee"), nullptr);
  EXPECT_NE(late.property("DMInternalDocument", "addressee"), nullptr);
  EXPECT_EQ(old.property("DMBusinessProcessConfirmation", "processType"), nullptr);
  EXPECT_NE(late.property("DMBusinessProcessConfirmation", "processType"), nullptr);
  EXPECT_NE(names(old.properties("DMInternalDocument")), names(late.properties("DMInternalDocument")));
  EXPECT_EQ(names(old.properties("DMFile")), names(late.properties("DMFile")));
}

TEST(OnecSchema, of_3_0_is_another_one) {
  const Schema schema = Schema::builtin(Version("3.0.16.33.CORP"));
  EXPECT_FALSE(schema.knows("DMBusinessProcess"));
  EXPECT_FALSE(schema.knows("DMLaunchBusinessProcessRequest"));
  EXPECT_THAT(names(schema.properties("DMStartProcessingRequest")),
              ElementsAre("dataBaseID", "dmilVersionNumber", "messageID", "initialMessageID", "object", "link"));
  EXPECT_EQ(schema.property("DMDocument", "responsible")->type, "DMEmployee");
  EXPECT_THAT(schema.values("DMObjectProcessingState"), ElementsAre("Executing", "Completed", "Stopped", "Terminated"));
  EXPECT_TRUE(schema.values("DMEmployee").empty());
  EXPECT_TRUE(schema.derives("DMActionApproval", "DMObject"));
}

}  // namespace
}  // namespace sedlink::onec_docflow
