#include "door.hpp"

#include <gtest/gtest.h>

namespace sedlink::bitrix24 {
namespace {

Settings settings() {
  Settings s;
  s.connection = "portal";
  s.origin = "https://one.bitrix24.ru";
  s.host = "one.bitrix24.ru";
  s.event_token = Secret("t0ken");
  s.member_id = "a223c6b3710f85df22e9377d6c4f7553";
  return s;
}

std::string body(const std::string& event, const std::string& data, const std::string& token = "t0ken",
                 const std::string& member = "a223c6b3710f85df22e9377d6c4f7553",
                 const std::string& domain = "one.bitrix24.ru") {
  return "event=" + event + "&event_handler_id=201&" + data + "&ts=1736405807&auth%5Bdomain%5D=" + domain +
         "&auth[client_endpoint]=https%3A%2F%2Fone.bitrix24.ru%2Frest%2F&auth[member_id]=" + member +
         "&auth[application_token]=" + token;
}

Result<std::vector<api::InboundEvent>> deliver(
    const std::string& text, const std::string& type = "application/x-www-form-urlencoded; charset=UTF-8") {
  api::InboundRequest request;
  request.content_type = type;
  request.body = text;
  return accept_delivery(request, settings(), "one.bitrix24.ru");
}

TEST(Bitrix24Door, a_deal_update_names_the_deal) {
  const auto events = deliver(body("ONCRMDEALUPDATE", "data%5BFIELDS%5D%5BID%5D=759"));
  ASSERT_TRUE(events) << describe(events.error());
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ(events->front().name, "ONCRMDEALUPDATE");
  ASSERT_TRUE(events->front().item);
  EXPECT_EQ(to_string(*events->front().item), "portal/deal/759");
  EXPECT_FALSE(events->front().deleted);
}

TEST(Bitrix24Door, a_dynamic_event_names_the_kind_of_item) {
  for (const char* event : {"ONCRMDYNAMICITEMUPDATE", "ONCRMDYNAMICITEMUPDATE_1036"}) {
    const auto events = deliver(body(event, "data[FIELDS][ID]=77&data[FIELDS][ENTITY_TYPE_ID]=1036"));
    ASSERT_TRUE(events);
    ASSERT_TRUE(events->front().item) << event;
    EXPECT_EQ(events->front().item->entity, "dynamic:1036");
  }
  const auto by_suffix = deliver(body("ONCRMDYNAMICITEMADD_1036", "data[FIELDS][ID]=77"));
  ASSERT_TRUE(by_suffix && by_suffix->front().item);
  EXPECT_EQ(by_suffix->front().item->entity, "dynamic:1036");
  const auto invoice = deliver(body("ONCRMDYNAMICITEMUPDATE", "data[FIELDS][ID]=5&data[FIELDS][ENTITY_TYPE_ID]=31"));
  ASSERT_TRUE(invoice && invoice->front().item);
  EXPECT_EQ(invoice->front().item->entity, "smart-invoice");
}

TEST(Bitrix24Door, a_deletion_is_marked_as_one) {
  const auto events = deliver(body("ONCRMDYNAMICITEMDELETE", "data[FIELDS][ID]=77&data[FIELDS][ENTITY_TYPE_ID]=1036"));
  ASSERT_TRUE(events && events->front().item);
  EXPECT_TRUE(events->front().deleted);
}

TEST(Bitrix24Door, a_move_to_another_pipeline_names_the_deal) {
  const auto events = deliver(
      body("ONCRMDEALMOVETOCATEGORY", "data[FIELDS][ID]=3&data[FIELDS][CATEGORY_ID]=9&data[FIELDS][STAGE_ID]=C9:NEW"));
  ASSERT_TRUE(events && events->front().item);
  EXPECT_EQ(to_string(*events->front().item), "portal/deal/3");
}

TEST(Bitrix24Door, an_event_that_is_not_for_us_is_accepted_without_an_item) {
  for (const char* event : {"ONCRMCOMPANYUPDATE", "ONCRMDEALUSERFIELDADD", "ONTASKADD", "ONSOMETHINGNEW"}) {
    const auto events = deliver(body(event, "data[FIELDS][ID]=1"));
    ASSERT_TRUE(events) << event;
    EXPECT_FALSE(events->front().item) << event;
  }
  const auto no_id = deliver(body("ONCRMDEALUPDATE", "data[FIELDS][ID]=abc"));
  ASSERT_TRUE(no_id);
  EXPECT_FALSE(no_id->front().item);
}

TEST(Bitrix24Door, a_wrong_token_is_refused_as_unauthorized) {
  for (const char* token : {"wrong", "", "t0ke", "t0kenn"}) {
    const auto refused = deliver(body("ONCRMDEALUPDATE", "data[FIELDS][ID]=1", token));
    ASSERT_FALSE(refused) << token;
    EXPECT_EQ(refused.error().fault, Fault::unauthorized);
    EXPECT_EQ(refused.error().code, "crm.door");
  }
}

TEST(Bitrix24Door, another_member_or_domain_is_refused) {
  const auto member =
      deliver(body("ONCRMDEALUPDATE", "data[FIELDS][ID]=1", "t0ken", "ffffffffffffffffffffffffffffffff"));
  ASSERT_FALSE(member);
  EXPECT_EQ(member.error().code, "crm.door");
  const auto domain = deliver(
      body("ONCRMDEALUPDATE", "data[FIELDS][ID]=1", "t0ken", "a223c6b3710f85df22e9377d6c4f7553", "two.bitrix24.ru"));
  ASSERT_FALSE(domain);
  EXPECT_EQ(domain.error().code, "crm.door");
}

TEST(Bitrix24Door, anything_but_a_form_is_another_media_type) {
  for (const char* type : {"application/json", "multipart/form-data; boundary=x", "text/plain", ""}) {
    const auto refused = deliver(body("ONCRMDEALUPDATE", "data[FIELDS][ID]=1"), type);
    ASSERT_FALSE(refused) << type;
    EXPECT_EQ(refused.error().code, "crm.door.media");
  }
}

TEST(Bitrix24Door, a_form_without_an_event_or_with_bad_escapes_is_a_bad_form) {
  for (const char* text : {"", "a=b", "event=%zz&data[FIELDS][ID]=1"}) {
    const auto refused = deliver(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, "crm.door.form") << text;
  }
}

TEST(Bitrix24Door, without_a_configured_token_nothing_comes_in) {
  api::InboundRequest request;
  request.content_type = "application/x-www-form-urlencoded";
  request.body = body("ONCRMDEALUPDATE", "data[FIELDS][ID]=1", "");
  auto open = settings();
  open.event_token = Secret();
  const auto refused = accept_delivery(request, open, "one.bitrix24.ru");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "crm.door");
}

}  // namespace
}  // namespace sedlink::bitrix24
