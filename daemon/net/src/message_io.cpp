#include "message_io.hpp"

#include <boost/asio/error.hpp>
#include <charconv>

#include "sedlink/core/text.hpp"

namespace sedlink::net {
namespace asio = boost::asio;
using boost::system::error_code;

asio::awaitable<error_code> fill(Stream& stream, InputBuffer& buffer) {
  const std::span<char> space = buffer.space();
  const IoResult read = co_await stream.read_some(space);
  buffer.commit(read.bytes);
  co_return read.error;
}

asio::awaitable<error_code> read_head(Stream& stream, InputBuffer& buffer, MessageParser& parser) {
  for (;;) {
    if (!buffer.empty()) {
      const std::size_t used = parser.put(buffer.data());
      buffer.consume(used);
      if (parser.failed() || parser.head_done()) co_return error_code();
    }
    const error_code error = co_await fill(stream, buffer);
    if (error) co_return error;
  }
}

asio::awaitable<error_code> read_body_piece(Stream& stream, InputBuffer& buffer, MessageParser& parser) {
  while (!parser.done() && !parser.failed() && parser.body().empty()) {
    if (!buffer.empty()) {
      const std::size_t used = parser.put(buffer.data());
      buffer.consume(used);
      if (used > 0 && parser.state() != MessageParser::State::need_more) continue;
      if (parser.failed() || !parser.body().empty()) continue;
    }
    const error_code error = co_await fill(stream, buffer);
    if (error == asio::error::eof) {
      parser.put_eof();
      if (!parser.done()) co_return error;
    } else if (error) {
      co_return error;
    }
  }
  co_return error_code();
}

bool is_field_name(std::string_view name) noexcept {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view value) noexcept {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\t') || u == 0x7f;
  });
}

bool is_framing_field(std::string_view name) noexcept {
  return text::iequals_ascii(name, "Content-Length") || text::iequals_ascii(name, "Transfer-Encoding") ||
         text::iequals_ascii(name, "Trailer");
}

bool are_sendable(const Headers& headers) noexcept {
  return std::all_of(headers.all().begin(), headers.all().end(),
                     [](const auto& field) { return is_field_name(field.first) && is_field_value(field.second); });
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

std::string chunk_start(std::size_t n) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, n, 16).ptr;
  return std::string(digits, end) + "\r\n";
}

}  // namespace sedlink::net
