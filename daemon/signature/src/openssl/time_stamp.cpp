#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include "openssl/message.hpp"
#include "openssl/sign.hpp"

namespace sedlink::signature {
namespace {

using QueryPtr = std::unique_ptr<TS_REQ, Freed<TS_REQ_free>>;
using ReplyPtr = std::unique_ptr<TS_RESP, Freed<TS_RESP_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, Freed<ASN1_INTEGER_free>>;
using AlgorithmPtr = std::unique_ptr<X509_ALGOR, Freed<X509_ALGOR_free>>;

Error wrong(std::string text) { return openssl_error("time_stamp", "метка времени не получена: " + text); }

IntegerPtr random_nonce() {
  unsigned char bytes[8];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return nullptr;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(BN_bin2bn(bytes, sizeof bytes, nullptr));
  return IntegerPtr(BN_to_ASN1_INTEGER(number.get(), nullptr));
}

Result<QueryPtr> make_query(const EVP_MD* digest, std::string_view signature, const ASN1_INTEGER* nonce) {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  QueryPtr query(TS_REQ_new());
  const std::unique_ptr<TS_MSG_IMPRINT, Freed<TS_MSG_IMPRINT_free>> imprint(TS_MSG_IMPRINT_new());
  const AlgorithmPtr algorithm(X509_ALGOR_new());
  if (EVP_Digest(signature.data(), signature.size(), hash, &length, digest, nullptr) != 1 ||
      X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(EVP_MD_get_type(digest)), V_ASN1_NULL, nullptr) != 1 ||
      TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) != 1 ||
      TS_MSG_IMPRINT_set_msg(imprint.get(), hash, static_cast<int>(length)) != 1 ||
      TS_REQ_set_version(query.get(), 1) != 1 || TS_REQ_set_msg_imprint(query.get(), imprint.get()) != 1 ||
      TS_REQ_set_nonce(query.get(), nonce) != 1 || TS_REQ_set_cert_req(query.get(), 1) != 1)
    return wrong("запрос не составить");
  return query;
}

// RFC 3161, 2.4.2: granted or grantedWithMods; anything else comes with a reason.
Result<void> check_status(TS_RESP* reply) {
  TS_STATUS_INFO* info = TS_RESP_get_status_info(reply);
  const long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info));
  if (status == 0 || status == 1) return {};
  std::string text;
  const STACK_OF(ASN1_UTF8STRING)* words = TS_STATUS_INFO_get0_text(info);
  for (int i = 0; words != nullptr && i < sk_ASN1_UTF8STRING_num(words); ++i)
    text += " " + std::string(view(sk_ASN1_UTF8STRING_value(words, i)));
  return wrong(fmt::format("служба отказала (состояние {}){}", status, text.empty() ? "" : ":" + text));
}

}  // namespace

Result<std::string> request_time_stamp(const SignRequest& r, std::string_view signature, bool gost_key) {
  const std::string name = !r.authority->digest.empty() ? r.authority->digest : gost_key ? "md_gost12_256" : "sha256";
  const EVP_MD* digest = EVP_get_digestbyname(name.c_str());
  if (digest == nullptr) return wrong(fmt::format("хеш {} здесь недоступен", name));
  const IntegerPtr nonce = random_nonce();
  const auto query = make_query(digest, signature, nonce.get());
  if (!query) return query.error();
  FetchRequest question;
  question.url = r.authority->url;
  question.content_type = "application/timestamp-query";
  question.accept = "application/timestamp-reply";
  question.body = to_der(query->get(), i2d_TS_REQ);
  auto answer = r.fetch(question);
  if (!answer)
    return Error{Fault::transient, Audience::admin, "signature.time_stamp_unreachable",
                 "служба меток времени не отвечает, ничего не подписано: " + answer.error().message,
                 answer.error().code};
  const auto* at = bytes_of(answer.value());
  const ReplyPtr reply(d2i_TS_RESP(nullptr, &at, static_cast<long>(answer.value().size())));
  if (!reply) return wrong("служба ответила не по RFC 3161");
  if (auto granted = check_status(reply.get()); !granted) return granted.error();
  PKCS7* token = TS_RESP_get_token(reply.get());
  TS_TST_INFO* info = TS_RESP_get_tst_info(reply.get());
  if (token == nullptr || info == nullptr) return wrong("в ответе службы нет самой метки");
  const ASN1_INTEGER* echoed = TS_TST_INFO_get_nonce(info);
  if (echoed == nullptr || ASN1_INTEGER_cmp(echoed, nonce.get()) != 0)
    return wrong("служба ответила на другой запрос (nonce)");
  std::string der = to_der(token, i2d_PKCS7);

  Policy policy;
  policy.now = r.now;
  policy.time_stamp_trust = r.authority->trust;
  const auto trust = load_trust(policy);
  if (!trust) return trust.error();
  const TokenFinding found =
      judge_token(der, signature, r.authority->trust.empty() ? nullptr : &trust.value(), policy, {});
  if (found.stamp.status != Status::valid) {
    for (const auto& reason : found.reasons)
      if (reason.weight == found.stamp.status) return wrong(reason.text);
  }
  ERR_clear_error();
  return der;
}

}  // namespace sedlink::signature
