#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/ocsp.h>

#include "openssl/trust.hpp"

namespace sedlink::signature {
namespace {

using RequestPtr = std::unique_ptr<OCSP_REQUEST, Freed<OCSP_REQUEST_free>>;
using ResponsePtr = std::unique_ptr<OCSP_RESPONSE, Freed<OCSP_RESPONSE_free>>;
using BasicPtr = std::unique_ptr<OCSP_BASICRESP, Freed<OCSP_BASICRESP_free>>;

OcspFinding unknown(std::string text) { return {OcspState::unknown, std::move(text)}; }

std::string responder_of(X509* certificate, const Policy& policy) {
  if (!policy.ocsp_url.empty()) return policy.ocsp_url;
  STACK_OF(OPENSSL_STRING)* urls = X509_get1_ocsp(certificate);
  std::string out = urls != nullptr && sk_OPENSSL_STRING_num(urls) > 0 ? sk_OPENSSL_STRING_value(urls, 0) : "";
  X509_email_free(urls);
  return out;
}

}  // namespace

OcspFinding ask_ocsp(X509* certificate, X509* issuer, Time at, const Policy& policy, const Fetch& fetch) {
  const std::string url = responder_of(certificate, policy);
  if (url.empty()) return unknown("адреса службы OCSP нет ни в настройках, ни в сертификате");
  if (!fetch) return unknown("службу OCSP спросить нечем");
  const RequestPtr request(OCSP_REQUEST_new());
  OCSP_CERTID* id = OCSP_cert_to_id(EVP_sha1(), certificate, issuer);  // RFC 5019 clients and most responders: SHA-1
  if (id == nullptr || OCSP_request_add0_id(request.get(), id) == nullptr) return unknown("запрос OCSP не составить");
  OCSP_request_add1_nonce(request.get(), nullptr, -1);
  FetchRequest question;
  question.url = url;
  question.content_type = "application/ocsp-request";
  question.accept = "application/ocsp-response";
  question.body = to_der(request.get(), i2d_OCSP_REQUEST);
  const auto answer = fetch(question);
  if (!answer) return unknown("служба OCSP не ответила: " + answer.error().message);
  const auto* bytes = bytes_of(answer.value());
  const ResponsePtr response(d2i_OCSP_RESPONSE(nullptr, &bytes, static_cast<long>(answer.value().size())));
  if (!response || OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    ERR_clear_error();
    return unknown("служба OCSP ответила отказом");
  }
  const BasicPtr basic(OCSP_response_get1_basic(response.get()));
  if (!basic) return unknown("ответ OCSP не читается");
  const int nonce = OCSP_check_nonce(request.get(), basic.get());
  if (nonce == 0) return unknown("ответ OCSP дан на другой запрос");
  // The issuer itself, or a delegate whose certificate the issuer signed with the OCSP use (RFC 6960, 4.2.2.2).
  const StorePtr store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), issuer);
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()),
                             std::chrono::floor<std::chrono::seconds>(policy.now).time_since_epoch().count());
  const CertificatesPtr helpers(sk_X509_new_null());
  X509_up_ref(issuer);
  sk_X509_push(helpers.get(), issuer);
  if (OCSP_basic_verify(basic.get(), helpers.get(), store.get(), 0) != 1) {
    ERR_clear_error();
    return unknown("подпись ответа OCSP неверна или сделана не тем, кому издатель это поручил");
  }
  if (const int digest = weak_digest_of(OCSP_resp_get0_tbs_sigalg(basic.get())); digest != NID_undef)
    return unknown(fmt::format("ответ OCSP подписан с устаревшим хешем {}", OBJ_nid2sn(digest)));
  int status = -1, reason = -1;
  ASN1_GENERALIZEDTIME *revoked = nullptr, *updated = nullptr, *next = nullptr;
  OCSP_CERTID* asked = OCSP_cert_to_id(EVP_sha1(), certificate, issuer);
  const int found = OCSP_resp_find_status(basic.get(), asked, &status, &reason, &revoked, &updated, &next);
  OCSP_CERTID_free(asked);
  if (found != 1) return unknown("в ответе OCSP нет этого сертификата");
  const auto since = to_time(updated);
  const auto until = next == nullptr ? since : to_time(next);
  constexpr auto skew = std::chrono::minutes(5);
  if (!since || since.value() > policy.now + skew) return unknown("ответ OCSP дан будущим числом");
  // RFC 6960, 4.2.2.1: without nextUpdate newer answers always exist; one that repeats no nonce may be a kept one.
  constexpr auto freshness = std::chrono::hours(24);
  if (next == nullptr && nonce != 1 && since.value() + freshness < policy.now) return unknown("ответ OCSP устарел");
  if (next != nullptr && (!until || until.value() + skew < policy.now)) return unknown("ответ OCSP устарел");
  if (status == V_OCSP_CERTSTATUS_REVOKED) {
    const auto when = to_time(revoked);
    if (!when || when.value() <= at)
      return {OcspState::revoked, when ? "отозван " + to_iso8601(when.value()) : "отозван"};
    return {OcspState::good, {}};
  }
  if (status == V_OCSP_CERTSTATUS_GOOD) return {OcspState::good, {}};
  return unknown("служба OCSP не знает этого сертификата");
}

}  // namespace sedlink::signature
