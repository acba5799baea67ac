#pragma once
// Reading a message from a stream: the bytes not yet parsed, and the two steps head and body.
#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <span>
#include <string>
#include <string_view>

#include "message_parser.hpp"
#include "stream.hpp"

namespace sedlink::net {

// Bytes received and not yet consumed. Contiguous; grows only while the parser asks for more than it holds.
class InputBuffer {
 public:
  [[nodiscard]] std::string_view data() const noexcept { return {bytes_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  void consume(std::size_t n) noexcept {
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Room for the next read, never empty.
  [[nodiscard]] std::span<char> space() {
    if (begin_ > 0) {
      std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_),
                bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.begin());
      end_ -= begin_;
      begin_ = 0;
    }
    if (bytes_.size() - end_ < piece / 4) bytes_.resize(std::max(bytes_.size() * 2, piece));
    return {bytes_.data() + end_, bytes_.size() - end_};
  }
  void commit(std::size_t n) noexcept { end_ += n; }

 private:
  static constexpr std::size_t piece = 16 * 1024;  // a TLS record
  std::string bytes_;
  std::size_t begin_ = 0, end_ = 0;
};

// One read from the stream into the buffer.
boost::asio::awaitable<boost::system::error_code> fill(Stream& stream, InputBuffer& buffer);
// Until the head is complete or the parser has failed.
boost::asio::awaitable<boost::system::error_code> read_head(Stream& stream, InputBuffer& buffer, MessageParser& parser);
// Until parser.body() holds something, the message is done, or the parser has failed.
boost::asio::awaitable<boost::system::error_code> read_body_piece(Stream& stream, InputBuffer& buffer,
                                                                  MessageParser& parser);

// A field name is a token, a value holds no control characters: nothing can add a line to the head.
[[nodiscard]] bool is_field_name(std::string_view name) noexcept;
[[nodiscard]] bool is_field_value(std::string_view value) noexcept;
// Fields that frame the message belong to this module, not to the caller.
[[nodiscard]] bool is_framing_field(std::string_view name) noexcept;
[[nodiscard]] bool are_sendable(const Headers& headers) noexcept;
void append_field(std::string& head, std::string_view name, std::string_view value);
// "1a\r\n" before a chunk.
[[nodiscard]] std::string chunk_start(std::size_t n);

}  // namespace sedlink::net
