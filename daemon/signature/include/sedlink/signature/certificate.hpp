#pragma once
// What a certificate says about its owner, as values.
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/json.hpp"

namespace sedlink::signature {

struct CertificateInfo {
  CertificateInfo() = default;
  std::string subject, issuer;  // RFC 2253, UTF-8
  std::string owner;            // person ("Иванов Иван Иванович") or, without one, the common name
  std::string organization, title;  // empty when absent
  std::string inn, inn_legal;       // 1.2.643.3.131.1.1 (person; older certificates: organisation too), 1.2.643.100.4
  std::string ogrn, ogrnip, snils;  // 1.2.643.100.1, .5, .3
  std::string serial;               // upper-case hex
  std::string thumbprint;           // SHA-1 over DER, upper-case hex: what Russian tools call «отпечаток»
  std::string key_algorithm;        // "RSA 2048", "EC P-256", "GOST R 34.10-2012 256"
  Time not_before{}, not_after{};
  std::optional<Time> key_not_after;  // private-key usage period: the key signs no longer, the certificate still holds
  bool self_signed = false;

  [[nodiscard]] long long days_left(Time now) const noexcept;  // of the certificate; negative once expired
  [[nodiscard]] Time signs_until() const noexcept;             // the earlier of both ends
};

// When one certificate of a file ends (the earlier of its own and its key's end), or a revocation list is over.
struct Expiry {
  Expiry() = default;
  std::string owner;  // of the certificate; issuer of the list
  Time until{};       // Time{}: a list without an end
  bool list = false;
};
// Of every certificate and list of a file. Errors: rejected signature.certificate.
[[nodiscard]] Result<std::vector<Expiry>> expiries(std::string_view bytes);

[[nodiscard]] json::value to_json(const CertificateInfo&);
[[nodiscard]] CertificateInfo certificate_from_json(const json::value&);

// The first certificate of a PEM, DER, base64 or PKCS#7 (.p7b) file. Errors: rejected signature.certificate.
[[nodiscard]] Result<CertificateInfo> describe_certificate(std::string_view bytes);

}  // namespace sedlink::signature
