#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "certificates.hpp"
#include "loop.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/net/server.hpp"

namespace sedlink::net::test {
namespace {

namespace asio = boost::asio;

class ClientTls : public testing::Test {
 protected:
  std::unique_ptr<Server> serve(const CertificateFiles& files) {
    ServerOptions options;
    options.tls_certificate = files.certificate;
    options.tls_key = files.key;
    options.tls_client_ca = client_ca;
    auto hello = [this](ServerRequest& request) -> asio::awaitable<ServerResponse> {
      connections.insert(&request.remote_address());  // belongs to the connection
      co_return ServerResponse(200, "text/plain", "over tls");
    };
    auto server = Server::listen(loop.executor(), options, hello);
    if (!server) throw ErrorException(server.error());
    (*server)->start();
    return std::move(*server);
  }

  Result<Response> call(const Server& server, const std::string& host, const ClientOptions& options, int times = 1) {
    Client client(loop.executor(), options);
    Result<Response> answer = Error();
    loop.run([](Client& c, std::string url, int n, Result<Response>& out) -> asio::awaitable<void> {
      for (int i = 0; i < n; ++i) {
        Request request;
        request.url = url;
        CallOptions call_options;
        call_options.deadline = in(Duration(10'000));
        out = co_await c.send(request, call_options);
      }
    }(client, "https://" + host + ":" + std::to_string(server.port()) + "/secret?token=1", times, answer));
    return answer;
  }

  static void expect_refused(const Result<Response>& answer, const std::string& clause) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "net.tls");
    EXPECT_EQ(answer.error().fault, Fault::transient);
    EXPECT_NE(answer.error().message.find(clause), std::string::npos) << answer.error().message;
    EXPECT_EQ(answer.error().message.find("token"), std::string::npos);
  }

  ClientOptions trusting() const {
    ClientOptions options;
    options.ca_file = authority.certificate();
    return options;
  }

  Loop loop;
  std::set<const void*> connections;
  std::optional<std::filesystem::path> client_ca;
  TemporaryDirectory directory;
  Authority authority{directory.path(), "authority"};
};

TEST_F(ClientTls, accepts_a_certificate_of_the_named_authority) {
  const auto server = serve(authority.issue("server", "DNS:localhost,IP:127.0.0.1"));
  const auto by_name = call(*server, "localhost", trusting(), 3);
  ASSERT_TRUE(by_name) << describe(by_name.error());
  EXPECT_EQ(by_name->body, "over tls");
  EXPECT_EQ(connections.size(), 1u);  // session tickets do not make a kept connection look busy
  const auto by_address = call(*server, "127.0.0.1", trusting());
  ASSERT_TRUE(by_address) << describe(by_address.error());
}

TEST_F(ClientTls, refuses_an_unknown_authority) {
  const auto server = serve(authority.issue("server", "DNS:localhost"));
  expect_refused(call(*server, "localhost", ClientOptions()), "неизвестным центром");
  const Authority other(directory.path(), "other");
  ClientOptions trusting_another;
  trusting_another.ca_file = other.certificate();
  expect_refused(call(*server, "localhost", trusting_another), "неизвестным центром");
}

TEST_F(ClientTls, refuses_a_certificate_of_another_host) {
  const auto server = serve(authority.issue("server", "DNS:other.example,IP:127.0.0.2"));
  expect_refused(call(*server, "localhost", trusting()), "другому узлу");
  expect_refused(call(*server, "127.0.0.1", trusting()), "другому узлу");
}

TEST_F(ClientTls, refuses_an_expired_certificate) {
  const auto server = serve(authority.issue("server", "DNS:localhost", -60));
  expect_refused(call(*server, "localhost", trusting()), "истёк");
}

TEST_F(ClientTls, accepts_anything_only_when_told_not_to_verify) {
  const auto server = serve(authority.issue("server", "DNS:other.example"));
  ClientOptions careless;
  careless.verify = false;
  const auto answer = call(*server, "localhost", careless);
  ASSERT_TRUE(answer) << describe(answer.error());
}

TEST_F(ClientTls, reports_an_unreadable_ca_file_at_once) {
  ClientOptions options;
  options.ca_file = directory.path() / "absent.crt";
  const auto client = Client::create(loop.executor(), options);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, "net.ca_file");
}

TEST_F(ClientTls, the_server_reports_unusable_files_at_once) {
  const auto files = authority.issue("server", "DNS:localhost");
  const auto others = authority.issue("others", "DNS:localhost");
  auto nothing = [](ServerRequest&) -> asio::awaitable<ServerResponse> { co_return ServerResponse(); };
  ServerOptions mismatched;
  mismatched.tls_certificate = files.certificate;
  mismatched.tls_key = others.key;
  const auto with_foreign_key = Server::listen(loop.executor(), mismatched, nothing);
  ASSERT_FALSE(with_foreign_key);
  EXPECT_EQ(with_foreign_key.error().code, "net.tls_files");
  ServerOptions half;
  half.tls_certificate = files.certificate;
  const auto without_key = Server::listen(loop.executor(), half, nothing);
  ASSERT_FALSE(without_key);
  EXPECT_EQ(without_key.error().code, "net.tls_files");
}

std::string whole(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST_F(ClientTls, shows_its_certificate_to_a_server_that_demands_one) {
  client_ca = authority.certificate();
  const auto server = serve(authority.issue("server", "DNS:localhost"));
  const CertificateFiles ours = authority.issue("client", "DNS:client");
  ClientOptions options = trusting();
  EXPECT_FALSE(call(*server, "localhost", options)) << "without a certificate";
  options.client_certificate = ours.certificate;
  options.client_key = Secret(whole(ours.key));
  const auto shown = call(*server, "localhost", options);
  ASSERT_TRUE(shown) << describe(shown.error());
  EXPECT_EQ(shown->body, "over tls");

  const Authority other(directory.path(), "other");
  const CertificateFiles foreign = other.issue("foreign", "DNS:client");
  options.client_certificate = foreign.certificate;
  options.client_key = Secret(whole(foreign.key));
  EXPECT_FALSE(call(*server, "localhost", options)) << "of another authority";
}

TEST_F(ClientTls, a_client_key_of_another_certificate_is_told_at_once) {
  ClientOptions options = trusting();
  options.client_certificate = authority.issue("client", "DNS:client").certificate;
  options.client_key = Secret(whole(authority.issue("stranger", "DNS:client").key));
  const auto client = Client::create(loop.executor(), options);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, "net.client_certificate");
  EXPECT_EQ(client.error().fault, Fault::rejected);
}

}  // namespace
}  // namespace sedlink::net::test
