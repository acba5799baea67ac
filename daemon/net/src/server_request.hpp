#pragma once
// A request while its handler runs: head as values, body from the stream on demand.
#include "message_io.hpp"
#include "sedlink/net/server.hpp"

namespace sedlink::net {

class WireRequest final : public ServerRequest {
 public:
  // All references outlive the request.
  WireRequest(Stream& stream, InputBuffer& input, MessageParser& parser, const std::string& remote_address,
              Duration body_timeout);

  const std::string& method() const override { return parser_.head().method; }
  const std::string& target() const override { return parser_.head().target; }
  const Headers& headers() const override { return parser_.head().headers; }
  const std::string& remote_address() const override { return remote_address_; }
  Task<std::string> read_body(std::uint64_t limit) override;
  Task<std::size_t> read_some(std::span<char> buffer) override;

  // The peer waits for "100 Continue" that was not given: it may send the body or not, nobody knows.
  [[nodiscard]] bool expects_continue() const noexcept { return expects_continue_; }
  [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
  // Until decoded bytes are at hand or the body is over.
  Task<void> more();

  Stream& stream_;
  InputBuffer& input_;
  MessageParser& parser_;
  const std::string& remote_address_;
  Duration body_timeout_;
  SteadyTime body_deadline_{};
  bool started_ = false;
  bool expects_continue_ = false;
  bool broken_ = false;
};

}  // namespace sedlink::net
