// URL shapes, authorization, envelopes (bitrix24.md 1, 2, 19).
#include "portal_fixture.hpp"

namespace sedlink::sim::b24_test {

class Rest : public PortalTest {};

TEST_F(Rest, answers_with_result_and_a_time_block_with_operating) {
  const Reply reply = call("server.time");
  ASSERT_EQ(reply.status, 200);
  const json::object& time = reply.body.at("time").as_object();
  for (const char* name :
       {"start", "finish", "duration", "processing", "date_start", "date_finish", "operating_reset_at", "operating"}) {
    EXPECT_TRUE(time.contains(name)) << name;
  }
  EXPECT_TRUE(time.at("operating_reset_at").is_int64());
}

TEST_F(Rest, takes_any_case_a_suffix_and_slashes_too_many) {
  start();
  const std::string root = webhook_url();
  for (const std::string& tail :
       {std::string("Crm.Item.Fields?entityTypeId=1036"), std::string("crm.item.fields.json?entityTypeId=1036"),
        std::string("crm.item.fields/?entityTypeId=1036"),
        std::string("/crm.item.fields?entityTypeId=1036&bx24_sdk_ver=2.2.0")}) {
    EXPECT_EQ(get(root + tail).status, 200) << tail;
  }
  const std::string doubled = base_url() + "/rest//" + root.substr(base_url().size() + 6) + "profile";
  EXPECT_EQ(get(doubled).status, 200);
}

TEST_F(Rest, reads_json_forms_and_multipart_alike) {
  const std::int64_t id = new_contract();
  const std::string url = webhook_url() + "crm.item.update";
  const std::string number = std::to_string(id);
  ASSERT_EQ(
      post(url, "application/x-www-form-urlencoded",
           "entityTypeId=1036&id=" + number + "&fields%5Btitle%5D=%D0%90&fields[observers][]=14&fields[observers][]=15")
          .status,
      200);
  EXPECT_EQ(ok("crm.item.get", {{"entityTypeId", 1036}, {"id", number}}).at("item").at("title"), "А");
  EXPECT_EQ(ok("crm.item.get", {{"entityTypeId", 1036}, {"id", id}}).at("item").at("observers").as_array().size(), 2u);
  const std::string part = "--x\r\nContent-Disposition: form-data; name=\"";
  const std::string body = part + "entityTypeId\"\r\n\r\n1036\r\n" + part + "id\"\r\n\r\n" + number + "\r\n" + part +
                           "fields[title]\"\r\n\r\nМультипарт\r\n--x--\r\n";
  ASSERT_EQ(post(url, "multipart/form-data; boundary=x", body).status, 200);
  EXPECT_EQ(ok("crm.item.get", {{"entityTypeId", 1036}, {"id", id}}).at("item").at("title"), "Мультипарт");
}

TEST_F(Rest, refuses_a_wrong_secret_with_401) {
  start();
  const Reply reply = get(base_url() + "/rest/9/wrong/profile");
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.body.at("error"), "NO_AUTH_FOUND");
  EXPECT_EQ(get(base_url() + "/rest/profile?auth=nonsense").status, 401);
}

TEST_F(Rest, refuses_an_expired_webhook) {
  start("access: { expired: true }");
  EXPECT_EQ(call("profile").status, 401);
}

TEST_F(Rest, knows_no_unknown_method) {
  const Reply reply = call("crm.nothing.at.all");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.body.at("error"), "ERROR_METHOD_NOT_FOUND");
}

TEST_F(Rest, demands_the_scope) {
  start("access: { scopes: [crm] }");
  const Reply reply = call("disk.storage.getlist");
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.body.at("error"), "insufficient_scope");
  EXPECT_EQ(ok("scope"), (json::array{"crm"}));
}

TEST_F(Rest, keeps_application_methods_from_a_webhook) {
  const Reply bind = call("event.bind", {{"event", "ONCRMDEALUPDATE"}});
  EXPECT_EQ(bind.status, 403);
  EXPECT_EQ(bind.body.at("error"), "WRONG_AUTH_TYPE");
  EXPECT_EQ(call("bizproc.robot.add").body.at("error"), "ACCESS_DENIED");
  EXPECT_EQ(call("crm.activity.configurable.add").body.at("error"), "ERROR_WRONG_CONTEXT");
  const Reply sign = call("sign.b2e.document.get");
  EXPECT_EQ(sign.status, 200);
  EXPECT_TRUE(sign.body.as_object().contains("error"));
  EXPECT_EQ(ok("method.get", {{"name", "event.bind"}}), (json::object{{"isExisting", true}, {"isAvailable", false}}));
}

TEST_F(Rest, moves_to_a_new_host_with_302) {
  start("quirks: { moved_to: 'http://127.0.0.1:9' }");
  const Reply reply = call("profile");
  EXPECT_EQ(reply.status, 302);
  const std::string location = reply.headers.get("Location").value_or("");
  EXPECT_TRUE(location.starts_with("http://127.0.0.1:9/rest/9/")) << location;
}

TEST_F(Rest, writes_money_without_exponents) {
  new_contract({{"opportunity", "125000.50"}});
  const Reply reply = call("crm.item.list", {{"entityTypeId", 1036}, {"select", {"opportunity"}}});
  EXPECT_NE(reply.raw.find("\"opportunity\":125000.5"), std::string::npos) << reply.raw;
}

TEST_F(Rest, answers_xml_when_asked) {
  start();
  const Reply reply = get(webhook_url() + "profile.xml");
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.raw.find("<response><result><ID>9</ID>"), std::string::npos) << reply.raw;
}

TEST_F(Rest, hides_system_users_and_tells_the_caller) {
  EXPECT_EQ(ok("user.current").at("ID"), "9");
  const json::value users = ok("user.get");
  for (const json::value& user : users.as_array()) EXPECT_NE(user.at("ID"), "30");
  const json::value active = ok("user.get", {{"FILTER", {{"ACTIVE", true}, {"ID", 21}}}});
  EXPECT_TRUE(active.as_array().empty());
}

}  // namespace sedlink::sim::b24_test
