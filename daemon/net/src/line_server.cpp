// The operator's socket: one line in, one line out, for processes of this machine that may open the file.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <list>

#include "faults.hpp"
#include "sedlink/net/unix_socket.hpp"

namespace sedlink::net {
namespace asio = boost::asio;
using boost::system::error_code;
using local = asio::local::stream_protocol;

namespace {

constexpr std::size_t line_limit = 1024 * 1024;
constexpr Duration accept_pause{100};

struct State {
  State(const Executor& executor, std::filesystem::path p, LineServer::Handler h)
      : acceptor(executor), path(std::move(p)), handler(std::move(h)) {}

  local::acceptor acceptor;
  std::filesystem::path path;
  LineServer::Handler handler;
  std::list<std::weak_ptr<local::socket>> sockets;
  bool stopped = false;
  dev_t device = 0;
  ino_t inode = 0;  // of our file: a successor's file of the same name is left alone

  void stop() {
    if (stopped) return;
    stopped = true;
    error_code ignored;
    acceptor.close(ignored);
    for (const auto& weak : sockets) {
      if (const auto socket = weak.lock()) socket->close(ignored);
    }
    struct stat now {};
    if (::lstat(path.c_str(), &now) == 0 && now.st_dev == device && now.st_ino == inode) ::unlink(path.c_str());
  }
};

asio::awaitable<bool> write_all(std::shared_ptr<local::socket> socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const asio::const_buffer rest(bytes.data(), bytes.size());
    auto [error, n] = co_await socket->async_write_some(rest, asio::as_tuple(asio::use_awaitable));
    if (error) co_return false;
    bytes.remove_prefix(n);
  }
  co_return true;
}

asio::awaitable<void> converse(std::shared_ptr<State> state, std::shared_ptr<local::socket> socket) {
  std::string pending;
  std::string piece(16 * 1024, '\0');
  while (!state->stopped) {
    const auto end = pending.find('\n');
    if (end != std::string::npos) {
      std::string line = pending.substr(0, end);
      pending.erase(0, end + 1);
      if (!line.empty() && line.back() == '\r') line.pop_back();
      std::string answer = co_await state->handler(std::move(line));
      // A line feed would be read as the end: between JSON tokens a blank says the same.
      std::replace(answer.begin(), answer.end(), '\n', ' ');
      answer += '\n';
      const bool written = co_await write_all(socket, answer);
      if (!written) co_return;
      continue;
    }
    if (pending.size() > line_limit) co_return;
    const asio::mutable_buffer space(piece.data(), piece.size());
    auto [error, n] = co_await socket->async_read_some(space, asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    pending.append(piece, 0, n);
  }
}

asio::awaitable<void> accept_lines(std::shared_ptr<State> state) {
  while (!state->stopped) {
    auto [error, accepted] = co_await state->acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (state->stopped) break;
    if (error) {
      co_await wait(accept_pause);
      continue;
    }
    auto socket = std::make_shared<local::socket>(std::move(accepted));
    state->sockets.remove_if([](const auto& weak) { return weak.expired(); });
    state->sockets.push_back(socket);
    const auto executor = socket->get_executor();
    // An exception of the handler ends this conversation only: the peer sees the connection close.
    asio::co_spawn(executor, converse(state, std::move(socket)), [](std::exception_ptr) {});
  }
}

Error listen_error(const std::filesystem::path& path, const std::string& why) {
  return net_error(Fault::rejected, "net.listen", "Не удалось открыть сокет " + path.string() + ": " + why);
}

// Is there somebody behind the file?
bool is_alive(const Executor& executor, const local::endpoint& endpoint) {
  local::socket probe(executor);
  error_code error;
  probe.connect(endpoint, error);
  return error != boost::system::errc::connection_refused && error != boost::system::errc::no_such_file_or_directory;
}

}  // namespace

struct LineServer::Impl {
  std::shared_ptr<State> state;
};

LineServer::LineServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LineServer::~LineServer() { impl_->state->stop(); }

Result<std::unique_ptr<LineServer>> LineServer::listen(Executor executor, std::filesystem::path path, unsigned mode,
                                                       Handler handler) {
  local::endpoint endpoint;
  try {
    endpoint = local::endpoint(path.string());
  } catch (const boost::system::system_error&) { return listen_error(path, "путь длиннее 107 байт"); }
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0) {
    if (!S_ISSOCK(found.st_mode)) return listen_error(path, "на этом месте лежит другой файл");
    if (is_alive(executor, endpoint)) return listen_error(path, "сокет уже обслуживает другой процесс");
    if (::unlink(path.c_str()) != 0) {
      return listen_error(path, explain(error_code(errno, boost::system::system_category())));
    }
  }

  auto impl = std::make_unique<Impl>();
  impl->state = std::make_shared<State>(executor, path, std::move(handler));
  State& state = *impl->state;
  error_code error;
  state.acceptor.open(endpoint.protocol(), error);
  // Before bind: the file never exists with more rights than asked for.
  if (!error && ::fchmod(state.acceptor.native_handle(), mode) != 0) {
    error.assign(errno, boost::system::system_category());
  }
  if (!error) state.acceptor.bind(endpoint, error);
  if (!error && ::lstat(path.c_str(), &found) == 0) {
    state.device = found.st_dev;
    state.inode = found.st_ino;
  }
  // After bind: what the umask took away.
  if (!error && ::chmod(path.c_str(), mode) != 0) error.assign(errno, boost::system::system_category());
  if (!error) state.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return listen_error(path, explain(error));
  return std::unique_ptr<LineServer>(new LineServer(std::move(impl)));
}

void LineServer::start() {
  asio::co_spawn(impl_->state->acceptor.get_executor(), accept_lines(impl_->state), asio::detached);
}

void LineServer::stop() { impl_->state->stop(); }

}  // namespace sedlink::net
