// Over 400 lines: every way an exchange can break stands in one place, one test each, with the fault class it must get.
// A table of misbehaving peers: what the caller is told decides whether it may repeat.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>

#include "loop.hpp"
#include "raw_peer.hpp"
#include "sedlink/net/client.hpp"

namespace sedlink::net::test {
namespace {

namespace asio = boost::asio;

const std::string secret_target = "/rest/1/s3cret/method?auth=t0ken";

CallOptions within(Duration d) {
  CallOptions options;
  options.deadline = in(d);
  return options;
}

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

void expect_error(const Result<Response>& answer, Fault fault, const std::string& code) {
  ASSERT_FALSE(answer);
  EXPECT_EQ(describe(answer.error()),
            describe(Error{fault, answer.error().audience, code, answer.error().message, ""}));
  EXPECT_FALSE(answer.error().message.empty());
  for (const char* leak : {"s3cret", "t0ken", "/rest"}) {
    EXPECT_EQ(answer.error().message.find(leak), std::string::npos) << answer.error().message;
  }
}

// Reads the head of one request, sends `answer`, closes.
asio::awaitable<void> answer_once(RawListener& listener, std::string answer) {
  const auto peer = co_await listener.accept();
  co_await read_until(*peer, "\r\n\r\n");
  co_await peer->write(answer);
}

// Holds the connection open and silent until the test ends.
asio::awaitable<void> accept_and_hold(RawListener& listener, std::string first_bytes) {
  const auto peer = co_await listener.accept();
  if (!first_bytes.empty()) co_await peer->write(first_bytes);
  co_await read_all(*peer);
}

TEST(ClientFault, a_refused_connection_is_transient) {
  Loop loop;
  std::string url;
  {
    RawListener listener(loop.executor());
    url = listener.url(secret_target);
  }
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get(url), within(Duration(5'000)));
    expect_error(answer, Fault::transient, "net.connect");
    if (!answer) { EXPECT_NE(answer.error().message.find("127.0.0.1"), std::string::npos); }
  }());
}

TEST(ClientFault, a_name_that_cannot_exist_is_transient_net_resolve) {
  Loop loop;
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    // A label over 63 characters is refused by the resolver itself: no name server is asked.
    const std::string url = "http://" + std::string(70, 'a') + ".invalid" + secret_target;
    const auto answer = co_await client.send(get(url), within(Duration(10'000)));
    expect_error(answer, Fault::transient, "net.resolve");
  }());
}

TEST(ClientFault, a_bad_address_is_refused_before_anything_is_done) {
  Loop loop;
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get("htp://host" + secret_target), within(Duration(1'000)));
    expect_error(answer, Fault::rejected, "net.url");
  }());
}

TEST(ClientFault, a_deadline_in_the_past_sends_nothing) {
  Loop loop;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  loop.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get(listener.url(secret_target)), within(Duration(-1)));
    expect_error(answer, Fault::transient, "net.timeout");
  }());
}

// Linux drops the SYN of a connection that finds the accept queue full: connecting hangs, as behind a firewall.
TEST(ClientFault, a_deadline_while_connecting_is_transient) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const int filler = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::connect(filler, reinterpret_cast<sockaddr*>(&address), size), 0);
  const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + secret_target;

  Loop loop;
  ClientOptions impatient;
  impatient.connect_timeout = Duration(60);
  Client client(loop.executor(), ClientOptions());
  Client impatient_client(loop.executor(), impatient);
  loop.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get(url), within(Duration(60)));
    expect_error(answer, Fault::transient, "net.timeout");
    const auto sooner = co_await impatient_client.send(get(url), within(Duration(20'000)));
    expect_error(sooner, Fault::transient, "net.connect");
  }());
  ::close(filler);
  ::close(listener);
}

TEST(ClientFault, a_deadline_in_the_handshake_is_transient) {
  Loop loop;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  loop.spawn(accept_and_hold(listener, ""));
  loop.run([&]() -> asio::awaitable<void> {
    const std::string url = "https" + listener.url(secret_target).substr(4);
    const auto answer = co_await client.send(get(url), within(Duration(60)));
    expect_error(answer, Fault::transient, "net.timeout");
  }());
}

