// One SignerInfo: what OpenSSL's CMS_verify leaves open is closed here (openssl issue 27055: no signed attributes pass
// as CAdES).
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <algorithm>

#include "openssl/message.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::signature {
namespace {

struct Attributes {
  int count = 0;  // how often the type occurs
  X509_ATTRIBUTE* first = nullptr;
};

Attributes find_signed(CMS_SignerInfo* signer, int nid) {
  Attributes out;
  for (int i = 0; i < CMS_signed_get_attr_count(signer); ++i) {
    X509_ATTRIBUTE* one = CMS_signed_get_attr(signer, i);
    if (OBJ_obj2nid(X509_ATTRIBUTE_get0_object(one)) != nid) continue;
    if (out.count++ == 0) out.first = one;
  }
  return out;
}

const void* single_value(const Attributes& a, int type) {
  if (a.count != 1 || X509_ATTRIBUTE_count(a.first) != 1) return nullptr;
  return X509_ATTRIBUTE_get0_data(a.first, 0, type, nullptr);
}

// RFC 5652, 11: each exactly once with one value. Null and a reason otherwise.
const void* mandatory(CMS_SignerInfo* signer, int nid, int type, const char* name, std::vector<Reason>& reasons) {
  const Attributes found = find_signed(signer, nid);
  const void* value = single_value(found, type);
  if (found.count == 0)
    reasons.emplace_back(Status::invalid, "attributes_missing", fmt::format("нет подписанного атрибута {}", name));
  else if (value == nullptr)
    reasons.emplace_back(Status::invalid, "attribute_repeated",
                         fmt::format("подписанный атрибут {} не единственный или записан неверно", name));
  return value;
}

std::string sid_text(CMS_SignerInfo* signer) {
  ASN1_OCTET_STRING* key = nullptr;
  X509_NAME* issuer = nullptr;
  ASN1_INTEGER* serial = nullptr;
  if (CMS_SignerInfo_get0_signer_id(signer, &key, &issuer, &serial) != 1) return {};
  return text::to_upper_ascii(text::hex(view(key != nullptr ? key : serial)));
}

// Every certificate that the SignerInfo may mean: a number can be given twice, a key can have several certificates.
std::vector<X509*> candidates(CMS_SignerInfo* signer, const Message& m, const Trust& trust) {
  std::vector<X509*> out;
  for (STACK_OF(X509) * pool : {m.certificates.get(), trust.helpers.get()})
    for (int i = 0; i < sk_X509_num(pool); ++i) {
      X509* one = sk_X509_value(pool, i);
      const bool known = std::ranges::any_of(out, [one](const X509* other) { return X509_cmp(one, other) == 0; });
      if (!known && CMS_SignerInfo_cert_cmp(signer, one) == 0) out.push_back(one);
    }
  return out;
}

std::string_view digest_in(const Message& m, const EVP_MD* kind, std::string& buffer) {
  for (BIO* at = BIO_find_type(m.digests.get(), BIO_TYPE_MD); at != nullptr;
       at = BIO_find_type(BIO_next(at), BIO_TYPE_MD)) {
    EVP_MD_CTX* context = nullptr;
    BIO_get_md_ctx(at, &context);
    if (context != nullptr && EVP_MD_CTX_get_type(context) == EVP_MD_get_type(kind)) {
      const DigestPtr copy(EVP_MD_CTX_new());
      unsigned int length = 0;
      buffer.resize(EVP_MAX_MD_SIZE);
      if (EVP_MD_CTX_copy_ex(copy.get(), context) != 1 ||
          EVP_DigestFinal_ex(copy.get(), reinterpret_cast<unsigned char*>(buffer.data()), &length) != 1)
        return {};
      buffer.resize(length);
      return buffer;
    }
    if (BIO_next(at) == nullptr) break;
  }
  return {};
}

void judge_attributes(const Message& m, CMS_SignerInfo* signer, const EVP_MD* kind, SignerFinding& out) {
  const auto* type = m.countersignature
                         ? nullptr
                         : static_cast<const ASN1_OBJECT*>(
                               mandatory(signer, NID_pkcs9_contentType, V_ASN1_OBJECT, "contentType", out.reasons));
  if (m.countersignature && find_signed(signer, NID_pkcs9_contentType).count > 0)
    out.reasons.emplace_back(Status::invalid, "content_type_wrong", "в заверяющей подписи нет места contentType");
  if (type != nullptr && dotted(type) != m.type)
    out.reasons.emplace_back(Status::invalid, "content_type_wrong",
                             "вид содержимого в подписанном атрибуте не тот, что в сообщении");
  const auto* digest = static_cast<const ASN1_STRING*>(
      mandatory(signer, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, "messageDigest", out.reasons));
  std::string buffer;
  if (digest != nullptr && kind != nullptr && m.digests && digest_in(m, kind, buffer) != view(digest))
    out.reasons.emplace_back(Status::invalid, "content_changed", "содержимое не то, что подписывали: его хеш другой");
  const Attributes when = find_signed(signer, NID_pkcs9_signingTime);
  if (when.count > 1 || (when.count == 1 && X509_ATTRIBUTE_count(when.first) != 1))
    out.reasons.emplace_back(Status::invalid, "attribute_repeated", "подписанный атрибут signingTime не единственный");
  if (when.count == 1 && X509_ATTRIBUTE_count(when.first) == 1) {
    const ASN1_TYPE* value = X509_ATTRIBUTE_get0_type(when.first, 0);
    if (value->type == V_ASN1_UTCTIME || value->type == V_ASN1_GENERALIZEDTIME)
      if (const auto t = to_time(value->value.asn1_string)) out.signing_time = t.value();
  }
}

// A signature over attributes can be shown as one over a content that is those attributes' encoding: RFC 5652 leaves it
// open.
bool looks_like_attributes(const Message& m) {
  const std::string_view c = m.inside;
  if (c.empty() || c.size() > 64 * 1024 || c.front() != '\x31') return false;
  constexpr std::string_view message_digest("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04", 11);
  return c.find(message_digest) != std::string_view::npos;
}

// Unsigned attributes that are not judged: said, so that nobody takes them for checked.
void tell_unjudged(CMS_SignerInfo* signer, std::vector<Reason>& reasons) {
  constexpr std::pair<std::string_view, const char*> known[] = {
      {"1.2.840.113549.1.9.16.2.25", "метка времени CAdES-C"},
      {"1.2.840.113549.1.9.16.2.26", "метка времени ссылок на сертификаты"},
      {"1.2.840.113549.1.9.16.2.27", "архивная метка времени"},
      {"1.2.840.113549.1.9.16.2.48", "архивная метка времени"},
      {"0.4.0.1733.2.4", "архивная метка времени"}};
  for (int i = 0; i < CMS_unsigned_get_attr_count(signer); ++i) {
    const std::string oid = dotted(X509_ATTRIBUTE_get0_object(CMS_unsigned_get_attr(signer, i)));
    for (const auto& [type, name] : known)
      if (oid == type) reasons.emplace_back(Status::valid, "not_judged", fmt::format("не проверяется: {}", name));
  }
}

// Everything that depends on whose certificate it is.
std::vector<Reason> judge_by(const Message& m, CMS_SignerInfo* signer, X509* certificate, const EVP_MD* kind) {
  std::vector<Reason> out;
  if (X509_get0_pubkey(certificate) == nullptr) {
    const ASN1_OBJECT* algorithm = nullptr;
    X509_PUBKEY_get0_param(const_cast<ASN1_OBJECT**>(&algorithm), nullptr, nullptr, nullptr,
                           X509_get_X509_PUBKEY(certificate));
    out.push_back(unavailable("ключ", dotted(algorithm)));
  } else if (kind != nullptr) {
    judge_value(m, signer, certificate, kind, out);
  }
  judge_reference(signer, certificate, out);
  return out;
}

}  // namespace

