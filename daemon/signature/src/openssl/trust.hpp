#pragma once
// Chains, purposes and revocation: whether a certificate could make this signature at that time.
#include <optional>

#include "openssl/handles.hpp"
#include "sedlink/signature/backend.hpp"

namespace sedlink::signature {

constexpr auto clock_skew = std::chrono::minutes(5);

using StorePtr = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;

// What a policy brings, parsed once for one verification.
struct Trust {
  StorePtr signers, authorities;
  CertificatesPtr helpers{
      sk_X509_new_null()};  // every certificate of the policy's files, for finding signers and issuers
  std::vector<CrlPtr> crls;
  bool has_anchors = false;
};
// Errors: signature.certificate with the role of the file.
[[nodiscard]] Result<Trust> load_trust(const Policy& policy);

enum class Role { signer = 1, authority };

struct CertificateQuestion {
  X509* certificate = nullptr;
  STACK_OF(X509) * pool = nullptr;            // certificates of the message: may help to build the chain
  const std::vector<CrlPtr>* crls = nullptr;  // lists of the message; null: none
  Role role = Role::signer;
  Time at{};
};
// Everything against this certificate: empty reasons = it holds. Codes: chain_untrusted, issuer_unknown,
// certificate_expired, certificate_not_yet_valid, certificate_revoked, revocation_unknown, crl_stale,
// certificate_purpose, weak_algorithm, algorithm_unavailable, chain_invalid.
[[nodiscard]] std::vector<Reason> judge_certificate(const CertificateQuestion& question, const Trust& trust,
                                                    const Policy& policy, const Fetch& fetch);

// Part of the above, in a file of its own. `chain` goes from the certificate to its anchor.
[[nodiscard]] std::vector<Reason> judge_revocation(STACK_OF(X509) * chain, const CertificateQuestion& question,
                                                   const Trust& trust, const Policy& policy, const Fetch& fetch);

enum class OcspState { good = 1, revoked, unknown };
struct OcspFinding {
  OcspState state = OcspState::unknown;
  std::string text;  // why unknown
};
// Asks the responder about `certificate`; an answer counts only with a right signature of the issuer or its delegate
// and fresh times. `at`: a revocation later than that does not count.
[[nodiscard]] OcspFinding ask_ocsp(X509* certificate, X509* issuer, Time at, const Policy& policy, const Fetch& fetch);

[[nodiscard]] std::string short_name(X509* certificate);  // for sentences
[[nodiscard]] bool is_weak_digest(int nid) noexcept;      // MD2, MD4, MD5, SHA-1, GOST R 34.11-94
// The weak digest that a list or an answer was signed with; NID_undef: none, or an algorithm that says nothing of it.
[[nodiscard]] int weak_digest_of(const X509_ALGOR* signed_with);

}  // namespace sedlink::signature
