// Transport, authentication and failure forms over real HTTP (onec-docflow 2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/endpoint.hpp"
#include "scripted_service.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::HasSubstr;

std::string no_users(const Element&) { return envelope("DMGetObjectListResponse", ""); }

Reference somebody() {
  Reference r;
  r.name = "Иванов";
  return r;
}

TEST(OnecEnvelopes, of_all_these_tests_are_judged_by_the_published_schema) {
  if (schema_file("2.1").empty() || schema_file("3.0").empty()) {
    GTEST_SKIP() << "no dm-2.1.32.xsd or dm-3.0.16.xsd (SEDLINK_SCHEMA_DIR) or no xmllint: requests are not judged by "
                    "the schema";
  }
  ScriptedService service(no_users);
  const auto adapter = service.adapter();
  ASSERT_TRUE(service.run(adapter->find_person(service.context(), somebody())));
}

TEST(OnecClient, sends_what_soap_1_1_clients_send) {
  ScriptedService service(no_users);
  const auto adapter = service.adapter();
  ASSERT_TRUE(service.run(adapter->find_person(service.context(), somebody())));
  const Seen& s = service.seen.front();
  EXPECT_EQ(s.target, "/doc/ws/dm.1cws");
  EXPECT_EQ(s.content_type, "text/xml; charset=utf-8");
  EXPECT_EQ(s.soap_action, "\"http://www.1c.ru/dm#DMService:execute\"");
  EXPECT_EQ(s.authorization, basic_header("Интеграция", "пароль"));
  EXPECT_EQ(s.request.type, "DMGetVersionRequest");
  EXPECT_EQ(s.request.text_of("dataBaseID"), database_id);
}

TEST(OnecClient, takes_a_missing_licence_for_no_wrong_login) {
  ScriptedService service(no_users);
  const std::string cp1251 = basic_header(*to_cp1251("Интеграция"), *to_cp1251("пароль"));
  bool short_of_licences = true;
  service.before = [&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.authorization == cp1251) return net::ServerResponse(401, "text/html", "<html>не тот пароль</html>");
    if (!short_of_licences) return std::nullopt;
    return net::ServerResponse(402, "text/html", "<html>Не обнаружено свободной лицензии</html>");
  };
  const auto adapter = service.adapter();
  auto found = service.run(adapter->find_person(service.context(), somebody()));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::throttled) << "the connection is not paused: " << describe(found.error());
  short_of_licences = false;
  ASSERT_TRUE(service.run(adapter->find_person(service.context(), somebody())));
  short_of_licences = true;
  service.clock.advance(std::chrono::minutes(11));  // the list is asked for again
  const auto before = service.seen.size();
  found = service.run(adapter->find_person(service.context(), somebody()));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, Fault::throttled);
  EXPECT_EQ(service.seen.size(), before + 1) << "a login that was accepted is not tried in another encoding";
}

TEST(OnecClient, repeats_a_refused_cyrillic_login_in_cp1251_and_stays_with_it) {
  for (const int status : {401, 402, 403}) {
    ScriptedService service(no_users);
    const std::string cp1251 = basic_header(*to_cp1251("Интеграция"), *to_cp1251("пароль"));
    service.before = [&](const Seen& s) -> std::optional<net::ServerResponse> {
      if (s.authorization == cp1251) return std::nullopt;
      return net::ServerResponse(status, "text/html", "<html>отказ</html>");
    };
    const auto adapter = service.adapter();
    ASSERT_TRUE(service.run(adapter->find_person(service.context(), somebody()))) << status;
    ASSERT_EQ(service.seen.size(), 3u) << "refused, version, list";
    EXPECT_EQ(service.seen.back().authorization, cp1251);
  }
}

TEST(OnecClient, reports_a_login_refused_in_both_encodings_as_unauthorized) {
  ScriptedService service(no_users);
  service.before = [](const Seen&) -> std::optional<net::ServerResponse> {
    return net::ServerResponse(401, "text/html", "<html>Аутентификация пользователя не выполнена</html>");
  };
  const auto adapter = service.adapter();
  const auto people = service.run(adapter->find_person(service.context(), somebody()));
  ASSERT_FALSE(people);
  EXPECT_EQ(people.error().fault, Fault::unauthorized);
  EXPECT_THAT(people.error().message, HasSubstr("Аутентификация пользователя не выполнена"));
  EXPECT_EQ(service.seen.size(), 2u);
}

