#include "stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <ctime>

#include "tls_context.hpp"

namespace sedlink::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Cancels the socket's operations when the time comes. Its last timer handler may outlive the stream, disarmed.
class Watchdog : public std::enable_shared_from_this<Watchdog> {
 public:
  explicit Watchdog(tcp::socket& socket) : socket_(socket), timer_(socket.get_executor()) {}

  void expires_at(SteadyTime t) {
    deadline_ = t;
    expired_ = false;
    if (armed_ && wakes_at_ <= t) return;  // wakes earlier and looks again
    arm(t);
  }

  void expires_never() {
    deadline_ = SteadyTime::max();
    expired_ = false;
    if (armed_) {
      armed_ = false;
      ++generation_;
      timer_.cancel();
    }
  }

  // Looked at before an operation begins: the timer may be late, the clock is not.
  bool expired() noexcept {
    if (!expired_ && deadline_ != SteadyTime::max() && std::chrono::steady_clock::now() >= deadline_) expired_ = true;
    return expired_;
  }

 private:
  void arm(SteadyTime t) {
    armed_ = true;
    wakes_at_ = t;
    const auto generation = ++generation_;
    timer_.expires_at(t);
    timer_.async_wait([self = shared_from_this(), generation](error_code) { self->wake(generation); });
  }

  void wake(std::uint64_t generation) {
    if (generation != generation_ || !armed_) return;
    armed_ = false;
    if (deadline_ == SteadyTime::max()) return;
    if (std::chrono::steady_clock::now() < deadline_) return arm(deadline_);
    expired_ = true;
    error_code ignored;
    socket_.cancel(ignored);
  }

  tcp::socket& socket_;  // alive as long as the timer is armed: the stream disarms it before it dies
  asio::steady_timer timer_;
  SteadyTime deadline_ = SteadyTime::max();
  SteadyTime wakes_at_{};
  std::uint64_t generation_ = 0;
  bool armed_ = false;
  bool expired_ = false;
};

Stream::~Stream() = default;

void Stream::watch(tcp::socket& socket) { watchdog_ = std::make_shared<Watchdog>(socket); }

void Stream::expires_at(SteadyTime t) { watchdog_->expires_at(t); }
void Stream::expires_never() { watchdog_->expires_never(); }
bool Stream::timed_out() const noexcept { return watchdog_->expired(); }

error_code Stream::judged(error_code e) const {
  if (e == asio::error::operation_aborted && timed_out()) return asio::error::timed_out;
  return e;
}

void Stream::close() {
  watchdog_->expires_never();
  error_code ignored;
  socket().close(ignored);
}

void Stream::reset() {
  error_code ignored;
  socket().set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void Stream::set_no_delay() {
  error_code ignored;
  socket().set_option(tcp::no_delay(true), ignored);
}

// A cancellation that came between two operations is remembered by the coroutine only.
asio::awaitable<error_code> Stream::obstacle() const {
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) co_return asio::error::operation_aborted;
  if (timed_out()) co_return asio::error::timed_out;
  co_return error_code();
}

asio::awaitable<error_code> Stream::connect(tcp::endpoint endpoint) {
  const error_code before = co_await obstacle();
  if (before) co_return before;
  auto [error] = co_await socket().async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
  if (!error) set_no_delay();
  co_return judged(error);
}

asio::awaitable<IoResult> Stream::discard_some(std::span<char> scratch) {
  const error_code before = co_await obstacle();
  if (before) co_return IoResult(before, 0);
  const asio::mutable_buffer target(scratch.data(), scratch.size());
  auto [error, n] = co_await socket().async_read_some(target, asio::as_tuple(asio::use_awaitable));
  co_return IoResult(judged(error), n);
}

