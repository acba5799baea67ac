#include <gtest/gtest.h>

#include "loop.hpp"
#include "raw_peer.hpp"
#include "sedlink/net/server.hpp"

namespace sedlink::net::test {
namespace {

namespace asio = boost::asio;

class ServerLimit : public testing::Test {
 protected:
  ServerLimit() { options.max_header = 4096; }

  void serve() {
    auto handler = [this](ServerRequest& request) -> asio::awaitable<ServerResponse> {
      ++requests;
      const auto body = co_await request.read_body(100);
      if (body) co_return ServerResponse(200, "text/plain", *body);
      last_code = body.error().code;
      const int status = last_code == "net.body_limit" ? 413 : last_code == "net.timeout" ? 408 : 400;
      co_return ServerResponse(status, "text/plain", last_code);
    };
    auto result = Server::listen(loop.executor(), options, handler);
    if (!result) throw ErrorException(result.error());
    server = std::move(*result);
    server->start();
  }

  // Sends the bytes, keeps the connection open, gives back all that comes until the server closes it.
  std::string exchange(const std::string& bytes) {
    std::string answer;
    loop.run([](Loop& l, unsigned short port, std::string sent, std::string& out) -> asio::awaitable<void> {
      const auto peer = co_await raw_connect(l.executor(), port);
      if (!sent.empty()) co_await peer->write(sent);
      out = co_await read_all(*peer);
    }(loop, server->port(), bytes, answer));
    return answer;
  }

  static int status_of(const std::string& answer) { return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3)); }

  Loop loop;
  ServerOptions options;
  std::unique_ptr<Server> server;
  int requests = 0;
  std::string last_code;
};

TEST_F(ServerLimit, answers_413_when_the_declared_body_is_over_the_limit) {
  serve();
  EXPECT_EQ(status_of(exchange("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n")), 413);
}

TEST_F(ServerLimit, answers_413_when_a_chunked_body_is_over_the_limit) {
  serve();
  const std::string head = "POST / HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string chunk = "32\r\n" + std::string(50, 'x') + "\r\n";
  EXPECT_EQ(status_of(exchange(head + chunk + chunk + chunk)), 413);
  EXPECT_EQ(status_of(exchange(head + chunk + chunk + "0\r\n\r\n")), 200);
}

TEST_F(ServerLimit, answers_408_to_a_header_that_does_not_come) {
  options.header_timeout = Duration(300);
  serve();
  EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\nHost: a")), 408);
  EXPECT_EQ(requests, 0);
}

TEST_F(ServerLimit, answers_408_to_a_body_that_does_not_come) {
  options.body_timeout = Duration(300);
  serve();
  EXPECT_EQ(status_of(exchange("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n12345")), 408);
  EXPECT_EQ(last_code, "net.timeout");
}

TEST_F(ServerLimit, a_body_that_trickles_is_over_in_the_time_of_the_whole) {
  options.body_timeout = Duration(300);
  serve();
  loop.run([](Loop& l, unsigned short port) -> asio::awaitable<void> {
    const auto peer = co_await raw_connect(l.executor(), port);
    co_await peer->write("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n");
    int sent = 0;
    while (sent < 99 && peer->is_quiet()) {
      const IoResult written = co_await peer->write("x");
      if (written.error) break;
      ++sent;
      co_await wait(Duration(10));
    }
    const std::string answer = co_await read_until(*peer, "\r\n");
    EXPECT_EQ(status_of(answer), 408);
    EXPECT_LT(sent, 99);  // a limit of each piece would have let them all pass
  }(loop, server->port()));
}

TEST_F(ServerLimit, closes_silently_when_nothing_comes) {
  options.header_timeout = Duration(300);
  serve();
  EXPECT_EQ(exchange(""), "");
}

TEST_F(ServerLimit, closes_a_kept_alive_connection_that_stays_idle) {
  options.idle_timeout = Duration(300);
  serve();
  const std::string answer = exchange("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_EQ(answer.find("Connection: close"), std::string::npos);
}

TEST_F(ServerLimit, answers_431_to_a_header_over_the_limit) {
  serve();
  EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\nX: " + std::string(5000, 'x') + "\r\n\r\n")), 431);
  EXPECT_EQ(status_of(exchange("GET /" + std::string(5000, 'x') + " HTTP/1.1\r\n\r\n")), 431);
  std::string many = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 1000; ++i) many += "X: y\r\n";
  EXPECT_EQ(status_of(exchange(many + "\r\n")), 431);
  EXPECT_EQ(requests, 0);
}

TEST_F(ServerLimit, answers_400_to_junk_and_to_ambiguous_lengths) {
  serve();
  for (const char* junk : {"\x16\x03\x01\x02\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n",
                           "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                           "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"}) {
    EXPECT_EQ(status_of(exchange(junk)), 400) << junk;
  }
  EXPECT_EQ(requests, 0);
}

TEST_F(ServerLimit, a_broken_chunk_is_an_error_of_the_body) {
  serve();
  EXPECT_EQ(status_of(exchange("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")), 400);
  EXPECT_EQ(last_code, "net.protocol");
}

TEST_F(ServerLimit, connections_over_the_limit_wait_for_a_place) {
  options.max_connections = 1;
  serve();
  loop.run([](Loop& l, unsigned short port) -> asio::awaitable<void> {
    auto first = co_await raw_connect(l.executor(), port);
    co_await first->write("GET / HTTP/1.1\r\n\r\n");
    const std::string first_answer = co_await read_until(*first, "\r\n\r\n");
    EXPECT_EQ(status_of(first_answer), 200);
    const auto second = co_await raw_connect(l.executor(), port);
    co_await second->write("GET / HTTP/1.1\r\n\r\n");
    co_await wait(Duration(30));
    EXPECT_TRUE(second->is_quiet());
    first->close();
    const std::string second_answer = co_await read_until(*second, "\r\n\r\n");
    EXPECT_EQ(status_of(second_answer), 200);
  }(loop, server->port()));
}

}  // namespace
}  // namespace sedlink::net::test
