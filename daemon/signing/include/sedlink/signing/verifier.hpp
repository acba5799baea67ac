#pragma once
// Judges the signatures of one connection's people by its entry of `trust`.
#include <memory>
#include <string>
#include <vector>

#include "sedlink/signature/backend.hpp"
#include "sedlink/signing/trust.hpp"

namespace sedlink::signing {

// Thread-safe; calls block (disk, network, the signer process): never on the I/O thread.
class Verifier {
 public:
  // `backend` judges (signature::open_verifier), not null; `fetch` asks OCSP services. Without `trust` everything but
  // trust is checked, and nothing is ever valid: reason trust_not_configured.
  Verifier(std::shared_ptr<signature::Backend> backend, std::shared_ptr<Trust> trust, signature::Fetch fetch)
      : backend_(std::move(backend)), trust_(std::move(trust)), fetch_(std::move(fetch)) {}

  struct Judgement {
    Judgement() = default;
    signature::Verdict verdict;
    std::vector<std::string> ocsp;  // the answers it rests on, DER
  };
  // `signature`: any encoding. `content`: what it must be of. Further reasons: trust_unreadable (indeterminate).
  // Errors: transient signature.process, signature.read.
  [[nodiscard]] Result<Judgement> judge(const std::string& signature, const signature::Content& content,
                                        Time now) const;

  [[nodiscard]] bool has_trust() const noexcept { return trust_ != nullptr; }
  [[nodiscard]] Trust* trust() const noexcept { return trust_.get(); }

 private:
  std::shared_ptr<signature::Backend> backend_;
  std::shared_ptr<Trust> trust_;
  signature::Fetch fetch_;
};

}  // namespace sedlink::signing
