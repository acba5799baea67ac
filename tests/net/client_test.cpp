#include "sedlink/net/client.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "loop.hpp"
#include "sedlink/net/server.hpp"

namespace sedlink::net::test {
namespace {

namespace asio = boost::asio;

std::unique_ptr<Server> serve(Loop& loop, Handler handler) {
  ServerOptions options;
  auto server = Server::listen(loop.executor(), options, std::move(handler));
  if (!server) throw ErrorException(server.error());
  (*server)->start();
  return std::move(*server);
}

std::string url_of(const Server& server, const std::string& target = "/") {
  return "http://127.0.0.1:" + std::to_string(server.port()) + target;
}

CallOptions ten_seconds() {
  CallOptions options;
  options.deadline = in(Duration(10'000));
  return options;
}

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

// Bytes that follow from their place, so that loss or disorder shows.
char byte_at(std::uint64_t i) { return static_cast<char>((i * 31 + i / 251) & 0xff); }

class PatternSource final : public BodySource {
 public:
  PatternSource(std::uint64_t length, bool announce) : length_(length), announce_(announce) {}
  std::optional<std::uint64_t> size() const override { return announce_ ? std::optional(length_) : std::nullopt; }
  Task<std::size_t> read(std::span<char> buffer) override {
    const auto n = std::min<std::uint64_t>(buffer.size(), length_ - at_);
    for (std::size_t i = 0; i < n; ++i) buffer[i] = byte_at(at_ + i);
    at_ += n;
    largest_buffer = std::max(largest_buffer, buffer.size());
    co_return static_cast<std::size_t>(n);
  }
  Result<void> rewind() override {
    at_ = 0;
    return {};
  }
  std::size_t largest_buffer = 0;

 private:
  std::uint64_t length_, at_ = 0;
  bool announce_;
};

class PatternSink final : public BodySink {
 public:
  Task<void> write(std::string_view piece) override {
    for (const char c : piece) {
      if (c != byte_at(length++)) broken = true;
    }
    largest_piece = std::max(largest_piece, piece.size());
    co_return Result<void>();
  }
  std::uint64_t length = 0;
  std::size_t largest_piece = 0;
  bool broken = false;
};

long peak_memory_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6));
  }
  return 0;
}

TEST(Client, brings_the_request_to_the_handler_and_its_answer_back) {
  Loop loop;
  const auto server = serve(loop, [](ServerRequest& request) -> asio::awaitable<ServerResponse> {
    const auto body = co_await request.read_body(1000);
    ServerResponse answer(201, "text/plain",
                          request.method() + " " + request.path() + " " + request.query() + " " +
                              request.headers().get("x-mark").value_or("-") + " " +
                              request.headers().get("Host").value_or("-") + " " + body.value());
    answer.headers.add("X-Answer", "да");
    co_return answer;
  });
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    Request request = get(url_of(*server, "/a/b?c=d"));
    request.method = "POST";
    request.headers.add("X-Mark", "7");
    request.body = "тело";
    const auto answer = co_await client.send(request, ten_seconds());
    EXPECT_TRUE(answer);
    if (!answer) co_return;
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->headers.get("x-answer"), "да");
    EXPECT_EQ(answer->body, "POST /a/b c=d 7 127.0.0.1:" + std::to_string(server->port()) + " тело");
  }());
}

TEST(Client, keeps_the_connection_for_the_next_call) {
  Loop loop;
  std::vector<const void*> seen;
  int requests = 0;
  const auto server = serve(loop, [&](ServerRequest& request) -> asio::awaitable<ServerResponse> {
    ++requests;
    seen.push_back(&request.remote_address());  // belongs to the connection: the same object while it lives
    co_return ServerResponse(200, "text/plain", "ok");
  });
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    for (int i = 0; i < 3; ++i) {
      const auto answer = co_await client.send(get(url_of(*server)), ten_seconds());
      EXPECT_TRUE(answer);
    }
  }());
  ASSERT_EQ(requests, 3);
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[1], seen[2]);
}

TEST(Client, does_not_follow_a_redirect) {
  Loop loop;
  int requests = 0;
  const auto server = serve(loop, [&](ServerRequest&) -> asio::awaitable<ServerResponse> {
    ++requests;
    ServerResponse answer(302, "text/plain", "");
    answer.headers.add("Location", "/elsewhere");
    co_return answer;
  });
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get(url_of(*server)), ten_seconds());
    EXPECT_TRUE(answer);
    if (!answer) co_return;
    EXPECT_EQ(answer->status, 302);
    EXPECT_EQ(answer->headers.get("Location"), "/elsewhere");
  }());
  EXPECT_EQ(requests, 1);
}

