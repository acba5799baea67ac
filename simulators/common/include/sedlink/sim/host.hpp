#pragma once
// Puts a simulator on the network: HTTP(S) server, /_sim/ control API, faults, recording.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "sedlink/net/server.hpp"
#include "sedlink/sim/simulator.hpp"

namespace sedlink::sim {

struct HostOptions {
  HostOptions() = default;
  std::string address = "127.0.0.1";
  unsigned short port = 0;
  std::optional<std::filesystem::path> tls_certificate, tls_key;
  std::optional<std::filesystem::path> record;         // folder for NNNNNN-request.http and NNNNNN-response.http
  std::optional<std::filesystem::path> scratch;        // folder for large contents; default: the system's temporary one
  std::uint64_t max_body = 2ull * 1024 * 1024 * 1024;  // of a request, its file contents included
};

class Host {
 public:
  // Listens at once; requests are served after start(). Errors: net.listen, net.tls_files, sim.record, the simulator's.
  static Result<std::unique_ptr<Host>> create(Executor executor, const Clock& clock, HostOptions host, Options options,
                                              std::unique_ptr<Simulator> simulator);
  ~Host();
  void start();
  // Ends requests in flight (hanging ones too) and scheduled acts.
  boost::asio::awaitable<void> stop(Duration grace);
  [[nodiscard]] unsigned short port() const noexcept;
  [[nodiscard]] const std::string& base_url() const noexcept;
  [[nodiscard]] std::uint64_t requests() const noexcept;  // of the imitated API, so far
  [[nodiscard]] Simulator& simulator() noexcept;
  [[nodiscard]] Environment& environment() noexcept;
  // {"simulator", "url", "port", "access"}: what the program prints when it is ready.
  [[nodiscard]] json::object ready() const;

 private:
  struct Impl;
  explicit Host(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sedlink::sim
