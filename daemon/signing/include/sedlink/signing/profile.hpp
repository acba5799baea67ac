#pragma once
// A profile of `signing:` that is ready to sign: its key read, its certificate known.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/config/signing.hpp"
#include "sedlink/signature/backend.hpp"

namespace sedlink::signing {

class Profile {
 public:
  // Reads the key, the certificate and the envelope; starts a signer process where an engine is needed. Blocks.
  // Errors: those of the back ends (signature.key, .passphrase, .mismatch, .engine …), signing.template.
  static Result<std::shared_ptr<Profile>> open(const config::SigningProfile& settings);

  [[nodiscard]] const config::SigningProfile& settings() const noexcept { return settings_; }
  [[nodiscard]] const signature::CertificateInfo& signer() const noexcept { return signer_; }
  [[nodiscard]] const std::string& envelope() const noexcept { return envelope_; }

  // DER of one signature. Blocks; from any thread. Errors: as signature::Backend::sign.
  [[nodiscard]] Result<std::string> sign(const signature::Content& content, const signature::Fetch& fetch, Time now);

 private:
  explicit Profile(config::SigningProfile settings) : settings_(std::move(settings)) {}
  Result<void> open_backend();

  const config::SigningProfile settings_;
  std::unique_ptr<signature::Backend> backend_;
  signature::CertificateInfo signer_;
  std::string envelope_;
  std::vector<std::string> time_stamp_trust_;
};

// What `sedlink check` can prove without the network.
struct ProfileProblem {
  std::string code, message;
  bool fatal = true;  // false: the daemon may start, requests of this profile will not go out
};
struct Examined {
  Examined() = default;
  std::vector<ProfileProblem> problems;              // empty: all is well
  std::optional<signature::CertificateInfo> signer;  // when the profile opened and knows it
};
// Blocks as Profile::open does.
[[nodiscard]] Examined examine(const config::SigningProfile& settings, Time now);

}  // namespace sedlink::signing
