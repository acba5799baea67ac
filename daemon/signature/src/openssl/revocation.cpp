// CRLs are judged here, not by X509_V_FLAG_CRL_CHECK: it knows no revocation dates, so that a signature with a
// time-stamp older than the revocation would be refused, and it stops at the first fault.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <optional>

#include "openssl/trust.hpp"

namespace sedlink::signature {
namespace {

bool has_foreign_critical_extension(const X509_CRL* crl) {
  for (int i = 0; i < X509_CRL_get_ext_count(crl); ++i) {
    X509_EXTENSION* extension = X509_CRL_get_ext(crl, i);
    const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    if (X509_EXTENSION_get_critical(extension) == 1 && nid != NID_issuing_distribution_point && nid != NID_crl_number &&
        nid != NID_authority_key_identifier && nid != NID_delta_crl)
      return true;
  }
  return false;
}

// RFC 5280, 5.3: neither may a list be used that says of some entry what we do not understand.
bool has_foreign_critical_entry(X509_CRL* crl) {
  const STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(crl);
  for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    const X509_REVOKED* entry = sk_X509_REVOKED_value(entries, i);
    for (int e = 0; e < X509_REVOKED_get_ext_count(entry); ++e) {
      X509_EXTENSION* extension = X509_REVOKED_get_ext(entry, e);
      if (X509_EXTENSION_get_critical(extension) != 1) continue;  // a list may have millions of entries
      const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
      if (nid != NID_crl_reason && nid != NID_certificate_issuer && nid != NID_invalidity_date) return true;
    }
  }
  return false;
}

// RFC 5280, 6.3.3 (b)(2)(i): a list of one distribution point speaks of certificates that name this point.
bool names_point(X509* certificate, const DIST_POINT_NAME* of_list) {
  if (of_list->type != 0) return false;
  const std::unique_ptr<CRL_DIST_POINTS, Freed<CRL_DIST_POINTS_free>> points(
      static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
  for (int i = 0; points && i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT_NAME* name = sk_DIST_POINT_value(points.get(), i)->distpoint;
    if (name == nullptr || name->type != 0) continue;
    for (int a = 0; a < sk_GENERAL_NAME_num(name->name.fullname); ++a)
      for (int b = 0; b < sk_GENERAL_NAME_num(of_list->name.fullname); ++b)
        if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(name->name.fullname, a),
                             sk_GENERAL_NAME_value(of_list->name.fullname, b)) == 0)
          return true;
  }
  return false;
}

// Whether the list speaks about certificates like this one at all (RFC 5280, 5.2.5): no indirect, no partial one.
bool covers(const X509_CRL* crl, X509* certificate) {
  if (has_foreign_critical_extension(crl)) return false;
  const std::unique_ptr<ISSUING_DIST_POINT, Freed<ISSUING_DIST_POINT_free>> scope(
      static_cast<ISSUING_DIST_POINT*>(X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, nullptr, nullptr)));
  if (!scope) return true;
  if (scope->indirectCRL > 0 || scope->onlyattr > 0 || scope->onlysomereasons != nullptr) return false;
  if (scope->distpoint != nullptr && !names_point(certificate, scope->distpoint)) return false;
  const bool is_authority = X509_check_ca(certificate) == 1;
  return !(scope->onlyuser > 0 && is_authority) && !(scope->onlyCA > 0 && !is_authority);
}

bool is_hold(const X509_REVOKED* entry) {
  const std::unique_ptr<ASN1_ENUMERATED, Freed<ASN1_ENUMERATED_free>> reason(
      static_cast<ASN1_ENUMERATED*>(X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nullptr, nullptr)));
  return reason && ASN1_ENUMERATED_get(reason.get()) == CRL_REASON_CERTIFICATE_HOLD;
}

