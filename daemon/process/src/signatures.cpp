#include "sedlink/process/signatures.hpp"

#include <algorithm>
#include <array>

#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::process {
namespace {

struct StandingName {
  Standing standing;
  const char *code, *russian, *mark;
};
constexpr std::array<StandingName, 3> standings{{{Standing::valid, "valid", "верна", "✔"},
                                                 {Standing::invalid, "invalid", "НЕВЕРНА", "✘"},
                                                 {Standing::indeterminate, "indeterminate", "не установлено", "?"}}};

const StandingName& row(Standing s) noexcept {
  for (const auto& one : standings)
    if (one.standing == s) return one;
  return standings.back();
}

template <class T>
json::array list_of(const std::vector<T>& items, json::value (*write)(const T&)) {
  json::array out;
  for (const T& item : items) out.push_back(write(item));
  return out;
}

json::value signer_to_json(const CheckedSigner& s) {
  return json::object{{"standing", to_string(s.standing)},
                      {"name", s.name},
                      {"organization", s.organization},
                      {"inn", s.inn},
                      {"thumbprint", s.thumbprint},
                      {"shape", s.shape},
                      {"reasons", json::from_texts(s.reasons)},
                      {"claimed_at", json::from_time(s.claimed_at)},
                      {"stamped_at", json::from_time(s.stamped_at)},
                      {"valid_until", json::from_time(s.valid_until)}};
}

CheckedSigner signer_from_json(const json::value& v) {
  CheckedSigner s;
  s.standing = standing_from_string(json::text(v, "standing"));
  s.name = json::text(v, "name");
  s.organization = json::text(v, "organization");
  s.inn = json::text(v, "inn");
  s.thumbprint = json::text(v, "thumbprint");
  s.shape = json::text(v, "shape");
  s.reasons = json::texts(v, "reasons");
  s.claimed_at = json::time(v, "claimed_at");
  s.stamped_at = json::time(v, "stamped_at");
  s.valid_until = json::time(v, "valid_until");
  return s;
}

json::value signature_to_json(const CheckedSignature& s) {
  return json::object{{"file_id", s.file_id},
                      {"file", s.file},
                      {"number", s.number},
                      {"name", s.name},
                      {"told_signer", s.told_signer},
                      {"told_at", json::from_time(s.told_at)},
                      {"standing", to_string(s.standing)},
                      {"codes", json::from_texts(s.codes)},
                      {"reasons", json::from_texts(s.reasons)},
                      {"signers", list_of(s.signers, signer_to_json)},
                      {"attached", s.attached},
                      {"gost", s.gost},
                      {"file_sha256", s.file_sha256},
                      {"file_size", static_cast<std::int64_t>(s.file_size)},
                      {"verdict", s.verdict},
                      {"certificates", s.certificates},
                      {"ocsp", json::from_texts(s.ocsp)}};
}

CheckedSignature signature_from_json(const json::value& v) {
  CheckedSignature s;
  s.file_id = json::text(v, "file_id");
  s.file = json::text(v, "file");
  s.number = static_cast<int>(json::integer(v, "number", 1));
  s.name = json::text(v, "name");
  s.told_signer = json::text(v, "told_signer");
  s.told_at = json::time(v, "told_at");
  s.standing = standing_from_string(json::text(v, "standing"));
  s.codes = json::texts(v, "codes");
  s.reasons = json::texts(v, "reasons");
  s.signers = json::to_list<CheckedSigner>(v, "signers", signer_from_json);
  s.attached = json::boolean(v, "attached");
  s.gost = json::boolean(v, "gost");
  s.file_sha256 = json::text(v, "file_sha256");
  s.file_size = static_cast<std::uint64_t>(json::integer(v, "file_size"));
  s.verdict = json::text(v, "verdict");
  s.certificates = json::text(v, "certificates");
  s.ocsp = json::texts(v, "ocsp");
  return s;
}

std::string sentence(Standing standing, const std::vector<std::string>& reasons) {
  std::string out = russian_name(standing);
  if (!reasons.empty()) out += ": " + text::join(reasons, "; ");
  return out;
}

// Every reason of one signer: its own and those about the message as a whole.
std::vector<std::string> all_reasons(const CheckedSignature& s, const CheckedSigner* signer) {
  std::vector<std::string> out = s.reasons;
  if (signer != nullptr) out.insert(out.end(), signer->reasons.begin(), signer->reasons.end());
  return out;
}

Standing worse(Standing a, Standing b) {
  const auto rank = [](Standing s) { return s == Standing::invalid ? 2 : s == Standing::indeterminate ? 1 : 0; };
  return rank(a) < rank(b) ? b : a;
}

// What stands of the message as a whole (content inside differs …) stands of each of its signers.
Standing standing_of(const CheckedSignature& s, const CheckedSigner* signer) {
  if (signer == nullptr) return s.standing;
  return s.reasons.empty() ? signer->standing : worse(signer->standing, s.standing);
}

std::string when(const CheckedSignature& s, const CheckedSigner* signer, const TimeZone& zone) {
  std::vector<std::string> parts;
  if (signer != nullptr && signer->stamped_at)
    parts.push_back("подписано не позднее " + zone.to_display(*signer->stamped_at) + " (метка времени)");
  if (signer != nullptr && signer->claimed_at)
    parts.push_back("время по словам подписанта " + zone.to_display(*signer->claimed_at));
  else if (s.told_at)
    parts.push_back("время по данным СЭД " + zone.to_display(*s.told_at));
  if (signer != nullptr && signer->valid_until)
    parts.push_back("сертификат действует до " + zone.to_display_date(*signer->valid_until));
  return text::join(parts, "; ");
}

}  // namespace

