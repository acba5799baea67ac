// The adapter against a listener: what goes out, and what each answer means.
#include <gtest/gtest.h>

#include "net/loop.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/http_service/settings.hpp"
#include "sedlink/net/server.hpp"

namespace sedlink::http_service {
namespace {

class HttpServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto handler = [this](net::ServerRequest& request) -> boost::asio::awaitable<net::ServerResponse> {
      line_ = request.method() + " " + request.target();
      headers_ = request.headers();
      Result<std::string> body = co_await request.read_body(1024);
      body_ = body ? *body : "";
      co_return answer_;
    };
    auto server = net::Server::listen(loop_.executor(), net::ServerOptions(), handler);
    ASSERT_TRUE(server);
    server_ = std::move(*server);
    server_->start();
    settings_.name = "bureau";
    settings_.type = "http";
    settings_.values["url"] = "http://127.0.0.1:" + std::to_string(server_->port()) + "/api/";
  }

  Result<api::ServiceAnswer> call(api::ServiceCall what) {
    api::AdapterEnvironment environment;
    environment.executor = loop_.executor();
    environment.hook = hook_;
    auto made = make_service(settings_, environment);
    EXPECT_TRUE(made);
    Result<api::ServiceAnswer> out = Error();
    loop_.run([](api::Service& service, api::ServiceCall c,
                 Result<api::ServiceAnswer>& result) -> boost::asio::awaitable<void> {
      api::CallContext context;
      context.deadline = net::test::in(Duration(5'000));
      context.key = "k-1";
      result = co_await service.call(context, std::move(c));
    }(**made, std::move(what), out));
    return out;
  }
  Result<api::ConnectionReport> test_connection() {
    api::AdapterEnvironment environment;
    environment.executor = loop_.executor();
    environment.hook = hook_;
    auto made = make_service(settings_, environment);
    EXPECT_TRUE(made);
    Result<api::ConnectionReport> out = Error();
    loop_.run([](api::Service& service, Result<api::ConnectionReport>& result) -> boost::asio::awaitable<void> {
      api::CallContext context;
      context.deadline = net::test::in(Duration(5'000));
      result = co_await service.test_connection(context);
    }(**made, out));
    return out;
  }
  Error answered(int status) {
    answer_ = net::ServerResponse(status, "text/plain", "причина");
    const auto answer = call(api::ServiceCall());
    return answer ? Error() : answer.error();
  }

  net::test::Loop loop_;
  std::shared_ptr<net::RequestHook> hook_;
  std::unique_ptr<net::Server> server_;
  api::ConnectionSettings settings_;
  net::ServerResponse answer_{200, "application/json", "{\"score\":742}"};
  std::string line_, body_;
  net::Headers headers_;
};

TEST_F(HttpServiceTest, the_request_is_what_the_call_says) {
  settings_.values["user"] = "имя";
  settings_.secrets["password"] = Secret("пароль");
  settings_.secrets["headers.X-Api-Key"] = Secret("ключ");
  api::ServiceCall what;
  what.path = "/score?inn=7717586110";
  what.content_type = "application/json";
  what.headers = {{"Idempotency-Key", "k-1"}};
  what.body = "{}";
  what.takes = {"/score"};
  const auto answer = call(what);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->values.at(0), "742");
  EXPECT_EQ(line_, "POST /api/score?inn=7717586110");
  EXPECT_EQ(body_, "{}");
  EXPECT_EQ(headers_.get("Content-Type"), "application/json");
  EXPECT_EQ(headers_.get("Idempotency-Key"), "k-1");
  EXPECT_EQ(headers_.get("X-Api-Key"), "ключ");
  EXPECT_EQ(headers_.get("Authorization"), "Basic " + text::base64_encode("имя:пароль"));
}

TEST_F(HttpServiceTest, each_refusal_has_its_class) {
  EXPECT_EQ(answered(400).fault, Fault::rejected);
  EXPECT_EQ(answered(401).fault, Fault::unauthorized);
  EXPECT_EQ(answered(495).fault, Fault::unauthorized);
  EXPECT_NE(answered(495).message.find("сертификат"), std::string::npos);
  EXPECT_EQ(answered(404).fault, Fault::not_found);
  EXPECT_EQ(answered(429).fault, Fault::throttled);
  EXPECT_EQ(answered(500).fault, Fault::ambiguous);
  EXPECT_EQ(answered(503).fault, Fault::throttled);
  EXPECT_EQ(answered(302).fault, Fault::rejected);
  EXPECT_NE(answered(400).message.find("причина"), std::string::npos);
}

TEST_F(HttpServiceTest, not_ready_says_how_long_to_wait) {
  answer_ = net::ServerResponse(202, "text/plain", "");
  answer_.headers.set("Retry-After", "7");
  api::ServiceCall what;
  what.method = "GET";
  what.takes = {"/score"};
  const auto answer = call(what);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->status, 202);
  EXPECT_EQ(answer->retry_after, std::chrono::seconds(7));
}

class Refusing : public net::RequestHook {
 public:
  Task<net::Prepared> prepare(net::Request, SteadyTime) override {
    const Error error{Fault::rejected, Audience::admin, "signature.expired", "просрочен", {}, {}};
    co_return error;
  }
  Task<net::Response> accept(std::string, std::string, net::Response answer, SteadyTime) override {
    co_return std::move(answer);
  }
};

TEST_F(HttpServiceTest, where_requests_are_signed_nothing_goes_out_without_it) {
  hook_ = std::make_shared<Refusing>();
  const auto answer = call(api::ServiceCall());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "signature.expired");
  const auto report = test_connection();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->warnings.size(), 1u);
  EXPECT_EQ(line_, "") << "not even a question whether it is there";
  hook_ = nullptr;
  ASSERT_TRUE(test_connection());
  EXPECT_EQ(line_, "GET /api/");
}

TEST_F(HttpServiceTest, settings_that_do_not_fit_are_told) {
  const auto code = [this](const std::string& key, const std::string& value) {
    api::ConnectionSettings s = settings_;
    s.values[key] = value;
    const auto read = read_settings(s);
    return read ? std::string() : read.error().code;
  };
  EXPECT_EQ(code("auth", "basic"), "config.auth");
  EXPECT_EQ(code("auth", "digest"), "config.auth");
  EXPECT_EQ(code("url", "http://a/?x=1"), "config.url");
  EXPECT_EQ(code("limits.calls", "0"), "config.limits.calls");
  EXPECT_EQ(code("client_certificate_file", "c.pem"), "config.client_certificate_file");
  EXPECT_EQ(code("auth", "none"), "");
}

}  // namespace
}  // namespace sedlink::http_service
