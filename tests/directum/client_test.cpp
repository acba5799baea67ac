// Signing in, $metadata, and what the admin reads when the other side is not what it should be (directum A1, A2, A5).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scripted_rx.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::directum::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::optional<net::ServerResponse> empty_lists(const Seen& s) {
  if (s.method == "GET") return nothing();
  return std::nullopt;
}

TEST(RxClient, reads_metadata_once_and_signs_in_with_utf8) {
  ScriptedRx rx(empty_lists);
  const auto adapter = rx.adapter();
  Reference who;
  who.name = "Орлова Мария";
  ASSERT_TRUE(rx.run(adapter->find_person(rx.context(), who)));
  ASSERT_TRUE(rx.run(adapter->find_person(rx.context(), who)));
  std::size_t metadata_reads = 0;
  for (const Seen& s : rx.seen) {
    metadata_reads += s.path == "$metadata" ? 1 : 0;
    EXPECT_EQ(s.headers.get("Authorization").value_or(""), "Basic " + text::base64_encode("служба:пароль"));
    EXPECT_TRUE(s.headers.get("Accept"));
  }
  EXPECT_EQ(metadata_reads, 1U);
}

TEST(RxClient, sends_the_header_pair_where_told) {
  ScriptedRx rx(empty_lists);
  auto settings = rx.settings();
  settings.values["auth"] = "headers";
  settings.values["user"] = "connector";
  settings.secrets["password"] = Secret("secret");
  const auto adapter = rx.adapter(settings);
  Reference who;
  who.name = "Орлова";
  ASSERT_TRUE(rx.run(adapter->find_person(rx.context(), who)));
  EXPECT_EQ(rx.seen.back().headers.get("Username").value_or(""), "connector");
  EXPECT_EQ(rx.seen.back().headers.get("Password").value_or(""), "secret");
  EXPECT_FALSE(rx.seen.back().headers.get("Authorization"));
}

TEST(RxClient, renews_an_expired_token_once_and_repeats_that_request) {
  int issued = 0;
  ScriptedRx rx(empty_lists);
  rx.before = [&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.path == "/Integration/token") {
      EXPECT_THAT(s.headers.get("Authorization").value_or(""), HasSubstr("Basic "));
      return net::ServerResponse(200, "text/plain", "token" + std::to_string(++issued));
    }
    const bool fresh = s.headers.get("Authorization").value_or("") == "Bearer token2";
    if (!fresh && s.path != "$metadata") return json(401, "");
    return std::nullopt;
  };
  auto settings = rx.settings();
  settings.values["auth"] = "token";
  const auto adapter = rx.adapter(settings);
  Reference who;
  who.name = "Орлова";
  const auto found = rx.run(adapter->find_person(rx.context(), who));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(issued, 2);
  rx.before = [&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.path == "/Integration/token")
      return net::ServerResponse(200, "text/plain", "token" + std::to_string(++issued));
    return json(401, "");
  };
  who.name = "Петров";
  EXPECT_EQ(rx.run(adapter->find_person(rx.context(), who)).error().fault, Fault::unauthorized);
  EXPECT_EQ(issued, 3) << "renewed once, not for ever";
}

struct Wrong {
  const char* name;
  int status;
  const char* body;
  Fault fault;
  const char* code;
  const char* words;
};
TEST(RxClient, tells_the_admin_where_it_went_wrong) {
  const Wrong table[] = {
      {"html", 200, "<html><title>Вход</title></html>", Fault::transient, "rx.html", "Вход"},
      {"json", 200, "{\"value\":[]}", Fault::transient, "rx.metadata", "Integration/odata"},
      {"empty", 200, "", Fault::transient, "rx.metadata", "пуст"},
      {"cut", 200, "<?xml version=\"1.0\"?><edmx:Edmx", Fault::transient, "rx.metadata", "XML"},
      {"refused", 401, "", Fault::unauthorized, "rx.unauthorized", "пароль"},
      {"closed", 403, "", Fault::unauthorized, "rx.unauthorized", "сервис интеграции"},
      {"elsewhere", 404, "<html>404</html>", Fault::transient, "rx.not_found", "url"},
      {"login form", 302, "", Fault::unauthorized, "rx.redirect", "форму входа"},
      {"down", 502, "<html>nginx</html>", Fault::transient, "rx.html", "веб-сервер"},
  };
  for (const Wrong& w : table) {
    ScriptedRx rx(empty_lists);
    rx.before = [&](const Seen&) { return net::ServerResponse(w.status, "text/html", w.body); };
    const auto adapter = rx.adapter();
    const auto report = rx.run(adapter->test_connection(rx.context()));
    ASSERT_FALSE(report) << w.name;
    EXPECT_EQ(report.error().fault, w.fault) << w.name << ": " << describe(report.error());
    EXPECT_EQ(report.error().code, w.code) << w.name;
    EXPECT_THAT(report.error().message, HasSubstr(w.words)) << w.name;
    EXPECT_THAT(report.error().message, Not(HasSubstr("пароль:"))) << w.name;
  }
}

