#include "server_request.hpp"

#include <boost/asio/error.hpp>
#include <cstring>

#include "faults.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::net {
namespace asio = boost::asio;
using boost::system::error_code;

std::string ServerRequest::path() const {
  const std::string& whole = target();
  return whole.substr(0, whole.find('?'));
}

std::string ServerRequest::query() const {
  const std::string& whole = target();
  const auto mark = whole.find('?');
  return mark == std::string::npos ? std::string() : whole.substr(mark + 1);
}

namespace {

Error over_limit(std::uint64_t limit) {
  return net_error(Fault::rejected, "net.body_limit", "Тело запроса больше " + text::human_size(limit));
}

}  // namespace

WireRequest::WireRequest(Stream& stream, InputBuffer& input, MessageParser& parser, const std::string& remote_address,
                         Duration body_timeout)
    : stream_(stream), input_(input), parser_(parser), remote_address_(remote_address), body_timeout_(body_timeout) {
  const auto expect = parser_.head().headers.get("Expect");
  expects_continue_ =
      expect && text::iequals_ascii(*expect, "100-continue") && parser_.head().version == 11 && !parser_.done();
}

Task<void> WireRequest::more() {
  if (broken_) co_return net_error(Fault::transient, "net.closed", "Тело запроса оборвалось");
  if (parser_.done() || !parser_.body().empty()) co_return Result<void>();
  if (!started_) {
    started_ = true;
    body_deadline_ = std::chrono::steady_clock::now() + body_timeout_;
  }
  stream_.expires_at(body_deadline_);
  error_code error;
  if (expects_continue_) {
    expects_continue_ = false;
    if (input_.empty()) {
      const IoResult written = co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n");
      error = written.error;
    }
  }
  if (!error) error = co_await read_body_piece(stream_, input_, parser_);
  stream_.expires_never();
  if (error == asio::error::timed_out) {
    broken_ = true;
    co_return net_error(Fault::transient, "net.timeout", "Тело запроса не пришло за отведённое время");
  }
  if (error) {
    broken_ = true;
    co_return net_error(Fault::transient, "net.closed", "Тело запроса оборвалось: " + explain(error));
  }
  if (parser_.failed()) {
    broken_ = true;
    co_return net_error(Fault::rejected, "net.protocol", "Тело запроса не по протоколу HTTP");
  }
  co_return Result<void>();
}

Task<std::string> WireRequest::read_body(std::uint64_t limit) {
  if (parser_.content_length().value_or(0) > limit) co_return over_limit(limit);
  std::string body;
  for (;;) {
    const Result<void> ready = co_await more();
    if (!ready) co_return ready.error();
    std::string& piece = parser_.body();
    if (piece.empty()) break;
    if (body.size() + piece.size() > limit) co_return over_limit(limit);
    body += piece;
    piece.clear();
  }
  co_return std::move(body);
}

Task<std::size_t> WireRequest::read_some(std::span<char> buffer) {
  const Result<void> ready = co_await more();
  if (!ready) co_return ready.error();
  std::string& piece = parser_.body();
  const std::size_t n = std::min(buffer.size(), piece.size());
  std::memcpy(buffer.data(), piece.data(), n);
  piece.erase(0, n);
  co_return n;
}

}  // namespace sedlink::net
