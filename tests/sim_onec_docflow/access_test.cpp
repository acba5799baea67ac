// Transport: paths, authentication, licences, costs, styles of the envelope (onec-docflow 2).
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <boost/asio/io_context.hpp>

#include "sedlink/core/text.hpp"
#include "sedlink/sim/host.hpp"
#include "sedlink/sim/onec_docflow.hpp"
#include "stand.hpp"

namespace sedlink::sim_test {
namespace {

const std::string version_request = "<m:request xsi:type=\"m:DMGetVersionRequest\"/>";

std::string base64url(std::string_view bytes) {
  std::string text = text::base64_encode(bytes);
  for (char& c : text) c = c == '+' ? '-' : (c == '/' ? '_' : c);
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::string token(const std::string& key, const std::string& claims) {
  const std::string head = base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url(claims);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(head.data()),
       head.size(), digest, &size);
  return head + "." + base64url({reinterpret_cast<const char*>(digest), size});
}

TEST_F(OnecDocflow, tells_its_version_in_a_type_that_is_no_response) {
  const Answer answer = send(envelope(version_request));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.type(), "DMGetVersionResponse");
  EXPECT_EQ(answer.text("versionNumber"), "2.1.32.6.CORP");
}

TEST_F(OnecDocflow, answers_under_the_service_name_of_its_publication_and_nowhere_else) {
  const auto status_at = [this](const char* path) {
    net::Request request = post(envelope(version_request));
    request.url = text::replace_all(url(), "/doc/ws/dm.1cws", path);
    return http(request).status;
  };
  EXPECT_EQ(status_at("/doc/ws/dm.1cws"), 200);
  EXPECT_EQ(status_at("/doc/ws/DMService"), 200);
  for (const char* path : {"/ws/dm.1cws", "/doc2/ws/dm.1cws", "/a/doc/ws/dm.1cws", "/doc/ws/other.1cws"})
    EXPECT_EQ(status_at(path), 404) << path;
}

TEST_F(OnecDocflow, refuses_a_wrong_password_with_401_and_a_challenge) {
  net::Request request = post(envelope(version_request));
  request.headers.set("Authorization", "Basic " + text::base64_encode("Интеграция Битрикс24:wrong"));
  const net::Response response = http(request);
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.headers.get("WWW-Authenticate").value_or("").starts_with("Basic realm="));
  EXPECT_NE(response.body.find("Аутентификация пользователя не выполнена"), std::string::npos);
}

TEST_F(OnecDocflow, takes_only_a_cp1251_login_when_the_web_server_is_such) {
  begin("settings: { costs: off }\naccess: { user: Ёж, password: p, login_cp1251: true }");
  net::Request request = post(envelope(version_request));
  EXPECT_EQ(http(request).status, 401);
  request.headers.set("Authorization", "Basic " + text::base64_encode("\xA8\xE6:p"));
  EXPECT_EQ(http(request).status, 200);
}

TEST_F(OnecDocflow, admits_a_signed_access_token_and_no_other) {
  begin("settings: { costs: off }\naccess: { user: robot, access_token_key: key }");
  net::Request request = post(envelope(version_request));
  request.headers.remove("Authorization");
  const std::string plain = request.url;
  request.url = plain + "?AccessToken=" + token("key", R"({"sub":"robot","exp":4102444800})");
  EXPECT_EQ(http(request).status, 200);
  request.url = plain + "?AccessToken=" + token("other", R"({"sub":"robot","exp":4102444800})");
  EXPECT_EQ(http(request).status, 401);
  request.url = plain + "?AccessToken=" + token("key", R"({"sub":"robot","exp":1})");
  EXPECT_EQ(http(request).status, 401);
}

TEST_F(OnecDocflow, serves_a_wsdl_to_those_who_may_enter) {
  net::Request request = post("");
  request.method = "GET";
  request.url += "?wsdl";
  const net::Response response = http(request);
  EXPECT_EQ(response.status, 200);
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(response.body.c_str()));
  EXPECT_STREQ(document.document_element().child("service").attribute("name").value(), "DMService");
  EXPECT_NE(response.body.find("DMBusinessProcessApproval\""), std::string::npos);
  request.headers.remove("Authorization");
  EXPECT_EQ(http(request).status, 401);
}

