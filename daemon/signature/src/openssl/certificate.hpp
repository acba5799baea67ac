#pragma once
// X.509 certificates: reading files of them, and what they say.
#include <vector>

#include "openssl/handles.hpp"
#include "sedlink/signature/certificate.hpp"

namespace sedlink::signature {

[[nodiscard]] CertificateInfo describe(X509* certificate);

struct CertificateFile {
  std::vector<CertificatePtr> certificates;
  std::vector<CrlPtr> crls;
};
// Everything in a PEM bundle or a PKCS#7 one (.p7b), or one DER or base64 certificate or CRL. Errors:
// signature.certificate; `what` names the file's role.
[[nodiscard]] Result<CertificateFile> read_certificates(std::string_view bytes, std::string_view what);

}  // namespace sedlink::signature
