#pragma once
// A key with its certificate, ready to sign.
#include "openssl/handles.hpp"
#include "sedlink/signature/backends.hpp"

namespace sedlink::signature {

class Prepared;

struct Identity {
  KeyPtr key;
  CertificatePtr certificate;
  CertificatesPtr chain{sk_X509_new_null()};
  CertificateInfo info;  // of the certificate; read once: signing is measured in microseconds
  std::shared_ptr<const Prepared> cades_bes,
      cms;  // null where the key is not one of ours: engines sign by OpenSSL's own way
};
// Errors: see open_in_process; with a PKCS#11 URI those of token_key.
[[nodiscard]] Result<Identity> load_identity(const KeyMaterial& material);

}  // namespace sedlink::signature