TEST_F(OnecDocflow, names_its_namespace_by_the_prefix_it_is_told) {
  begin("settings: { costs: off, prefix: d2p1, bom: true }");
  const Answer answer = send(envelope(version_request));
  EXPECT_TRUE(answer.body.starts_with("\xEF\xBB\xBF<?xml"));
  EXPECT_EQ(answer.attribute("", "xsi:type"), "d2p1:DMGetVersionResponse");
}

TEST_F(OnecDocflow, answers_in_a_default_namespace_too) {
  begin("settings: { costs: off, prefix: '' }");
  const Answer answer = send(envelope(version_request));
  EXPECT_EQ(answer.attribute("", "xsi:type"), "DMGetVersionResponse");
  EXPECT_EQ(answer.text("versionNumber"), "2.1.32.6.CORP");
}

TEST_F(OnecDocflow, charges_a_session_and_each_sub_request) {
  begin("settings: { session_cost: 60ms, sub_request_cost: 40ms }");
  const std::string inner = "<m:requests xsi:type=\"m:DMGetVersionRequest\"/>";
  const auto before = std::chrono::steady_clock::now();
  const Answer answer = send(envelope("<m:request xsi:type=\"m:DMBatchRequest\">" + inner + inner + "</m:request>"));
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(140));
  EXPECT_EQ(answer.nodes("responses").size(), 2u);
}

TEST_F(OnecDocflow, refuses_sessions_above_its_licences_with_402) {
  begin("settings: { licences: 1, session_cost: 300ms }");
  const net::Request request = post(envelope(version_request));
  EXPECT_EQ(statuses_in_parallel(request, 2), (std::vector<int>{200, 402}));
}

TEST_F(OnecDocflow, knows_who_is_calling_and_what_is_switched_on) {
  const Answer user = ask("DMGetCurrentUserRequest", "");
  EXPECT_EQ(user.text("user/name"), "Интеграция Битрикс24");
  const Answer settings = ask("DMGetSettingsRequest", "");
  EXPECT_EQ(settings.text("useDigitalSignatures"), "true");
}

TEST_F(OnecDocflow, knows_every_type_of_the_schema_but_not_every_message) {
  const Answer answer = ask("DMGetTimeTrackingPolicyRequest", "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.type(), "DMError");
  EXPECT_EQ(answer.text("subject"), "Неизвестное сообщение");
}

TEST_F(OnecDocflow, counts_calls_and_sub_requests_by_type) {
  const std::string inner = "<m:requests xsi:type=\"m:DMGetVersionRequest\"/>";
  send(envelope("<m:request xsi:type=\"m:DMBatchRequest\">" + inner + inner + "</m:request>"));
  send(envelope(version_request));
  const json::value now = state();
  EXPECT_EQ(now.at("calls").at("DMBatchRequest").to_number<int>(), 1);
  EXPECT_EQ(now.at("calls").at("DMGetVersionRequest").to_number<int>(), 1);
  EXPECT_EQ(now.at("sub_requests").at("DMGetVersionRequest").to_number<int>(), 2);
  EXPECT_EQ(now.at("access").at("database_id").as_string(), database_id);
}

TEST_F(OnecDocflow, refuses_a_scenario_key_it_does_not_know) {
  sim::Options options;
  options.scenario = sim::Scenario::parse("settings: { cost: off }").value();
  boost::asio::io_context context;
  SystemClock clock;
  auto simulator = sim::make_onec_docflow(options);
  const auto host =
      sim::Host::create(context.get_executor(), clock, sim::HostOptions(), std::move(options), std::move(simulator));
  ASSERT_TRUE(host.has_error());
  EXPECT_NE(host.error().message.find("settings.cost"), std::string::npos);
}

}  // namespace
}  // namespace sedlink::sim_test
