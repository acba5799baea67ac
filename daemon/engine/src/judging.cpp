#include "judging.hpp"

#include <algorithm>
#include <set>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/signature/encoding.hpp"
#include "sedlink/signature/inside.hpp"

namespace sedlink::engine {
namespace {

using process::CheckedSignature;
using process::CheckedSigner;
using process::Standing;
using signature::Status;

Standing standing_of(Status s) {
  return s == Status::valid ? Standing::valid : s == Status::invalid ? Standing::invalid : Standing::indeterminate;
}

std::string words(const signature::Reason& r) {
  if (r.code == "content_changed") return "подписана другая версия файла: " + r.text;
  return (r.weight == Status::valid ? "замечание: " : "") + r.text;
}

void take(const std::vector<signature::Reason>& from, std::vector<std::string>& texts,
          std::vector<std::string>& codes) {
  for (const auto& r : from) {
    texts.push_back(words(r));
    if (r.weight != Status::valid && std::find(codes.begin(), codes.end(), r.code) == codes.end())
      codes.push_back(r.code);
  }
}

CheckedSigner signer_of(const signature::SignerVerdict& v, std::vector<std::string>& codes) {
  CheckedSigner s;
  s.standing = standing_of(v.status);
  s.shape = to_string(v.shape);
  take(v.reasons, s.reasons, codes);
  s.claimed_at = v.signing_time;
  for (const auto& stamp : v.time_stamps)
    if (stamp.status == Status::valid && (!s.stamped_at || stamp.time < *s.stamped_at)) s.stamped_at = stamp.time;
  if (!v.certificate) {
    s.name = v.serial_or_key;
    return s;
  }
  s.name = v.certificate->owner;
  s.organization = v.certificate->organization;
  s.inn = v.certificate->inn_legal.empty() ? v.certificate->inn : v.certificate->inn_legal;
  s.thumbprint = v.certificate->thumbprint;
  s.valid_until = v.certificate->not_after;
  return s;
}

bool any_of(const std::vector<std::string>& codes, std::initializer_list<std::string_view> wanted) {
  return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
    return std::find(wanted.begin(), wanted.end(), code) != wanted.end();
  });
}

// What openssl(1) says of the same signature. It knows nothing of our limits, of required shapes, of weak hashes.
render::Expected mathematics(const CheckedSignature& s) {
  if (any_of(s.codes, {"content_changed", "signature_wrong", "malformed", "not_signed_data", "no_signers"}))
    return render::Expected::failure;
  if (any_of(s.codes,
             {"not_verified", "too_large", "algorithm_unavailable", "certificate_missing", "attributes_missing",
              "attribute_repeated", "content_type_wrong", "trailing_data", "weak_algorithm"}))
    return render::Expected::unknown;
  return render::Expected::success;
}
render::Expected whole(const CheckedSignature& s, bool trusted, bool crls) {
  if (!trusted || s.file_sha256.empty()) return render::Expected::unknown;
  if (mathematics(s) != render::Expected::success) return mathematics(s);
  if (s.standing == Standing::valid) return render::Expected::success;
  if (any_of(s.codes, {"chain_untrusted", "issuer_unknown", "chain_invalid", "certificate_expired",
                       "certificate_not_yet_valid"}) ||
      (crls && any_of(s.codes, {"certificate_revoked"})))
    return render::Expected::failure;
  return render::Expected::unknown;
}

// A file of the dossier under a name nobody else has.
class Names {
 public:
  std::string unique(const std::string& folder, const std::string& name) {
    const text::FileName parts = text::split_file_name(name);
    const std::string stem = text::safe_name(parts.stem);
    const std::string extension = parts.extension.empty() ? std::string() : "." + text::safe_name(parts.extension);
    std::string path = folder + stem + extension;
    // Folded: two names that differ by case are one file on many disks.
    for (int n = 2; !used_.insert(text::fold(path)).second; ++n)
      path = folder + stem + " (" + std::to_string(n) + ")" + extension;
    return path;
  }

 private:
  std::set<std::string> used_{text::fold("trail.jsonl"),
                              text::fold("trail.txt"),
                              text::fold("trail-last.json"),
                              text::fold("Проверка подписей.txt"),
                              text::fold("ПРОВЕРКА.md"),
                              text::fold("SHA256SUMS"),
                              text::fold("verdicts.json"),
                              "inside.tmp",
                              "signatures",
                              "certificates",
                              "time-stamps",
                              "trust"};
};

