#include "raw_peer.hpp"

#include <boost/asio/use_awaitable.hpp>

#include "loop.hpp"

namespace sedlink::net::test {
namespace asio = boost::asio;
using asio::ip::tcp;

RawListener::RawListener(Executor executor)
    : acceptor_(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()) {}

std::string RawListener::url(const std::string& target) const {
  return "http://127.0.0.1:" + std::to_string(port_) + target;
}

asio::awaitable<std::unique_ptr<Stream>> RawListener::accept() {
  tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
  auto stream = make_stream(std::move(socket), nullptr);
  stream->expires_at(in(Duration(20'000)));
  co_return std::move(stream);
}

void RawListener::close() { acceptor_.close(); }

asio::awaitable<std::unique_ptr<Stream>> raw_connect(Executor executor, unsigned short port) {
  auto stream = make_stream(executor, nullptr);
  stream->expires_at(in(Duration(20'000)));
  const tcp::endpoint peer(asio::ip::address_v4::loopback(), port);
  const auto error = co_await stream->connect(peer);
  if (error) throw boost::system::system_error(error);
  co_return std::move(stream);
}

asio::awaitable<std::string> read_until(Stream& stream, std::string end) {
  std::string all;
  std::string piece(4096, '\0');
  while (all.find(end) == std::string::npos) {
    const std::span<char> space(piece);
    const IoResult read = co_await stream.read_some(space);
    all.append(piece, 0, read.bytes);
    if (read.error) break;
  }
  co_return all;
}

asio::awaitable<std::string> read_all(Stream& stream) { return read_until(stream, std::string("\0never\0", 7)); }

}  // namespace sedlink::net::test
