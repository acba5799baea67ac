// Countersignatures (RFC 5652, 11.4): signatures over another's signature value. They say nothing of the content and
// change nothing about the signature they confirm: what is found is a remark.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <algorithm>

#include "openssl/assemble.hpp"
#include "openssl/message.hpp"

namespace sedlink::signature {
namespace {

// Its SignerInfo as a message of its own, with the certificates of the message it lies in.
Opened open_alone(std::string_view info, const Message& outer) {
  constexpr std::string_view head("\x02\x01\x01\x31\x00\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 18);
  constexpr std::string_view signed_data("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 11);
  const std::string body = std::string(head) + wrap(0x31, info);
  Opened out = open_message(wrap(0x30, std::string(signed_data) + wrap(0xa0, wrap(0x30, body))));
  out.message.countersignature = true;
  out.message.certificates.reset(X509_chain_up_ref(outer.certificates.get()));
  return out;
}

Reason told(const std::vector<Reason>& faults, const std::string& who) {
  const Status status = worst(faults);
  if (status == Status::valid) return {Status::valid, "countersigned", fmt::format("заверена подписью «{}»", who)};
  std::string why;
  for (const auto& r : faults)
    if (r.weight == status) why = r.text;
  const bool wrong = status == Status::invalid;
  return {Status::valid, wrong ? "countersignature_wrong" : "countersignature_unknown",
          fmt::format("заверяющая подпись{} {}: {}", who.empty() ? std::string() : " «" + who + "»",
                      wrong ? "неверна" : "не установлена", why)};
}

}  // namespace

std::vector<Reason> judge_countersignatures(const Message& message, CMS_SignerInfo* signer, const Trust& trust,
                                            const Policy& policy, Time at) {
  std::vector<Reason> out;
  constexpr std::size_t most = 4;  // of one signer: each costs a chain
  auto all = unsigned_values(signer, NID_pkcs9_countersignature);
  if (all.size() > most)
    out.emplace_back(Status::valid, "not_judged", fmt::format("не проверяется: заверяющих подписей больше {}", most));
  all.resize(std::min(all.size(), most));
  for (const auto& info : all) {
    Opened opened = open_alone(info, message);
    const Content value = Content::memory(std::string(view(CMS_SignerInfo_get0_signature(signer))));
    const STACK_OF(CMS_SignerInfo)* inside = opened.fault ? nullptr : CMS_get0_SignerInfos(opened.message.cms.get());
    if (sk_CMS_SignerInfo_num(inside) != 1 || !digest_content(opened.message, value)) {
      out.push_back(told({{Status::invalid, "malformed", "она не читается"}}, {}));
      continue;
    }
    opened.message.beside = &value;
    opened.message.limit = value.size();
    SignerFinding found = judge_signer(opened.message, sk_CMS_SignerInfo_value(inside, 0), trust);
    std::string who;
    if (found.certificate != nullptr) {
      who = short_name(found.certificate);
      CertificateQuestion question;
      question.certificate = found.certificate;
      question.pool = message.certificates.get();
      question.crls = &message.crls;
      question.at = at;
      Policy softer = policy;  // nobody is asked about it
      softer.ocsp = false;
      for (auto& r : judge_certificate(question, trust, softer, {})) found.reasons.push_back(std::move(r));
    }
    out.push_back(told(found.reasons, who));
  }
  ERR_clear_error();
  return out;
}

}  // namespace sedlink::signature
