#pragma once
// One accepted connection: requests one after another, until either side has enough.
#include <boost/asio/cancellation_signal.hpp>
#include <memory>
#include <string>

#include "message_io.hpp"
#include "sedlink/net/server.hpp"
#include "stream.hpp"

namespace sedlink::net {

// What all connections of a server share.
struct ServerShared {
  ServerShared(ServerOptions o, Handler h) : options(std::move(o)), handler(std::move(h)) {}
  ServerOptions options;
  Handler handler;
  bool stopping = false;  // requests in flight end with "Connection: close", no further ones begin
};

class ServerConnection {
 public:
  ServerConnection(std::shared_ptr<ServerShared> shared, std::unique_ptr<Stream> stream, std::string remote_address);

  // Handshake, requests, goodbye. The connection outlives the call.
  boost::asio::awaitable<void> run();
  // Between two requests: nobody loses anything when it is closed.
  [[nodiscard]] bool idle() const noexcept { return idle_; }
  void close() { stream_->close(); }
  [[nodiscard]] boost::asio::cancellation_signal& cancellation() noexcept { return cancellation_; }

 private:
  enum class Next { another_request = 1, goodbye, close_now };

  boost::asio::awaitable<Next> serve_one(bool first);
  boost::asio::awaitable<Next> refuse(int status, std::string text);
  boost::asio::awaitable<void> say_goodbye();

  std::shared_ptr<ServerShared> shared_;
  std::unique_ptr<Stream> stream_;
  InputBuffer input_;
  std::string remote_address_;
  bool idle_ = true;
  boost::asio::cancellation_signal cancellation_;
};

}  // namespace sedlink::net
