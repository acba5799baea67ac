#include "sedlink/net/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

#include "faults.hpp"
#include "server_connection.hpp"
#include "tls_context.hpp"

namespace sedlink::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr Duration accept_pause{100};       // out of descriptors: others must close first
constexpr Duration unwinding_limit{5'000};  // for handlers that were cancelled at the deadline

struct State {
  State(const Executor& executor, ServerOptions options, Handler handler)
      : shared(std::make_shared<ServerShared>(std::move(options), std::move(handler))),
        acceptor(executor),
        changed(executor) {
    changed.expires_at(SteadyTime::max());
  }

  std::shared_ptr<ServerShared> shared;
  tcp::acceptor acceptor;
  std::shared_ptr<TlsContext> tls;
  asio::steady_timer changed;  // cancelled whenever a connection ends or the server stops
  std::set<std::shared_ptr<ServerConnection>> connections;
  unsigned short port = 0;

  void stop_accepting() {
    shared->stopping = true;
    error_code ignored;
    acceptor.close(ignored);
    changed.cancel();
    for (const auto& connection : connections) {
      if (connection->idle()) connection->close();
    }
  }

  void abort_all() {
    // Copied: a cancelled connection may end at once and leave the set.
    const auto all = connections;
    for (const auto& connection : all) {
      connection->close();
      connection->cancellation().emit(asio::cancellation_type::terminal);
      // Outside the loop the signal is only queued, and refers to what the connection holds: it outlives that handler.
      asio::post(acceptor.get_executor(), [connection] {});
    }
  }
};

void start_connection(const std::shared_ptr<State>& state, tcp::socket socket, const std::string& remote_address) {
  const auto executor = socket.get_executor();
  auto connection = std::make_shared<ServerConnection>(state->shared, make_stream(std::move(socket), state->tls.get()),
                                                       remote_address);
  state->connections.insert(connection);
  // The connection is kept by its own completion handler, so it outlives the coroutine and its cancellation slot.
  auto ended = [state, connection](std::exception_ptr) {  // an exception here is the cancellation by abort_all()
    state->connections.erase(connection);
    state->changed.cancel();
  };
  auto slot = connection->cancellation().slot();
  asio::co_spawn(executor, connection->run(), asio::bind_cancellation_slot(slot, std::move(ended)));
}

asio::awaitable<void> accept_connections(std::shared_ptr<State> state) {
  while (!state->shared->stopping) {
    if (state->connections.size() >= state->shared->options.max_connections) {
      co_await state->changed.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    tcp::endpoint peer;
    auto [error, socket] = co_await state->acceptor.async_accept(peer, asio::as_tuple(asio::use_awaitable));
    if (state->shared->stopping) break;
    if (error) {
      co_await wait(accept_pause);
      continue;
    }
    start_connection(state, std::move(socket), peer.address().to_string());
  }
}

// True when no connection is left.
asio::awaitable<bool> drained(std::shared_ptr<State> state, SteadyTime deadline) {
  while (!state->connections.empty() && std::chrono::steady_clock::now() < deadline) {
    state->changed.expires_at(deadline);
    co_await state->changed.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return state->connections.empty();
}

asio::awaitable<void> stop_server(std::shared_ptr<State> state, SteadyTime deadline) {
  state->stop_accepting();
  const bool in_time = co_await drained(state, deadline);
  if (in_time) co_return;
  state->abort_all();
  co_await drained(state, std::chrono::steady_clock::now() + unwinding_limit);
}

Error listen_error(const ServerOptions& options, const error_code& error) {
  return net_error(
      Fault::rejected, "net.listen",
      "Не удалось слушать " + options.address + ":" + std::to_string(options.port) + ": " + explain(error));
}

}  // namespace

struct Server::Impl {
  std::shared_ptr<State> state;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  impl_->state->stop_accepting();
  impl_->state->abort_all();
}

Result<std::unique_ptr<Server>> Server::listen(Executor executor, ServerOptions options, Handler handler) {
  auto impl = std::make_unique<Impl>();
  impl->state = std::make_shared<State>(executor, options, std::move(handler));
  State& state = *impl->state;
  if (options.tls_certificate.has_value() != options.tls_key.has_value()) {
    return net_error(Fault::rejected, "net.tls_files", "Для TLS нужны и сертификат, и ключ");
  }
  if (options.tls_certificate) {
    auto tls = TlsContext::server(*options.tls_certificate, *options.tls_key, options.tls_client_ca);
    if (!tls) return tls.error();
    state.tls = *tls;
  }
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return listen_error(options, error);
  const tcp::endpoint endpoint(address, options.port);
  state.acceptor.open(endpoint.protocol(), error);
  if (!error) state.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) state.acceptor.bind(endpoint, error);
  if (!error) state.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return listen_error(options, error);
  state.port = state.acceptor.local_endpoint(error).port();
  if (error) return listen_error(options, error);
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

unsigned short Server::port() const noexcept { return impl_->state->port; }

void Server::start() {
  asio::co_spawn(impl_->state->acceptor.get_executor(), accept_connections(impl_->state), asio::detached);
}

asio::awaitable<void> Server::stop(SteadyTime deadline) { return stop_server(impl_->state, deadline); }

}  // namespace sedlink::net
