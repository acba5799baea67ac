#include "openssl/identity.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <cstring>

#include "openssl/certificate.hpp"
#include "openssl/engine.hpp"
#include "sedlink/signature/encoding.hpp"

namespace sedlink::signature {
namespace {

using namespace std::string_view_literals;

// DER of the key OIDs 1.2.643.7.1.1.1.1 and .2 without the last byte, and of CryptoPro's private PKCS#12 bag cipher
// 1.2.840.113549.1.12.1.80 (gost-engine issue 128).
constexpr auto gost_key_oid = "\x06\x08\x2a\x85\x03\x07\x01\x01\x01"sv;
constexpr auto cryptopro_pfx_oid = "\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x50"sv;

struct Asked {
  const Secret* passphrase;
  bool asked = false;
};

int give_passphrase(char* buffer, int size, int, void* data) {
  auto& asked = *static_cast<Asked*>(data);
  asked.asked = true;
  const std::string& text = asked.passphrase->reveal();
  if (text.empty() || text.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, text.data(), text.size());
  return static_cast<int>(text.size());
}

bool is_gost_key(std::string_view bytes) {
  auto der = decode(bytes);  // of PEM; DER stays as it is
  ERR_clear_error();
  const bool found = der && der->find(gost_key_oid) != std::string::npos;
  if (der) wipe(der.value());
  return found;
}

Error key_error(const Asked& asked, std::string_view bytes) {
  if (asked.asked && asked.passphrase->empty()) {
    ERR_clear_error();
    return refused("passphrase", "ключ зашифрован, а пароль к нему не указан");
  }
  if (asked.asked) return openssl_error("passphrase", "пароль к ключу не подошёл");
  if (is_gost_key(bytes))
    return openssl_error("algorithm", "это ключ ГОСТ: им подписывает отдельный процесс с движком gost");
  return openssl_error("key", "ключ не читается: нужен PEM или DER (PKCS#8)");
}

Result<KeyPtr> read_key(const Secret& key, const Secret& passphrase) {
  const std::string_view bytes = key.reveal();
  Asked asked{&passphrase};
  const BioPtr in = read_only(bytes);
  KeyPtr out;
  if (!bytes.empty() && bytes.front() == '\x30') {
    out.reset(d2i_PrivateKey_bio(in.get(), nullptr));
    if (!out && BIO_reset(in.get()) >= 0)
      out.reset(d2i_PKCS8PrivateKey_bio(in.get(), nullptr, give_passphrase, &asked));
  } else {
    out.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, give_passphrase, &asked));
  }
  if (!out) return key_error(asked, bytes);
  ERR_clear_error();
  return out;
}

Result<Identity> read_pkcs12(const KeyMaterial& material) {
  const std::string_view bytes = material.pkcs12.reveal();
  const auto* at = bytes_of(bytes);
  const std::unique_ptr<PKCS12, Freed<PKCS12_free>> container(
      d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size())));
  if (!container) return openssl_error("pkcs12", "файл не похож на контейнер PKCS#12 (.p12, .pfx)");
  const char* password = material.passphrase.reveal().c_str();
  if (PKCS12_mac_present(container.get()) == 1 && PKCS12_verify_mac(container.get(), password, -1) != 1 &&
      !(material.passphrase.empty() && PKCS12_verify_mac(container.get(), nullptr, 0) == 1))
    return openssl_error("passphrase", material.passphrase.empty()
                                           ? "контейнер PKCS#12 закрыт паролем, а пароль не указан"
                                           : "пароль к контейнеру PKCS#12 не подошёл");
  Identity out;
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* chain = nullptr;
  if (PKCS12_parse(container.get(), password, &key, &certificate, &chain) != 1) {
    if (bytes.find(cryptopro_pfx_oid) != std::string_view::npos)
      return openssl_error("pkcs12",
                           "контейнер сделан КриптоПро со своим шифром, OpenSSL его не читает: выгрузите ключ "
                           "в PKCS#8 или подписывайте внешней командой");
    return openssl_error("pkcs12",
                         "контейнер PKCS#12 не открывается: его шифры не поддерживаются (RC2-40 и другие "
                         "устаревшие) или он повреждён; перевыпустите его с AES");
  }
  out.key.reset(key);
  out.certificate.reset(certificate);
  if (chain != nullptr) out.chain.reset(chain);
  if (!out.key) return refused("pkcs12", "в контейнере PKCS#12 нет закрытого ключа");
  ERR_clear_error();
  return out;
}

// Encrypted, a key does not show what it is; its certificate does.
Error locked_gost_key(const KeyMaterial& material, Error error) {
  const auto info =
      material.certificate.empty() ? Result<CertificateInfo>(error) : describe_certificate(material.certificate);
  if (!info || !info->key_algorithm.starts_with("GOST")) return error;
  if (EVP_get_digestbyname("md_gost12_256") != nullptr) return error;
  return refused("algorithm", "это ключ ГОСТ: им подписывает отдельный процесс с движком gost");
}

// The first certificate of the file that belongs to the key signs; the others travel with it.
Result<void> choose_certificate(Identity& identity, const std::string& file) {
  auto read = read_certificates(file, "сертификат подписанта");
  if (!read) return read.error();
  if (read->certificates.empty()) return refused("certificate", "в файле сертификата нет сертификата");
  identity.certificate.reset();
  for (auto& one : read->certificates) {
    if (!identity.certificate && X509_check_private_key(one.get(), identity.key.get()) == 1)
      identity.certificate = std::move(one);
    else
      sk_X509_push(identity.chain.get(), one.release());
  }
  ERR_clear_error();
  if (!identity.certificate) return refused("mismatch", "сертификат и ключ не подходят друг к другу");
  return {};
}

}  // namespace

Result<Identity> load_identity(const KeyMaterial& material) {
  Identity out;
  if (!material.pkcs12.empty()) {
    auto read = read_pkcs12(material);
    if (!read) return read.error();
    out = std::move(read).value();
  } else if (!material.pkcs11_uri.empty()) {
    auto found = token_key(material.pkcs11_uri, material.pkcs11_module, material.passphrase);
    if (!found) return found.error();
    out.key = std::move(found->key);
    out.certificate = std::move(found->certificate);
  } else {
    auto read = read_key(material.private_key, material.passphrase);
    if (!read) return locked_gost_key(material, read.error());
    out.key = std::move(read).value();
  }
  if (!material.certificate.empty()) {
    if (auto chosen = choose_certificate(out, material.certificate); !chosen) return chosen.error();
  }
  if (!out.certificate) return refused("certificate", "сертификат подписанта не указан, и с ключом его нет");
  if (X509_check_private_key(out.certificate.get(), out.key.get()) != 1)
    return openssl_error("mismatch", "сертификат и ключ не подходят друг к другу");
  for (const auto& file : material.chain) {
    auto read = read_certificates(file, "цепочка");
    if (!read) return read.error();
    for (auto& one : read->certificates) sk_X509_push(out.chain.get(), one.release());
  }
  out.info = describe(out.certificate.get());
  return out;
}

}  // namespace sedlink::signature