const char* to_string(Standing s) noexcept { return row(s).code; }
const char* russian_name(Standing s) noexcept { return row(s).russian; }
const char* plural_name(Standing s) noexcept {
  return s == Standing::valid ? "верны" : s == Standing::invalid ? "НЕВЕРНЫ" : russian_name(s);
}
Standing standing_from_string(std::string_view code) noexcept {
  for (const auto& one : standings)
    if (code == one.code) return one.standing;
  return Standing::indeterminate;
}

boost::json::value to_json(const SignatureCheck& c) {
  return json::object{{"at", json::from_time(c.at)},
                      {"trust", c.trust},
                      {"revocation", c.revocation},
                      {"signatures", list_of(c.signatures, signature_to_json)}};
}

SignatureCheck signature_check_from_json(const boost::json::value& v) {
  SignatureCheck c;
  c.at = json::time(v, "at");
  c.trust = json::text(v, "trust");
  c.revocation = json::text(v, "revocation");
  c.signatures = json::to_list<CheckedSignature>(v, "signatures", signature_from_json);
  return c;
}

std::optional<Standing> overall(const SignatureCheck& c) {
  std::optional<Standing> out;
  for (const auto& s : c.signatures) out = out ? worse(*out, s.standing) : s.standing;
  return out;
}

std::string who(const CheckedSignature& s, const CheckedSigner* signer) {
  std::string out = signer != nullptr && !signer->name.empty() ? signer->name : s.told_signer;
  if (out.empty()) out = "неизвестный подписант";
  if (signer == nullptr) return out;
  if (!signer->organization.empty() && signer->organization != out) out += ", " + signer->organization;
  if (!signer->inn.empty()) out += ", ИНН " + signer->inn;
  return out;
}

std::vector<std::string> reasons(const CheckedSignature& s) {
  std::vector<std::string> out = s.reasons;
  for (const auto& signer : s.signers)
    for (const auto& reason : signer.reasons)
      if (std::find(out.begin(), out.end(), reason) == out.end()) out.push_back(reason);
  return out;
}

std::vector<std::string> lines(const CheckedSignature& s, const TimeZone& zone) {
  std::vector<std::string> out;
  const auto add = [&](const CheckedSigner* signer) {
    const Standing standing = standing_of(s, signer);
    std::string line =
        std::string(row(standing).mark) + " " + who(s, signer) + " — " + sentence(standing, all_reasons(s, signer));
    if (const std::string times = when(s, signer, zone); !times.empty()) line += " (" + times + ")";
    out.push_back(line + ".");
  };
  if (s.signers.empty()) add(nullptr);
  for (const auto& signer : s.signers) add(&signer);
  return out;
}

std::vector<std::string> short_lines(const SignatureCheck& c) {
  std::vector<std::string> out;
  for (const auto& s : c.signatures) {
    const auto add = [&](const CheckedSigner* signer) {
      const std::string name = signer != nullptr && !signer->name.empty() ? signer->name : who(s, nullptr);
      out.push_back(name + ": " + sentence(standing_of(s, signer), all_reasons(s, signer)));
    };
    if (s.signers.empty()) add(nullptr);
    for (const auto& signer : s.signers) add(&signer);
  }
  return out;
}

std::string report(const SignatureCheck& c, const TimeZone& zone) {
  std::array<int, 3> counts{};
  for (const auto& s : c.signatures) ++counts.at(static_cast<std::size_t>(s.standing) - 1);
  std::vector<std::string> parts;
  if (counts[0] != 0) parts.push_back("верны: " + std::to_string(counts[0]));
  if (counts[1] != 0) parts.push_back("НЕВЕРНЫ: " + std::to_string(counts[1]));
  if (counts[2] != 0) parts.push_back("не установлено: " + std::to_string(counts[2]));
  std::string out = "Проверка подписей — " + text::join(parts, ", ");
  std::string file;
  for (const auto& s : c.signatures) {
    if (s.file != file) out += "\n«" + s.file + "»", file = s.file;
    for (const auto& line : lines(s, zone)) out += "\n" + line;
  }
  return out;
}

}  // namespace sedlink::process
