#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>

#include "openssl/certificate.hpp"
#include "openssl/message.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/signature/encoding.hpp"

namespace sedlink::signature {
namespace {

Verdict only(Reason reason) {
  Verdict out;
  out.reasons.push_back(std::move(reason));
  out.status = worst(out.reasons);
  return out;
}

void require_shape(const SignerFinding& found, Require wanted, std::vector<Reason>& reasons) {
  if (wanted == Require::cms) return;
  if (found.shape == Shape::no_attributes)
    reasons.emplace_back(Status::invalid, "attributes_missing", "нет подписанных атрибутов: это не CAdES");
  else if (found.shape == Shape::cms)
    reasons.emplace_back(Status::invalid, "certificate_reference_missing",
                         "нет ссылки на сертификат подписанта (signing-certificate): это не CAdES");
  else if (wanted == Require::cades_t && found.shape != Shape::cades_t)
    reasons.emplace_back(Status::invalid, "time_stamp_missing", "нет метки времени: это не CAdES-T");
}

struct Judge {
  const VerifyRequest& request;
  const Trust& trust;
  const Message& message;

  SignerVerdict signer(CMS_SignerInfo* info) const {
    SignerFinding found = judge_signer(message, info, trust);
    SignerVerdict out;
    out.shape = found.shape;
    out.signing_time = found.signing_time;
    out.digest = found.digest;
    out.serial_or_key = found.sid;
    out.reasons = std::move(found.reasons);
    require_shape(found, request.policy.require, out.reasons);
    if (found.signing_time && *found.signing_time > request.policy.now + clock_skew)
      out.reasons.emplace_back(Status::valid, "signing_time_later", "время по словам подписанта ещё не наступило");
    Time at = request.policy.at.value_or(request.policy.now);
    for (const auto& token : found.time_stamps) {
      TokenFinding one = judge_token(token, found.signature, &trust, request.policy, request.fetch);
      if (one.stamp.status == Status::valid) {
        if (one.stamp.time > at && request.policy.at)
          one.reasons.emplace_back(Status::valid, "time_stamp_later",
                                   "метка времени поставлена позже, чем время, на которое проверяют");
        at = std::min(at, one.stamp.time);
      }
      out.reasons.insert(out.reasons.end(), one.reasons.begin(), one.reasons.end());
      out.time_stamps.push_back(std::move(one.stamp));
    }
    if (found.certificate != nullptr) {
      out.certificate = describe(found.certificate);
      out.days_left = out.certificate->days_left(request.policy.now);
      CertificateQuestion question;
      question.certificate = found.certificate;
      question.pool = message.certificates.get();
      question.crls = &message.crls;
      question.at = at;
      for (auto& r : judge_certificate(question, trust, request.policy, request.fetch))
        out.reasons.push_back(std::move(r));
    }
    for (auto& r : judge_countersignatures(message, info, trust, request.policy, at))
      out.reasons.push_back(std::move(r));
    out.status = worst(out.reasons);
    return out;
  }
};

// Attached with content given beside it: both must be the same bytes.
Result<bool> same_bytes(std::string_view inside, const Content& content) {
  if (content.size() != inside.size()) return false;
  bool same = true;
  auto read = content.stream([&](std::string_view piece) -> Result<void> {
    same = same && inside.starts_with(piece);
    inside.remove_prefix(std::min(piece.size(), inside.size()));
    return {};
  });
  if (!read) return read.error();
  return same;
}

}  // namespace

Result<Verdict> verify(const VerifyRequest& request) {
  ERR_clear_error();
  const auto too_large = [&request](std::uint64_t size) {
    return only({Status::indeterminate, "too_large",
                 fmt::format("подпись с содержимым занимает {}, а целиком читается не больше {}",
                             text::human_size(size), text::human_size(request.policy.attached_limit))});
  };
  // The limit is that of the message itself: base64 and PEM are a third longer.
  if (request.signature.size() / 2 > request.policy.attached_limit) return too_large(request.signature.size());
  const auto trust = load_trust(request.policy);
  if (!trust) return trust.error();
  const auto der = decode(request.signature);
  if (!der) return only({Status::invalid, "malformed", der.error().message});
  if (der->size() > request.policy.attached_limit) return too_large(der->size());
  Opened opened = open_message(der.value());
  if (opened.fault) return only(std::move(*opened.fault));
  Message& m = opened.message;
  m.beside = request.content ? &*request.content : nullptr;
  m.limit = request.policy.attached_limit;
  const STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(m.cms.get());
  const int count = signers == nullptr ? 0 : sk_CMS_SignerInfo_num(signers);
  if (count == 0) return only({Status::invalid, "no_signers", "в сообщении нет ни одной подписи"});
  constexpr int most_signers = 1000;
  if (count > most_signers)
    return only({Status::indeterminate, "too_large",
                 fmt::format("подписей в сообщении {}, проверяется не больше {}", count, most_signers)});

  Verdict out;
  out.attached = m.attached;
  if (m.attached) {
    if (request.content) {
      const auto same = same_bytes(m.inside, *request.content);
      if (!same) return same.error();
      if (!same.value())
        out.reasons.emplace_back(Status::invalid, "content_changed", "внутри подписи не то содержимое, что дано рядом");
    }
    if (auto digested = digest_content(m, Content::memory(std::string(m.inside))); !digested) return digested.error();
  } else if (request.content) {
    if (auto digested = digest_content(m, *request.content); !digested) return digested.error();
  } else {
    out.reasons.emplace_back(Status::indeterminate, "content_missing", "подпись откреплённая, а содержимое не дано");
  }
  const Judge judge{request, trust.value(), m};
  out.status = worst(out.reasons);
  for (int i = 0; i < count; ++i) {
    out.signers.push_back(judge.signer(sk_CMS_SignerInfo_value(signers, i)));
    if (out.signers.back().status == Status::invalid) out.status = Status::invalid;
    if (out.signers.back().status == Status::indeterminate && out.status == Status::valid)
      out.status = Status::indeterminate;
  }
  if (m.attached && request.keep_content && out.status == Status::valid) out.content = m.inside;
  return out;
}

}  // namespace sedlink::signature
