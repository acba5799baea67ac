#pragma once
// The back ends. None of them prompts, and none keeps a PIN anywhere but in memory.
#include <memory>
#include <string>
#include <vector>

#include "sedlink/signature/backend.hpp"

namespace sedlink::signature {

// The key: exactly one of private_key, pkcs12, pkcs11_uri; all empty: verification only.
struct KeyMaterial {
  KeyMaterial() = default;
  Secret private_key;         // PEM (PKCS#8, encrypted or not, or traditional) or DER
  Secret pkcs12;              // DER; holds the certificate and its chain
  std::string pkcs11_uri;     // RFC 7512; pin-value in it is refused; module-path in its query names the library
  std::string pkcs11_module;  // the token's library; empty: of the URI, $PKCS11_MODULE_PATH, the first usual place
  Secret passphrase;          // of the key or the PKCS#12; the token's PIN
  std::string certificate;    // file's bytes, PEM or DER; the first certificate that belongs to the key is the signer's
  std::vector<std::string> chain;  // files' bytes: certificates that go into the signature with the signer's

  [[nodiscard]] bool has_key() const noexcept { return !private_key.empty() || !pkcs12.empty() || !pkcs11_uri.empty(); }
};

// RSA and ECDSA inside this process. Thread-safe. Errors: rejected signature.key, signature.passphrase,
// signature.certificate, signature.mismatch, signature.pkcs12, signature.algorithm (GOST needs the signer process).
[[nodiscard]] Result<std::unique_ptr<Backend>> open_in_process(KeyMaterial key);

struct SignerProcess {
  SignerProcess() = default;
  // What to run; the protocol is spoken over descriptor 3. Empty: this very program with the hidden command `signer`.
  std::vector<std::string> command;
  std::string engine;         // "gost", "pkcs11", or empty: OpenSSL as it is
  Duration timeout{300'000};  // of one call; then the process is killed
};
// An OpenSSL engine (GOST R 34.10-2012, a PKCS#11 token) in a process of its own, started with the first call and again
// after it died; calls are serialised. Nothing of the engine comes near this process. Thread-safe.
[[nodiscard]] Result<std::unique_ptr<Backend>> open_signer_process(KeyMaterial key, SignerProcess process);

// The other end: serves calls over `descriptor` until it is closed. For the hidden command `signer`. Exit code.
[[nodiscard]] int serve_signer(int descriptor, const std::string& engine);

// An installed tool (CryptoPro's cryptcp or csptest, a script) signs and decrypts.
struct ExternalCommand {
  ExternalCommand() = default;
  // Words of a command line; in each, {input} {output} {thumbprint} are replaced. Never through a shell.
  std::vector<std::string> sign_detached, sign_attached, decrypt;
  std::string thumbprint;
  std::string certificate;  // file's bytes; what the tool made must carry exactly this signer. Empty: any one signer
  Secret pin;               // goes to the tool's standard input as one line, never into its arguments or environment
  Duration timeout{60'000};
};
// Errors of sign: transient signature.command (did not start, timed out), rejected signature.command (exit status and
// the tool's last words), signature.command_result (what it made is no signature of these bytes). `verifier` judges
// signatures, the tool's own ones too; not null.
[[nodiscard]] Result<std::unique_ptr<Backend>> open_external(ExternalCommand command,
                                                             std::shared_ptr<Backend> verifier);

// Verification of everything: inside this process, and by the signer process where an engine is needed and there is
// one.
[[nodiscard]] std::shared_ptr<Backend> open_verifier(SignerProcess gost);

// No core file, no peeking by other processes of the same user. Call before keys are read.
void protect_memory() noexcept;

}  // namespace sedlink::signature
