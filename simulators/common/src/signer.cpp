#include "sedlink/sim/signer.hpp"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
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

// What a certificate is for.
enum class For { authority = 1, person };

void extend(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "extension");
  X509_EXTENSION_free(extension);
}

// With `issuer` null it certifies itself.
Certificate certify(EVP_PKEY* key, const std::string& name, const std::string& organization, For purpose, X509* issuer,
                    EVP_PKEY* issuer_key) {
  Certificate certificate(X509_new());
  X509* x = certificate.get();
  require(x != nullptr && X509_set_version(x, X509_VERSION_3) == 1, "certificate");
  std::uint64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "serial number");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), (serial >> 1) | 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x), 365L * 24 * 3600);
  X509_NAME* subject = X509_get_subject_name(x);
  const auto add = [&](const char* part, const std::string& value) {
    if (value.empty()) return;
    require(X509_NAME_add_entry_by_txt(subject, part, MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(value.c_str()), -1, -1, 0) == 1,
            "subject");
  };
  add("CN", name);
  add("O", organization);
  if (issuer == nullptr) issuer = x, issuer_key = key;
  X509_set_issuer_name(x, X509_get_subject_name(issuer));
  X509_set_pubkey(x, key);
  const bool ca = purpose == For::authority;
  extend(x, issuer, NID_basic_constraints, ca ? "critical,CA:TRUE" : "CA:FALSE");
  extend(x, issuer, NID_key_usage, ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature,nonRepudiation");
  extend(x, issuer, NID_subject_key_identifier, "hash");
  if (issuer != x) extend(x, issuer, NID_authority_key_identifier, "keyid");
  require(X509_sign(x, issuer_key, EVP_sha256()) > 0, "certificate signature");
  return certificate;
}

template <class Write>
std::string pem(Write write) {
  const Bio out(BIO_new(BIO_s_mem()));
  require(write(out.get()) == 1, "PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Key new_key() {
  Key key(EVP_EC_gen("P-256"));
  require(key != nullptr, "key");
  return key;
}

constexpr const char* company = "ООО Головной офис";

}  // namespace

struct Signer::Identity {
  Key key;
  Certificate certificate;
};

struct Signer::Authority {
  Key key = new_key();
  Certificate certificate =
      certify(key.get(), "Удостоверяющий центр симулятора", company, For::authority, nullptr, nullptr);
  std::unique_ptr<X509_CRL, Freer<X509_CRL_free>> revoked{X509_CRL_new()};  // a list to be signed
};

Signer::Signer() : authority_(std::make_unique<Authority>()) {}
Signer::~Signer() = default;

// A person has one certificate of each kind: good, revoked, untrusted.
Signer::Identity& Signer::identity(const std::string& person, const std::string& kind) {
  std::unique_ptr<Identity>& kept = identities_[person + "|" + kind];
  if (kept != nullptr) return *kept;
  Authority& ca = *authority_;
  auto made = std::make_unique<Identity>();
  made->key = new_key();
  const bool own = kind == "untrusted";
  made->certificate = certify(made->key.get(), person, company, For::person, own ? nullptr : ca.certificate.get(),
                              own ? nullptr : ca.key.get());
  if (kind == "revoked") {
    X509_REVOKED* row = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(row, X509_get_serialNumber(made->certificate.get()));
    ASN1_TIME* when = ASN1_TIME_new();
    X509_gmtime_adj(when, -1800);
    X509_REVOKED_set_revocationDate(row, when);
    ASN1_TIME_free(when);
    require(X509_CRL_add0_revoked(ca.revoked.get(), row) == 1, "revocation");
  }
  kept = std::move(made);
  return *kept;
}

void Signer::order(const json::object& order) {
  const std::string make = text_of(order, "make");
  bool known = false;
  for (const char* word : {"good", "other_version", "broken", "revoked", "untrusted", "given"})
    known = known || make == word;
  if (!known) throw std::runtime_error("make: good, other_version, broken, revoked, untrusted или given");
  std::string given;
  if (make == "given") {
    const auto bytes = text::base64_decode(text_of(order, "cms"));
    if (!bytes || bytes.value().empty()) throw std::runtime_error("cms: подпись в base64");
    given = bytes.value();
  }
  if (make == "revoked" && !text_of(order, "person").empty()) identity(text_of(order, "person"), make);
  left_ = int_of(order, "times").value_or(-1);
  make_ = make;
  given_ = std::move(given);
}

json::object Signer::describe() const {
  Authority& ca = *authority_;
  X509_CRL* crl = ca.revoked.get();
  require(X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
              X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca.certificate.get())) == 1,
          "CRL");
  ASN1_TIME* at = ASN1_TIME_new();
  X509_gmtime_adj(at, -600);
  X509_CRL_set1_lastUpdate(crl, at);
  X509_gmtime_adj(at, 30L * 24 * 3600);
  X509_CRL_set1_nextUpdate(crl, at);
  ASN1_TIME_free(at);
  require(X509_CRL_sort(crl) == 1 && X509_CRL_sign(crl, ca.key.get(), EVP_sha256()) > 0, "CRL signature");
  return json::object{{"authority", pem([&](BIO* out) { return PEM_write_bio_X509(out, ca.certificate.get()); })},
                      {"crl", pem([&](BIO* out) { return PEM_write_bio_X509_CRL(out, crl); })},
                      {"make", make_}};
}

Signature Signer::sign(const std::string& person, const Content& content) {
  const std::string make = left_ == 0 ? std::string("good") : make_;
  if (left_ > 0 && --left_ == 0) make_ = "good", left_ = -1;
  Identity& who = identity(person, make == "revoked" || make == "untrusted" ? make : "good");
  const Cms cms(CMS_sign(who.certificate.get(), who.key.get(), nullptr, nullptr,
                         CMS_DETACHED | CMS_BINARY | CMS_NOSMIMECAP | CMS_CADES | CMS_STREAM));
  require(cms != nullptr, "CMS");
  const Bio digest_chain(CMS_dataInit(cms.get(), nullptr));
  require(digest_chain != nullptr, "CMS content");
  std::string piece(64 * 1024, '\0');
  for (std::uint64_t at = 0; const std::size_t n = content.read(at, piece); at += n) {
    require(BIO_write(digest_chain.get(), piece.data(), static_cast<int>(n)) == static_cast<int>(n), "CMS content");
  }
  if (make == "other_version") require(BIO_write(digest_chain.get(), " ", 1) == 1, "CMS content");
  require(CMS_dataFinal(cms.get(), digest_chain.get()) == 1, "CMS signature");
  if (make == "broken") {
    const ASN1_OCTET_STRING* value =
        CMS_SignerInfo_get0_signature(sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms.get()), 0));
    unsigned char* bytes = const_cast<unsigned char*>(ASN1_STRING_get0_data(value));
    bytes[ASN1_STRING_length(value) - 1] ^= 1;
  }
  Signature signature;
  signature.cms = der(cms.get(), [](CMS_ContentInfo* c, unsigned char** out) { return i2d_CMS_ContentInfo(c, out); });
  if (make == "given") signature.cms = given_;
  signature.certificate = der(who.certificate.get(), [](X509* c, unsigned char** out) { return i2d_X509(c, out); });
  signature.subject = "CN=" + person;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  require(X509_digest(who.certificate.get(), EVP_sha1(), digest, &size) == 1, "thumbprint");
  signature.thumbprint = text::base64_encode(std::string_view(reinterpret_cast<const char*>(digest), size));
  return signature;
}

}  // namespace sedlink::sim
