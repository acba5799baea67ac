#include "openssl/trust.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "openssl/certificate.hpp"

namespace sedlink::signature {
namespace {

struct ChainFault {
  int error;
  Status weight;
  const char* code;
  const char* text;  // {} is the certificate's name
};
// What X509_verify_cert may find. Everything else is chain_invalid.
constexpr std::array chain_faults{
    ChainFault{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, Status::indeterminate, "issuer_unknown",
               "нет сертификата издателя для «{}»"},
    ChainFault{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, Status::indeterminate, "issuer_unknown",
               "нет сертификата издателя для «{}»: ни в подписи, ни среди доверенных"},
    ChainFault{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, Status::indeterminate, "issuer_unknown",
               "нет сертификата издателя для «{}»: ни в подписи, ни среди доверенных"},
    ChainFault{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, Status::invalid, "chain_untrusted",
               "сертификат «{}» издан самим собой и не входит в доверенные"},
    ChainFault{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, Status::invalid, "chain_untrusted",
               "цепочка ведёт к корневому сертификату «{}», которого нет среди доверенных"},
    ChainFault{X509_V_ERR_CERT_NOT_YET_VALID, Status::invalid, "certificate_not_yet_valid",
               "сертификат «{}» ещё не действует"},
    ChainFault{X509_V_ERR_CERT_HAS_EXPIRED, Status::invalid, "certificate_expired",
               "срок действия сертификата «{}» истёк"},
    ChainFault{X509_V_ERR_CERT_SIGNATURE_FAILURE, Status::invalid, "chain_invalid",
               "подпись издателя под сертификатом «{}» неверна"},
    ChainFault{X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, Status::indeterminate, "algorithm_unavailable",
               "алгоритм ключа издателя сертификата «{}» здесь недоступен"},
    ChainFault{X509_V_ERR_INVALID_CA, Status::invalid, "chain_invalid",
               "сертификат «{}» издал тот, кто не удостоверяющий центр"},
    ChainFault{X509_V_ERR_PATH_LENGTH_EXCEEDED, Status::invalid, "chain_invalid",
               "цепочка длиннее, чем разрешает «{}»"},
    ChainFault{X509_V_ERR_NO_EXPLICIT_POLICY, Status::invalid, "chain_invalid",
               "цепочка не ведёт к политике сертификатов, которой требует издатель (policyConstraints)"},
    ChainFault{X509_V_ERR_INVALID_POLICY_EXTENSION, Status::indeterminate, "chain_invalid",
               "политики сертификата «{}» записаны неверно"},
    ChainFault{X509_V_ERR_PERMITTED_VIOLATION, Status::invalid, "chain_invalid",
               "имя в сертификате «{}» не из тех, что разрешены издателю (nameConstraints)"},
    ChainFault{X509_V_ERR_EXCLUDED_VIOLATION, Status::invalid, "chain_invalid",
               "имя в сертификате «{}» издателю запрещено (nameConstraints)"},
    ChainFault{X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, Status::invalid, "chain_invalid",
               "в сертификате «{}» есть неизвестное критическое расширение"},
};

struct Collected {
  std::vector<Reason> reasons;
  bool signature_failed = false;
};

Reason chain_reason(int error, X509* certificate) {
  const std::string name = certificate == nullptr ? std::string("?") : short_name(certificate);
  for (const auto& known : chain_faults)
    if (known.error == error) return {known.weight, known.code, fmt::format(fmt::runtime(known.text), name)};
  return {Status::invalid, "chain_invalid",
          fmt::format("цепочка сертификата «{}» неверна: {}", name, X509_verify_cert_error_string(error))};
}

void add_once(std::vector<Reason>& reasons, Reason reason) {
  if (std::ranges::none_of(reasons, [&](const Reason& r) { return r.code == reason.code && r.text == reason.text; }))
    reasons.push_back(std::move(reason));
}

// An old root without basicConstraints is an anchor because people trust it (RFC 5280, 6.1: an anchor is no part of the
// path); so are the roots of the examples of Р 1323565.1.025-2019.
bool is_plain_anchor(X509_STORE_CTX* context) {
  const int depth = X509_STORE_CTX_get_error_depth(context);
  X509* one = X509_STORE_CTX_get_current_cert(context);
  const std::uint32_t flags = one == nullptr ? EXFLAG_BCONS : X509_get_extension_flags(one);
  return depth > 0 && depth == sk_X509_num(X509_STORE_CTX_get0_chain(context)) - 1 && (flags & EXFLAG_SI) != 0 &&
         (flags & EXFLAG_BCONS) == 0;
}

// Goes on after every fault, so that all of them are told; the verdict is ours, not the library's return code.
int collect(int ok, X509_STORE_CTX* context) {
  if (ok == 1 || (X509_STORE_CTX_get_error(context) == X509_V_ERR_INVALID_CA && is_plain_anchor(context))) return 1;
  auto& found = *static_cast<Collected*>(X509_STORE_CTX_get_app_data(context));
  if (X509_STORE_CTX_get_error(context) == X509_V_ERR_CERT_SIGNATURE_FAILURE) found.signature_failed = true;
  add_once(found.reasons, chain_reason(X509_STORE_CTX_get_error(context), X509_STORE_CTX_get_current_cert(context)));
  return 1;
}

struct Built {
  std::vector<Reason> reasons;
  CertificatesPtr chain;
};

// Issuers of one name and no authorityKeyIdentifier: only the signature tells which of them it was.
int check_issued_and_signed(X509_STORE_CTX*, X509* certificate, X509* issuer) {
  const bool itself = X509_cmp(certificate, issuer) == 0;
  if (X509_check_issued(issuer, certificate) != X509_V_OK) return 0;
  EVP_PKEY* key = X509_get0_pubkey(issuer);
  return itself || (key != nullptr && X509_verify(certificate, key) == 1) ? 1 : 0;
}

Built build_chain(const CertificateQuestion& q, const Trust& trust, bool by_signature = false) {
  Built out;
  const std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  const CertificatesPtr untrusted(sk_X509_new_null());
  const auto borrow = [&](STACK_OF(X509) * from) {
    for (int i = 0; from != nullptr && i < sk_X509_num(from); ++i) {
      X509* one = sk_X509_value(from, i);
      X509_up_ref(one);
      sk_X509_push(untrusted.get(), one);
    }
  };
  borrow(q.pool);
  borrow(trust.helpers.get());
  X509_STORE* store = q.role == Role::authority ? trust.authorities.get() : trust.signers.get();
  X509_STORE_set_check_issued(store, by_signature ? check_issued_and_signed : nullptr);  // null: the library's own
  if (X509_STORE_CTX_init(context.get(), store, q.certificate, untrusted.get()) != 1) {
    out.reasons.emplace_back(Status::indeterminate, "chain_invalid", "цепочку не построить: " + last_reason());
    return out;
  }
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, std::chrono::floor<std::chrono::seconds>(q.at).time_since_epoch().count());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK);
  // RFC 5280, 6.1.1 (c): any-policy is what nobody asked to narrow; OpenSSL begins with an empty set.
  X509_VERIFY_PARAM_add0_policy(parameters, OBJ_nid2obj(NID_any_policy));
  Collected found;
  X509_STORE_CTX_set_app_data(context.get(), &found);
  X509_STORE_CTX_set_verify_cb(context.get(), collect);
  const int verified = X509_verify_cert(context.get());
  if (verified != 1 && found.reasons.empty())
    found.reasons.push_back(chain_reason(X509_STORE_CTX_get_error(context.get()), q.certificate));
  out.reasons = std::move(found.reasons);
  out.chain.reset(X509_STORE_CTX_get1_chain(context.get()));
  ERR_clear_error();
  constexpr int most_tried = 100;  // certificates: each costs a verification
  if (!found.signature_failed || by_signature || sk_X509_num(untrusted.get()) > most_tried) return out;
  Built other = build_chain(q, trust, true);
  return other.reasons.empty() ? std::move(other) : std::move(out);
}

