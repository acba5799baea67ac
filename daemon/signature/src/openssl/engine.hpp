#pragma once
// OpenSSL engines: deprecated since 3.0, gone in 4.0. Everything about them is in engine.cpp, so that a build without
// them loses one back end and nothing else.
#include <string>

#include "openssl/handles.hpp"
#include "sedlink/core/secret.hpp"

namespace sedlink::signature {

// Makes "gost" the process's implementation of the GOST algorithms, or prepares "pkcs11". Once per process, before any
// other use of OpenSSL; only in the signer process. Errors: signature.engine names the package that is missing.
[[nodiscard]] Result<void> load_engine(const std::string& name);

struct TokenKey {
  KeyPtr key;
  CertificatePtr certificate;  // of the same object on the token; null when there is none
};
// A key of a PKCS#11 token. Errors: signature.pkcs11_uri, signature.pkcs11_module, signature.key, signature.passphrase.
[[nodiscard]] Result<TokenKey> token_key(const std::string& uri, const std::string& module, const Secret& pin);

}  // namespace sedlink::signature
