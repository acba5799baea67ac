#pragma once
// OpenSSL objects that free themselves, and its error queue as our Error. Private to this module.
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/error.hpp"

namespace sedlink::signature {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* p) const noexcept {
    Free(p);
  }
};
inline void free_certificates(STACK_OF(X509) * s) noexcept { sk_X509_pop_free(s, X509_free); }

using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using CmsPtr = std::unique_ptr<CMS_ContentInfo, Freed<CMS_ContentInfo_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using CertificatesPtr = std::unique_ptr<STACK_OF(X509), Freed<free_certificates>>;
using CrlPtr = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;

inline BioPtr read_only(std::string_view bytes) {
  return BioPtr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

// An error of ours; what OpenSSL said (never its data, which may quote input) goes to vendor_code. Empties the queue.
[[nodiscard]] Error openssl_error(std::string code, std::string message, Fault fault = Fault::rejected);
[[nodiscard]] Error refused(std::string code, std::string message);
// Last reason in the queue, without emptying it; empty when there is none.
[[nodiscard]] std::string last_reason();

// i2d of anything. Empty on failure.
template <class T>
[[nodiscard]] std::string to_der(const T* value, int (*encode)(const T*, unsigned char**)) {
  const int length = encode(value, nullptr);
  if (length <= 0) return {};
  std::string out(static_cast<std::size_t>(length), '\0');
  auto* at = reinterpret_cast<unsigned char*>(out.data());
  encode(value, &at);
  return out;
}

[[nodiscard]] std::string_view view(const ASN1_STRING* s) noexcept;
[[nodiscard]] const unsigned char* bytes_of(std::string_view s) noexcept;
[[nodiscard]] std::string dotted(const ASN1_OBJECT* object);
[[nodiscard]] Result<Time> to_time(const ASN1_TIME* t);
[[nodiscard]] bool is_gost(std::string_view dotted_oid) noexcept;  // an algorithm of the Russian arc

// The digest by name or OID as the loaded engines know it (EVP_MD_fetch does not see engines). Null when unknown.
[[nodiscard]] const EVP_MD* digest_of(const ASN1_OBJECT* algorithm) noexcept;

}  // namespace sedlink::signature