struct ListFinding {
  // released: a delta list takes the certificate off hold.
  enum class State { none = 1, released, bad, stale, clean, revoked } state = State::none;
  std::string text;
  bool hold = false, fresh = true;
  Time issued{};
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
  ListFinding out;
  out.issued = issued.value();
  const ASN1_TIME* next_field = X509_CRL_get0_nextUpdate(crl);
  constexpr auto freshness = std::chrono::hours(24);  // of a list without nextUpdate, which RFC 5280, 5.1.2.5 demands
  if (next_field == nullptr) {
    out.fresh = issued.value() + freshness >= at;
    if (!out.fresh)
      out.text =
          "список отзыва издан " + to_iso8601(issued.value()) + ", а до какого времени действует, в нём не сказано";
  } else {
    const auto next = to_time(next_field);
    out.fresh = next && next.value() >= at;
    if (!out.fresh)
      out.text = next ? "список отзыва действовал до " + to_iso8601(next.value()) : "срок списка отзыва неверен";
  }
  const bool is_delta = X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0;
  X509_REVOKED* entry = nullptr;
  const int found = X509_CRL_get0_by_cert(crl, &entry, certificate);  // 2: removeFromCRL
  if (found == 1) {
    const auto revoked = to_time(X509_REVOKED_get0_revocationDate(entry));
    out.hold = is_hold(entry);
    if (!revoked || revoked.value() <= at) {
      out.state = State::revoked;
      out.text = (out.hold ? "приостановлен" : "отозван") + (revoked ? " " + to_iso8601(revoked.value()) : "");
      return out;
    }
  }
  if (has_foreign_critical_entry(crl))
    return {State::bad, "в списке отзыва есть запись с неизвестным критическим расширением"};
  const X509_ALGOR* signed_with = nullptr;
  X509_CRL_get0_signature(crl, nullptr, &signed_with);
  if (const int digest = weak_digest_of(signed_with); digest != NID_undef)
    return {State::bad, fmt::format("список отзыва подписан с устаревшим хешем {}", OBJ_nid2sn(digest))};
  // An authority may leave out what has expired (RFC 5280, 3.3), unless the list says since when it does not
  // (expiredCertsOnCRL, X.509 9.5.2.8): what was revoked before may no longer be told.
  const auto end = to_time(X509_get0_notAfter(certificate));
  if (!is_delta && found != 1 && end && issued.value() > end.value()) {
    const std::unique_ptr<ASN1_OBJECT, decltype(&ASN1_OBJECT_free)> keeps(OBJ_txt2obj("2.5.29.60", 1),
                                                                          &ASN1_OBJECT_free);
    if (keeps && X509_CRL_get_ext_by_OBJ(crl, keeps.get(), -1) < 0)
      return {State::bad, "список отзыва издан после конца срока сертификата: отозванные из него уже могли вычеркнуть"};
  }
  if (is_delta)  // says only what changed: nothing about the others
    out.state = found == 2 ? State::released : State::none;
  else
    out.state = out.fresh ? State::clean : State::stale;
  return out;
}

// What the lists say together: revoked by any; on hold unless a later list says otherwise; clean by any; else why not.
ListFinding judge_lists(X509* certificate, X509* issuer, Time at, const std::vector<X509_CRL*>& lists, Time now) {
  using State = ListFinding::State;
  ListFinding best, hold;
  std::optional<Time> freed;  // the latest list that does not hold it
  for (X509_CRL* crl : lists) {
    ListFinding one = judge_list(crl, certificate, issuer, at, now);
    if (one.state == State::revoked && !one.hold) return one;
    if (one.state == State::revoked) {
      if (hold.state == State::none || one.issued > hold.issued) hold = std::move(one);
      continue;
    }
    const bool speaks = one.state == State::released || one.state == State::clean || one.state == State::stale;
    if (speaks && (!freed || one.issued > *freed)) freed = one.issued;
    if (one.state > best.state) best = std::move(one);
  }
  if (hold.state == State::none) return best;
  if (!freed || *freed <= hold.issued) return hold;
  if (best.state == State::released) best.state = hold.fresh ? State::clean : State::stale;
  return best;
}

Reason about(Status weight, const char* code, X509* certificate, const std::string& text) {
  return {weight, code, fmt::format("сертификат «{}»: {}", short_name(certificate), text)};
}

}  // namespace

std::vector<Reason> judge_revocation(STACK_OF(X509) * chain, const CertificateQuestion& question, const Trust& trust,
                                     const Policy& policy, const Fetch& fetch) {
  std::vector<Reason> out;
  const Time at = question.at;
  std::vector<X509_CRL*> lists;
  for (const auto& one : trust.crls) lists.push_back(one.get());
  if (question.crls != nullptr)
    for (const auto& one : *question.crls) lists.push_back(one.get());
  for (int i = 0; i + 1 < sk_X509_num(chain); ++i) {
    X509* certificate = sk_X509_value(chain, i);
    X509* issuer = sk_X509_value(chain, i + 1);
    const Status lacking = i == 0 || policy.revocation == Revocation::chain ? Status::indeterminate : Status::valid;
    const ListFinding list = judge_lists(certificate, issuer, at, lists, policy.now);
    using State = ListFinding::State;
    if (list.state == State::revoked) {
      out.push_back(about(Status::invalid, "certificate_revoked", certificate, list.text));
      continue;
    }
    if (policy.revocation == Revocation::none) continue;  // not asked; what a list knows is known all the same
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
    if ((list.state == State::none || list.state == State::released) && !(policy.ocsp && i == 0))
      out.push_back(about(lacking, "revocation_unknown", certificate, "нет списка отзыва его издателя"));
  }
  return out;
}

}  // namespace sedlink::signature
