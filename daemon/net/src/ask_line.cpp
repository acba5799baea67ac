// The command line's side of the operator's socket: blocking, with a deadline.
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "faults.hpp"
#include "sedlink/net/unix_socket.hpp"

namespace sedlink::net {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

boost::system::error_code last_error() { return {errno, boost::system::system_category()}; }

Error not_connected(const std::filesystem::path& path, const boost::system::error_code& error) {
  std::string why = explain(error);
  if (error == boost::system::errc::no_such_file_or_directory || error == boost::system::errc::connection_refused) {
    why = "служба sedlink не запущена";
  }
  return net_error(Fault::transient, "net.connect", "Нет связи через " + path.string() + ": " + why);
}

Error late() { return net_error(Fault::ambiguous, "net.timeout", "Служба sedlink не ответила в срок"); }
Error closed() { return net_error(Fault::ambiguous, "net.closed", "Служба sedlink закрыла соединение без ответа"); }

// False when the deadline passed first. Errors of the socket show at the next read or write.
bool ready(int fd, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{fd, events, 0};
    const int n = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000'000)));
    if (n > 0 || (n < 0 && errno != EINTR)) return true;
  }
}

bool would_block() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

Result<std::string> ask_line(const std::filesystem::path& path, const std::string& line, Duration timeout) {
  const auto deadline = Clock::now() + timeout;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) {
    return not_connected(path, boost::system::errc::make_error_code(boost::system::errc::filename_too_long));
  }
  std::memcpy(address.sun_path, path.c_str(), path.native().size() + 1);

  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.get() < 0) return not_connected(path, last_error());
  // A Unix socket connects at once or not at all; EAGAIN is a full queue of a busy owner.
  while (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EAGAIN) return not_connected(path, last_error());
    if (Clock::now() >= deadline) return net_error(Fault::transient, "net.timeout", "Служба sedlink занята");
    ::poll(nullptr, 0, 10);
  }

  const std::string request = line + "\n";
  for (std::size_t sent = 0; sent < request.size();) {
    if (!ready(socket.get(), POLLOUT, deadline)) return late();
    const auto n = ::send(socket.get(), request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (n > 0) sent += static_cast<std::size_t>(n);
    if (n < 0 && !would_block()) return closed();
  }

  std::string answer;
  for (;;) {
    if (!ready(socket.get(), POLLIN, deadline)) return late();
    char piece[16 * 1024];
    const auto n = ::recv(socket.get(), piece, sizeof piece, 0);
    if (n == 0 || (n < 0 && !would_block())) return closed();
    if (n < 0) continue;
    const auto begin = answer.size();
    answer.append(piece, static_cast<std::size_t>(n));
    const auto end = answer.find('\n', begin);
    if (end != std::string::npos) return answer.substr(0, end);
  }
}

}  // namespace sedlink::net
