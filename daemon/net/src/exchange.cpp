#include "exchange.hpp"

#include <boost/asio/error.hpp>

#include "faults.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::net {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::uint64_t answer_head_limit = 256 * 1024;
constexpr std::uint64_t error_text_limit = 16ull * 1024 * 1024;  // an error page never needs the limit of a file
constexpr std::size_t piece_size = 64 * 1024;

Error transport_error(const error_code& error, const Url& url, const ExchangeProgress& progress) {
  const Fault fault = progress.sent ? Fault::ambiguous : Fault::transient;
  if (error == asio::error::timed_out) {
    return net_error(fault, "net.timeout", "Узел " + url.host + " не ответил в срок");
  }
  if (error == asio::error::operation_aborted) return net_error(fault, "net.cancelled", "Вызов отменён");
  std::string words = "Обмен с узлом " + url.host + " оборвался: " + explain(error);
  // What a TLS port does to a request in plain text.
  const bool hung_up = error == asio::error::eof || error == asio::error::connection_reset;
  if (url.scheme == "http" && hung_up && !progress.answered)
    words += "; если он отвечает только по TLS, в адресе нужен https://";
  return net_error(fault, "net.closed", std::move(words));
}

Error protocol_error(const Url& url, const char* what) {
  return net_error(Fault::ambiguous, "net.protocol", "Узел " + url.host + " ответил не по протоколу HTTP: " + what);
}

Error too_large(const Url& url, std::uint64_t limit) {
  return net_error(Fault::rejected, "net.body_limit",
                   "Ответ узла " + url.host + " больше " + text::human_size(limit) + " — предела для этого вызова");
}

bool may_have_body(const std::string& method) {
  return method != "GET" && method != "HEAD" && method != "DELETE" && method != "OPTIONS";
}

std::string request_head(const Url& url, const std::string& user_agent, const Request& request) {
  std::string head = request.method + " " + url.target + " HTTP/1.1\r\n";
  if (!request.headers.get("Host")) append_field(head, "Host", url.origin().substr(url.scheme.size() + 3));
  if (!request.headers.get("User-Agent")) append_field(head, "User-Agent", user_agent);
  for (const auto& [name, value] : request.headers.all()) {
    if (!is_framing_field(name)) append_field(head, name, value);
  }
  if (request.source) {
    const auto size = request.source->size();
    if (size) append_field(head, "Content-Length", std::to_string(*size));
    if (!size) append_field(head, "Transfer-Encoding", "chunked");
  } else if (!request.body.empty() || may_have_body(request.method)) {
    append_field(head, "Content-Length", std::to_string(request.body.size()));
  }
  return head + "\r\n";
}

// Sends head and body. The error of the source comes back as the Result, that of the transport in `broken`.
Task<void> send_request(Stream& stream, const Url& url, const std::string& user_agent, const Request& request,
                        ExchangeProgress& progress, error_code& broken) {
  std::string pending = request_head(url, user_agent, request);
  if (!request.source) {
    const bool joined = request.body.size() <= piece_size;
    if (joined) pending += request.body;
    progress.sent = true;
    const IoResult head = co_await stream.write(pending);
    broken = head.error;
    if (broken || joined) co_return Result<void>();
    const IoResult body = co_await stream.write(request.body);
    broken = body.error;
    co_return Result<void>();
  }

  const auto size = request.source->size();
  std::uint64_t left = size.value_or(0);
  std::string piece(piece_size, '\0');
  for (;;) {
    const std::span<char> space(piece);
    const Result<std::size_t> read = co_await request.source->read(space);
    if (!read) co_return read.error();
    const std::size_t n = *read;
    if (size && (n > left || (n == 0 && left > 0))) {
      co_return net_error(Fault::defect, "net.body_source", "Тело запроса не той длины, что объявлена");
    }
    left -= size ? n : 0;
    if (!size && n > 0) pending += chunk_start(n);
    pending.append(piece, 0, n);
    if (!size) pending += n > 0 ? "\r\n" : "0\r\n\r\n";
    if (!pending.empty()) {
      progress.sent = true;
      const IoResult written = co_await stream.write(pending);
      broken = written.error;
      if (broken) co_return Result<void>();
      pending.clear();
    }
    if (n == 0) co_return Result<void>();
  }
}

Task<Response> receive_answer(ClientConnection& c, const Url& url, const Request& request, CallOptions options,
                              ExchangeProgress& progress) {
  const auto kind =
      request.method == "HEAD" ? MessageParser::Kind::response_without_body : MessageParser::Kind::response;
  MessageParser parser(kind, answer_head_limit);
  for (;;) {
    if (c.input.empty()) {
      const error_code error = co_await fill(*c.stream, c.input);
      progress.closed = error && error != asio::error::timed_out && error != asio::error::operation_aborted;
      if (error) co_return transport_error(error, url, progress);
    }
    progress.answered = true;
    const error_code error = co_await read_head(*c.stream, c.input, parser);
    if (error) co_return transport_error(error, url, progress);
    if (parser.failed()) co_return protocol_error(url, "неверный заголовок");
    if (parser.head().status / 100 != 1) break;
    if (parser.head().status == 101) co_return protocol_error(url, "переход на другой протокол без просьбы");
    parser = MessageParser(kind, answer_head_limit);  // 100 Continue, 103 Early Hints: the answer itself follows
  }

  Response response;
  response.status = parser.head().status;
  response.headers = std::move(parser.head().headers);
  BodySink* sink = response.status / 100 == 2 ? options.sink : nullptr;
  const std::uint64_t limit =
      options.sink != nullptr && sink == nullptr ? std::min(options.max_body, error_text_limit) : options.max_body;
  if (!parser.done() && parser.content_length().value_or(0) > limit) co_return too_large(url, limit);

  std::uint64_t total = 0;
  for (;;) {
    const error_code error = co_await read_body_piece(*c.stream, c.input, parser);
    if (error) co_return transport_error(error, url, progress);
    if (parser.failed()) co_return protocol_error(url, "неверное тело");
    std::string& piece = parser.body();
    if (piece.empty()) break;
    total += piece.size();
    if (total > limit) co_return too_large(url, limit);
    if (sink != nullptr) {
      const Result<void> taken = co_await sink->write(piece);
      if (!taken) co_return taken.error();
    } else {
      response.body += piece;
    }
    piece.clear();
  }
  progress.reusable = parser.keep_alive() && c.input.empty();
  co_return std::move(response);
}

}  // namespace

Task<Response> exchange(ClientConnection& connection, const Url& url, const std::string& user_agent,
                        const Request& request, CallOptions options, ExchangeProgress& progress) {
  connection.stream->expires_at(options.deadline);
  error_code broken;
  const Result<void> sent = co_await send_request(*connection.stream, url, user_agent, request, progress, broken);
  if (!sent) co_return sent.error();
  if (broken == asio::error::timed_out || broken == asio::error::operation_aborted) {
    co_return transport_error(broken, url, progress);
  }
  // A peer that refuses early (401, 413) answers and closes while we still send: its answer may be waiting.
  Result<Response> answer = co_await receive_answer(connection, url, request, options, progress);
  if (broken) progress.reusable = false;
  if (broken && !answer && !progress.answered) co_return transport_error(broken, url, progress);
  co_return std::move(answer);
}

}  // namespace sedlink::net
