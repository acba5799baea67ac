#pragma once
#include <map>
#include <memory>
#include <string>

#include "sedlink/sim/content.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim {

struct Signature {
  std::string cms;          // DER, detached
  std::string certificate;  // DER
  std::string subject;      // "CN=Петров Пётр Петрович"
  std::string thumbprint;   // SHA-1 of the certificate, base64
};

// Throw-away keys of the imitated people, made when somebody signs for the first time, certified by an authority of
// this simulator's own. Signatures are CAdES-BES over the bytes they are given. Not thread-safe.
class Signer {
 public:
  Signer();
  ~Signer();
  // Throws std::runtime_error when OpenSSL refuses.
  Signature sign(const std::string& person, const Content& content);

  // How the signatures to come are made: {make: good | other_version (of other bytes) | broken (its value is garbled) |
  // revoked (the certificate is in the list) | untrusted (certified by nobody) | given (`cms`: base64), times?: n}.
  // After `times` signatures they are good again. With `person` a revoked certificate is in the list at once. Throws
  // std::runtime_error for what it does not know.
  void order(const json::object& order);
  // For /_sim/state: {authority: PEM, crl: PEM, make}.
  [[nodiscard]] json::object describe() const;

 private:
  struct Identity;
  struct Authority;
  Identity& identity(const std::string& person, const std::string& kind);
  std::unique_ptr<Authority> authority_;  // never null
  std::map<std::string, std::unique_ptr<Identity>> identities_;
  std::string make_ = "good", given_;
  std::int64_t left_ = -1;  // negative: no limit
};

}  // namespace sedlink::sim
