#pragma once
// TLS settings, made once: TLS 1.2 and newer, the system's trust store plus one more file.
#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <optional>

#include "sedlink/net/client.hpp"

namespace sedlink::net {

class TlsContext {
 public:
  // Errors: net.ca_file, net.client_certificate.
  static Result<std::shared_ptr<TlsContext>> client(const ClientOptions& options);
  // `client_ca`: clients must show a certificate of its issuers. Errors: net.tls_files, net.ca_file.
  static Result<std::shared_ptr<TlsContext>> server(const std::filesystem::path& certificate_chain,
                                                    const std::filesystem::path& key,
                                                    const std::optional<std::filesystem::path>& client_ca);

  explicit TlsContext(bool verify);
  [[nodiscard]] boost::asio::ssl::context& native() noexcept { return context_; }
  [[nodiscard]] bool verifies() const noexcept { return verify_; }

 private:
  boost::asio::ssl::context context_;
  bool verify_;
};

}  // namespace sedlink::net