void add_bytes(render::Dossier& d, std::string name, std::string bytes) {
  if (bytes.empty()) return;
  render::DossierFile file;
  file.name = std::move(name);
  file.bytes = std::move(bytes);
  d.files.push_back(std::move(file));
}

void add_trust(render::Dossier& d, const process::SignatureCheck& check, signing::Trust* trust) {
  if (trust == nullptr) return;
  const signing::Trust::Loaded loaded = trust->load();
  for (const auto& why : loaded.unread) d.absent.push_back("Из того, чему верят, нет: " + why + ".");
  const auto gather = [](const std::vector<std::string>& files) {
    signature::PemParts all;
    for (const auto& bytes : files)
      if (const auto one = signature::as_pem(bytes)) {
        all.certificates += one->certificates;
        all.crls += one->crls;
        all.self_signed = all.self_signed && one->self_signed;
      }
    return all;
  };
  const signature::PemParts anchors = gather(loaded.policy.trust);
  const signature::PemParts helpers = gather(loaded.policy.intermediates);
  const std::string crls = anchors.crls + helpers.crls + gather(loaded.policy.crls).crls;
  if (anchors.certificates.empty()) return;
  d.partial_chain = !anchors.self_signed;
  const bool by_answers = std::any_of(check.signatures.begin(), check.signatures.end(),
                                      [](const CheckedSignature& s) { return !s.ocsp.empty(); });
  d.crl_of_signer = check.revocation == "signer" && !crls.empty() && !by_answers;
  d.crl_of_chain = check.revocation == "chain" && !crls.empty() && !by_answers;
  add_bytes(d, "trust/anchors.pem", anchors.certificates);
  add_bytes(d, "trust/intermediates.pem", helpers.certificates);
  add_bytes(d, "trust/crls.pem", crls);
  const std::string authorities = gather(loaded.policy.time_stamp_trust).certificates;
  add_bytes(d, "trust/time-stamps.pem", authorities);
  d.trust_file = "trust/all.pem";
  d.stamps_file = authorities.empty() ? d.trust_file : "trust/time-stamps.pem";
  add_bytes(d, d.trust_file, anchors.certificates + helpers.certificates + crls);
  if (!by_answers) return;
  d.answers_file = "trust/ocsp-issuers.pem";
  std::string issuers = anchors.certificates + helpers.certificates;
  for (const auto& s : check.signatures) issuers += s.certificates;
  add_bytes(d, d.answers_file, std::move(issuers));
}

// The valid time-stamps of a signature, as files that `openssl ts` takes.
void add_stamps(render::Dossier& d, render::DossierSignature& to, const CheckedSignature& s, const std::string& der,
                const std::string& base) {
  const auto inside = signature::look_inside(der);
  const auto told = json::parse(s.verdict);
  if (!inside || !told || d.stamps_file.empty()) return;
  const signature::Verdict verdict = signature::verdict_from_json(told.value());
  int number = 0;
  for (std::size_t i = 0; i < std::min(inside->signers.size(), verdict.signers.size()); ++i) {
    const auto& tokens = inside->signers[i].tokens;
    const auto& stamps = verdict.signers[i].time_stamps;
    for (std::size_t n = 0; n < std::min(tokens.size(), stamps.size()); ++n) {
      if (stamps[n].status != Status::valid) continue;
      render::DossierStamp stamp;
      const std::string path = "time-stamps/" + base + "." + std::to_string(++number);
      stamp.token = path + ".tst";
      stamp.value = path + ".value";
      add_bytes(d, stamp.token, tokens[n]);
      add_bytes(d, stamp.value, inside->signers[i].value);
      to.stamps.push_back(std::move(stamp));
    }
  }
}

json::value verdict_json(const CheckedSignature& s, const std::string& name, const std::string& of) {
  json::object out{{"signature", name},
                   {"file", of.empty() ? s.file : of},
                   {"file_sha256", s.file_sha256},
                   {"told_signer", s.told_signer},
                   {"status", to_string(s.standing)},
                   {"reasons", json::from_texts(process::reasons(s))}};
  if (const auto verdict = json::parse(s.verdict)) out["verdict"] = verdict.value();
  return out;
}

}  // namespace

