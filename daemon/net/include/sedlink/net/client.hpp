#pragma once
// The HTTP client: keep-alive pool per origin, TLS verified by default, deadlines, limits, no redirects followed.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "sedlink/core/secret.hpp"
#include "sedlink/net/hook.hpp"

namespace sedlink::net {

struct ClientOptions {
  ClientOptions() = default;
  std::optional<std::filesystem::path> ca_file;  // trusted in addition to the system's store
  bool verify = true;                            // certificate chain and host name
  // Shown to a server that asks for one (mutual TLS): PEM, the certificate first, then its issuers.
  std::optional<std::filesystem::path> client_certificate;
  Secret client_key, client_key_pass;  // PEM; mandatory with a certificate
  std::string user_agent = "sedlink/0.1";
  std::size_t max_connections_per_origin = 8;  // further calls wait, within their deadline
  Duration connect_timeout{10'000};            // resolve + connect + handshake
  Duration idle_limit{30'000};                 // an idle connection older than this is not reused
  std::shared_ptr<RequestHook> hook;           // null: requests go as they are
  CertificateSeen certificate_seen;            // may be empty
};

// One per connection of the config. All calls on the executor given at construction (single-threaded use).
//
// Errors:
//   transient  net.resolve, net.connect, net.tls        nothing was sent
//   ambiguous  net.timeout, net.closed, net.protocol    bytes of the request may have been read by the peer
//   transient  net.timeout                              the deadline passed before anything was sent
//   rejected   net.body_limit                           the answer is larger than max_body
//   transient  net.cancelled                            before sending; ambiguous after
//   rejected, transient net.companion                   what a hook sends before the request was refused
//   ambiguous  net.companion                            the request is done, what a hook sends after it is not
//   and whatever BodySource/BodySink and the hook returned.
// A status code is never an error here.
class Client {
 public:
  Client(Executor executor, ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Errors: rejected net.ca_file, net.client_certificate.
  static Result<std::unique_ptr<Client>> create(Executor executor, ClientOptions options);

  Task<Response> send(Request request, CallOptions options);
  void close_idle();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sedlink::net
