// RFC 3161 tokens: OpenSSL's CMS_verify never looks at them.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/ts.h>

#include "openssl/certificate.hpp"
#include "openssl/message.hpp"

namespace sedlink::signature {
namespace {

constexpr const char* tst_info_type = "1.2.840.113549.1.9.16.1.4";
using InfoPtr = std::unique_ptr<TS_TST_INFO, Freed<TS_TST_INFO_free>>;

// A fault of the token's message or signer, told as the time-stamp's.
Reason of_stamp(const Reason& r, bool about_chain) {
  const bool lacks = r.weight == Status::indeterminate || (about_chain && r.code != "certificate_purpose");
  Reason out{r.weight == Status::valid ? Status::valid
             : lacks                   ? Status::indeterminate
                                       : Status::invalid,
             lacks ? "time_stamp_untrusted" : "time_stamp_wrong", "метка времени: " + r.text};
  if (r.weight == Status::valid || r.code == "algorithm_unavailable" || r.code == "weak_algorithm") out.code = r.code;
  return out;
}

// What RFC 3161, 2.4.2 asks of the content beside the imprint, and when the authority could make it at all.
void judge_info(TS_TST_INFO* info, const std::optional<Time>& time, X509* authority, std::vector<Reason>& reasons) {
  const auto wrong = [&reasons](const char* text) { reasons.emplace_back(Status::invalid, "time_stamp_wrong", text); };
  if (TS_TST_INFO_get_version(info) != 1) wrong("метка времени: версия её содержания не 1");
  if (TS_TST_INFO_get_ext_by_critical(info, 1, -1) >= 0)
    wrong("метка времени: в ней неизвестное критическое расширение");
  if (!time) wrong("метка времени: время в ней записано неверно");
  if (!time || authority == nullptr) return;
  const CertificateInfo who = describe(authority);
  if (*time < who.not_before || *time > who.not_after)
    wrong("метка времени поставлена, когда сертификат службы времени не действовал");
}

void judge_imprint(TS_TST_INFO* info, std::string_view covered, std::vector<Reason>& reasons) {
  TS_MSG_IMPRINT* imprint = TS_TST_INFO_get_msg_imprint(info);
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
  const EVP_MD* digest = digest_of(algorithm);
  if (digest == nullptr) {
    reasons.emplace_back(Status::indeterminate, "algorithm_unavailable",
                         fmt::format("метка времени: хеш {} здесь недоступен", dotted(algorithm)));
    return;
  }
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(covered.data(), covered.size(), hash, &length, digest, nullptr);
  if (view(TS_MSG_IMPRINT_get_msg(imprint)) != std::string_view(reinterpret_cast<char*>(hash), length))
    reasons.emplace_back(Status::invalid, "time_stamp_wrong", "метка времени поставлена на другую подпись");
  if (is_weak_digest(EVP_MD_get_type(digest)))
    reasons.emplace_back(Status::indeterminate, "weak_algorithm", "метка времени поставлена на устаревший хеш");
}

}  // namespace

TokenFinding judge_token(std::string_view token, std::string_view covered, const Trust* trust, const Policy& policy,
                         const Fetch& fetch) {
  TokenFinding out;
  const auto finish = [&out] {
    ERR_clear_error();
    out.stamp.status = worst(out.reasons);
    return std::move(out);
  };
  Opened opened = open_message(token);
  if (opened.fault) {
    out.reasons.push_back(of_stamp(*opened.fault, false));
    return finish();
  }
  Message& m = opened.message;
  const STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(m.cms.get());
  if (m.type != tst_info_type || !m.attached || sk_CMS_SignerInfo_num(signers) != 1) {
    out.reasons.emplace_back(Status::invalid, "time_stamp_wrong",
                             "метка времени: это не токен RFC 3161 с одной подписью");
    return finish();
  }
  const auto* at = bytes_of(m.inside);
  const InfoPtr info(d2i_TS_TST_INFO(nullptr, &at, static_cast<long>(m.inside.size())));
  if (!info || at != bytes_of(m.inside) + m.inside.size()) {
    out.reasons.emplace_back(Status::invalid, "time_stamp_wrong", "метка времени: её содержание не читается");
    return finish();
  }
  std::optional<Time> time;
  if (const auto read = to_time(TS_TST_INFO_get_time(info.get()))) time = read.value();
  out.stamp.time = time.value_or(Time{});
  judge_imprint(info.get(), covered, out.reasons);

  static const Trust nothing;
  const Trust& known = trust == nullptr ? nothing : *trust;
  const Content content = Content::memory(std::string(m.inside));
  if (auto digested = digest_content(m, content); !digested) {
    out.reasons.emplace_back(Status::indeterminate, "time_stamp_untrusted",
                             "метка времени: " + digested.error().message);
    return finish();
  }
  const SignerFinding signer = judge_signer(m, sk_CMS_SignerInfo_value(signers, 0), known);
  for (const auto& r : signer.reasons) out.reasons.push_back(of_stamp(r, false));
  if (signer.shape == Shape::no_attributes || signer.shape == Shape::cms)
    out.reasons.emplace_back(Status::invalid, "time_stamp_wrong",
                             "метка времени: в ней нет ссылки на сертификат службы времени");
  judge_info(info.get(), time, signer.certificate, out.reasons);
  if (signer.certificate != nullptr) {
    out.stamp.authority = describe(signer.certificate).subject;
    if (trust != nullptr) {
      CertificateQuestion question;
      question.certificate = signer.certificate;
      question.pool = m.certificates.get();
      question.crls = &m.crls;
      question.role = Role::authority;
      question.at = policy.at.value_or(policy.now);
      Policy softer = policy;  // an authority's CRL counts when there is one
      softer.ocsp = false;
      for (auto& r : judge_certificate(question, *trust, softer, fetch)) {
        const bool lacks_list = r.code == "revocation_unknown" || r.code == "crl_stale";
        if (lacks_list && policy.revocation != Revocation::chain) r.weight = Status::valid;
        out.reasons.push_back(of_stamp(r, true));
      }
    }
  }
  if (out.stamp.time > policy.now + clock_skew)
    out.reasons.emplace_back(Status::invalid, "time_stamp_wrong", "метка времени поставлена будущим числом");
  return finish();
}

}  // namespace sedlink::signature
