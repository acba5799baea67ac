// The value of one SignerInfo against one certificate's key. OpenSSL compares too little here: any algorithm name
// passes with an EC key, Ed25519 is unknown to its CMS, and attributes out of DER order are hashed as they came.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "openssl/assemble.hpp"
#include "openssl/message.hpp"

namespace sedlink::signature {
namespace {

// The Russian arc has OIDs of keys (…1.1.1.x) and of signature with digest (…1.1.3.x); CMS uses the first, some senders
// the second (e-signature page, section 1). OpenSSL takes the first: the algorithm is not under the signature.
void accept_signature_oid(X509_ALGOR* algorithm) {
  const std::string oid = dotted(algorithm->algorithm);
  const char* key = oid == "1.2.643.7.1.1.3.2"   ? "1.2.643.7.1.1.1.1"
                    : oid == "1.2.643.7.1.1.3.3" ? "1.2.643.7.1.1.1.2"
                                                 : nullptr;
  if (key == nullptr) return;
  ASN1_OBJECT* replaced = OBJ_txt2obj(key, 1);
  if (replaced != nullptr) X509_ALGOR_set0(algorithm, replaced, V_ASN1_UNDEF, nullptr);
}

// RFC 5652, 5.3 and RFC 8933, 3: one digest for content and attributes; the algorithm is that of the key.
bool fits(int algorithm, const EVP_PKEY* key, const EVP_MD* kind) {
  int digest = NID_undef, of_key = NID_undef;
  const int base = EVP_PKEY_get_base_id(key);
  // OpenSSL 3.0 knows the names of ECDSA with SHA-3 (RFC 8702's digests, NIST's OIDs), but not what they consist of.
  constexpr std::pair<int, int> by_sha3[] = {{NID_ecdsa_with_SHA3_224, NID_sha3_224},
                                             {NID_ecdsa_with_SHA3_256, NID_sha3_256},
                                             {NID_ecdsa_with_SHA3_384, NID_sha3_384},
                                             {NID_ecdsa_with_SHA3_512, NID_sha3_512}};
  for (const auto& [name, hash] : by_sha3)
    if (algorithm == name) return base == EVP_PKEY_EC && EVP_MD_get_type(kind) == hash;
  if (OBJ_find_sigid_algs(algorithm, &digest, &of_key) != 1) return algorithm == base;
  if (of_key == NID_rsassaPss) return base == EVP_PKEY_RSA || base == EVP_PKEY_RSA_PSS;
  return of_key == base && (digest == NID_undef || digest == EVP_MD_get_type(kind));
}

std::vector<std::string> attributes_of(CMS_SignerInfo* signer) {
  std::vector<std::string> out;
  for (int i = 0; i < CMS_signed_get_attr_count(signer); ++i)
    out.push_back(to_der(CMS_signed_get_attr(signer, i), i2d_X509_ATTRIBUTE));
  return out;
}

// `kind` null: RFC 8419, the whole message goes to the key, which hashes itself.
bool verify_bytes(CMS_SignerInfo* signer, EVP_PKEY* key, const EVP_MD* kind, bool pss, std::string_view message) {
  const std::string_view value = view(CMS_SignerInfo_get0_signature(signer));
  const DigestPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  return context && EVP_DigestVerifyInit(context.get(), &parameters, kind, nullptr, key) == 1 &&
         (!pss || EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1) &&
         EVP_DigestVerify(context.get(), bytes_of(value), value.size(), bytes_of(message), message.size()) == 1;
}
std::string attribute_set(CMS_SignerInfo* signer) {
  std::string set;
  for (const auto& one : attributes_of(signer)) set += one;
  return wrap(0x31, set);
}

// RFC 5652, 5.4: what is signed is the DER encoding, also when the attributes travel in BER or in another order. True
// when they changed.
bool put_in_order(CMS_SignerInfo* signer) {
  const std::vector<std::string> before = attributes_of(signer);
  std::vector<std::string> sorted;
  for (const auto& one : before) {
    auto der = canonical(one);
    if (!der) return false;
    sorted.push_back(std::move(*der));
  }
  std::ranges::sort(sorted, [](const std::string& a, const std::string& b) {
    return std::ranges::lexicographical_compare(
        a, b, {}, [](char c) { return static_cast<unsigned char>(c); },
        [](char c) { return static_cast<unsigned char>(c); });
  });
  if (sorted == before) return false;
  while (CMS_signed_get_attr_count(signer) > 0) X509_ATTRIBUTE_free(CMS_signed_delete_attr(signer, 0));
  for (const auto& der : sorted) {
    const auto* at = bytes_of(der);
    const std::unique_ptr<X509_ATTRIBUTE, Freed<X509_ATTRIBUTE_free>> one(
        d2i_X509_ATTRIBUTE(nullptr, &at, static_cast<long>(der.size())));
    if (!one || CMS_signed_add1_attr(signer, one.get()) != 1) return false;
  }
  return true;
}

Reason wrong(bool with_attributes) {
  if (with_attributes)
    return {Status::invalid, "signature_wrong",
            "значение подписи неверно: подписанные атрибуты изменены или подписал другой ключ"};
  return {Status::invalid, "content_changed", "подпись не подходит к содержимому: изменено оно или подпись"};
}

bool verify_attributes(CMS_SignerInfo* signer, EVP_PKEY* key, const EVP_MD* kind, bool pss) {
  if (verify_bytes(signer, key, kind, pss, attribute_set(signer))) return true;
  return put_in_order(signer) && verify_bytes(signer, key, kind, pss, attribute_set(signer));
}

void judge_edwards(const Message& m, CMS_SignerInfo* signer, EVP_PKEY* key, std::vector<Reason>& reasons) {
  if (CMS_signed_get_attr_count(signer) > 0) {
    if (!verify_attributes(signer, key, nullptr, false)) reasons.push_back(wrong(true));
    return;
  }
  if (!m.attached && m.beside == nullptr) return;  // content_missing was said
  std::string read;
  if (!m.attached) {
    auto whole = m.beside->whole(m.limit);
    if (!whole) {
      reasons.emplace_back(Status::indeterminate, "too_large",
                           "подпись Ed25519 без атрибутов проверяется по всему содержимому: " + whole.error().message);
      return;
    }
    read = std::move(whole).value();
  }
  if (!verify_bytes(signer, key, nullptr, false, m.attached ? m.inside : std::string_view(read)))
    reasons.push_back(wrong(false));
}

// RFC 6211: when a signer protects its algorithms by an attribute, they are those of the SignerInfo.
bool breaks_protection(CMS_SignerInfo* signer, const X509_ALGOR* digest, const X509_ALGOR* algorithm) {
  const auto names = [](std::string_view element, const ASN1_OBJECT* oid) {
    const auto type = next_element(element);
    return type && type->tag == 0x06 &&
           type->body == std::string_view(reinterpret_cast<const char*>(OBJ_get0_data(oid)), OBJ_length(oid));
  };
  for (int i = 0; i < CMS_signed_get_attr_count(signer); ++i) {
    X509_ATTRIBUTE* one = CMS_signed_get_attr(signer, i);
    if (dotted(X509_ATTRIBUTE_get0_object(one)) != "1.2.840.113549.1.9.52") continue;
    const ASN1_TYPE* value = X509_ATTRIBUTE_count(one) == 1 ? X509_ATTRIBUTE_get0_type(one, 0) : nullptr;
    if (value == nullptr || value->type != V_ASN1_SEQUENCE) return true;
    std::string_view whole = view(value->value.sequence);
    const auto outer = next_element(whole);
    if (!outer) return true;
    std::string_view inside = outer->body;
    const auto first = next_element(inside), second = next_element(inside);
    if (!first || !second || second->tag != 0xa1 || !names(first->body, digest->algorithm) ||
        !names(second->body, algorithm->algorithm))
      return true;
  }
  return false;
}

}  // namespace

void judge_value(const Message& m, CMS_SignerInfo* signer, X509* certificate, const EVP_MD* kind,
                 std::vector<Reason>& reasons) {
  const bool with_attributes = CMS_signed_get_attr_count(signer) > 0;
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  X509_ALGOR *digest = nullptr, *algorithm = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, &algorithm);
  if (breaks_protection(signer, digest, algorithm)) {
    reasons.emplace_back(Status::invalid, "signature_wrong",
                         "алгоритмы подписи не те, что записаны в подписанном атрибуте (RFC 6211)");
    return;
  }
  accept_signature_oid(algorithm);
  const int nid = OBJ_obj2nid(algorithm->algorithm);
  if (nid == NID_undef) {
    reasons.push_back(unavailable("алгоритм подписи", dotted(algorithm->algorithm)));
    return;
  }
  if (!fits(nid, key, kind)) {
    reasons.emplace_back(Status::invalid, "signature_wrong",
                         fmt::format("алгоритм подписи {} не подходит к ключу сертификата или к хешу {}",
                                     OBJ_nid2sn(nid), EVP_MD_get0_name(kind)));
    return;
  }
  ERR_clear_error();
  const int base = EVP_PKEY_get_base_id(key);
  if (base == EVP_PKEY_ED25519 || base == EVP_PKEY_ED448) {
    judge_edwards(m, signer, key, reasons);
  } else if (m.countersignature && with_attributes) {  // OpenSSL refuses attributes without contentType
    if (!verify_attributes(signer, key, kind, nid == NID_rsassaPss)) reasons.push_back(wrong(true));
  } else {
    CMS_SignerInfo_set1_signer_cert(signer, certificate);
    int verified = with_attributes ? CMS_SignerInfo_verify(signer)
                   : m.digests     ? CMS_SignerInfo_verify_content(signer, m.digests.get())
                                   : 1;
    if (verified != 1 && with_attributes && put_in_order(signer)) verified = CMS_SignerInfo_verify(signer);
    if (verified != 1) reasons.push_back(wrong(with_attributes));
  }
  ERR_clear_error();
}

Reason unavailable(std::string_view what, std::string_view oid) {
  return {Status::indeterminate, "algorithm_unavailable",
          is_gost(oid)
              ? fmt::format("{} ГОСТ ({}) здесь недоступен: нужен движок, пакет libengine-gost-openssl", what, oid)
              : fmt::format("{} {} здесь недоступен", what, oid)};
}

}  // namespace sedlink::signature
