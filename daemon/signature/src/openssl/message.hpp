#pragma once
// A SignedData opened for judging: parsed once, its content digested once for all its signers.
#include <optional>

#include "openssl/trust.hpp"

namespace sedlink::signature {

struct Message {
  CmsPtr cms;
  std::string type;  // eContentType, dotted
  CertificatesPtr certificates;
  std::vector<CrlPtr> crls;
  bool attached = false;
  std::string_view inside;          // attached content; a view into cms
  const Content* beside = nullptr;  // detached: the content given, for keys that hash it themselves
  std::uint64_t limit = 0;          // of what is read whole
  bool countersignature = false;    // RFC 5652, 11.4: contentType must not be there
  BioPtr digests;  // chain of digest filters, one for each algorithm, that the content has passed through
};
// Reason instead of a message when the bytes are no signature. Codes: malformed, trailing_data, not_signed_data.
struct Opened {
  Message message;
  std::optional<Reason> fault;
};
[[nodiscard]] Opened open_message(std::string_view der);
// Certificates and lists of the SignedData and of CAdES-X Long attributes, into the message.
void take_embedded(Message& message);
// Passes the content through a filter for each signer's digest.
[[nodiscard]] Result<void> digest_content(Message& message, const Content& content);

// What one SignerInfo is, apart from its certificate's standing. Codes: attributes_missing, attribute_repeated,
// content_type_wrong, content_changed, signature_wrong, certificate_missing, certificate_reference_missing,
// certificate_reference_wrong, weak_algorithm, algorithm_unavailable.
struct SignerFinding {
  std::vector<Reason> reasons;
  X509* certificate = nullptr;  // of message.certificates or trust.helpers: the one that fits best
  Shape shape = Shape::no_attributes;
  std::optional<Time> signing_time;
  std::string digest, sid;
  std::string signature;                 // bytes of the signature value
  std::vector<std::string> time_stamps;  // DER of the tokens
};
// DER of the values of an unsigned attribute that are sequences; an attribute that holds none, and any other value,
// give an empty one.
[[nodiscard]] std::vector<std::string> unsigned_values(CMS_SignerInfo* signer, int attribute);
// The same of the signature-time-stamps.
[[nodiscard]] std::vector<std::string> tokens_of(CMS_SignerInfo* signer);
[[nodiscard]] SignerFinding judge_signer(const Message& message, CMS_SignerInfo* signer, const Trust& trust);

// The value against the certificate's key, which is not null. Codes: signature_wrong, content_changed,
// algorithm_unavailable.
void judge_value(const Message& message, CMS_SignerInfo* signer, X509* certificate, const EVP_MD* kind,
                 std::vector<Reason>& reasons);
[[nodiscard]] Reason unavailable(std::string_view what, std::string_view oid);

// CAdES's reference to the signer's certificate (signing-certificate, RFC 2634, or -v2, RFC 5035), once per kind.
void judge_reference(CMS_SignerInfo* signer, X509* certificate, std::vector<Reason>& reasons);

// Remarks about the signatures over this signer's value, as of `at`: countersigned, countersignature_wrong,
// countersignature_unknown.
[[nodiscard]] std::vector<Reason> judge_countersignatures(const Message& message, CMS_SignerInfo* signer,
                                                          const Trust& trust, const Policy& policy, Time at);

struct TokenFinding {
  TimeStamp stamp;
  std::vector<Reason> reasons;  // codes begin with time_stamp_
};
// `covered`: the bytes whose hash the token must hold. With `trust` null the chain is not judged.
[[nodiscard]] TokenFinding judge_token(std::string_view token, std::string_view covered, const Trust* trust,
                                       const Policy& policy, const Fetch& fetch);

// See Backend::verify. Errors: those of load_trust.
[[nodiscard]] Result<Verdict> verify(const VerifyRequest& request);

}  // namespace sedlink::signature
