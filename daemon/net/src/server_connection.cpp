#include "server_connection.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include "answer_writer.hpp"
#include "server_request.hpp"

namespace sedlink::net {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::uint64_t worth_draining = 256 * 1024;       // of an unread body, to keep the connection
constexpr std::uint64_t goodbye_limit = 16 * 1024 * 1024;  // read and thrown away, so that our answer is not lost
constexpr Duration goodbye_time{2'000};

SteadyTime after(Duration d) { return std::chrono::steady_clock::now() + d; }

ServerResponse plain_text(int status, std::string text) {
  return ServerResponse(status, "text/plain; charset=utf-8", std::move(text));
}

}  // namespace

ServerConnection::ServerConnection(std::shared_ptr<ServerShared> shared, std::unique_ptr<Stream> stream,
                                   std::string remote_address)
    : shared_(std::move(shared)), stream_(std::move(stream)), remote_address_(std::move(remote_address)) {}

asio::awaitable<void> ServerConnection::run() {
  stream_->set_no_delay();
  stream_->expires_at(after(shared_->options.header_timeout));
  const error_code refused = co_await stream_->handshake_server();
  if (refused) co_return;  // a port scanner or a client that does not trust us: nothing can be answered

  Next next = Next::another_request;
  for (bool first = true; next == Next::another_request && !shared_->stopping; first = false) {
    next = co_await serve_one(first);
  }
  if (next != Next::close_now) co_await say_goodbye();
  stream_->close();
}

asio::awaitable<ServerConnection::Next> ServerConnection::serve_one(bool first) {
  const ServerOptions& options = shared_->options;
  if (input_.empty()) {
    stream_->expires_at(after(first ? options.header_timeout : options.idle_timeout));
    const error_code nothing_came = co_await fill(*stream_, input_);
    if (nothing_came) co_return Next::close_now;
  }
  idle_ = false;
  MessageParser parser(MessageParser::Kind::request, options.max_header);
  stream_->expires_at(after(options.header_timeout));
  const error_code error = co_await read_head(*stream_, input_, parser);
  if (error == asio::error::timed_out)
    co_return co_await refuse(408, "Заголовок запроса не пришёл за отведённое время");
  if (error) co_return Next::close_now;
  if (parser.state() == MessageParser::State::header_limit) co_return co_await refuse(431, "Заголовок слишком велик");
  if (parser.failed()) co_return co_await refuse(400, "Запрос не по протоколу HTTP");
  stream_->expires_never();

  WireRequest request(*stream_, input_, parser, remote_address_, options.body_timeout);
  ServerResponse response;
  std::string failure;
  bool failed = false;
  try {
    ServerResponse answer = co_await shared_->handler(request);
    response = std::move(answer);
  } catch (const std::exception& e) {
    failed = true;
    failure = e.what();
  } catch (...) {
    failed = true;
    failure = "unknown exception";
  }
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) co_return Next::close_now;
  if (!failed && (response.status < 200 || response.status > 999 || !are_sendable(response.headers))) {
    failed = true;
    failure = "the handler's answer has an impossible status or header";
  }
  if (failed) {
    if (options.on_handler_failure) options.on_handler_failure(failure);
    response = plain_text(500, "Внутренняя ошибка");
  }

  // A small rest of the body is read to keep the connection; a large or unknown one costs more than a new connection.
  const auto left = parser.body_left();
  const bool body_in_the_way =
      request.broken() || parser.failed() || request.expects_continue() || !left || *left > worth_draining;
  AnswerFraming framing;
  framing.http_1_0 = parser.head().version == 10;
  framing.head_request = parser.head().method == "HEAD";
  framing.keep_alive = parser.keep_alive() && !shared_->stopping && !body_in_the_way;
  framing.stall_limit = options.body_timeout;
  const bool sabotaged = response.sabotage != Sabotage::none;
  const bool reusable = co_await write_answer(*stream_, std::move(response), framing);
  if (sabotaged) co_return Next::close_now;
  if (!reusable) co_return Next::goodbye;

  while (!parser.done()) {
    parser.body().clear();
    stream_->expires_at(after(options.body_timeout));
    const error_code torn = co_await read_body_piece(*stream_, input_, parser);
    if (torn || parser.failed()) co_return Next::close_now;
  }
  idle_ = true;
  co_return Next::another_request;
}

asio::awaitable<ServerConnection::Next> ServerConnection::refuse(int status, std::string text) {
  AnswerFraming framing;
  framing.keep_alive = false;
  framing.stall_limit = shared_->options.header_timeout;
  co_await write_answer(*stream_, plain_text(status, std::move(text)), framing);
  co_return Next::goodbye;
}

// Closing while the peer still sends would answer with RST, and the peer could lose our answer before reading it.
asio::awaitable<void> ServerConnection::say_goodbye() {
  stream_->expires_at(after(goodbye_time));
  co_await stream_->shutdown();
  std::string scratch(16 * 1024, '\0');
  for (std::uint64_t total = 0; total < goodbye_limit;) {
    const std::span<char> space(scratch);
    const IoResult read = co_await stream_->discard_some(space);
    if (read.error) break;
    total += read.bytes;
  }
}

}  // namespace sedlink::net
