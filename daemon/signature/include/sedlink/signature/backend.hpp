#pragma once
// The signing port: sign, verify, decrypt, describe, the same for every back end. Calls block (disk, token, another
// process, the time-stamp authority): make them on a thread of their own, never on the I/O thread.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/secret.hpp"
#include "sedlink/signature/content.hpp"
#include "sedlink/signature/verdict.hpp"

namespace sedlink::signature {

// One exchange over HTTP for a time-stamp or OCSP: POST, answer of status 200, its body. This module knows no network.
struct FetchRequest {
  FetchRequest() = default;
  std::string url, content_type, accept, body;
};
using Fetch = std::function<Result<std::string>(const FetchRequest&)>;

enum class Form { cades_bes = 1, cades_t, cms, no_attributes };
[[nodiscard]] std::optional<Form> form_from_string(std::string_view) noexcept;  // "cades-bes" …
[[nodiscard]] const char* to_string(Form) noexcept;

constexpr std::uint64_t default_attached_limit = 16ull * 1024 * 1024;

struct TimeStampAuthority {
  TimeStampAuthority() = default;
  std::string url;
  std::string digest;              // of the imprint: "sha256", "md_gost12_256"; empty: by the key
  std::vector<std::string> trust;  // certificate files' bytes; empty: the token's chain is not judged while signing
};

struct SignRequest {
  SignRequest() = default;
  Form form = Form::cades_bes;
  bool attached = false;
  Time now{};            // signingTime, and the moment the certificate must be valid at
  std::string existing;  // a signature of the same content (any encoding) that gets one more signer; empty: a new one
  std::optional<TimeStampAuthority> authority;  // mandatory for cades_t
  Fetch fetch;                                  // mandatory for cades_t
  // Attached content up to this many bytes is written as DER; above it, streaming, as BER of indefinite length.
  std::uint64_t attached_limit = default_attached_limit;
};

enum class Require { cms = 1, cades_bes, cades_t };
[[nodiscard]] std::optional<Require> require_from_string(std::string_view) noexcept;
[[nodiscard]] const char* to_string(Require) noexcept;

// none: not asked; who is known to be revoked is all the same. signer: the signer's certificate must have a usable CRL
// or OCSP answer, its issuers are judged by what there is. chain: every certificate below the anchor must have one.
enum class Revocation { none = 1, signer, chain };
[[nodiscard]] std::optional<Revocation> revocation_from_string(std::string_view) noexcept;
[[nodiscard]] const char* to_string(Revocation) noexcept;

struct Policy {
  Policy() = default;
  std::vector<std::string> trust;             // files' bytes, PEM or DER: every certificate in them is an anchor
  std::vector<std::string> time_stamp_trust;  // anchors of time-stamp authorities; empty: `trust`
  std::vector<std::string> intermediates;  // files' bytes: certificates that help to build chains, trusted in nothing
  std::vector<std::string> crls;           // files' bytes, PEM or DER
  Require require = Require::cms;
  Revocation revocation = Revocation::none;
  Time now{};
  std::optional<Time> at;  // judge as of then (a time the caller has proof of); default: a valid time-stamp's, then now
  bool ocsp = false;       // ask the responder named in the certificate, or `ocsp_url`
  std::string ocsp_url;
  std::uint64_t attached_limit = default_attached_limit;  // of the message; above it: indeterminate, too_large
};

struct VerifyRequest {
  VerifyRequest() = default;
  std::string signature;           // any encoding
  std::optional<Content> content;  // detached: what was signed. Attached: must equal what is inside
  Policy policy;
  Fetch fetch;  // for OCSP
  bool keep_content = false;
};

// Errors common to all calls: transient signature.process (the signer process died or did not answer in time; the call
// may be repeated), rejected signature.engine (engine missing), signature.too_large. Texts hold no key, passphrase or
// PIN.
class Backend {
 public:
  virtual ~Backend() = default;
  // The certificate this back end signs with. Errors: signature.no_key when it was opened without one.
  [[nodiscard]] virtual Result<CertificateInfo> describe() = 0;
  // CMS bytes (DER, or BER for large attached content) into `out`. When an error is returned, what was written so far
  // is no signature. Errors: rejected signature.expired, signature.form, signature.existing, signature.content_changed,
  // signature.time_stamp; transient signature.time_stamp_unreachable; what `out` and `fetch` return.
  [[nodiscard]] virtual Result<void> sign(const SignRequest& request, const Content& content, const Sink& out) = 0;
  // A verdict for whatever bytes came; an error only when nobody could look at them.
  [[nodiscard]] virtual Result<Verdict> verify(const VerifyRequest& request) = 0;
  // CMS EnvelopedData or AuthEnvelopedData of any encoding, at most `limit` bytes. What was written is good only when
  // the call succeeded. Errors: rejected signature.encoding, signature.not_enveloped, signature.not_for_us,
  // signature.decrypt.
  [[nodiscard]] virtual Result<void> decrypt(const Content& enveloped, std::uint64_t limit, const Sink& out) = 0;
};

}  // namespace sedlink::signature
