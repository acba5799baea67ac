// The value of one SignerInfo against one certificate's key. OpenSSL compares too little here: any algorithm name
// passes with an EC key, Ed25519 is unknown to its CMS, and attributes out of DER order are hashed as they came.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

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

// RFC 8419: the whole message goes to the key, which hashes itself.
bool verify_edwards(CMS_SignerInfo* signer, EVP_PKEY* key) {
  std::string set;
  for (const auto& one : attributes_of(signer)) set += one;
  set = wrap(0x31, set);
  const std::string_view value = view(CMS_SignerInfo_get0_signature(signer));
  const DigestPtr context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(value), value.size(), bytes_of(set), set.size()) == 1;
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
    if (!with_attributes)
      reasons.push_back(unavailable("подпись без атрибутов алгоритмом", OBJ_nid2sn(nid)));
    else if (!verify_edwards(signer, key))
      reasons.push_back(wrong(true));
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