TEST(RxClient, a_page_with_200_is_a_proxy_speaking_and_never_an_answer) {
  bool down = false;
  ScriptedRx rx([](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.method == "GET" && s.path == "IApprovalTasks(500)") return json(200, R"({"Id":500,"Status":"Draft"})");
    if (s.method == "POST") return nothing();
    if (s.path.ends_with("$value")) return net::ServerResponse(200, "application/octet-stream", "<html>договор</html>");
    if (s.path == "IOfficialDocuments(1234)") {
      return json(200, R"({"Id":1234,"Name":"Договор","Versions":[{"Id":1,"Number":1,"Note":"a.html",
                           "AssociatedApplication":{"Extension":"html"}}]})");
    }
    return nothing();
  });
  rx.before = [&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (!down ||
        (s.method == "GET" && s.path.starts_with("I") && !s.path.ends_with("$value") && s.path != "IEmployees"))
      return std::nullopt;
    return net::ServerResponse(200, "text/html; charset=utf-8", "<!DOCTYPE html><title>Технические работы</title>");
  };
  const auto adapter = rx.adapter();
  Reference who;
  who.name = "Орлова";
  ASSERT_TRUE(rx.run(adapter->find_person(rx.context(), who)));
  ProcessRef task;
  task.id = "500";
  task.type = "IApprovalTasks";
  EdmsFileRef file;
  file.id = "1234";
  const std::string path = (rx.folder / "body").string();
  down = true;
  const Error read = rx.run(adapter->find_person(rx.context(), who)).error();
  EXPECT_EQ(read.fault, Fault::transient);
  EXPECT_EQ(read.code, "rx.html");
  EXPECT_THAT(read.message, testing::AllOf(HasSubstr("IEmployees"), HasSubstr("Технические работы"), HasSubstr("url")));
  EXPECT_EQ(rx.run(adapter->start_process(rx.context(), task)).error().fault, Fault::ambiguous) << "no void success";
  EXPECT_EQ(rx.run(adapter->fetch(rx.context(), file, path)).error().code, "rx.html") << "no body of a document";
  down = false;
  EXPECT_TRUE(rx.run(adapter->find_person(rx.context(), who)));
  EXPECT_TRUE(rx.run(adapter->start_process(rx.context(), task)));
  EXPECT_TRUE(rx.run(adapter->fetch(rx.context(), file, path))) << "a document that is a page is one";
}

TEST(RxClient, a_token_endpoint_that_is_broken_is_named) {
  const struct {
    int status;
    const char* body;
    Fault fault;
  } table[] = {{404, "", Fault::transient},
               {500, "", Fault::transient},
               {401, "", Fault::unauthorized},
               {200, "", Fault::unauthorized},
               {200, "{\"error\":\"no certificate\"}", Fault::unauthorized},
               {200, "<html>Вход</html>", Fault::unauthorized}};
  for (const auto& t : table) {
    ScriptedRx rx(empty_lists);
    rx.before = [&](const Seen& s) -> std::optional<net::ServerResponse> {
      if (s.path == "/Integration/token") return net::ServerResponse(t.status, "text/plain", t.body);
      ADD_FAILURE() << "nothing is asked without a token: " << s.path;
      return std::nullopt;
    };
    auto settings = rx.settings();
    settings.values["auth"] = "token";
    const auto report = rx.run(rx.adapter(settings)->test_connection(rx.context()));
    ASSERT_FALSE(report) << t.status;
    EXPECT_EQ(report.error().fault, t.fault) << describe(report.error());
    EXPECT_THAT(report.error().message, HasSubstr("token")) << t.status << t.body;
  }
}

TEST(RxClient, waits_as_long_as_the_server_asks) {
  std::string said;
  ScriptedRx rx([&](const Seen&) {
    net::ServerResponse busy = json(503, "");
    if (!said.empty()) busy.headers.set("Retry-After", said);
    return busy;
  });
  const auto adapter = rx.adapter();
  Reference who;
  who.name = "Орлова";
  for (const auto& [header, seconds] : {std::pair{"", 30}, {"7", 7}, {"soon", 30}, {"999999", 30}}) {
    said = header;
    const Error e = rx.run(adapter->find_person(rx.context(), who)).error();
    EXPECT_EQ(e.fault, Fault::throttled);
    EXPECT_EQ(e.retry_after, std::chrono::seconds(seconds)) << said;
  }
}

TEST(RxClient, what_cannot_be_read_says_where_it_came_from) {
  std::string body = R"({"value":"нет"})";
  ScriptedRx rx([&](const Seen&) { return json(200, body); });
  const auto adapter = rx.adapter();
  Reference who;
  who.name = "Орлова";
  EXPECT_THAT(rx.run(adapter->find_person(rx.context(), who)).error().message,
              testing::AllOf(HasSubstr("IEmployees"), HasSubstr("прокси")));
  body = R"({"value":[{"Id":"7"}]})";
  api::CallContext ctx = rx.context();
  EXPECT_THAT(rx.run(adapter->discover(ctx)).error().message, HasSubstr("IDocumentKinds"));
}