TEST(Client, understands_answers_without_a_body) {
  Loop loop;
  const auto server = serve(loop, [](ServerRequest& request) -> asio::awaitable<ServerResponse> {
    if (request.path() == "/empty") {
      ServerResponse answer;
      answer.status = 204;
      co_return answer;
    }
    co_return ServerResponse(200, "text/plain", "twelve bytes");
  });
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    Request head = get(url_of(*server));
    head.method = "HEAD";
    const auto to_head = co_await client.send(head, ten_seconds());
    EXPECT_TRUE(to_head);
    if (!to_head) co_return;
    EXPECT_EQ(to_head->headers.get("Content-Length"), "12");
    EXPECT_EQ(to_head->body, "");
    const auto empty = co_await client.send(get(url_of(*server, "/empty")), ten_seconds());
    EXPECT_TRUE(empty);
    if (!empty) co_return;
    EXPECT_EQ(empty->status, 204);
    const auto after = co_await client.send(get(url_of(*server)), ten_seconds());
    EXPECT_TRUE(after && after->body == "twelve bytes");
  }());
}

// Up and down, with a declared length and chunked: 20 MB each way, checked byte by byte.
TEST(Client, streams_20_megabytes_both_ways_in_bounded_memory) {
  constexpr std::uint64_t length = 20ull * 1024 * 1024;
  Loop loop;
  PatternSink received;
  const auto server = serve(loop, [&](ServerRequest& request) -> asio::awaitable<ServerResponse> {
    std::string buffer(32 * 1024, '\0');
    for (;;) {
      const std::span<char> space(buffer);
      const auto n = co_await request.read_some(space);
      if (n.value() == 0) break;
      const std::string_view piece(buffer.data(), *n);
      co_await received.write(piece);
    }
    ServerResponse answer(200, "application/octet-stream", "");
    answer.source = std::make_shared<PatternSource>(length, request.headers().get("Content-Length").has_value());
    co_return answer;
  });
  Client client(loop.executor(), ClientOptions());
  for (const bool announce : {true, false}) {
    received = PatternSink();
    PatternSink sink;
    auto source = std::make_shared<PatternSource>(length, announce);
    const long before = peak_memory_kb();
    loop.run([&]() -> asio::awaitable<void> {
      Request request = get(url_of(*server));
      request.method = "PUT";
      request.source = source;
      CallOptions options = ten_seconds();
      options.deadline = in(Duration(120'000));
      options.max_body = length;
      options.sink = &sink;
      const auto answer = co_await client.send(request, options);
      EXPECT_TRUE(answer);
      if (!answer) co_return;
      EXPECT_EQ(answer->body, "");
      EXPECT_EQ(answer->headers.get("Content-Length").has_value(), announce);
    }());
    EXPECT_EQ(received.length, length);
    EXPECT_FALSE(received.broken);
    EXPECT_EQ(sink.length, length);
    EXPECT_FALSE(sink.broken);
    EXPECT_LE(source->largest_buffer, 64u * 1024);
    EXPECT_LE(sink.largest_piece, 64u * 1024);
    EXPECT_LT(peak_memory_kb() - before, 12 * 1024);
  }
}

TEST(Client, refuses_an_answer_larger_than_the_caller_wants) {
  Loop loop;
  const auto server = serve(loop, [](ServerRequest& request) -> asio::awaitable<ServerResponse> {
    ServerResponse answer(200, "text/plain", "");
    answer.source = std::make_shared<PatternSource>(5000, request.path() == "/declared");
    co_return answer;
  });
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    for (const char* target : {"/declared", "/chunked"}) {
      CallOptions options = ten_seconds();
      options.max_body = 4999;
      const auto refused = co_await client.send(get(url_of(*server, target)), options);
      EXPECT_FALSE(refused);
      if (refused) co_return;
      EXPECT_EQ(refused.error().code, "net.body_limit");
      EXPECT_EQ(refused.error().fault, Fault::rejected);
      options.max_body = 5000;
      const auto taken = co_await client.send(get(url_of(*server, target)), options);
      EXPECT_TRUE(taken && taken->body.size() == 5000);
    }
  }());
}

