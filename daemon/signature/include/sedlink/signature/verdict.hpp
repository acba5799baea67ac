#pragma once
// What verification found, as a value. Codes of reasons: docs/signatures.md.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/signature/certificate.hpp"

namespace sedlink::signature {

// invalid: something is known to be wrong. indeterminate: what is needed to tell is missing (an issuer, a fresh CRL, an
// algorithm). valid: everything that the policy asks for was checked and holds.
enum class Status { valid = 1, invalid, indeterminate };
[[nodiscard]] const char* to_string(Status) noexcept;

struct Reason {
  Reason() = default;
  Reason(Status w, std::string c, std::string t) : weight(w), code(std::move(c)), text(std::move(t)) {}
  Status weight = Status::valid;  // what this finding alone makes of the signature; valid = a remark
  std::string code;               // stable: "content_changed", "certificate_revoked"
  std::string text;               // Russian sentence
};

// Form of one signer's signature, by what it really carries.
enum class Shape { no_attributes = 1, cms, cades_bes, cades_t };
[[nodiscard]] const char* to_string(Shape) noexcept;

struct TimeStamp {
  TimeStamp() = default;
  Time time{};
  std::string authority;  // subject of the time-stamp authority's certificate, empty when it is not there
  Status status = Status::indeterminate;
};

struct SignerVerdict {
  SignerVerdict() = default;
  Status status = Status::indeterminate;
  std::vector<Reason> reasons;
  Shape shape = Shape::no_attributes;
  std::optional<CertificateInfo> certificate;
  long long days_left = 0;           // of the certificate, on the verifier's clock; negative once expired
  std::optional<Time> signing_time;  // what the signer claims; proves nothing
  std::vector<TimeStamp> time_stamps;
  std::string digest, serial_or_key;  // digest algorithm; how the message names the signer
};

struct Verdict {
  Verdict() = default;
  Status status = Status::indeterminate;
  std::vector<Reason> reasons;  // about the message as a whole
  std::vector<SignerVerdict> signers;
  bool attached = false;
  std::string content;  // attached: the content itself, only when status is valid and it was asked for

  [[nodiscard]] bool has(std::string_view code) const noexcept;  // among all reasons
};

// The worst of the reasons' weights: invalid, then indeterminate, then valid.
[[nodiscard]] Status worst(const std::vector<Reason>&) noexcept;

[[nodiscard]] json::value to_json(const Verdict&);  // without content
[[nodiscard]] Verdict verdict_from_json(const json::value&);

}  // namespace sedlink::signature
