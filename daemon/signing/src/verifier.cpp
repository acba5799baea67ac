#include "sedlink/signing/verifier.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sedlink::signing {
namespace {

using signature::Reason;
using signature::Status;
using signature::Verdict;

// What is only a matter of whom one trusts.
bool about_trust(const Reason& reason) {
  constexpr std::array<std::string_view, 5> codes{"chain_untrusted", "issuer_unknown", "revocation_unknown",
                                                  "crl_stale", "time_stamp_untrusted"};
  return std::find(codes.begin(), codes.end(), reason.code) != codes.end();
}

Status worst_of(const Verdict& v) {
  Status out = signature::worst(v.reasons);
  for (const auto& signer : v.signers) {
    if (signer.status == Status::invalid) out = Status::invalid;
    if (signer.status == Status::indeterminate && out == Status::valid) out = Status::indeterminate;
  }
  return out;
}

// Content and mathematics hold or not, whoever is trusted; the rest nobody here can tell.
void leave_trust_open(Verdict& v) {
  for (auto& signer : v.signers) {
    std::erase_if(signer.reasons, about_trust);
    signer.reasons.emplace_back(Status::indeterminate, "trust_not_configured",
                                "не настроено, кому доверять (signatures подключения и раздел trust)");
    signer.status = signature::worst(signer.reasons);
  }
  v.status = worst_of(v);
}

}  // namespace

Result<Verifier::Judgement> Verifier::judge(const std::string& signature, const signature::Content& content,
                                            Time now) const {
  Judgement out;
  signature::VerifyRequest request;
  request.signature = signature;
  request.content = content;
  std::vector<std::string> unread;
  if (trust_ != nullptr) {
    Trust::Loaded loaded = trust_->load();
    request.policy = std::move(loaded.policy);
    unread = std::move(loaded.unread);
  }
  request.policy.now = now;
  request.fetch = [&](const signature::FetchRequest& question) -> Result<std::string> {
    Result<std::string> answer = fetch_(question);
    if (answer) out.ocsp.push_back(answer.value());
    return answer;
  };
  auto verdict = backend_->verify(request);
  if (!verdict && (verdict.error().fault == Fault::transient || trust_ == nullptr)) return verdict.error();
  if (verdict) {
    out.verdict = std::move(verdict).value();
  } else {  // files of ours that hold no certificates: nothing was judged
    unread.push_back(verdict.error().message);
  }
  if (trust_ == nullptr) leave_trust_open(out.verdict);
  for (const auto& why : unread) out.verdict.reasons.emplace_back(Status::indeterminate, "trust_unreadable", why);
  if (!unread.empty()) out.verdict.status = worst_of(out.verdict);
  return out;
}

}  // namespace sedlink::signing