Result<CheckedSignature> judged(const signing::Verifier& verifier, CheckedSignature about, const std::string& bytes,
                                const std::string& path, Time now) {
  const auto content = signature::Content::file(path);
  if (!content) return content.error();
  const auto judgement = verifier.judge(bytes, content.value(), now);
  if (!judgement) return judgement.error();
  const signature::Verdict& verdict = judgement->verdict;
  about.standing = standing_of(verdict.status);
  about.attached = verdict.attached;
  take(verdict.reasons, about.reasons, about.codes);
  for (const auto& signer : verdict.signers) about.signers.push_back(signer_of(signer, about.codes));
  about.verdict = boost::json::serialize(to_json(verdict));
  if (const auto inside = signature::look_inside(bytes)) {
    about.certificates = inside->certificates;
    about.gost = inside->gost;
  }
  for (const auto& answer : judgement->ocsp) about.ocsp.push_back(text::base64_encode(answer));
  return about;
}

render::Dossier dossier_of(const process::DossierData& data, DossierParts parts) {
  render::Dossier d;
  d.title = data.title;
  d.facts = data.facts;
  d.absent = data.absent;
  d.trail = std::move(parts.trail);
  d.zone = parts.zone;
  d.made_at = data.made_at;
  Names names;
  std::map<std::string, std::string> inside;  // EDMS file id -> path in the dossier
  for (const auto& file : data.files) {
    const auto path = parts.paths.find(file.ref.id);
    if (path == parts.paths.end()) continue;  // said in `absent` by who could not fetch it
    render::DossierFile entry;
    entry.name = names.unique("", file.name);
    entry.file = path->second;
    inside[file.ref.id] = entry.name;
    d.files.push_back(std::move(entry));
  }
  if (!parts.sheet.empty()) add_bytes(d, names.unique("", data.sheet_name), std::move(parts.sheet));
  add_trust(d, data.check, parts.trust);

  json::array verdicts;
  std::size_t answers = 0;
  for (const auto& s : data.check.signatures) {
    // By the file and its count: names repeat. Of a run stored before that was kept: by the name.
    const auto same = [&](const process::DossierData::Signature& one) {
      return one.file_id.empty() ? one.name == s.name : one.file_id == s.file_id && one.number == s.number;
    };
    const auto raw = std::find_if(data.signatures.begin(), data.signatures.end(), same);
    const std::string of = inside.contains(s.file_id) ? inside[s.file_id] : std::string();
    std::string name;
    if (!s.name.empty() && raw != data.signatures.end()) {
      const std::string wanted = (of.empty() ? text::safe_name(s.file) : of) + "." + std::to_string(s.number);
      constexpr std::string_view folder = "signatures/", extension = ".p7s";
      name = names.unique(std::string(folder), wanted + std::string(extension));
      const std::string base = name.substr(folder.size(), name.size() - folder.size() - extension.size());
      const auto bytes = text::base64_decode(raw->bytes_base64);
      const std::string received = bytes ? bytes.value() : std::string();
      const auto der = signature::decode(received);
      add_bytes(d, name, der ? der.value() : received);
      if (der && der.value() != received) add_bytes(d, "signatures/as-received/" + base + ".p7s", received);
      add_bytes(d, "certificates/" + base + ".pem", s.certificates);
      render::DossierSignature one;
      one.name = name;
      one.of = of;
      one.attached = s.attached;
      one.gost = s.gost;
      one.lines = process::lines(s, parts.zone);
      one.mathematics = of.empty() ? render::Expected::unknown : mathematics(s);
      const bool crls = d.crl_of_signer || d.crl_of_chain;
      one.whole = of.empty() ? render::Expected::unknown : whole(s, !d.trust_file.empty(), crls);
      one.judged_as_of = data.check.at.value_or(data.made_at);
      if (!crls && !s.signers.empty() && s.signers.front().stamped_at) one.judged_as_of = *s.signers.front().stamped_at;
      one.checked_at = data.check.at.value_or(data.made_at);
      add_stamps(d, one, s, received, base);
      const bool answers_good = !d.trust_file.empty() && !s.gost && !any_of(s.codes, {"revocation_unknown"});
      for (const auto& answer : s.ocsp) {
        auto bytes_of_answer = text::base64_decode(answer);
        if (!bytes_of_answer) continue;
        const std::string path = "trust/ocsp-" + std::to_string(++answers) + ".der";
        add_bytes(d, path, std::move(bytes_of_answer).value());
        if (answers_good) one.ocsp.push_back(path);
      }
      d.signatures.push_back(std::move(one));
    }
    verdicts.push_back(verdict_json(s, name, of));
  }
  add_bytes(d, "verdicts.json", boost::json::serialize(verdicts) + "\n");
  return d;
}

}  // namespace sedlink::engine
