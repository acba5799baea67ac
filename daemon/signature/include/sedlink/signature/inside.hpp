#pragma once
// What openssl(1) needs to check a signature again later: pieces of it as PEM text.
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/error.hpp"

namespace sedlink::signature {

// A signature value and the time-stamps over it, DER; one for each signer, in the verdict's order.
struct StampedValue {
  StampedValue() = default;
  std::string value;
  std::vector<std::string> tokens;
};

struct Inside {
  Inside() = default;
  bool attached = false;
  bool gost = false;         // an algorithm of the Russian arc: openssl(1) needs its engine
  std::string certificates;  // PEM, of the message, in its order
  std::vector<StampedValue> signers;
};
// Errors: rejected signature.encoding, signature.malformed.
[[nodiscard]] Result<Inside> look_inside(std::string_view signature);

struct PemParts {
  PemParts() = default;
  std::string certificates, crls;
  bool self_signed = true;  // every certificate is its own issuer
};
// Everything of a file, PEM or DER. Errors: rejected signature.certificate.
[[nodiscard]] Result<PemParts> as_pem(std::string_view file);

}  // namespace sedlink::signature
