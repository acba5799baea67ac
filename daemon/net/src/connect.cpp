#include "connect.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <vector>

#include "faults.hpp"

namespace sedlink::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// getaddrinfo cannot be interrupted: it is left behind when the time is over, and its answer finds nobody.
struct Lookup {
  explicit Lookup(const Executor& executor) : resolver(executor), finished(executor) {}
  tcp::resolver resolver;
  asio::steady_timer finished;
  bool done = false;
  error_code error;
  std::vector<tcp::endpoint> endpoints;
};

std::shared_ptr<Lookup> start_lookup(const Executor& executor, const Url& url) {
  auto lookup = std::make_shared<Lookup>(executor);
  lookup->resolver.async_resolve(url.host, url.port, [lookup](error_code error, tcp::resolver::results_type results) {
    lookup->done = true;
    lookup->error = error;
    for (const auto& entry : results) lookup->endpoints.push_back(entry.endpoint());
    lookup->finished.cancel();
  });
  return lookup;
}

asio::awaitable<error_code> resolve(Executor executor, Url url, SteadyTime until, std::vector<tcp::endpoint>& out) {
  error_code not_an_address;
  const auto address = asio::ip::make_address(url.host, not_an_address);
  if (!not_an_address) {
    unsigned short port = 0;
    std::from_chars(url.port.data(), url.port.data() + url.port.size(), port);
    out.emplace_back(address, port);
    co_return error_code();
  }
  auto lookup = start_lookup(executor, url);
  lookup->finished.expires_at(until);
  if (!lookup->done) co_await lookup->finished.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!lookup->done) {
    lookup->resolver.cancel();
    const auto cancelled = co_await asio::this_coro::cancellation_state;
    if (cancelled.cancelled() != asio::cancellation_type::none) co_return asio::error::operation_aborted;
    co_return asio::error::timed_out;
  }
  out = lookup->endpoints;
  if (!lookup->error && out.empty()) co_return asio::error::host_not_found;
  co_return lookup->error;
}

Error connect_error(const char* code, const std::string& what, const error_code& error, SteadyTime deadline) {
  if (error == asio::error::operation_aborted) {
    return net_error(Fault::transient, "net.cancelled", "Вызов отменён до отправки");
  }
  if (error == asio::error::timed_out && std::chrono::steady_clock::now() >= deadline) {
    return net_error(Fault::transient, "net.timeout", what + ": срок вызова истёк до отправки");
  }
  return net_error(Fault::transient, code, what + ": " + explain(error));
}

}  // namespace

Task<std::unique_ptr<Stream>> open_stream(Executor executor, std::shared_ptr<TlsContext> tls, Url url,
                                          SteadyTime deadline, Duration timeout) {
  const auto until = std::min(deadline, std::chrono::steady_clock::now() + timeout);
  std::vector<tcp::endpoint> endpoints;
  error_code error = co_await resolve(executor, url, until, endpoints);
  if (error) co_return connect_error("net.resolve", "Не удалось узнать адрес узла " + url.host, error, deadline);

  std::unique_ptr<Stream> stream;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    stream = make_stream(executor, tls.get());
    // A silent address must not eat the time of the next one.
    const auto now = std::chrono::steady_clock::now();
    stream->expires_at(now + (until - now) / static_cast<std::int64_t>(endpoints.size() - i));
    error = co_await stream->connect(endpoints[i]);
    if (!error || error == asio::error::operation_aborted) break;
  }
  const std::string peer = url.host + ":" + url.port;
  if (error) co_return connect_error("net.connect", "Нет соединения с " + peer, error, deadline);

  stream->expires_at(until);
  error = co_await stream->handshake_client(url.host);
  if (error) {
    const std::string problem = stream->certificate_problem();
    const std::string what = "Не удалось установить защищённое соединение с " + peer;
    if (!problem.empty()) co_return net_error(Fault::transient, "net.tls", what + ": " + problem);
    co_return connect_error("net.tls", what, error, deadline);
  }
  co_return std::move(stream);
}

}  // namespace sedlink::net