bool Stream::socket_is_quiet() {
  char byte = 0;
  const auto n = ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

namespace {

class PlainStream final : public Stream {
 public:
  explicit PlainStream(tcp::socket socket) : socket_(std::move(socket)) { watch(socket_); }
  ~PlainStream() override { close(); }

  asio::awaitable<IoResult> read_some(std::span<char> buffer) override {
    const error_code before = co_await obstacle();
    if (before) co_return IoResult(before, 0);
    const asio::mutable_buffer target(buffer.data(), buffer.size());
    auto [error, n] = co_await socket_.async_read_some(target, asio::as_tuple(asio::use_awaitable));
    co_return IoResult(judged(error), n);
  }

  asio::awaitable<IoResult> write(std::string_view bytes) override {
    std::size_t written = 0;
    while (written < bytes.size()) {
      const error_code before = co_await obstacle();
      if (before) co_return IoResult(before, written);
      const asio::const_buffer rest(bytes.data() + written, bytes.size() - written);
      auto [error, n] = co_await socket_.async_write_some(rest, asio::as_tuple(asio::use_awaitable));
      written += n;
      if (error) co_return IoResult(judged(error), written);
    }
    co_return IoResult(error_code(), written);
  }

  asio::awaitable<error_code> handshake_client(std::string) override { co_return error_code(); }
  asio::awaitable<error_code> handshake_server() override { co_return error_code(); }

  asio::awaitable<void> shutdown() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    co_return;
  }

  std::string certificate_problem() const override { return {}; }
  std::optional<Time> certificate_ends() const override { return {}; }
  bool is_quiet() override { return socket_is_quiet(); }

 protected:
  tcp::socket& socket() override { return socket_; }

 private:
  tcp::socket socket_;
};

class TlsStream final : public Stream {
 public:
  TlsStream(tcp::socket socket, TlsContext& context)
      : stream_(std::move(socket), context.native()), verify_(context.verifies()) {
    watch(stream_.next_layer());
  }
  ~TlsStream() override { close(); }

  asio::awaitable<IoResult> read_some(std::span<char> buffer) override {
    const error_code before = co_await obstacle();
    if (before) co_return IoResult(before, 0);
    const asio::mutable_buffer target(buffer.data(), buffer.size());
    auto [error, n] = co_await stream_.async_read_some(target, asio::as_tuple(asio::use_awaitable));
    co_return IoResult(judged(error), n);
  }

  asio::awaitable<IoResult> write(std::string_view bytes) override {
    std::size_t written = 0;
    while (written < bytes.size()) {
      const error_code before = co_await obstacle();
      if (before) co_return IoResult(before, written);
      const asio::const_buffer rest(bytes.data() + written, bytes.size() - written);
      auto [error, n] = co_await stream_.async_write_some(rest, asio::as_tuple(asio::use_awaitable));
      written += n;
      if (error) co_return IoResult(judged(error), written);
    }
    co_return IoResult(error_code(), written);
  }

  asio::awaitable<error_code> handshake_client(std::string host) override {
    const error_code before = co_await obstacle();
    if (before) co_return before;
    SSL* ssl = stream_.native_handle();
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    if (not_an_address) {
      SSL_set_tlsext_host_name(ssl, host.c_str());  // RFC 6066: names only, never addresses
      SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      if (verify_ && SSL_set1_host(ssl, host.c_str()) != 1) co_return asio::error::no_memory;
    } else if (verify_ && X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) != 1) {
      co_return asio::error::no_memory;
    }
    auto [error] =
        co_await stream_.async_handshake(asio::ssl::stream_base::client, asio::as_tuple(asio::use_awaitable));
    co_return judged(error);
  }

  asio::awaitable<error_code> handshake_server() override {
    const error_code before = co_await obstacle();
    if (before) co_return before;
    auto [error] =
        co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
    co_return judged(error);
  }

  asio::awaitable<void> shutdown() override {
    if (timed_out()) co_return;
    // Our close_notify leaves at once; asio then waits for the peer's, at most until the expiry set by the caller.
    co_await stream_.async_shutdown(asio::as_tuple(asio::use_awaitable));
    error_code ignored;
    stream_.next_layer().shutdown(tcp::socket::shutdown_send, ignored);
  }

  std::string certificate_problem() const override {
    // native_handle() is not const although reading the verdict is.
    const long verdict = SSL_get_verify_result(const_cast<TlsStream*>(this)->stream_.native_handle());
    switch (verdict) {
      case X509_V_OK: return {};
      case X509_V_ERR_HOSTNAME_MISMATCH:
      case X509_V_ERR_IP_ADDRESS_MISMATCH: return "сертификат выдан другому узлу";
      case X509_V_ERR_CERT_HAS_EXPIRED: return "срок действия сертификата истёк";
      case X509_V_ERR_CERT_NOT_YET_VALID: return "срок действия сертификата ещё не начался";
      case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
      case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "сертификат выдан неизвестным центром; укажите его сертификат в ca_file";
      default: return X509_verify_cert_error_string(verdict);
    }
  }

  std::optional<Time> certificate_ends() const override {
    const X509* peer = SSL_get0_peer_certificate(const_cast<TlsStream*>(this)->stream_.native_handle());
    std::tm end{};
    if (peer == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(peer), &end) != 1) return {};
    return Time(std::chrono::seconds(::timegm(&end)));
  }

  bool is_quiet() override {
    // Records that are already inside OpenSSL (close_notify after the last answer) are not seen on the socket.
    char byte = 0;
    SSL* ssl = stream_.native_handle();
    ERR_clear_error();
    const int n = SSL_peek(ssl, &byte, 1);
    return n <= 0 && SSL_get_error(ssl, n) == SSL_ERROR_WANT_READ && socket_is_quiet();
  }

 protected:
  tcp::socket& socket() override { return stream_.next_layer(); }

 private:
  asio::ssl::stream<tcp::socket> stream_;
  bool verify_;
};

}  // namespace

std::unique_ptr<Stream> make_stream(Executor executor, TlsContext* tls) {
  return make_stream(tcp::socket(executor), tls);
}

std::unique_ptr<Stream> make_stream(tcp::socket socket, TlsContext* tls) {
  if (tls != nullptr) return std::make_unique<TlsStream>(std::move(socket), *tls);
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace sedlink::net
