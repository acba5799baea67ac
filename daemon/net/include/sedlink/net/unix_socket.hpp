#pragma once
// One-line JSON request and answer over a Unix socket: the operator's handle.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "sedlink/net/task.hpp"

namespace sedlink::net {

// Serves lines: one request line in, one answer line out, repeated until the peer closes. Limit 1 MiB a line.
class LineServer {
 public:
  using Handler = std::function<boost::asio::awaitable<std::string>(std::string line)>;
  // Creates the socket with `mode` (0660); a stale file of a dead owner is replaced, a live one is net.listen.
  static Result<std::unique_ptr<LineServer>> listen(Executor, std::filesystem::path, unsigned mode, Handler);
  ~LineServer();
  void start();
  void stop();

 private:
  struct Impl;
  explicit LineServer(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

// Blocking, for the command line. Errors: net.connect (daemon not running, no rights), net.timeout, net.closed.
Result<std::string> ask_line(const std::filesystem::path&, const std::string& line, Duration timeout);

}  // namespace sedlink::net
