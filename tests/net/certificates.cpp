#include "certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace sedlink::net::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("test certificate: ") + what);
}

File open(const std::filesystem::path& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode), &std::fclose);
  require(file != nullptr, "file");
  return file;
}

void write(const CertificateFiles& files, X509* certificate, EVP_PKEY* key) {
  const File c = open(files.certificate, "w");
  require(PEM_write_X509(c.get(), certificate) == 1, "write certificate");
  const File k = open(files.key, "w");
  require(PEM_write_PrivateKey(k.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "write key");
}

void extend(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "extension");
  X509_EXTENSION_free(extension);
}

Certificate make(EVP_PKEY* key, const std::string& name, long valid_seconds) {
  static long serial = 1;
  Certificate certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -7200);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), valid_seconds);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "sedlink-test-XXXXXX").string();
  require(mkdtemp(pattern.data()) != nullptr, "directory");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Authority::Authority(std::filesystem::path directory, std::string name)
    : directory_(std::move(directory)), files_{directory_ / (name + ".crt"), directory_ / (name + ".key")} {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate certificate = make(key.get(), name, 3600);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  extend(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "sign");
  write(files_, certificate.get(), key.get());
}

CertificateFiles Authority::issue(const std::string& name, const std::string& subject_alternative_name,
                                  long valid_seconds) const {
  const File issuer_file = open(files_.certificate, "r");
  const Certificate issuer(PEM_read_X509(issuer_file.get(), nullptr, nullptr, nullptr), &X509_free);
  const File key_file = open(files_.key, "r");
  const Key issuer_key(PEM_read_PrivateKey(key_file.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  require(issuer && issuer_key, "read the authority");

  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate certificate = make(key.get(), name, valid_seconds);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
  extend(certificate.get(), issuer.get(), NID_subject_alt_name, subject_alternative_name.c_str());
  require(X509_sign(certificate.get(), issuer_key.get(), EVP_sha256()) > 0, "sign");
  const CertificateFiles files{directory_ / (name + ".crt"), directory_ / (name + ".key")};
  write(files, certificate.get(), key.get());
  return files;
}

}  // namespace sedlink::net::test
