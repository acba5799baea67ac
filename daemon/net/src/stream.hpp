#pragma once
// A connected socket, plain or TLS, behind one face: the only place where Asio's stream operations are instantiated.
//
// Time: expires_at() sets the moment after which pending and later operations fail with errc::timed_out; the socket
// stays open, so that an answer can still be written after a read timed out. Single-threaded, one operation at a time.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sedlink/net/task.hpp"

namespace sedlink::net {

struct IoResult {
  IoResult(boost::system::error_code e, std::size_t n) : error(e), bytes(n) {}
  boost::system::error_code error;
  std::size_t bytes;
};

class Watchdog;
class TlsContext;

class Stream {
 public:
  virtual ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // At least one byte, or an error: asio::error::eof at an orderly end.
  virtual boost::asio::awaitable<IoResult> read_some(std::span<char> buffer) = 0;
  // All bytes, or an error.
  virtual boost::asio::awaitable<IoResult> write(std::string_view bytes) = 0;
  // TLS only; a plain stream has nothing to do. `host` is checked against the certificate when the context verifies.
  virtual boost::asio::awaitable<boost::system::error_code> handshake_client(std::string host) = 0;
  virtual boost::asio::awaitable<boost::system::error_code> handshake_server() = 0;
  // Says goodbye (TLS close_notify) and closes the sending side.
  virtual boost::asio::awaitable<void> shutdown() = 0;
  // Why the peer's certificate was refused; empty when it was not.
  [[nodiscard]] virtual std::string certificate_problem() const = 0;
  // The end of the peer's certificate, whether trusted or not; nothing without TLS or before the handshake.
  [[nodiscard]] virtual std::optional<Time> certificate_ends() const = 0;
  // An idle connection: alive, and the peer sent nothing.
  [[nodiscard]] virtual bool is_quiet() = 0;

  boost::asio::awaitable<boost::system::error_code> connect(boost::asio::ip::tcp::endpoint endpoint);
  // Raw bytes that nobody wants any more; TLS is not decoded. Only after shutdown().
  boost::asio::awaitable<IoResult> discard_some(std::span<char> scratch);
  void expires_at(SteadyTime t);
  void expires_never();
  [[nodiscard]] bool timed_out() const noexcept;
  void close();  // pending operations end with operation_aborted
  void reset();  // closes with RST instead of FIN
  void set_no_delay();

 protected:
  Stream() = default;
  void watch(boost::asio::ip::tcp::socket& socket);
  [[nodiscard]] virtual boost::asio::ip::tcp::socket& socket() = 0;
  // Why an operation must not begin: the coroutine is cancelled or the time is over.
  [[nodiscard]] boost::asio::awaitable<boost::system::error_code> obstacle() const;
  // The error that is reported for `e`: timed_out when our own clock ended the operation.
  [[nodiscard]] boost::system::error_code judged(boost::system::error_code e) const;
  [[nodiscard]] bool socket_is_quiet();

 private:
  std::shared_ptr<Watchdog> watchdog_;
};

// `tls` null: plain.
std::unique_ptr<Stream> make_stream(Executor executor, TlsContext* tls);
std::unique_ptr<Stream> make_stream(boost::asio::ip::tcp::socket socket, TlsContext* tls);

}  // namespace sedlink::net
