#pragma once
// What the signature commands were told on the command line.
#include <filesystem>
#include <string>
#include <vector>

#include "sedlink/signature/backend.hpp"

namespace sedlink::app {

struct KeyOptions {
  std::string key, pkcs12, pkcs11, pkcs11_module, pass, engine, certificate, command, thumbprint;
  std::vector<std::string> chain;
  long long timeout_seconds = 300;
};

struct SignOptions {
  KeyOptions key;
  std::string form = "cades-bes", encoding = "der", tsa, tsa_digest, out, existing, file;
  std::vector<std::string> tsa_trust;
  bool attached = false;
};

struct VerifyOptions {
  std::vector<std::string> trust, crl, tsa_trust, certificates;
  std::string at, require = "cms", revocation, content, ocsp_url, limit, out, signature;
  bool json = false, ocsp = false;
};

struct DecryptOptions {
  KeyOptions key;
  std::string out, limit, file;
};

struct CertificateOptions {
  KeyOptions key;  // of the signer whose certificate is meant, when no file is given
  std::string file;
  bool json = false;
};

int sign(const SignOptions&);
int verify(const VerifyOptions&);
int decrypt(const DecryptOptions&);
int certificate(const CertificateOptions&);

// One HTTP exchange on the calling thread, for time-stamps and OCSP.
[[nodiscard]] signature::Fetch blocking_fetch(std::chrono::seconds limit);

// A file that appears under its name only whole: written beside it and renamed by commit(), gone otherwise.
class OutputFile {
 public:
  // `secret`: readable by the owner only. Errors: signature.file.
  static Result<std::unique_ptr<OutputFile>> create(const std::filesystem::path& path, bool secret);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();
  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> commit();

 private:
  OutputFile(std::filesystem::path path, std::filesystem::path temporary, int fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), file_(fd) {}
  std::filesystem::path path_, temporary_;
  signature::Descriptor file_;
  bool committed_ = false;
};

}  // namespace sedlink::app