TEST(RxClient, a_damaged_list_is_asked_again_later_and_an_odd_one_is_a_defect) {
  std::string body = R"({"value":[{"Id":1)";
  ScriptedRx rx([&](const Seen&) { return json(200, body); });
  const auto adapter = rx.adapter();
  Reference who;
  who.name = "Орлова";
  EXPECT_EQ(rx.run(adapter->find_person(rx.context(), who)).error().fault, Fault::transient);
  body = R"({"value":"нет"})";
  EXPECT_EQ(rx.run(adapter->find_person(rx.context(), who)).error().fault, Fault::defect);
}

TEST(RxReport, says_what_is_missing_without_the_module_and_who_we_are) {
  ScriptedRx rx([](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.path == "IUsers") return rows(R"({"Id":9,"Name":"Коннектор"})");
    if (s.path == "IEmployees") return nothing();
    return std::nullopt;
  });
  const auto adapter = rx.adapter();
  const auto report = rx.run(adapter->test_connection(rx.context()));
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(report.value().user, "Коннектор");
  EXPECT_THAT(report.value().warnings, Contains(HasSubstr("не сотрудник")));
  EXPECT_THAT(report.value().warnings, Contains(HasSubstr("подписи не отдаются")));
  for (const Seen& s : rx.seen) EXPECT_EQ(s.method, "GET") << "a test only reads";
  EXPECT_FALSE(adapter->capabilities().signatures);
  EXPECT_EQ(adapter->capabilities().sheet, api::SheetSource::none);
  EXPECT_FALSE(adapter->capabilities().cancel_reason);
  EXPECT_TRUE(adapter->capabilities().cancels("simple")) << "Shell/AbortTask";
  EXPECT_FALSE(adapter->capabilities().cancels("rule"));
  EXPECT_THAT(adapter->capabilities().due_kinds, testing::ElementsAre("free", "simple")) << "a rule counts its own";
}

TEST(RxReport, knows_editions_and_the_module_by_metadata_alone) {
  Offer old;
  old.wide_ids = false;
  old.functions = {"StartTask", "CreateApprovalTask"};
  ScriptedRx rx(empty_lists, old);
  const auto adapter = rx.adapter();
  const auto report = rx.run(adapter->test_connection(rx.context()));
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(report.value().version, "4.4 или новее");
  EXPECT_THAT(report.value().warnings, Contains(HasSubstr("CreateDocumentFlowTask")));
  EXPECT_THAT(adapter->capabilities().process_kinds, testing::ElementsAre("rule"));
  EXPECT_FALSE(adapter->capabilities().cancel);
  EXPECT_FALSE(adapter->capabilities().resubmit);
  Offer full;
  full.module = true;
  ScriptedRx with(empty_lists, full);
  const auto other = with.adapter();
  ASSERT_TRUE(with.run(other->test_connection(with.context())));
  EXPECT_TRUE(other->capabilities().signatures);
  EXPECT_TRUE(other->capabilities().cancel_reason);
  EXPECT_EQ(other->capabilities().sheet, api::SheetSource::pdf);
  EXPECT_EQ(other->capabilities().poll_batch, 1000U);
}

TEST(RxPeople, are_found_by_mail_then_by_name_whatever_the_letters) {
  ScriptedRx rx([](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.query.find("tolower(Email) eq 'orlova@romashka.ru'") != std::string::npos)
      return rows(R"({"Id":41,"Name":"Орлова Мария","Email":"Orlova@romashka.ru"})");
    if (s.query.find("contains(tolower(Name)") != std::string::npos)
      return rows(R"({"Id":42,"Name":"Семёнов Пётр"},{"Id":43,"Name":"Семенов Петр Ильич"})");
    return nothing();
  });
  const auto adapter = rx.adapter();
  Reference by_mail;
  by_mail.user = Person{"7", "Маша", "Orlova@Romashka.ru"};
  const auto one = rx.run(adapter->find_person(rx.context(), by_mail));
  ASSERT_TRUE(one) << describe(one.error());
  ASSERT_EQ(one.value().size(), 1U);
  EXPECT_EQ(one.value()[0].id, "41");
  Reference by_name;
  by_name.user = Person{"8", "СЕМЕНОВ Петр", ""};
  const auto other = rx.run(adapter->find_person(rx.context(), by_name));
  ASSERT_TRUE(other);
  ASSERT_EQ(other.value().size(), 1U) << "the same letters, not a part of another name";
  EXPECT_EQ(other.value()[0].id, "42");
  EXPECT_THAT(rx.asked().back().query, HasSubstr("Status eq 'Active'"));
}

}  // namespace
}  // namespace sedlink::directum::test
