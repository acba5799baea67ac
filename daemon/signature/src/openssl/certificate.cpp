#include "openssl/certificate.hpp"

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include <algorithm>

#include "sedlink/core/text.hpp"
#include "sedlink/signature/encoding.hpp"

namespace sedlink::signature {
namespace {

// Attributes of Приказ ФСБ № 795 in their own arc; OpenSSL 3.0 has no names for all of them.
constexpr const char* oid_inn = "1.2.643.3.131.1.1";
constexpr const char* oid_inn_legal = "1.2.643.100.4";
constexpr const char* oid_ogrn = "1.2.643.100.1";
constexpr const char* oid_ogrnip = "1.2.643.100.5";
constexpr const char* oid_snils = "1.2.643.100.3";

std::string name_text(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, (XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | ASN1_STRFLGS_UTF8_CONVERT);
  char* data = nullptr;
  const long length = BIO_get_mem_data(out.get(), &data);
  return text::sanitize_utf8(std::string_view(data, static_cast<std::size_t>(length)));
}

std::string attribute(const X509_NAME* name, const ASN1_OBJECT* type) {
  const int at = X509_NAME_get_index_by_OBJ(name, type, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (length < 0) return {};
  std::string out =
      text::sanitize_utf8(std::string_view(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(length)));
  OPENSSL_free(utf8);
  return out;
}
std::string attribute(const X509_NAME* name, int nid) { return attribute(name, OBJ_nid2obj(nid)); }
std::string attribute(const X509_NAME* name, const char* oid) {
  const std::unique_ptr<ASN1_OBJECT, Freed<ASN1_OBJECT_free>> type(OBJ_txt2obj(oid, 1));
  return attribute(name, type.get());
}

std::string key_algorithm(X509* certificate) {
  const ASN1_OBJECT* algorithm = nullptr;
  X509_PUBKEY_get0_param(const_cast<ASN1_OBJECT**>(&algorithm), nullptr, nullptr, nullptr,
                         X509_get_X509_PUBKEY(certificate));
  const std::string oid = dotted(algorithm);
  if (oid == "1.2.643.7.1.1.1.1") return "GOST R 34.10-2012 256";
  if (oid == "1.2.643.7.1.1.1.2") return "GOST R 34.10-2012 512";
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return oid;
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS)
    return fmt::format("{} {}", kind == EVP_PKEY_RSA ? "RSA" : "RSA-PSS", EVP_PKEY_get_bits(key));
  if (kind == EVP_PKEY_EC) {
    char group[64] = {};
    std::size_t length = 0;
    EVP_PKEY_get_group_name(key, group, sizeof group, &length);
    const std::string name(group, length);
    return "EC " + (name == "prime256v1"  ? "P-256"
                    : name == "secp384r1" ? "P-384"
                    : name == "secp521r1" ? "P-521"
                                          : name);
  }
  const char* name = OBJ_nid2sn(kind);
  return name == nullptr ? oid : name;
}

std::string hex_upper(std::string_view bytes) { return text::to_upper_ascii(text::hex(bytes)); }

}  // namespace

CertificateInfo describe(X509* certificate) {
  CertificateInfo info;
  const X509_NAME* subject = X509_get_subject_name(certificate);
  info.subject = name_text(subject);
  info.issuer = name_text(X509_get_issuer_name(certificate));
  // A person is СН-family name plus given name and patronymic in one attribute; an organisation's seal has neither.
  const std::string family = attribute(subject, NID_surname), given = attribute(subject, NID_givenName);
  info.owner = !family.empty() && !given.empty() ? family + " " + given : attribute(subject, NID_commonName);
  info.organization = attribute(subject, NID_organizationName);
  info.title = attribute(subject, NID_title);
  info.inn = attribute(subject, oid_inn);
  info.inn_legal = attribute(subject, oid_inn_legal);
  info.ogrn = attribute(subject, oid_ogrn);
  info.ogrnip = attribute(subject, oid_ogrnip);
  info.snils = attribute(subject, oid_snils);
  info.serial = hex_upper(view(X509_get0_serialNumber(certificate)));
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (X509_digest(certificate, EVP_sha1(), hash, &length) == 1)
    info.thumbprint = hex_upper(std::string_view(reinterpret_cast<char*>(hash), length));
  info.key_algorithm = key_algorithm(certificate);
  if (const auto t = to_time(X509_get0_notBefore(certificate))) info.not_before = t.value();
  if (const auto t = to_time(X509_get0_notAfter(certificate))) info.not_after = t.value();
  const std::unique_ptr<PKEY_USAGE_PERIOD, Freed<PKEY_USAGE_PERIOD_free>> period(
      static_cast<PKEY_USAGE_PERIOD*>(X509_get_ext_d2i(certificate, NID_private_key_usage_period, nullptr, nullptr)));
  if (period && period->notAfter != nullptr)
    if (const auto t = to_time(period->notAfter)) info.key_not_after = t.value();
  info.self_signed = X509_NAME_cmp(subject, X509_get_issuer_name(certificate)) == 0;
  ERR_clear_error();
  return info;
}

Time CertificateInfo::signs_until() const noexcept {
  return key_not_after ? std::min(*key_not_after, not_after) : not_after;
}

long long CertificateInfo::days_left(Time now) const noexcept {
  return std::chrono::floor<std::chrono::days>(not_after - now).count();
}

namespace {

// DER: one certificate, one list, or a bundle of them in a SignedData without content (.p7b).
Result<CertificateFile> read_der(std::string_view bytes, std::string_view what) {
  CertificateFile out;
  const auto length = static_cast<long>(bytes.size());
  const auto* at = bytes_of(bytes);
  if (CertificatePtr one{d2i_X509(nullptr, &at, length)}) {
    out.certificates.push_back(std::move(one));
    return out;
  }
  at = bytes_of(bytes);
  if (CrlPtr one{d2i_X509_CRL(nullptr, &at, length)}) {
    ERR_clear_error();
    out.crls.push_back(std::move(one));
    return out;
  }
  at = bytes_of(bytes);
  const CmsPtr bundle(d2i_CMS_ContentInfo(nullptr, &at, length));
  if (bundle && OBJ_obj2nid(CMS_get0_type(bundle.get())) == NID_pkcs7_signed) {
    const CertificatesPtr certificates(CMS_get1_certs(bundle.get()));
    while (certificates && sk_X509_num(certificates.get()) > 0)
      out.certificates.emplace_back(sk_X509_shift(certificates.get()));
    if (STACK_OF(X509_CRL)* lists = CMS_get1_crls(bundle.get())) {
      while (sk_X509_CRL_num(lists) > 0) out.crls.emplace_back(sk_X509_CRL_shift(lists));
      sk_X509_CRL_free(lists);
    }
    ERR_clear_error();
    if (!out.certificates.empty() || !out.crls.empty()) return out;
  }
  return openssl_error("certificate", fmt::format("{}: это не сертификат и не список отзыва", what));
}

}  // namespace

Result<CertificateFile> read_certificates(std::string_view bytes, std::string_view what) {
  CertificateFile out;
  if (!bytes.empty() && bytes.front() == '\x30') return read_der(bytes, what);
  const bool bundle = bytes.find("-----BEGIN PKCS7-----") != std::string_view::npos ||
                      bytes.find("-----BEGIN CMS-----") != std::string_view::npos;
  if (bundle || bytes.find("-----BEGIN ") == std::string_view::npos) {  // .p7b, or DER in bare base64
    if (const auto der = decode(bytes); der && der->starts_with('\x30')) return read_der(der.value(), what);
  }
  const BioPtr in = read_only(bytes);
  // Key material in the same file is skipped, never decrypted: the password callback always refuses.
  STACK_OF(X509_INFO)* found = PEM_X509_INFO_read_bio(
      in.get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr);
  if (found == nullptr) return openssl_error("certificate", fmt::format("{}: файл PEM повреждён", what));
  for (int i = 0; i < sk_X509_INFO_num(found); ++i) {
    X509_INFO* info = sk_X509_INFO_value(found, i);
    if (info->x509 != nullptr) out.certificates.emplace_back(std::exchange(info->x509, nullptr));
    if (info->crl != nullptr) out.crls.emplace_back(std::exchange(info->crl, nullptr));
  }
  sk_X509_INFO_pop_free(found, X509_INFO_free);
  ERR_clear_error();
  if (out.certificates.empty() && out.crls.empty())
    return refused("certificate", fmt::format("{}: в файле нет ни сертификата, ни списка отзыва", what));
  return out;
}

Result<CertificateInfo> describe_certificate(std::string_view bytes) {
  auto file = read_certificates(bytes, "сертификат");
  if (!file) return file.error();
  if (file->certificates.empty()) return refused("certificate", "в файле нет сертификата");
  return describe(file->certificates.front().get());
}

Result<std::vector<Expiry>> expiries(std::string_view bytes) {
  const auto file = read_certificates(bytes, "файл сертификатов");
  if (!file) return file.error();
  std::vector<Expiry> out;
  for (const auto& one : file->certificates) {
    const CertificateInfo info = describe(one.get());
    Expiry end;
    end.owner = !info.owner.empty() ? info.owner : info.subject;
    end.until = info.signs_until();
    out.push_back(std::move(end));
  }
  for (const auto& one : file->crls) {
    Expiry end;
    end.owner = name_text(X509_CRL_get_issuer(one.get()));
    if (const ASN1_TIME* next = X509_CRL_get0_nextUpdate(one.get()))
      if (const auto t = to_time(next)) end.until = t.value();
    end.list = true;
    out.push_back(std::move(end));
  }
  return out;
}

json::value to_json(const CertificateInfo& c) {
  return json::object{{"subject", c.subject},
                      {"issuer", c.issuer},
                      {"owner", c.owner},
                      {"organization", c.organization},
                      {"title", c.title},
                      {"inn", c.inn},
                      {"inn_legal", c.inn_legal},
                      {"ogrn", c.ogrn},
                      {"ogrnip", c.ogrnip},
                      {"snils", c.snils},
                      {"serial", c.serial},
                      {"thumbprint", c.thumbprint},
                      {"key_algorithm", c.key_algorithm},
                      {"not_before", to_iso8601(c.not_before)},
                      {"not_after", to_iso8601(c.not_after)},
                      {"key_not_after", c.key_not_after ? json::value(to_iso8601(*c.key_not_after)) : json::value()},
                      {"self_signed", c.self_signed}};
}

CertificateInfo certificate_from_json(const json::value& v) {
  CertificateInfo c;
  const std::pair<const char*, std::string*> texts[] = {{"subject", &c.subject},
                                                        {"issuer", &c.issuer},
                                                        {"owner", &c.owner},
                                                        {"organization", &c.organization},
                                                        {"title", &c.title},
                                                        {"inn", &c.inn},
                                                        {"inn_legal", &c.inn_legal},
                                                        {"ogrn", &c.ogrn},
                                                        {"ogrnip", &c.ogrnip},
                                                        {"snils", &c.snils},
                                                        {"serial", &c.serial},
                                                        {"thumbprint", &c.thumbprint},
                                                        {"key_algorithm", &c.key_algorithm}};
  for (const auto& [key, into] : texts) *into = json::text(v, key);
  if (const auto t = parse_iso8601(json::text(v, "not_before"))) c.not_before = t.value();
  if (const auto t = parse_iso8601(json::text(v, "not_after"))) c.not_after = t.value();
  if (const auto t = parse_iso8601(json::text(v, "key_not_after"))) c.key_not_after = t.value();
  c.self_signed = json::boolean(v, "self_signed");
  return c;
}

}  // namespace sedlink::signature
