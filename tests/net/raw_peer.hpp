#pragma once
// A peer that speaks bytes, to misbehave on purpose.
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "stream.hpp"

namespace sedlink::net::test {

class RawListener {
 public:
  explicit RawListener(Executor executor);
  [[nodiscard]] unsigned short port() const { return port_; }
  [[nodiscard]] std::string url(const std::string& target = "/") const;
  boost::asio::awaitable<std::unique_ptr<Stream>> accept();
  void close();

 private:
  boost::asio::ip::tcp::acceptor acceptor_;
  unsigned short port_ = 0;
};

boost::asio::awaitable<std::unique_ptr<Stream>> raw_connect(Executor executor, unsigned short port);
// Reads until `end` was seen (the bytes include it) or the peer closed.
boost::asio::awaitable<std::string> read_until(Stream& stream, std::string end);
// Everything until the peer closes.
boost::asio::awaitable<std::string> read_all(Stream& stream);

}  // namespace sedlink::net::test
