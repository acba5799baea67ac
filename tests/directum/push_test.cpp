// Notifications of the customer-side module: what the door takes, and how the module learns its address
// (docs/directum-module.md, «Уведомления»).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "door.hpp"
#include "scripted_rx.hpp"

namespace sedlink::directum::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* token = "0123456789abcdef0123";
constexpr const char* form = "application/x-www-form-urlencoded";

Settings with_token(const std::string& given) {
  Settings s("directum", TimeZone());
  if (!given.empty()) s.notification_token = Secret(given);
  return s;
}

Result<std::vector<api::ChangeNotice>> come(const std::string& body, const std::string& type = form,
                                            const std::string& known = token) {
  api::InboundRequest request;
  request.content_type = type;
  request.body = body;
  return accept_notification(request, with_token(known));
}

std::string signed_with(const std::string& rest) { return "token=" + std::string(token) + "&" + rest; }

TEST(RxDoor, a_changed_task_and_a_changed_document_are_named) {
  const auto task =
      come("event=TaskChanged&token=" + std::string(token) + "&task_id=500", std::string(form) + "; charset=utf-8");
  ASSERT_TRUE(task) << describe(task.error());
  ASSERT_EQ(task->size(), 1u);
  EXPECT_EQ(task->front().name, "TaskChanged");
  EXPECT_EQ(task->front().process_id, "500");
  EXPECT_EQ(task->front().document_id, "");
  const auto document = come(signed_with("event=DocumentChanged&document_id=9223372036854775807"));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->front().document_id, "9223372036854775807");
  EXPECT_EQ(document->front().process_id, "");
}

TEST(RxDoor, what_it_does_not_know_is_taken_and_names_nothing) {
  for (const char* rest : {"event=AssignmentChanged&task_id=5", "event=TaskChanged",
                           "event=TaskChanged&task_id=", "event=TaskChanged&task_id=-5", "event=TaskChanged&task_id=05",
                           "event=TaskChanged&task_id=5x", "event=TaskChanged&document_id=5",
                           "event=TaskChanged&task_id=12345678901234567890", "event=%D0%B0%FF&task_id=5"}) {
    const auto notice = come(signed_with(rest));
    ASSERT_TRUE(notice) << rest << " " << describe(notice.error());
    ASSERT_EQ(notice->size(), 1u);
    EXPECT_EQ(notice->front().process_id + notice->front().document_id, "") << rest;
  }
}

TEST(RxDoor, whoever_does_not_know_the_token_is_unauthorized) {
  for (const char* body : {"event=TaskChanged&task_id=5", "event=TaskChanged&task_id=5&token=",
                           "event=TaskChanged&task_id=5&token=0123456789abcdef0124",
                           "event=TaskChanged&task_id=5&token=0123456789abcdef012",
                           "event=TaskChanged&task_id=5&token=0123456789ABCDEF0123",
                           "event=TaskChanged&task_id=5&token=x&token=0123456789abcdef0123"}) {
    const auto refused = come(body);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().fault, Fault::unauthorized) << body;
    EXPECT_EQ(refused.error().code, "edms.door");
    EXPECT_EQ(refused.error().message.find("0123456789"), std::string::npos) << "no token in words";
  }
}

TEST(RxDoor, without_a_token_of_its_own_nobody_is_let_in) {
  for (const char* body : {"event=TaskChanged&task_id=5&token=", "event=TaskChanged&task_id=5"}) {
    const auto refused = come(body, form, "");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::unauthorized);
  }
}

TEST(RxDoor, other_bodies_are_told_apart) {
  EXPECT_EQ(come("{}", "application/json").error().code, "edms.door.media");
  EXPECT_EQ(come(signed_with("event=TaskChanged"), "").error().code, "edms.door.media");
  EXPECT_EQ(come("event=%zz").error().code, "edms.door.form");
  EXPECT_EQ(come(signed_with("task_id=5")).error().code, "edms.door.form");
  EXPECT_EQ(come("").error().code, "edms.door.form");
  for (const char* body : {"event=%zz", ""}) EXPECT_EQ(come(body).error().fault, Fault::rejected);
}