bool usage_among(const EXTENDED_KEY_USAGE* usages, std::initializer_list<int> wanted) {
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages); ++i)
    if (std::ranges::find(wanted, OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, i))) != wanted.end()) return true;
  return false;
}
// Uses that say nothing about signing documents. A certificate limited to these is not a signer's; any other use, the
// Russian arcs 1.2.643 included, is left to the issuer's policy.
bool only_other_uses(const EXTENDED_KEY_USAGE* usages) {
  constexpr std::array others{NID_server_auth,    NID_time_stamp,  NID_OCSP_sign, NID_code_sign,
                              NID_ipsecEndSystem, NID_ipsecTunnel, NID_ipsecUser};
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages); ++i)
    if (std::ranges::find(others, OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, i))) == others.end()) return false;
  return true;
}

void judge_purpose(X509* certificate, Role role, std::vector<Reason>& reasons) {
  const std::string name = short_name(certificate);
  const std::uint32_t usage = X509_get_key_usage(certificate);
  if (usage != UINT32_MAX && (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
    reasons.emplace_back(Status::invalid, "certificate_purpose",
                         fmt::format("ключ сертификата «{}» не для подписи (keyUsage)", name));
  int critical = 0;
  const std::unique_ptr<EXTENDED_KEY_USAGE, Freed<EXTENDED_KEY_USAGE_free>> extended(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, &critical, nullptr)));
  if (role == Role::authority) {  // RFC 3161, 2.3: exactly this use, critical
    if (!extended || sk_ASN1_OBJECT_num(extended.get()) != 1 || critical != 1 ||
        !usage_among(extended.get(), {NID_time_stamp}))
      reasons.emplace_back(Status::invalid, "certificate_purpose",
                           fmt::format("сертификат «{}» не для меток времени (extendedKeyUsage)", name));
  } else if (extended && only_other_uses(extended.get())) {
    reasons.emplace_back(Status::invalid, "certificate_purpose",
                         fmt::format("сертификат «{}» не для подписи документов (extendedKeyUsage)", name));
  }
}

