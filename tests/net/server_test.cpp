#include "sedlink/net/server.hpp"

#include <gtest/gtest.h>

#include "loop.hpp"
#include "raw_peer.hpp"
#include "sedlink/net/client.hpp"

namespace sedlink::net::test {
namespace {

namespace asio = boost::asio;

class ServerTest : public testing::Test {
 protected:
  void serve(Handler handler, ServerOptions options = ServerOptions()) {
    auto result = Server::listen(loop.executor(), options, std::move(handler));
    if (!result) throw ErrorException(result.error());
    server = std::move(*result);
    server->start();
  }

  // What the server sends for these bytes until it closes. The bytes should make it close in the end.
  std::string exchange(const std::string& bytes) {
    std::string answer;
    loop.run([](Loop& l, unsigned short port, std::string sent, std::string& out) -> asio::awaitable<void> {
      const auto peer = co_await raw_connect(l.executor(), port);
      co_await peer->write(sent);
      out = co_await read_all(*peer);
    }(loop, server->port(), bytes, answer));
    return answer;
  }

  Loop loop;
  std::unique_ptr<Server> server;
};

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

asio::awaitable<ServerResponse> echo(ServerRequest& request) {
  const auto body = co_await request.read_body(1'000'000);
  if (!body) co_return ServerResponse(400, "text/plain", body.error().code);
  co_return ServerResponse(200, "text/plain", request.method() + " " + request.target() + " [" + *body + "]");
}

TEST_F(ServerTest, serves_several_requests_over_one_connection) {
  serve(echo);
  const std::string answers = exchange(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
      "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
      "GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK\r\n"), 4u);
  for (const char* part : {"GET /1 []", "POST /2 [abc]", "POST /3 [abcde]", "GET /4 []"}) {
    EXPECT_EQ(count(answers, part), 1u) << answers;
  }
  EXPECT_EQ(count(answers, "Connection: close"), 1u);
}

TEST_F(ServerTest, closes_after_an_http_1_0_request_unless_asked_to_stay) {
  serve(echo);
  EXPECT_EQ(count(exchange("GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n"), "200 OK"), 1u);
  const std::string kept = exchange("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(count(kept, "200 OK"), 2u);
  EXPECT_EQ(count(kept, "Connection: keep-alive"), 1u);
}

TEST_F(ServerTest, sends_no_body_to_head_and_with_204) {
  serve([](ServerRequest& request) -> asio::awaitable<ServerResponse> {
    ServerResponse answer(request.path() == "/none" ? 204 : 200, "text/plain", "body");
    co_return answer;
  });
  const std::string answers = exchange(
      "HEAD / HTTP/1.1\r\n\r\n"
      "GET /none HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(count(answers, "Content-Length: 4"), 1u);
  EXPECT_EQ(count(answers, "body"), 0u);
  EXPECT_EQ(count(answers, "HTTP/1.1 204 No Content"), 1u);
}

// curl sends "Expect: 100-continue" with bodies over 1 MB and waits a second for the answer.
TEST_F(ServerTest, says_100_continue_before_it_reads_the_body) {
  serve(echo);
  loop.run([](Loop& l, unsigned short port) -> asio::awaitable<void> {
    const auto peer = co_await raw_connect(l.executor(), port);
    co_await peer->write("POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
    const std::string interim = co_await read_until(*peer, "\r\n\r\n");
    EXPECT_EQ(interim, "HTTP/1.1 100 Continue\r\n\r\n");
    co_await peer->write("hi");
    const std::string answer = co_await read_all(*peer);
    EXPECT_EQ(count(answer, "POST / [hi]"), 1u);
  }(loop, server->port()));
}

TEST_F(ServerTest, refuses_by_the_headers_alone_without_100_continue) {
  serve([](ServerRequest&) -> asio::awaitable<ServerResponse> {
    co_return ServerResponse(413, "text/plain", "too large");
  });
  const std::string answer = exchange("POST / HTTP/1.1\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(count(answer, "100 Continue"), 0u);
  EXPECT_EQ(count(answer, "HTTP/1.1 413"), 1u);
  EXPECT_EQ(count(answer, "Connection: close"), 1u);
}

TEST_F(ServerTest, keeps_the_connection_when_a_small_body_was_not_read) {
  serve([](ServerRequest& request) -> asio::awaitable<ServerResponse> {
    co_return ServerResponse(200, "text/plain", "<" + request.target() + ">");
  });
  const std::string answers = exchange("POST /1 HTTP/1.1\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x') +
                                       "GET /2 HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(count(answers, "</1>"), 1u);
  EXPECT_EQ(count(answers, "</2>"), 1u);
}

TEST_F(ServerTest, the_answer_arrives_although_a_large_body_was_not_read) {
  serve([](ServerRequest&) -> asio::awaitable<ServerResponse> { co_return ServerResponse(403, "text/plain", "no"); });
  Client client(loop.executor(), ClientOptions());
  loop.run([](Client& c, unsigned short port) -> asio::awaitable<void> {
    Request request;
    request.method = "POST";
    request.url = "http://127.0.0.1:" + std::to_string(port) + "/";
    request.body = std::string(4 * 1024 * 1024, 'x');
    CallOptions options;
    options.deadline = in(Duration(10'000));
    const auto answer = co_await c.send(request, options);
    EXPECT_TRUE(answer) << (answer ? "" : describe(answer.error()));
    if (answer) { EXPECT_EQ(answer->status, 403); }
  }(client, server->port()));
}

TEST_F(ServerTest, answers_500_when_the_handler_throws_and_goes_on) {
  std::string reported;
  ServerOptions options;
  options.on_handler_failure = [&](const std::string& what) { reported = what; };
  serve(
      [](ServerRequest& request) -> asio::awaitable<ServerResponse> {
        if (request.path() == "/throw") throw std::runtime_error("secret detail");
        co_return ServerResponse(200, "text/plain", "fine");
      },
      options);
  const std::string answers = exchange("GET /throw HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(count(answers, "HTTP/1.1 500 "), 1u);
  EXPECT_EQ(count(answers, "fine"), 1u);
  EXPECT_EQ(count(answers, "secret detail"), 0u);
  EXPECT_EQ(reported, "secret detail");
}

TEST_F(ServerTest, answers_500_instead_of_splitting_its_own_answer) {
  serve([](ServerRequest&) -> asio::awaitable<ServerResponse> {
    ServerResponse answer(200, "text/plain", "");
    answer.headers.add("Location", "/x\r\nSet-Cookie: stolen=1");
    co_return answer;
  });
  const std::string answer = exchange("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(count(answer, "HTTP/1.1 500 "), 1u);
  EXPECT_EQ(count(answer, "Set-Cookie"), 0u);
}

class BrokenSource final : public BodySource {
 public:
  explicit BrokenSource(std::optional<std::uint64_t> size) : size_(size) {}
  std::optional<std::uint64_t> size() const override { return size_; }
  Task<std::size_t> read(std::span<char> buffer) override {
    if (given_) co_return Error();
    given_ = true;
    std::fill_n(buffer.begin(), 10, 'x');
    co_return std::size_t{10};
  }
  Result<void> rewind() override { return {}; }

 private:
  std::optional<std::uint64_t> size_;
  bool given_ = false;
};

TEST_F(ServerTest, a_failed_source_tears_the_answer_and_never_ends_it) {
  serve([](ServerRequest& request) -> asio::awaitable<ServerResponse> {
    ServerResponse answer(200, "text/plain", "");
    answer.source =
        std::make_shared<BrokenSource>(request.path() == "/sized" ? std::optional<std::uint64_t>(100) : std::nullopt);
    co_return answer;
  });
  const std::string sized = exchange("GET /sized HTTP/1.1\r\n\r\n");
  EXPECT_EQ(count(sized, "Content-Length: 100"), 1u);
  EXPECT_EQ(count(sized, std::string(10, 'x')), 1u);
  const std::string chunked = exchange("GET /chunked HTTP/1.1\r\n\r\n");
  EXPECT_EQ(count(chunked, "Transfer-Encoding: chunked"), 1u);
  EXPECT_EQ(count(chunked, "0\r\n\r\n"), 0u);
}

TEST_F(ServerTest, sabotage_can_close_before_the_answer) {
  serve([](ServerRequest&) -> asio::awaitable<ServerResponse> {
    ServerResponse answer(200, "text/plain", "never seen");
    answer.sabotage = Sabotage::close_before_answer;
    co_return answer;
  });
  EXPECT_EQ(exchange("GET / HTTP/1.1\r\n\r\n"), "");
}

TEST_F(ServerTest, sabotage_can_cut_the_body) {
  serve([](ServerRequest& request) -> asio::awaitable<ServerResponse> {
    ServerResponse answer(200, "text/plain", request.path() == "/long" ? std::string(200'000, 'x') : "0123456789");
    answer.sabotage = Sabotage::truncate;
    answer.truncate_at = request.path() == "/long" ? 100'000 : 4;
    co_return answer;
  });
  const std::string cut = exchange("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(count(cut, "Content-Length: 10"), 1u);
  EXPECT_EQ(cut.substr(cut.find("\r\n\r\n") + 4), "0123");
  const std::string long_cut = exchange("GET /long HTTP/1.1\r\n\r\n");
  EXPECT_EQ(count(long_cut, "Content-Length: 200000"), 1u);
  EXPECT_EQ(long_cut.size() - long_cut.find("\r\n\r\n") - 4, 100'000u);
}

TEST_F(ServerTest, tells_the_address_of_the_peer) {
  serve([](ServerRequest& request) -> asio::awaitable<ServerResponse> {
    co_return ServerResponse(200, "text/plain", "from " + request.remote_address());
  });
  EXPECT_EQ(count(exchange("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"), "from 127.0.0.1"), 1u);
}

TEST_F(ServerTest, a_taken_port_is_net_listen) {
  serve(echo);
  ServerOptions options;
  options.port = server->port();
  const auto second = Server::listen(loop.executor(), options, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "net.listen");
  options.address = "not an address";
  const auto third = Server::listen(loop.executor(), options, echo);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, "net.listen");
}

TEST_F(ServerTest, stop_lets_a_running_request_end_and_closes_idle_connections) {
  bool running = false, release = false, stopped = false;
  serve([&](ServerRequest&) -> asio::awaitable<ServerResponse> {
    running = true;
    co_await eventually([&] { return release; });
    co_return ServerResponse(200, "text/plain", "finished");
  });
  auto stop = [&]() -> asio::awaitable<void> {
    co_await server->stop(in(Duration(10'000)));
    stopped = true;
  };
  loop.run([&]() -> asio::awaitable<void> {
    const auto idle = co_await raw_connect(loop.executor(), server->port());
    const auto busy = co_await raw_connect(loop.executor(), server->port());
    co_await busy->write("GET / HTTP/1.1\r\n\r\n");
    co_await eventually([&] { return running; });
    loop.spawn(stop());
    const std::string nothing = co_await read_all(*idle);
    EXPECT_EQ(nothing, "");
    EXPECT_FALSE(stopped);
    release = true;
    const std::string answer = co_await read_all(*busy);
    EXPECT_EQ(count(answer, "finished"), 1u);
    EXPECT_EQ(count(answer, "Connection: close"), 1u);
    busy->close();
    const bool ended = co_await eventually([&] { return stopped; });
    EXPECT_TRUE(ended);
    bool refused = false;
    try {
      co_await raw_connect(loop.executor(), server->port());
    } catch (const std::exception&) { refused = true; }
    EXPECT_TRUE(refused);
  }());
}

TEST_F(ServerTest, stop_cancels_what_has_not_ended_by_the_deadline) {
  bool running = false, interrupted = false;
  serve([&](ServerRequest&) -> asio::awaitable<ServerResponse> {
    running = true;
    co_await wait(Duration(60'000));
    interrupted = true;
    co_return ServerResponse(200, "text/plain", "too late");
  });
  loop.run([&]() -> asio::awaitable<void> {
    const auto busy = co_await raw_connect(loop.executor(), server->port());
    co_await busy->write("GET / HTTP/1.1\r\n\r\n");
    co_await eventually([&] { return running; });
    co_await server->stop(in(Duration(20)));
    EXPECT_TRUE(interrupted);
    const std::string answer = co_await read_all(*busy);
    EXPECT_EQ(answer, "");
  }());
}

TEST_F(ServerTest, can_be_destroyed_while_a_request_runs) {
  bool running = false;
  serve([&](ServerRequest&) -> asio::awaitable<ServerResponse> {
    running = true;
    co_await wait(Duration(60'000));
    co_return ServerResponse(200, "text/plain", "too late");
  });
  loop.run([&]() -> asio::awaitable<void> {
    const auto busy = co_await raw_connect(loop.executor(), server->port());
    co_await busy->write("GET / HTTP/1.1\r\n\r\n");
    co_await eventually([&] { return running; });
    server.reset();
    const std::string answer = co_await read_all(*busy);
    EXPECT_EQ(answer, "");
  }());
}

}  // namespace
}  // namespace sedlink::net::test