TEST(OnecClient, does_not_repeat_a_refused_ascii_login) {
  ScriptedService service(no_users);
  service.before = [](const Seen&) -> std::optional<net::ServerResponse> {
    return net::ServerResponse(401, "text/html", "");
  };
  auto settings = service.settings();
  settings.values["user"] = "integration";
  settings.secrets["password"] = Secret("secret");
  const auto adapter = service.adapter(settings);
  EXPECT_FALSE(service.run(adapter->find_person(service.context(), somebody())));
  EXPECT_EQ(service.seen.size(), 1u);
}

TEST(OnecClient, passes_an_access_token_in_the_address) {
  ScriptedService service(no_users);
  auto settings = service.settings();
  settings.values.erase("user");
  settings.secrets["access_token"] = Secret("a.b+c");
  const auto adapter = service.adapter(settings);
  ASSERT_TRUE(service.run(adapter->find_person(service.context(), somebody())));
  EXPECT_EQ(service.seen.front().target, "/doc/ws/dm.1cws?AccessToken=a.b%2Bc");
  EXPECT_EQ(service.seen.front().authorization, "");
}

TEST(OnecClient, tries_the_name_of_the_service_when_its_file_is_not_found) {
  ScriptedService service(no_users);
  service.before = [](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.target == "/doc/ws/DMService") return std::nullopt;
    return net::ServerResponse(404, "text/html", "<html>404</html>");
  };
  const auto adapter = service.adapter();
  ASSERT_TRUE(service.run(adapter->find_person(service.context(), somebody())));
  EXPECT_EQ(service.seen.size(), 3u);
}

TEST(OnecClient, says_clearly_that_an_edition_is_not_known) {
  ScriptedService service(no_users);
  service.version = "4.0.1.1.CORP";
  const auto adapter = service.adapter();
  const auto people = service.run(adapter->find_person(service.context(), somebody()));
  ASSERT_FALSE(people);
  EXPECT_EQ(people.error().fault, Fault::rejected);
  EXPECT_EQ(people.error().code, "onec.dialect");
  EXPECT_THAT(people.error().message, HasSubstr("4.0.1.1.CORP: поддерживаются редакции 2.1 и 3.0"));
}

TEST(OnecClient, asks_the_version_once_and_again_after_a_web_server_failure) {
  ScriptedService service(no_users);
  bool broken = false;
  service.before = [&broken](const Seen&) -> std::optional<net::ServerResponse> {
    if (!broken) return std::nullopt;
    return net::ServerResponse(502, "text/html", "<html>Bad Gateway</html>");
  };
  auto settings = service.settings();
  settings.values["catalog_age"] = "0";
  const auto adapter = service.adapter(settings);
  const auto versions = [&service] {
    int n = 0;
    for (const Seen& s : service.seen) n += s.request.type == "DMGetVersionRequest";
    return n;
  };
  ASSERT_TRUE(service.run(adapter->find_person(service.context(), somebody())));
  ASSERT_TRUE(service.run(adapter->find_person(service.context(), somebody())));
  EXPECT_EQ(versions(), 1);
  broken = true;
  const auto failed = service.run(adapter->find_person(service.context(), somebody()));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().fault, Fault::transient);
  broken = false;
  ASSERT_TRUE(service.run(adapter->find_person(service.context(), somebody())));
  EXPECT_EQ(versions(), 2);
}

TEST(OnecClient, doubts_a_write_whose_answer_was_lost_or_cut) {
  for (const auto sabotage : {net::Sabotage::close_before_answer, net::Sabotage::truncate}) {
    ScriptedService service([](const Element& r) {
      return r.type == "DMCreateRequest"
                 ? envelope("DMCreateResponse", object("object", "DMCorrespondent", "c1", "Ромашка"))
                 : envelope("DMGetObjectListResponse", "");
    });
    service.before = [sabotage](const Seen& s) -> std::optional<net::ServerResponse> {
      if (s.request.type != "DMCreateRequest") return std::nullopt;
      net::ServerResponse r(200, "text/xml", envelope("DMCreateResponse", ""));
      r.sabotage = sabotage;
      r.truncate_at = 100;
      return r;
    };
    const auto adapter = service.adapter();
    Reference wanted;
    wanted.inn = "7717586110";
    wanted.create = true;
    const auto made = service.run(adapter->ensure_counterparty(service.context(), wanted, "Ромашка"));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().fault, Fault::ambiguous) << describe(made.error());
  }
}

