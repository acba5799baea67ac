// CRLs are judged here, not by X509_V_FLAG_CRL_CHECK: it knows no revocation dates, so that a signature with a
// time-stamp older than the revocation would be refused, and it stops at the first fault.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "openssl/trust.hpp"

namespace sedlink::signature {
namespace {

bool has_foreign_critical_extension(const X509_CRL* crl) {
  for (int i = 0; i < X509_CRL_get_ext_count(crl); ++i) {
    X509_EXTENSION* extension = X509_CRL_get_ext(crl, i);
    const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    if (X509_EXTENSION_get_critical(extension) == 1 && nid != NID_issuing_distribution_point && nid != NID_crl_number &&
        nid != NID_authority_key_identifier)
      return true;
  }
  return false;
}

// Whether the list speaks about certificates like this one at all (RFC 5280, 5.2.5): no delta, no indirect, no partial
// one.
bool covers(const X509_CRL* crl, X509* certificate) {
  if (X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0 || has_foreign_critical_extension(crl)) return false;
  const std::unique_ptr<ISSUING_DIST_POINT, Freed<ISSUING_DIST_POINT_free>> scope(
      static_cast<ISSUING_DIST_POINT*>(X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, nullptr, nullptr)));
  if (!scope) return true;
  if (scope->indirectCRL > 0 || scope->onlyattr > 0 || scope->onlysomereasons != nullptr) return false;
  const bool is_authority = X509_check_ca(certificate) == 1;
  return !(scope->onlyuser > 0 && is_authority) && !(scope->onlyCA > 0 && !is_authority);
}

struct ListFinding {
  enum class State { none = 1, stale, bad, clean, revoked } state = State::none;
  std::string text;
};

ListFinding judge_list(X509_CRL* crl, X509* certificate, X509* issuer, Time at, Time now) {
  using State = ListFinding::State;
  if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(certificate)) != 0 || !covers(crl, certificate))
    return {};
  const std::uint32_t usage = X509_get_key_usage(issuer);
  EVP_PKEY* key = X509_get0_pubkey(issuer);
  if (key == nullptr || X509_CRL_verify(crl, key) != 1) {
    ERR_clear_error();
    return {State::bad, "подпись списка отзыва неверна"};
  }
  if (usage != UINT32_MAX && (usage & KU_CRL_SIGN) == 0)
    return {State::bad, "список отзыва подписан тем, кому это не разрешено"};
  const auto issued = to_time(X509_CRL_get0_lastUpdate(crl));
  if (!issued || issued.value() > now) return {State::bad, "список отзыва издан будущим числом"};
  X509_REVOKED* entry = nullptr;
  if (X509_CRL_get0_by_cert(crl, &entry, certificate) == 1) {
    const auto revoked = to_time(X509_REVOKED_get0_revocationDate(entry));
    if (!revoked || revoked.value() <= at)
      return {State::revoked, revoked ? "отозван " + to_iso8601(revoked.value()) : std::string("отозван")};
  }
  const ASN1_TIME* next_field = X509_CRL_get0_nextUpdate(crl);
  if (next_field == nullptr) return {State::clean, {}};
  const auto next = to_time(next_field);
  if (!next || next.value() < at)
    return {State::stale, next ? "список отзыва действовал до " + to_iso8601(next.value())
                               : std::string("срок списка отзыва неверен")};
  return {State::clean, {}};
}

// The best that the lists say: revoked by any, clean by any, else why not.
ListFinding judge_lists(X509* certificate, X509* issuer, Time at, const Trust& trust, Time now) {
  ListFinding best;
  for (const auto& crl : trust.crls) {
    ListFinding one = judge_list(crl.get(), certificate, issuer, at, now);
    if (one.state > best.state) best = std::move(one);
  }
  return best;
}

Reason about(Status weight, const char* code, X509* certificate, const std::string& text) {
  return {weight, code, fmt::format("сертификат «{}»: {}", short_name(certificate), text)};
}

}  // namespace

std::vector<Reason> judge_revocation(STACK_OF(X509) * chain, Time at, const Trust& trust, const Policy& policy,
                                     const Fetch& fetch) {
  std::vector<Reason> out;
  if (policy.revocation == Revocation::none) return out;
  for (int i = 0; i + 1 < sk_X509_num(chain); ++i) {
    X509* certificate = sk_X509_value(chain, i);
    X509* issuer = sk_X509_value(chain, i + 1);
    const Status lacking = i == 0 || policy.revocation == Revocation::chain ? Status::indeterminate : Status::valid;
    const ListFinding list = judge_lists(certificate, issuer, at, trust, policy.now);
    using State = ListFinding::State;
    if (list.state == State::revoked) {
      out.push_back(about(Status::invalid, "certificate_revoked", certificate, list.text));
      continue;
    }
    if (policy.ocsp && i == 0) {
      const OcspFinding asked = ask_ocsp(certificate, issuer, at, policy, fetch);
      if (asked.state == OcspState::good) continue;
      if (asked.state == OcspState::revoked) {
        out.push_back(about(Status::invalid, "certificate_revoked", certificate, asked.text));
        continue;
      }
      if (list.state != State::clean) out.push_back(about(lacking, "revocation_unknown", certificate, asked.text));
    }
    if (list.state == State::clean) continue;
    if (list.state == State::stale) out.push_back(about(lacking, "crl_stale", certificate, list.text));
    if (list.state == State::bad) out.push_back(about(lacking, "revocation_unknown", certificate, list.text));
    if (list.state == State::none && !(policy.ocsp && i == 0))
      out.push_back(about(lacking, "revocation_unknown", certificate, "нет списка отзыва его издателя"));
  }
  return out;
}

}  // namespace sedlink::signature