std::vector<std::string> unsigned_values(CMS_SignerInfo* signer, int attribute) {
  std::vector<std::string> out;
  for (int i = 0; i < CMS_unsigned_get_attr_count(signer); ++i) {
    X509_ATTRIBUTE* one = CMS_unsigned_get_attr(signer, i);
    if (OBJ_obj2nid(X509_ATTRIBUTE_get0_object(one)) != attribute) continue;
    for (int n = 0; n < X509_ATTRIBUTE_count(one); ++n) {
      const ASN1_TYPE* value = X509_ATTRIBUTE_get0_type(one, n);
      out.emplace_back(value->type == V_ASN1_SEQUENCE ? view(value->value.sequence) : std::string_view());
    }
    if (X509_ATTRIBUTE_count(one) == 0) out.emplace_back();
  }
  return out;
}

std::vector<std::string> tokens_of(CMS_SignerInfo* signer) {
  return unsigned_values(signer, NID_id_smime_aa_timeStampToken);
}

SignerFinding judge_signer(const Message& m, CMS_SignerInfo* signer, const Trust& trust) {
  SignerFinding out;
  out.sid = sid_text(signer);
  out.signature = view(CMS_SignerInfo_get0_signature(signer));
  X509_ALGOR* digest_algorithm = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest_algorithm, nullptr);
  const EVP_MD* kind = digest_of(digest_algorithm->algorithm);
  const std::string digest_oid = dotted(digest_algorithm->algorithm);
  out.digest = kind == nullptr ? digest_oid : EVP_MD_get0_name(kind);
  if (kind == nullptr) out.reasons.push_back(unavailable("хеш", digest_oid));
  if (kind != nullptr && is_weak_digest(EVP_MD_get_type(kind)))
    out.reasons.emplace_back(Status::indeterminate, "weak_algorithm",
                             fmt::format("хеш {} устарел: его умеют подделывать", out.digest));

  const bool with_attributes = CMS_signed_get_attr_count(signer) > 0;
  if (with_attributes) {
    judge_attributes(m, signer, kind, out);
    out.shape = Shape::cms;
  } else if (m.type != "1.2.840.113549.1.7.1") {
    out.reasons.emplace_back(Status::invalid, "attributes_missing",
                             "нет подписанных атрибутов, а содержимое не просто данные");
  } else if (looks_like_attributes(m)) {
    out.reasons.emplace_back(Status::invalid, "attributes_missing", "содержимое — подписанные атрибуты другой подписи");
  }

  if (find_signed(signer, NID_id_smime_aa_signingCertificate).count > 0 ||
      find_signed(signer, NID_id_smime_aa_signingCertificateV2).count > 0)
    out.shape = Shape::cades_bes;
  std::vector<Reason> best;
  constexpr std::size_t most_candidates = 16;
  auto possible = candidates(signer, m, trust);
  possible.resize(std::min(possible.size(), most_candidates));
  for (X509* one : possible) {
    std::vector<Reason> found = judge_by(m, signer, one, kind);
    const bool fits = worst(found) != Status::invalid;
    if (out.certificate == nullptr || fits) {
      out.certificate = one;
      best = std::move(found);
    }
    if (fits) break;
  }
  if (out.certificate == nullptr)
    best.emplace_back(Status::indeterminate, "certificate_missing",
                      fmt::format("сертификата подписанта ({}) нет ни в подписи, ни среди известных", out.sid));
  out.reasons.insert(out.reasons.end(), best.begin(), best.end());
  tell_unjudged(signer, out.reasons);
  out.time_stamps = tokens_of(signer);
  if (out.shape == Shape::cades_bes && !out.time_stamps.empty()) out.shape = Shape::cades_t;
  ERR_clear_error();
  return out;
}

}  // namespace sedlink::signature