const char* live_wsdl =
    R"(<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:d="http://www.1c.ru/dm" xmlns:x="http://www.w3.org/2001/XMLSchema">
<types><x:schema targetNamespace="http://www.1c.ru/dm">
 <x:complexType name="DMObjectID"><x:sequence><x:element name="id" type="x:string"/><x:element name="type" type="x:string"/></x:sequence></x:complexType>
 <x:complexType name="DMObject"><x:sequence><x:element name="name" type="x:string"/><x:element name="objectID" type="d:DMObjectID"/><x:element name="externalObject" type="d:ExternalObject"/></x:sequence></x:complexType>
 <x:complexType name="DMInternalDocument"><x:complexContent><x:extension base="d:DMObject"><x:sequence>
   <x:element name="beginDate" type="x:date"/><x:element name="title" type="x:string"/><x:element name="TD_Own" type="x:string"/>
 </x:sequence></x:extension></x:complexContent></x:complexType>
 <x:complexType name="DMMessage"><x:sequence><x:element name="dataBaseID" type="x:string"/></x:sequence></x:complexType>
 <x:complexType name="DMRetrieveRequest"><x:complexContent><x:extension base="d:DMMessage"><x:sequence><x:element name="objectIds" type="d:DMObjectID"/><x:element name="columnSet" type="x:string"/></x:sequence></x:extension></x:complexContent></x:complexType>
 <x:complexType name="DMBusinessProcessApproval"/><x:complexType name="DMLaunchBusinessProcessRequest"/><x:complexType name="DMFile"/><x:complexType name="DMBatchRequest"/>
</x:schema></types></definitions>)";

TEST(OnecClient, takes_the_order_and_own_fields_of_the_installation_from_its_wsdl) {
  ScriptedService service([](const Element& r) {
    if (r.type == "DMGetDocumentListRequest") return envelope("DMGetDocumentListResponse", "");
    if (r.type == "DMRetrieveRequest") return dm_error("Ошибка при получении объектов", "Объект не найден");
    return envelope("DMCreateResponse", object("object", "DMInternalDocument", key, "x"));
  });
  service.judged = false;  // another schema than the published one
  service.before = [](const Seen& s) -> std::optional<net::ServerResponse> {
    if (!s.target.ends_with("?wsdl")) return std::nullopt;
    return net::ServerResponse(200, "text/xml", live_wsdl);
  };
  auto settings = service.settings();
  settings.values["schema"] = "wsdl";
  const auto adapter = service.adapter(settings);
  DocumentDraft draft;
  draft.type = "internal";
  draft.fields.emplace_back("vendor.TD_Own", Value("своё"));
  draft.fields.emplace_back("title", Value("Договор"));
  draft.fields.emplace_back("valid_from", Value("01.03.2024"));
  const auto made = service.run(adapter->create_document(service.context(), draft));
  ASSERT_TRUE(made) << describe(made.error());
  const Element create = service.asked("DMCreateRequest").at(0);
  std::vector<std::string> names;
  for (const Element& c : create.child("object")->children) names.push_back(c.name);
  EXPECT_THAT(names, testing::ElementsAre("name", "objectID", "externalObject", "beginDate", "title", "TD_Own"));
  EXPECT_EQ(create.child("object")->text_of("beginDate"), "2024-03-01");
}

TEST(OnecClient, works_without_a_wsdl) {
  ScriptedService service(no_users);
  auto settings = service.settings();
  settings.values["schema"] = "wsdl";
  const auto adapter = service.adapter(settings);
  EXPECT_TRUE(service.run(adapter->find_person(service.context(), somebody())));
}

TEST(OnecClient, reports_version_edition_and_user) {
  ScriptedService service(no_users);
  service.version = "2.1.32.6";
  const auto adapter = service.adapter();
  const auto report = service.run(adapter->test_connection(service.context()));
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(report.value().version, "2.1.32.6");
  EXPECT_EQ(report.value().user, "Интеграция");
  EXPECT_THAT(report.value().warnings, testing::Contains(HasSubstr("не прерывает процессы")));
  EXPECT_FALSE(adapter->capabilities().cancel);
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
