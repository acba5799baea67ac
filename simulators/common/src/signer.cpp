#include "sedlink/sim/signer.hpp"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include "sedlink/core/text.hpp"

namespace sedlink::sim {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};

using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Freer<CMS_ContentInfo_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("signer: ") + what);
}

template <class T, class Encode>
std::string der(T* object, Encode encode) {
  unsigned char* bytes = nullptr;
  const int size = encode(object, &bytes);
  require(size > 0, "DER");
  std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return text;
}

Certificate self_signed(EVP_PKEY* key, const std::string& person) {
  Certificate certificate(X509_new());
  X509* x = certificate.get();
  require(x != nullptr && X509_set_version(x, X509_VERSION_3) == 1, "certificate");
  std::uint64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "serial number");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x), 365L * 24 * 3600);
  X509_NAME* name = X509_get_subject_name(x);
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(person.c_str()),
                                     -1, -1, 0) == 1,
          "subject");
  X509_set_issuer_name(x, name);
  X509_set_pubkey(x, key);
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, x, x, nullptr, nullptr, 0);
  X509_EXTENSION* usage =
      X509V3_EXT_conf_nid(nullptr, &context, NID_key_usage, "critical,digitalSignature,nonRepudiation");
  require(usage != nullptr && X509_add_ext(x, usage, -1) == 1, "key usage");
  X509_EXTENSION_free(usage);
  require(X509_sign(x, key, EVP_sha256()) > 0, "certificate signature");
  return certificate;
}

}  // namespace

struct Signer::Identity {
  Key key;
  Certificate certificate;
};

Signer::Signer() = default;
Signer::~Signer() = default;

Signer::Identity& Signer::identity(const std::string& person) {
  std::unique_ptr<Identity>& kept = identities_[person];
  if (kept != nullptr) return *kept;
  auto made = std::make_unique<Identity>();
  made->key.reset(EVP_EC_gen("P-256"));
  require(made->key != nullptr, "key");
  made->certificate = self_signed(made->key.get(), person);
  kept = std::move(made);
  return *kept;
}

Signature Signer::sign(const std::string& person, const Content& content) {
  Identity& who = identity(person);
  const Cms cms(CMS_sign(who.certificate.get(), who.key.get(), nullptr, nullptr,
                         CMS_DETACHED | CMS_BINARY | CMS_NOSMIMECAP | CMS_STREAM));
  require(cms != nullptr, "CMS");
  const Bio digest_chain(CMS_dataInit(cms.get(), nullptr));
  require(digest_chain != nullptr, "CMS content");
  std::string piece(64 * 1024, '\0');
  for (std::uint64_t at = 0; const std::size_t n = content.read(at, piece); at += n) {
    require(BIO_write(digest_chain.get(), piece.data(), static_cast<int>(n)) == static_cast<int>(n), "CMS content");
  }
  require(CMS_dataFinal(cms.get(), digest_chain.get()) == 1, "CMS signature");
  Signature signature;
  signature.cms = der(cms.get(), [](CMS_ContentInfo* c, unsigned char** out) { return i2d_CMS_ContentInfo(c, out); });
  signature.certificate = der(who.certificate.get(), [](X509* c, unsigned char** out) { return i2d_X509(c, out); });
  signature.subject = "CN=" + person;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  require(X509_digest(who.certificate.get(), EVP_sha1(), digest, &size) == 1, "thumbprint");
  signature.thumbprint = text::base64_encode(std::string_view(reinterpret_cast<const char*>(digest), size));
  return signature;
}

}  // namespace sedlink::sim
