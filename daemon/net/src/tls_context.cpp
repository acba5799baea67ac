#include "tls_context.hpp"

#include <openssl/ssl.h>

#include "faults.hpp"

namespace sedlink::net {
namespace ssl = boost::asio::ssl;

TlsContext::TlsContext(bool verify) : context_(ssl::context::tls), verify_(verify) {
  SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context_.native_handle(), SSL_MODE_RELEASE_BUFFERS);  // 34 KB less per idle connection
}

Result<std::shared_ptr<TlsContext>> TlsContext::client(const std::optional<std::filesystem::path>& ca_file,
                                                       bool verify) {
  auto context = std::make_shared<TlsContext>(verify);
  boost::system::error_code error;
  context->native().set_verify_mode(verify ? ssl::verify_peer : ssl::verify_none, error);
  if (!error && verify) context->native().set_default_verify_paths(error);
  if (error) return net_error(Fault::defect, "net.tls", "Не удалось подготовить TLS: " + explain(error));
  if (ca_file) {
    context->native().load_verify_file(ca_file->string(), error);
    if (error) {
      return net_error(Fault::rejected, "net.ca_file",
                       "Не удалось прочитать сертификаты доверия " + ca_file->string() + ": " + explain(error));
    }
  }
  return context;
}

Result<std::shared_ptr<TlsContext>> TlsContext::server(const std::filesystem::path& certificate_chain,
                                                       const std::filesystem::path& key) {
  auto context = std::make_shared<TlsContext>(false);
  boost::system::error_code error;
  // Without this OpenSSL asks for the password of an encrypted key on the terminal and waits for ever.
  context->native().set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); },
                                          error);
  context->native().use_certificate_chain_file(certificate_chain.string(), error);
  if (error) {
    return net_error(Fault::rejected, "net.tls_files",
                     "Не удалось прочитать сертификат " + certificate_chain.string() + ": " + explain(error));
  }
  context->native().use_private_key_file(key.string(), ssl::context::pem, error);
  if (error) {
    return net_error(
        Fault::rejected, "net.tls_files",
        "Не удалось прочитать ключ " + key.string() + " или он не от этого сертификата: " + explain(error));
  }
  return context;
}

}  // namespace sedlink::net