TEST(ClientFault, a_peer_that_does_not_speak_tls_is_transient_net_tls) {
  Loop loop;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  loop.spawn(accept_and_hold(listener, "HTTP/1.1 400 Bad Request\r\n\r\n"));
  loop.run([&]() -> asio::awaitable<void> {
    const std::string url = "https" + listener.url(secret_target).substr(4);
    const auto answer = co_await client.send(get(url), within(Duration(5'000)));
    expect_error(answer, Fault::transient, "net.tls");
    EXPECT_NE(answer.error().message.find("нужен http://, а не https://"), std::string::npos) << answer.error().message;
  }());
}

TEST(ClientFault, a_peer_that_hangs_up_unread_may_speak_tls_only) {
  Loop loop;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  loop.spawn(answer_once(listener, ""));
  loop.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get(listener.url(secret_target)), within(Duration(5'000)));
    expect_error(answer, Fault::ambiguous, "net.closed");
    EXPECT_NE(answer.error().message.find("в адресе нужен https://"), std::string::npos) << answer.error().message;
  }());
}

TEST(ClientFault, a_deadline_while_waiting_for_the_answer_is_ambiguous) {
  Loop loop;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  loop.spawn(accept_and_hold(listener, ""));
  loop.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get(listener.url(secret_target)), within(Duration(300)));
    expect_error(answer, Fault::ambiguous, "net.timeout");
  }());
}

TEST(ClientFault, a_deadline_inside_the_answer_is_ambiguous) {
  Loop loop;
  for (const char* beginning :
       {"HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"}) {
    RawListener listener(loop.executor());
    Client client(loop.executor(), ClientOptions());
    loop.spawn(accept_and_hold(listener, beginning));
    loop.run([&]() -> asio::awaitable<void> {
      const auto answer = co_await client.send(get(listener.url(secret_target)), within(Duration(300)));
      expect_error(answer, Fault::ambiguous, "net.timeout");
    }());
  }
}

