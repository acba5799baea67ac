#pragma once
#include <map>
#include <memory>
#include <string>

#include "sedlink/sim/content.hpp"

namespace sedlink::sim {

struct Signature {
  std::string cms;          // DER, detached
  std::string certificate;  // DER
  std::string subject;      // "CN=Петров Пётр Петрович"
  std::string thumbprint;   // SHA-1 of the certificate, base64
};

// Throw-away keys of the imitated people, made when somebody signs for the first time. Not thread-safe.
class Signer {
 public:
  Signer();
  ~Signer();
  // Throws std::runtime_error when OpenSSL refuses.
  Signature sign(const std::string& person, const Content& content);

 private:
  struct Identity;
  Identity& identity(const std::string& person);
  std::map<std::string, std::unique_ptr<Identity>> identities_;
};

}  // namespace sedlink::sim
