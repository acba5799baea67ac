#pragma once
// HTTP/1 framing without I/O: bytes in, head and body pieces out. Beast's parser inside, not visible here.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sedlink/net/http.hpp"

namespace sedlink::net {

struct MessageHead {
  MessageHead() = default;
  std::string method, target;  // of a request
  int status = 0;              // of a response
  int version = 11;            // 10 or 11
  Headers headers;
};

class MessageParser {
 public:
  enum class Kind { request = 1, response, response_without_body /* to HEAD */ };
  enum class State { need_more = 1, head_done, body, done, header_limit, malformed };

  MessageParser(Kind kind, std::uint64_t header_limit);
  ~MessageParser();
  MessageParser(MessageParser&&) noexcept;
  MessageParser& operator=(MessageParser&&) noexcept;

  // Consumes a prefix of `bytes` (not empty) and tells how much; what stays must be given again, followed by more.
  // Stops after the head (State::head_done or done) and after every run of body bytes.
  std::size_t put(std::string_view bytes);
  // The peer closed: completes a body that ends with the connection; otherwise the message is malformed.
  void put_eof();

  [[nodiscard]] State state() const noexcept;
  [[nodiscard]] bool failed() const noexcept { return state() >= State::header_limit; }
  [[nodiscard]] bool head_done() const noexcept;
  [[nodiscard]] bool done() const noexcept { return state() == State::done; }
  [[nodiscard]] MessageHead& head() noexcept;
  // Body bytes decoded so far and not yet taken; the reader clears it.
  [[nodiscard]] std::string& body() noexcept;
  [[nodiscard]] bool keep_alive() const;                              // valid after the head
  [[nodiscard]] std::optional<std::uint64_t> content_length() const;  // declared; valid after the head
  [[nodiscard]] std::optional<std::uint64_t> body_left() const;       // of a declared length

 private:
  struct Beast;
  std::unique_ptr<Beast> beast_;
};

}  // namespace sedlink::net