TEST(ClientFault, a_deadline_while_the_peer_does_not_read_our_body_is_ambiguous) {
  Loop loop;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  auto accept_without_reading = [&]() -> asio::awaitable<void> {
    const auto peer = co_await listener.accept();
    co_await wait(Duration(10'000));
  };
  loop.spawn(accept_without_reading());
  loop.run([&]() -> asio::awaitable<void> {
    Request request = get(listener.url(secret_target));
    request.method = "POST";
    request.body = std::string(32 * 1024 * 1024, 'x');
    const auto answer = co_await client.send(request, within(Duration(500)));
    expect_error(answer, Fault::ambiguous, "net.timeout");
  }());
}

TEST(ClientFault, a_connection_closed_after_the_request_is_ambiguous) {
  Loop loop;
  for (const char* beginning : {"", "HTTP/1.1 200 OK\r\nConte", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    RawListener listener(loop.executor());
    Client client(loop.executor(), ClientOptions());
    loop.spawn(answer_once(listener, beginning));
    loop.run([&]() -> asio::awaitable<void> {
      CallOptions options = within(Duration(5'000));
      options.idempotent = true;  // a fresh connection is not a stale one: still no repetition
      const auto answer = co_await client.send(get(listener.url(secret_target)), options);
      expect_error(answer, Fault::ambiguous, "net.closed");
    }());
  }
}

TEST(ClientFault, an_answer_outside_the_protocol_is_ambiguous) {
  Loop loop;
  for (const char* junk : {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
                           "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n"}) {
    RawListener listener(loop.executor());
    Client client(loop.executor(), ClientOptions());
    loop.spawn(answer_once(listener, junk));
    loop.run([&]() -> asio::awaitable<void> {
      const auto answer = co_await client.send(get(listener.url(secret_target)), within(Duration(5'000)));
      expect_error(answer, Fault::ambiguous, "net.protocol");
    }());
  }
}

TEST(ClientFault, interim_answers_are_passed_over) {
  Loop loop;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  loop.spawn(answer_once(listener,
                         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                         "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  loop.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get(listener.url()), within(Duration(5'000)));
    EXPECT_TRUE(answer && answer->status == 200 && answer->body == "ok");
  }());
}

TEST(ClientFault, a_body_that_ends_with_the_connection_is_whole) {
  Loop loop;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  loop.spawn(answer_once(listener, "HTTP/1.0 200 OK\r\n\r\neverything"));
  loop.run([&]() -> asio::awaitable<void> {
    const auto answer = co_await client.send(get(listener.url()), within(Duration(5'000)));
    EXPECT_TRUE(answer && answer->body == "everything");
  }());
}

// IIS and nginx refuse a large body by answering at once and closing.
TEST(ClientFault, an_early_refusal_is_read_although_the_body_was_not_taken) {
  Loop loop;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  loop.spawn(
      answer_once(listener, "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig"));
  loop.run([&]() -> asio::awaitable<void> {
    Request request = get(listener.url());
    request.method = "POST";
    request.body = std::string(32 * 1024 * 1024, 'x');
    const auto answer = co_await client.send(request, within(Duration(10'000)));
    EXPECT_TRUE(answer) << (answer ? "" : describe(answer.error()));
    if (answer) { EXPECT_EQ(answer->status, 413); }
  }());
}

const std::string small_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// One connection that serves a single request and dies with the second one in its hands; then a healthy one.
asio::awaitable<void> die_on_second_request(RawListener& listener, int& requests) {
  {
    const auto peer = co_await listener.accept();
    co_await read_until(*peer, "\r\n\r\n");
    ++requests;
    co_await peer->write(small_answer);
    co_await read_until(*peer, "\r\n\r\n");
    ++requests;
  }
  const auto healthy = co_await listener.accept();
  co_await read_until(*healthy, "\r\n\r\n");
  ++requests;
  co_await healthy->write(small_answer);
  co_await read_all(*healthy);
}

TEST(ClientFault, a_stale_connection_is_repeated_once_when_the_call_is_idempotent) {
  Loop loop;
  int requests = 0;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  loop.spawn(die_on_second_request(listener, requests));
  loop.run([&]() -> asio::awaitable<void> {
    CallOptions options = within(Duration(5'000));
    options.idempotent = true;
    const auto first = co_await client.send(get(listener.url()), options);
    EXPECT_TRUE(first);
    const auto second = co_await client.send(get(listener.url()), options);
    EXPECT_TRUE(second && second->body == "ok");
  }());
  EXPECT_EQ(requests, 3);
}

TEST(ClientFault, a_stale_connection_is_ambiguous_when_the_call_is_not_idempotent) {
  Loop loop;
  int requests = 0;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  loop.spawn(die_on_second_request(listener, requests));
  loop.run([&]() -> asio::awaitable<void> {
    const auto first = co_await client.send(get(listener.url(secret_target)), within(Duration(5'000)));
    EXPECT_TRUE(first);
    const auto second = co_await client.send(get(listener.url(secret_target)), within(Duration(5'000)));
    expect_error(second, Fault::ambiguous, "net.closed");
  }());
  EXPECT_EQ(requests, 2);
}

TEST(ClientFault, an_idle_connection_that_the_peer_closed_is_not_used_again) {
  Loop loop;
  RawListener listener(loop.executor());
  Client client(loop.executor(), ClientOptions());
  bool first_closed = false;
  auto two_connections = [&]() -> asio::awaitable<void> {
    co_await answer_once(listener, small_answer);
    first_closed = true;
    co_await answer_once(listener, small_answer);
  };
  loop.spawn(two_connections());
  loop.run([&]() -> asio::awaitable<void> {
    const auto first = co_await client.send(get(listener.url()), within(Duration(5'000)));
    EXPECT_TRUE(first);
    const std::function<bool()> closed = [&] { return first_closed; };
    co_await eventually(closed);
    const auto second = co_await client.send(get(listener.url()), within(Duration(5'000)));  // not idempotent
    EXPECT_TRUE(second) << (second ? "" : describe(second.error()));
  }());
}

TEST(ClientFault, an_idle_connection_grows_too_old) {
  Loop loop;
  RawListener listener(loop.executor());
  ClientOptions client_options;
  client_options.idle_limit = Duration(0);
  Client client(loop.executor(), client_options);
  int connections = 0;
  auto serve_one_each = [&]() -> asio::awaitable<void> {
    for (;;) {
      const auto peer = co_await listener.accept();
      ++connections;
      co_await read_until(*peer, "\r\n\r\n");
      co_await peer->write(small_answer);
      co_await read_all(*peer);
    }
  };
  const auto stop = loop.spawn_cancellable(serve_one_each());
  loop.run([&]() -> asio::awaitable<void> {
    for (int i = 0; i < 2; ++i) {
      const auto answer = co_await client.send(get(listener.url()), within(Duration(5'000)));
      EXPECT_TRUE(answer);
      co_await wait(Duration(2));
    }
  }());
  stop();
  EXPECT_EQ(connections, 2);
}

TEST(ClientFault, cancellation_is_transient_before_and_ambiguous_after_sending) {
  Loop loop;
  for (const bool sent : {false, true}) {
    RawListener listener(loop.executor());
    bool received = false;
    auto hold = [&]() -> asio::awaitable<void> {
      const auto peer = co_await listener.accept();
      co_await read_until(*peer, sent ? "\r\n\r\n" : "\x16");
      received = true;
      co_await read_all(*peer);
    };
    loop.spawn(hold());
    Client client(loop.executor(), ClientOptions());
    std::optional<Result<Response>> answer;
    auto call = [&]() -> asio::awaitable<void> {
      const std::string url = sent ? listener.url(secret_target) : "https" + listener.url(secret_target).substr(4);
      auto result = co_await client.send(get(url), within(Duration(20'000)));
      answer.emplace(std::move(result));
    };
    const auto cancel = loop.spawn_cancellable(call());
    loop.run([&]() -> asio::awaitable<void> {
      const std::function<bool()> arrived = [&] { return received; };
      co_await eventually(arrived);
      cancel();
      const std::function<bool()> answered = [&] { return answer.has_value(); };
      co_await eventually(answered);
    }());
    ASSERT_TRUE(answer.has_value());
    expect_error(*answer, sent ? Fault::ambiguous : Fault::transient, "net.cancelled");
  }
}

class SlowSink final : public BodySink {
 public:
  Task<void> write(std::string_view) override {
    ++pieces;
    co_await wait(Duration(60'000));  // ends early when the call is cancelled
    const Result<void> done;
    co_return done;
  }
  int pieces = 0;
};

TEST(ClientFault, cancellation_while_the_sink_works_ends_the_call) {
  Loop loop;
  RawListener listener(loop.executor());
  loop.spawn(accept_and_hold(listener, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"));
  Client client(loop.executor(), ClientOptions());
  SlowSink sink;
  std::optional<Result<Response>> answer;
  auto call = [&]() -> asio::awaitable<void> {
    CallOptions options = within(Duration(20'000));
    options.sink = &sink;
    auto result = co_await client.send(get(listener.url()), options);
    answer.emplace(std::move(result));
  };
  const auto cancel = loop.spawn_cancellable(call());
  loop.run([&]() -> asio::awaitable<void> {
    const std::function<bool()> begun = [&] { return sink.pieces == 1; };
    co_await eventually(begun);
    cancel();
    const std::function<bool()> answered = [&] { return answer.has_value(); };
    co_await eventually(answered);
  }());
  ASSERT_TRUE(answer.has_value());
  expect_error(*answer, Fault::ambiguous, "net.cancelled");
}

TEST(ClientFault, destroying_the_client_does_not_disturb_a_call_under_way) {
  Loop loop;
  RawListener listener(loop.executor());
  auto client = std::make_unique<Client>(loop.executor(), ClientOptions());
  std::optional<Result<Response>> answer;
  auto call = [&]() -> asio::awaitable<void> {
    auto result = co_await client->send(get(listener.url()), within(Duration(5'000)));
    answer.emplace(std::move(result));
  };
  loop.spawn(call());
  loop.run([&]() -> asio::awaitable<void> {
    const auto peer = co_await listener.accept();
    co_await read_until(*peer, "\r\n\r\n");
    client.reset();
    co_await peer->write(small_answer);
    const std::function<bool()> answered = [&] { return answer.has_value(); };
    co_await eventually(answered);
  }());
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->has_value());
}

}  // namespace
}  // namespace sedlink::net::test
