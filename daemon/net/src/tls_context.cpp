#include "tls_context.hpp"

#include <openssl/ssl.h>

#include "faults.hpp"

namespace sedlink::net {
namespace ssl = boost::asio::ssl;

TlsContext::TlsContext(bool verify) : context_(ssl::context::tls), verify_(verify) {
  SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context_.native_handle(), SSL_MODE_RELEASE_BUFFERS);  // 34 KB less per idle connection
}

namespace {

// Never a question on the terminal: without a callback OpenSSL asks there and waits for ever.
void answer_passphrase(ssl::context& context, std::string passphrase) {
  boost::system::error_code ignored;  // only of an allocation
  context.set_password_callback(
      [passphrase = std::move(passphrase)](std::size_t, ssl::context::password_purpose) { return passphrase; },
      ignored);
}

Result<void> show_certificate(ssl::context& context, const ClientOptions& options) {
  boost::system::error_code error;
  const std::string file = options.client_certificate->string();
  const auto refused = [&](const std::string& what) {
    return net_error(Fault::rejected, "net.client_certificate", what + ": " + explain(error));
  };
  answer_passphrase(context, options.client_key_pass.reveal());
  context.use_certificate_chain_file(file, error);
  if (error) return refused("Не удалось прочитать сертификат клиента " + file);
  const std::string& key = options.client_key.reveal();
  context.use_private_key(boost::asio::buffer(key), ssl::context::pem, error);
  if (error) return refused("Ключ клиента TLS не читается, не тот пароль или он не от сертификата " + file);
  return {};
}

Result<void> trust(ssl::context& context, const std::filesystem::path& file) {
  boost::system::error_code error;
  context.load_verify_file(file.string(), error);
  if (!error) return {};
  return net_error(Fault::rejected, "net.ca_file",
                   "Не удалось прочитать сертификаты доверия " + file.string() + ": " + explain(error));
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::client(const ClientOptions& options) {
  auto context = std::make_shared<TlsContext>(options.verify);
  boost::system::error_code error;
  context->native().set_verify_mode(options.verify ? ssl::verify_peer : ssl::verify_none, error);
  if (!error && options.verify) context->native().set_default_verify_paths(error);
  if (error) return net_error(Fault::defect, "net.tls", "Не удалось подготовить TLS: " + explain(error));
  if (options.ca_file)
    if (const Result<void> read = trust(context->native(), *options.ca_file); !read) return read.error();
  if (options.client_certificate)
    if (const Result<void> shown = show_certificate(context->native(), options); !shown) return shown.error();
  return context;
}

Result<std::shared_ptr<TlsContext>> TlsContext::server(const std::filesystem::path& certificate_chain,
                                                       const std::filesystem::path& key,
                                                       const std::optional<std::filesystem::path>& client_ca) {
  auto context = std::make_shared<TlsContext>(false);
  boost::system::error_code error;
  answer_passphrase(context->native(), {});
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
  if (client_ca) {
    if (const Result<void> read = trust(context->native(), *client_ca); !read) return read.error();
    context->native().set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
    if (error) return net_error(Fault::defect, "net.tls", "Не удалось подготовить TLS: " + explain(error));
  }
  return context;
}

}  // namespace sedlink::net