void judge_strength(STACK_OF(X509) * chain, std::vector<Reason>& reasons) {
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509* one = sk_X509_value(chain, i);
    int digest = NID_undef;
    const bool anchor = i == sk_X509_num(chain) - 1;  // trusted for itself: nobody's signature under it counts
    if (!anchor && X509_get_signature_info(one, &digest, nullptr, nullptr, nullptr) == 1 && is_weak_digest(digest))
      add_once(reasons,
               {Status::indeterminate, "weak_algorithm",
                fmt::format("сертификат «{}» подписан с устаревшим хешем {}", short_name(one), OBJ_nid2sn(digest))});
    const EVP_PKEY* key = X509_get0_pubkey(one);
    if (key == nullptr || (anchor && i > 0)) continue;
    const int kind = EVP_PKEY_get_base_id(key), bits = EVP_PKEY_get_bits(key);
    if ((kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS || kind == EVP_PKEY_DSA) && bits < 2048)
      add_once(reasons, {Status::indeterminate, "weak_algorithm",
                         fmt::format("ключ {} сертификата «{}» короче 2048 бит", kind == EVP_PKEY_DSA ? "DSA" : "RSA",
                                     short_name(one))});
    if (kind == EVP_PKEY_EC && bits < 224)
      add_once(reasons, {Status::indeterminate, "weak_algorithm",
                         fmt::format("ключ сертификата «{}» на кривой короче 224 бит", short_name(one))});
  }
  ERR_clear_error();
}

Result<void> add_file(const std::string& bytes, const char* what, X509_STORE* store, Trust& trust) {
  auto read = read_certificates(bytes, what);
  if (!read) return read.error();
  for (auto& one : read->certificates) {
    if (store != nullptr) {
      X509_STORE_add_cert(store, one.get());
      trust.has_anchors = true;
    }
    sk_X509_push(trust.helpers.get(), one.release());
  }
  for (auto& one : read->crls) trust.crls.push_back(std::move(one));
  return {};
}

}  // namespace

std::string short_name(X509* certificate) {
  const CertificateInfo info = describe(certificate);
  return !info.owner.empty() ? info.owner : !info.organization.empty() ? info.organization : info.subject;
}

bool is_weak_digest(int nid) noexcept {
  return nid == NID_md2 || nid == NID_md4 || nid == NID_md5 || nid == NID_sha1 || nid == NID_id_GostR3411_94;
}

int weak_digest_of(const X509_ALGOR* signed_with) {
  int digest = NID_undef, key = NID_undef;
  if (OBJ_find_sigid_algs(OBJ_obj2nid(signed_with->algorithm), &digest, &key) != 1) return NID_undef;
  if (key == NID_rsassaPss) {  // RFC 8017, A.2.3: in the parameters, SHA-1 where they do not say
    const std::unique_ptr<RSA_PSS_PARAMS, Freed<RSA_PSS_PARAMS_free>> parameters(static_cast<RSA_PSS_PARAMS*>(
        ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), signed_with->parameter)));
    digest = parameters && parameters->hashAlgorithm != nullptr ? OBJ_obj2nid(parameters->hashAlgorithm->algorithm)
                                                                : NID_sha1;
    ERR_clear_error();
  }
  return is_weak_digest(digest) ? digest : NID_undef;
}

Result<Trust> load_trust(const Policy& policy) {
  Trust out;
  out.signers.reset(X509_STORE_new());
  out.authorities.reset(X509_STORE_new());
  for (const auto& file : policy.trust)
    if (auto added = add_file(file, "доверенные сертификаты", out.signers.get(), out); !added) return added.error();
  for (const auto& file : policy.time_stamp_trust.empty() ? policy.trust : policy.time_stamp_trust)
    if (auto added = add_file(file, "доверенные сертификаты служб времени", out.authorities.get(), out); !added)
      return added.error();
  for (const auto& file : policy.intermediates)
    if (auto added = add_file(file, "промежуточные сертификаты", nullptr, out); !added) return added.error();
  for (const auto& file : policy.crls)
    if (auto added = add_file(file, "список отзыва", nullptr, out); !added) return added.error();
  ERR_clear_error();
  return out;
}

std::vector<Reason> judge_certificate(const CertificateQuestion& q, const Trust& trust, const Policy& policy,
                                      const Fetch& fetch) {
  if (X509_get0_pubkey(q.certificate) == nullptr) {  // the chain of a key that cannot be read is of no use
    ERR_clear_error();
    return {{Status::indeterminate, "algorithm_unavailable",
             fmt::format("алгоритм ключа сертификата «{}» здесь недоступен", short_name(q.certificate))}};
  }
  Built built = build_chain(q, trust);
  std::vector<Reason> reasons = std::move(built.reasons);
  Policy asked = policy;
  asked.ocsp = policy.ocsp && reasons.empty();  // who is not trusted does not choose whom we ask
  judge_purpose(q.certificate, q.role, reasons);
  if (built.chain) {
    judge_strength(built.chain.get(), reasons);
    for (auto& one : judge_revocation(built.chain.get(), q, trust, asked, fetch)) add_once(reasons, std::move(one));
  }
  return reasons;
}

}  // namespace sedlink::signature
