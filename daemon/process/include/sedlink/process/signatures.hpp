#pragma once
// What became of the signatures an EDMS gave back: kept with the run, told to people, put on the approval sheet.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include "sedlink/core/clock.hpp"

namespace sedlink::process {

// valid: everything that was asked for was checked and holds. indeterminate: what is needed to tell is missing.
enum class Standing { valid = 1, invalid, indeterminate };
[[nodiscard]] const char* to_string(Standing) noexcept;  // "valid"
[[nodiscard]] const char* russian_name(Standing) noexcept;  // "верна", "НЕВЕРНА", "не установлено"
[[nodiscard]] const char* plural_name(Standing) noexcept;  // "верны", "НЕВЕРНЫ", "не установлено"
[[nodiscard]] Standing standing_from_string(std::string_view) noexcept;  // indeterminate for what it does not know

struct CheckedSigner {
  Standing standing = Standing::indeterminate;
  std::string name, organization, inn, thumbprint, shape;  // shape: "cades-bes" …
  std::vector<std::string> reasons;  // Russian sentences; a remark begins with "замечание: "
  std::optional<Time> claimed_at;    // the signer's word
  std::optional<Time> stamped_at;    // of a valid time-stamp
  std::optional<Time> valid_until;   // of the certificate
};

struct CheckedSignature {
  std::string file_id, file;  // whose it is: EDMS id and name
  int number = 1;             // among the signatures of that file, as the EDMS lists them
  std::string name;           // "Договор.pdf.1.p7s"; empty: the EDMS gives no bytes
  std::string told_signer;    // as the EDMS tells
  std::optional<Time> told_at;
  Standing standing = Standing::indeterminate;
  std::vector<std::string> codes;    // of all reasons: docs/signatures.md
  std::vector<std::string> reasons;  // about the message as a whole
  std::vector<CheckedSigner> signers;
  bool attached = false, gost = false;
  std::string file_sha256;        // of the bytes it was judged against: those that go to the CRM; empty: not judged
  std::uint64_t file_size = 0;    // bytes
  std::string verdict;            // the whole verdict, JSON
  std::string certificates;       // PEM, of the message
  std::vector<std::string> ocsp;  // answers the verdict rests on: DER, base64
};

struct SignatureCheck {
  std::optional<Time> at;  // nullopt: nothing has been checked
  std::string trust;       // entry of the config's `trust`; empty: the connection names none
  std::string revocation;  // none | signer | chain, of that entry
  std::vector<CheckedSignature> signatures;
};

[[nodiscard]] boost::json::value to_json(const SignatureCheck&);
[[nodiscard]] SignatureCheck signature_check_from_json(const boost::json::value&);

// The worst of all; nullopt where there is no signature.
[[nodiscard]] std::optional<Standing> overall(const SignatureCheck&);
// "Кузнецов Дмитрий Олегович, ООО «Ромашка», ИНН 7701234567"; for a signature nobody could open the EDMS's word.
[[nodiscard]] std::string who(const CheckedSignature&, const CheckedSigner*);
// Every reason of a signature and its signers, each once.
[[nodiscard]] std::vector<std::string> reasons(const CheckedSignature&);
// A line a signer, for people: mark, who, verdict, reasons, when, until when.
[[nodiscard]] std::vector<std::string> lines(const CheckedSignature&, const TimeZone&);
// The same without times: "Кузнецов Дмитрий Олегович: верна".
[[nodiscard]] std::vector<std::string> short_lines(const SignatureCheck&);
// "Подписи проверены: верны 2, НЕВЕРНЫ 1" and the lines of all.
[[nodiscard]] std::string report(const SignatureCheck&, const TimeZone&);

}  // namespace sedlink::process
