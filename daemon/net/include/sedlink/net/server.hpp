#pragma once
// The HTTP server: the door of the daemon and the body of the simulators.
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sedlink/net/http.hpp"

namespace sedlink::net {

// A request being served. The body is read on demand, so a handler can refuse by its headers alone.
class ServerRequest {
 public:
  virtual ~ServerRequest() = default;
  [[nodiscard]] virtual const std::string& method() const = 0;
  [[nodiscard]] virtual const std::string& target() const = 0;  // as sent: path and query, undecoded
  [[nodiscard]] virtual const Headers& headers() const = 0;
  [[nodiscard]] virtual const std::string& remote_address() const = 0;
  [[nodiscard]] std::string path() const;   // target up to '?', undecoded
  [[nodiscard]] std::string query() const;  // after '?', undecoded
  // The whole body. Errors: net.body_limit (answer 413), net.timeout (answer 408), net.closed.
  virtual Task<std::string> read_body(std::uint64_t limit) = 0;
  // Next piece; 0 = end.
  virtual Task<std::size_t> read_some(std::span<char> buffer) = 0;
};

// What the server does to the connection instead of, or after, an ordinary answer. Simulators' fault switches.
enum class Sabotage {
  none = 0,
  close_before_answer,  // nothing is sent, the connection is reset
  truncate,             // headers with the full Content-Length, then only `truncate_at` bytes, then close
};

struct ServerResponse {
  ServerResponse() = default;
  ServerResponse(int s, std::string content_type, std::string b) : status(s), body(std::move(b)) {
    headers.add("Content-Type", std::move(content_type));
  }
  int status = 200;
  Headers headers;
  std::string body;
  std::shared_ptr<BodySource> source;  // instead of body
  Sabotage sabotage = Sabotage::none;
  std::uint64_t truncate_at = 0;
};

// Runs on the server's executor. The request lives until the handler's answer was written.
using Handler = std::function<boost::asio::awaitable<ServerResponse>(ServerRequest&)>;

struct ServerOptions {
  ServerOptions() = default;
  std::string address = "127.0.0.1";
  unsigned short port = 0;  // 0 = any free one, see Server::port()
  std::optional<std::filesystem::path> tls_certificate, tls_key;
  std::optional<std::filesystem::path> tls_client_ca;  // clients must show a certificate of these issuers
  std::uint64_t max_header = 64 * 1024;                // 431 above
  Duration header_timeout{10'000};                     // slow sender: 408
  Duration body_timeout{30'000};                       // of the whole body: 408
  Duration idle_timeout{60'000};                       // keep-alive
  std::size_t max_connections = 4096;                  // further ones wait in the backlog
  // Told of an exception that left the handler (the client gets 500); on the server's executor, must not throw.
  std::function<void(const std::string& what)> on_handler_failure;
};

class Server {
 public:
  // Binds and listens; errors: net.listen (address in use, no permission), net.tls_files.
  static Result<std::unique_ptr<Server>> listen(Executor executor, ServerOptions options, Handler handler);
  ~Server();
  [[nodiscard]] unsigned short port() const noexcept;
  void start();
  // Stops accepting, lets requests in flight end until `deadline`, then closes the rest.
  boost::asio::awaitable<void> stop(SteadyTime deadline);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sedlink::net
