#include "answer_writer.hpp"

#include <boost/beast/http/status.hpp>

#include "message_io.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::net {
namespace asio = boost::asio;

namespace {

constexpr std::size_t piece_size = 64 * 1024;

std::string status_line(int status) {
  const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
  const auto reason = boost::beast::http::obsolete_reason(known);
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason.data(), reason.size()) + "\r\n";
}

bool forbids_body(int status) { return status / 100 == 1 || status == 204 || status == 304; }

asio::awaitable<bool> send(Stream& stream, std::string_view bytes, Duration stall_limit) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, piece_size);
    stream.expires_at(std::chrono::steady_clock::now() + stall_limit);
    const IoResult written = co_await stream.write(piece);
    if (written.error) co_return false;
    bytes.remove_prefix(piece.size());
  }
  stream.expires_never();
  co_return true;
}

// At most `limit` bytes of the body; false when the source failed, the stream broke or the limit cut it.
asio::awaitable<bool> send_source(Stream& stream, BodySource& source, std::string pending, bool chunked,
                                  std::uint64_t limit, Duration stall_limit) {
  const auto size = source.size();
  std::uint64_t sent = 0;
  std::string piece(piece_size, '\0');
  for (;;) {
    const std::span<char> space(piece);
    const Result<std::size_t> read = co_await source.read(space);
    if (!read || (size && sent + *read > *size)) co_return false;
    const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(*read, limit - sent));
    if (chunked && n > 0) pending += chunk_start(n);
    pending.append(piece, 0, n);
    if (chunked && n > 0) pending += "\r\n";
    if (chunked && *read == 0) pending += "0\r\n\r\n";
    const bool delivered = co_await send(stream, pending, stall_limit);
    if (!delivered || n < *read) co_return false;
    pending.clear();
    sent += n;
    if (*read == 0) co_return !size || sent == *size;
  }
}

}  // namespace

asio::awaitable<bool> write_answer(Stream& stream, ServerResponse response, AnswerFraming framing) {
  if (response.sabotage == Sabotage::close_before_answer) {
    stream.reset();
    co_return false;
  }
  const bool bare = forbids_body(response.status);
  const auto size = response.source ? response.source->size() : std::optional<std::uint64_t>(response.body.size());
  const bool chunked = !bare && !size && !framing.http_1_0;
  const bool until_close = !bare && !size && framing.http_1_0;
  const bool keep_alive = framing.keep_alive && !until_close && response.sabotage == Sabotage::none;

  std::string head = status_line(response.status);
  for (const auto& [name, value] : response.headers.all()) {
    if (!is_framing_field(name) && !text::iequals_ascii(name, "Connection")) append_field(head, name, value);
  }
  if (!bare && size) append_field(head, "Content-Length", std::to_string(*size));
  if (chunked) append_field(head, "Transfer-Encoding", "chunked");
  if (!keep_alive) append_field(head, "Connection", "close");
  if (keep_alive && framing.http_1_0) append_field(head, "Connection", "keep-alive");
  head += "\r\n";

  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  if (response.sabotage == Sabotage::truncate) limit = response.truncate_at;
  if (bare || framing.head_request) {
    const bool delivered = co_await send(stream, head, framing.stall_limit);
    co_return delivered&& keep_alive;
  }
  if (response.source) {
    const bool delivered =
        co_await send_source(stream, *response.source, std::move(head), chunked, limit, framing.stall_limit);
    if (!delivered) stream.close();
    co_return delivered&& keep_alive;
  }
  const std::string_view body = std::string_view(response.body).substr(0, std::min<std::uint64_t>(limit, *size));
  if (body.size() <= piece_size) {
    head += body;  // one packet, one system call
    const bool delivered = co_await send(stream, head, framing.stall_limit);
    if (response.sabotage == Sabotage::truncate) stream.close();
    co_return delivered&& keep_alive;
  }
  bool delivered = co_await send(stream, head, framing.stall_limit);
  if (delivered) delivered = co_await send(stream, body, framing.stall_limit);
  if (response.sabotage == Sabotage::truncate) stream.close();
  co_return delivered&& keep_alive;
}

}  // namespace sedlink::net
