// signing-certificate (RFC 2634, 5.4) and signing-certificate-v2 (RFC 5035, 3): OpenSSL checks them only with CMS_CADES
// and keeps their fields to itself, so they are read here.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <optional>

#include "openssl/message.hpp"

namespace sedlink::signature {
namespace {

void free_sequence(ASN1_SEQUENCE_ANY* s) noexcept { sk_ASN1_TYPE_pop_free(s, ASN1_TYPE_free); }
using SequencePtr = std::unique_ptr<ASN1_SEQUENCE_ANY, Freed<free_sequence>>;

SequencePtr open_sequence(const ASN1_TYPE* type) {
  if (type == nullptr || type->type != V_ASN1_SEQUENCE) return nullptr;
  const std::string_view der = view(type->value.sequence);
  const auto* at = bytes_of(der);
  return SequencePtr(d2i_ASN1_SEQUENCE_ANY(nullptr, &at, static_cast<long>(der.size())));
}

const ASN1_TYPE* item(const SequencePtr& s, int index) {
  return s && index < sk_ASN1_TYPE_num(s.get()) ? sk_ASN1_TYPE_value(s.get(), index) : nullptr;
}

struct CertificateId {
  const EVP_MD* digest = nullptr;  // null: unknown to this OpenSSL
  std::string hash;
  std::optional<bool> issuer_fits;  // none: not given
};

// IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber INTEGER }
bool issuer_fits(const ASN1_TYPE* type, X509* certificate) {
  const SequencePtr pair = open_sequence(type);
  const ASN1_TYPE *names = item(pair, 0), *serial = item(pair, 1);
  if (names == nullptr || names->type != V_ASN1_SEQUENCE || serial == nullptr || serial->type != V_ASN1_INTEGER)
    return false;
  if (ASN1_INTEGER_cmp(serial->value.integer, X509_get0_serialNumber(certificate)) != 0) return false;
  const std::string_view der = view(names->value.sequence);
  const auto* at = bytes_of(der);
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> list(
      d2i_GENERAL_NAMES(nullptr, &at, static_cast<long>(der.size())));
  if (!list || sk_GENERAL_NAME_num(list.get()) != 1) return false;
  const GENERAL_NAME* name = sk_GENERAL_NAME_value(list.get(), 0);
  return name->type == GEN_DIRNAME && X509_NAME_cmp(name->d.directoryName, X509_get_issuer_name(certificate)) == 0;
}

// The first ESSCertID(v2) is the signer's; further ones only limit the chain.
std::optional<CertificateId> first_id(const ASN1_TYPE* attribute, bool v2, X509* certificate) {
  const SequencePtr whole = open_sequence(attribute);
  const SequencePtr ids = open_sequence(item(whole, 0));
  const SequencePtr id = open_sequence(item(ids, 0));
  if (!id) return std::nullopt;
  CertificateId out;
  int at = 0;
  out.digest = v2 ? EVP_sha256() : EVP_sha1();  // DEFAULT of v2
  if (v2 && item(id, 0) != nullptr && item(id, 0)->type == V_ASN1_SEQUENCE) {
    const SequencePtr algorithm = open_sequence(item(id, at++));
    const ASN1_TYPE* oid = item(algorithm, 0);
    if (oid == nullptr || oid->type != V_ASN1_OBJECT) return std::nullopt;
    out.digest = digest_of(oid->value.object);
  }
  const ASN1_TYPE* hash = item(id, at++);
  if (hash == nullptr || hash->type != V_ASN1_OCTET_STRING) return std::nullopt;
  out.hash = view(hash->value.octet_string);
  if (const ASN1_TYPE* issuer = item(id, at)) out.issuer_fits = issuer_fits(issuer, certificate);
  return out;
}

void judge_kind(CMS_SignerInfo* signer, int nid, X509* certificate, std::vector<Reason>& reasons) {
  const bool v2 = nid == NID_id_smime_aa_signingCertificateV2;
  X509_ATTRIBUTE* found = nullptr;
  int count = 0;
  for (int i = 0; i < CMS_signed_get_attr_count(signer); ++i) {
    X509_ATTRIBUTE* one = CMS_signed_get_attr(signer, i);
    if (OBJ_obj2nid(X509_ATTRIBUTE_get0_object(one)) == nid) found = one, ++count;
  }
  if (count == 0) return;
  if (count > 1 || X509_ATTRIBUTE_count(found) != 1) {
    reasons.emplace_back(Status::invalid, "attribute_repeated",
                         "ссылка на сертификат подписанта (signing-certificate) не единственная");
    return;
  }
  const auto id = first_id(X509_ATTRIBUTE_get0_type(found, 0), v2, certificate);
  if (!id) {
    reasons.emplace_back(Status::invalid, "certificate_reference_wrong",
                         "ссылка на сертификат подписанта (signing-certificate) записана неверно");
    return;
  }
  if (id->digest == nullptr) {
    reasons.emplace_back(Status::indeterminate, "algorithm_unavailable",
                         "хеш в ссылке на сертификат подписанта здесь недоступен");
    return;
  }
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  X509_digest(certificate, id->digest, hash, &length);
  const std::string_view ours(reinterpret_cast<char*>(hash), length);
  if (id->hash != ours || id->issuer_fits == false)
    reasons.emplace_back(Status::invalid, "certificate_reference_wrong",
                         "подпись ссылается на другой сертификат, чем тот, что при ней");
  const int kind = EVP_MD_get_type(id->digest);
  if (v2 && is_weak_digest(kind))  // v1 knows SHA-1 only and is CAdES all the same
    reasons.emplace_back(
        kind == NID_sha1 ? Status::valid : Status::indeterminate, "weak_algorithm",
        fmt::format("ссылка на сертификат подписанта сделана с устаревшим хешем {}", OBJ_nid2sn(kind)));
}

}  // namespace

void judge_reference(CMS_SignerInfo* signer, X509* certificate, std::vector<Reason>& reasons) {
  if (certificate == nullptr) return;  // certificate_missing was said already
  judge_kind(signer, NID_id_smime_aa_signingCertificate, certificate, reasons);
  judge_kind(signer, NID_id_smime_aa_signingCertificateV2, certificate, reasons);
  ERR_clear_error();
}

}  // namespace sedlink::signature