TEST(Client, gives_the_text_of_an_error_answer_to_the_caller_and_not_to_the_sink) {
  Loop loop;
  const auto server = serve(loop, [](ServerRequest&) -> asio::awaitable<ServerResponse> {
    co_return ServerResponse(403, "application/json", "{\"error\":\"ACCESS_DENIED\"}");
  });
  Client client(loop.executor(), ClientOptions());
  PatternSink sink;
  loop.run([&]() -> asio::awaitable<void> {
    CallOptions options = ten_seconds();
    options.sink = &sink;
    const auto answer = co_await client.send(get(url_of(*server)), options);
    EXPECT_TRUE(answer);
    if (!answer) co_return;
    EXPECT_EQ(answer->status, 403);
    EXPECT_EQ(answer->body, "{\"error\":\"ACCESS_DENIED\"}");
  }());
  EXPECT_EQ(sink.length, 0u);
}

class FailingSink final : public BodySink {
 public:
  Task<void> write(std::string_view) override {
    Error error;
    error.code = "test.disk_full";
    co_return error;
  }
};

class FailingSource final : public BodySource {
 public:
  std::optional<std::uint64_t> size() const override { return 10; }
  Task<std::size_t> read(std::span<char>) override {
    Error error;
    error.code = "test.unreadable";
    co_return error;
  }
  Result<void> rewind() override { return {}; }
};

TEST(Client, passes_on_what_source_and_sink_say) {
  Loop loop;
  int requests = 0;
  const auto server = serve(loop, [&](ServerRequest&) -> asio::awaitable<ServerResponse> {
    ++requests;
    co_return ServerResponse(200, "text/plain", "some text");
  });
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    FailingSink sink;
    CallOptions options = ten_seconds();
    options.sink = &sink;
    const auto not_stored = co_await client.send(get(url_of(*server)), options);
    EXPECT_FALSE(not_stored);
    if (!not_stored) { EXPECT_EQ(not_stored.error().code, "test.disk_full"); }
    Request request = get(url_of(*server));
    request.method = "POST";
    request.source = std::make_shared<FailingSource>();
    const auto not_read = co_await client.send(request, ten_seconds());
    EXPECT_FALSE(not_read);
    if (!not_read) { EXPECT_EQ(not_read.error().code, "test.unreadable"); }
  }());
  EXPECT_EQ(requests, 1);
}

TEST(Client, holds_no_more_connections_to_an_origin_than_allowed) {
  Loop loop;
  int now = 0, most = 0;
  const auto server = serve(loop, [&](ServerRequest&) -> asio::awaitable<ServerResponse> {
    most = std::max(most, ++now);
    co_await wait(Duration(5));
    --now;
    co_return ServerResponse(200, "text/plain", "ok");
  });
  ClientOptions options;
  options.max_connections_per_origin = 2;
  Client client(loop.executor(), options);
  int answered = 0;
  auto call = [&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get(url_of(*server)), ten_seconds());
    EXPECT_TRUE(answer);
    ++answered;
  };
  for (int i = 0; i < 8; ++i) loop.spawn(call());
  loop.run([&]() -> asio::awaitable<void> {
    const bool all = co_await eventually([&] { return answered == 8; });
    EXPECT_TRUE(all);
  }());
  EXPECT_EQ(most, 2);
}

TEST(Client, gives_up_in_time_when_every_connection_is_taken) {
  Loop loop;
  bool release = false;
  const auto server = serve(loop, [&](ServerRequest&) -> asio::awaitable<ServerResponse> {
    co_await eventually([&] { return release; });
    co_return ServerResponse(200, "text/plain", "ok");
  });
  ClientOptions options;
  options.max_connections_per_origin = 1;
  Client client(loop.executor(), options);
  bool first_answered = false;
  auto first = [&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get(url_of(*server)), ten_seconds());
    first_answered = answer.has_value();
  };
  loop.spawn(first());
  loop.run([&]() -> asio::awaitable<void> {
    CallOptions short_call;
    short_call.deadline = in(Duration(50));
    const auto answer = co_await client.send(get(url_of(*server)), short_call);
    EXPECT_FALSE(answer);
    if (answer) co_return;
    EXPECT_EQ(answer.error().code, "net.timeout");
    EXPECT_EQ(answer.error().fault, Fault::transient);
    release = true;
    const bool ended = co_await eventually([&] { return first_answered; });
    EXPECT_TRUE(ended);
  }());
}

TEST(Client, refuses_a_header_that_would_add_a_line) {
  Loop loop;
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    Request request = get("http://127.0.0.1:1/");
    request.headers.add("X-Name", "a\r\nX-Injected: b");
    const auto answer = co_await client.send(request, ten_seconds());
    EXPECT_FALSE(answer);
    if (!answer) { EXPECT_EQ(answer.error().fault, Fault::defect); }
  }());
}

}  // namespace
}  // namespace sedlink::net::test