TEST(RxSettings, a_token_that_can_be_guessed_is_refused_at_its_place) {
  api::ConnectionSettings given;
  given.name = "directum";
  given.values["url"] = "https://rx.example.ru/Integration/odata/";
  given.values["user"] = "connector";
  for (const char* weak : {"", "secret", "123456789012345"}) {
    given.secrets["notification_token"] = Secret(weak);
    const auto refused = read_settings(given);
    ASSERT_FALSE(refused) << weak;
    EXPECT_EQ(refused.error().code, "config.notification_token");
    EXPECT_THAT(refused.error().message, HasSubstr("openssl rand -hex 32"));
  }
  given.secrets["notification_token"] = Secret(token);
  EXPECT_TRUE(read_settings(given));
}

class RxPush : public ::testing::Test {
 protected:
  api::ConnectionSettings settings(ScriptedRx& rx) {
    api::ConnectionSettings s = rx.settings();
    s.secrets["notification_token"] = Secret(token);
    return s;
  }
  Offer module() {
    Offer offer;
    offer.module = true;
    return offer;
  }
  const std::string door_ = "https://bridge.example.ru/hooks/directum/";
};

TEST_F(RxPush, the_module_is_told_the_address_and_the_token) {
  ScriptedRx rx(
      [](const Seen& seen) -> std::optional<net::ServerResponse> {
        if (seen.what() == "POST SedlinkConnector/SetNotificationTarget") return nothing();
        return std::nullopt;
      },
      module());
  const auto adapter = rx.adapter(settings(rx));
  EXPECT_FALSE(adapter->capabilities().push) << "before it is known";
  const auto set = rx.run(adapter->set_notification_target(rx.context(), door_));
  ASSERT_TRUE(set) << describe(set.error());
  EXPECT_TRUE(*set);
  EXPECT_TRUE(adapter->capabilities().push);
  const auto asked = rx.asked("POST");
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].body, "{\"url\":\"" + door_ + "\",\"token\":\"" + token + "\"}");
}

TEST_F(RxPush, without_the_function_or_the_token_nothing_is_sent) {
  ScriptedRx plain([](const Seen&) { return std::optional<net::ServerResponse>(); });
  const auto adapter = plain.adapter(settings(plain));
  const auto set = plain.run(adapter->set_notification_target(plain.context(), door_));
  ASSERT_TRUE(set) << describe(set.error());
  EXPECT_FALSE(*set);
  EXPECT_FALSE(adapter->capabilities().push);
  EXPECT_TRUE(plain.asked().empty());

  ScriptedRx rx([](const Seen&) { return std::optional<net::ServerResponse>(); }, module());
  const auto silent = rx.adapter();
  EXPECT_FALSE(*rx.run(silent->set_notification_target(rx.context(), door_)));
  EXPECT_FALSE(silent->capabilities().push);
  EXPECT_TRUE(rx.asked().empty());
}

TEST_F(RxPush, a_refusal_comes_in_the_words_of_the_module_and_a_lost_answer_is_no_doubt) {
  ScriptedRx rx(
      [](const Seen&) {
        return std::optional(json(400, R"({"error":{"code":"","message":"Set notification target. Not allowed."}})"));
      },
      module());
  const auto adapter = rx.adapter(settings(rx));
  const auto refused = rx.run(adapter->set_notification_target(rx.context(), door_));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::rejected);
  EXPECT_THAT(refused.error().message, HasSubstr("Not allowed"));
  EXPECT_EQ(refused.error().message.find(token), std::string::npos);

  rx.before = [](const Seen& seen) -> std::optional<net::ServerResponse> {
    if (seen.method != "POST") return std::nullopt;
    net::ServerResponse lost;
    lost.sabotage = net::Sabotage::close_before_answer;
    return lost;
  };
  const auto lost = rx.run(adapter->set_notification_target(rx.context(), door_));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().fault, Fault::transient);
}

}  // namespace
}  // namespace sedlink::directum::test
