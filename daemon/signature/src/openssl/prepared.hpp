#pragma once
// Everything of a signature that does not change from one document to the next, taken from one that OpenSSL made when
// the key was opened. What is left for each document is its digest, the time, and the key's own work: OpenSSL's CMS
// functions cost as much again as a signature of P-256 three times over.
#include "openssl/handles.hpp"
#include "sedlink/signature/backend.hpp"

namespace sedlink::signature {

class Prepared {
 public:
  // From a detached CMS with signed attributes and one signer. Null when it is not of the expected build.
  static std::shared_ptr<const Prepared> from(std::string_view detached);

  // The CMS over `content`, attached or not. Thread-safe. Errors: signature.sign, what reading gives.
  [[nodiscard]] Result<std::string> sign(EVP_PKEY* key, Time now, const Content& content, bool attached,
                                         std::uint64_t limit) const;

 private:
  std::string head_, type_;              // of SignedData
  std::string certificates_;             // and crls
  std::string signer_, algorithm_;       // of SignerInfo: before and after the signed attributes
  std::vector<std::string> attributes_;  // without messageDigest and signingTime
  const EVP_MD* digest_ = nullptr;
};

}  // namespace sedlink::signature
