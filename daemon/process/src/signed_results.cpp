// What people learn of the signatures, and what the dossier is put together from.
#include <algorithm>

#include "sedlink/core/text.hpp"
#include "stepper.hpp"

namespace sedlink::process {
namespace {

bool has_bytes(const ResultSet& results) {
  return std::any_of(results.files.begin(), results.files.end(), [](const ResultFile& f) {
    return std::any_of(f.signatures.begin(), f.signatures.end(),
                       [](const SignatureInfo& s) { return !s.bytes.empty(); });
  });
}

}  // namespace

void Stepper::signatures_verified(const ResultSet& results, const SignaturesVerified& verified) {
  in_.signatures = verified.check;
  for (const auto& s : in_.signatures.signatures)
    for (const auto& line : lines(s, rules_.zone))
      note("Подпись «" + (s.name.empty() ? s.file : s.name) + "»: " + line);
  const bool asked = std::any_of(mapping_.results.begin(), mapping_.results.end(), [](const mapping::ResultRule& r) {
    return r.take == mapping::Take::signatures || r.take == mapping::Take::dossier;
  });
  if (asked || has_bytes(results)) comment(report(in_.signatures, rules_.zone));
  if (overall(in_.signatures) == Standing::invalid) {
    std::vector<std::string> bad;
    for (const auto& s : in_.signatures.signatures)
      if (s.standing == Standing::invalid) {
        const std::string name = who(s, s.signers.empty() ? nullptr : &s.signers.front());
        bad.push_back(name + ": " + text::join(reasons(s), "; "));
      }
    const std::string words = "«" + in_.card.title + "»: НЕВЕРНА электронная подпись. " + text::join(bad, ". ");
    notify({mapping::Recipient::responsible}, words);
    if (verified.incident_when_invalid) attention("signature.invalid", words);
  }
  sync_fields();
  deliver(results);
}

// Nobody could look: that is said, and nothing waits for it.
void Stepper::signatures_unverified(const ResultSet& results, const std::string& why) {
  SignaturesVerified nothing;
  nothing.check.at = now_;
  for (const auto& file : results.files) {
    int n = 0;
    for (const auto& s : file.signatures) {
      CheckedSignature one;
      one.file_id = file.ref.id;
      one.file = file.name;
      one.number = ++n;
      if (!s.bytes.empty()) one.name = file.name + "." + std::to_string(n) + ".p7s";
      one.told_signer = s.signer;
      one.told_at = s.signed_at;
      one.codes.emplace_back("not_verified");
      one.reasons.push_back(why);
      nothing.check.signatures.push_back(std::move(one));
    }
  }
  signatures_verified(results, nothing);
}

DossierData Stepper::dossier(const ResultSet& results, const ResultFile* main, std::string sheet_name) const {
  DossierData d;
  d.title = document_text("title").empty() ? in_.card.title : document_text("title");
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) d.facts.emplace_back(name, value);
  };
  fact("Карточка", in_.card.title + " (" + to_string(in_.item) + ")");
  fact("Ссылка на карточку", in_.card.url);
  fact("Документ СЭД", in_.document ? in_.document->id : std::string());
  fact("Процесс СЭД", in_.process ? in_.process->id : std::string());
  fact("Ссылка на процесс", in_.process ? in_.process->url : std::string());
  fact("Итог", in_.outcome ? russian_name(*in_.outcome) : "");
  fact("Начат", rules_.zone.to_display(in_.started_at));
  fact("Закончен", in_.ended_at ? rules_.zone.to_display(*in_.ended_at) : std::string());
  fact("Сопоставление", in_.mapping + ", редакция " + in_.revision);
  fact("Запуск", in_.id + ", № " + std::to_string(in_.launch_no));

  const auto verified_hash = [&](const ResultFile& file) {
    for (const auto& s : in_.signatures.signatures)
      if (s.file_id == file.ref.id && !s.file_sha256.empty()) return s.file_sha256;
    return std::string();
  };
  const auto add = [&](const ResultFile& file) {
    DossierData::File one;
    one.ref = file.ref;
    one.name = file.name;
    one.size = file.size;
    one.sha256 = verified_hash(file);
    d.files.push_back(std::move(one));
  };
  if (main != nullptr)
    add(*main);
  else
    d.absent.emplace_back("Документа нет: в СЭД не нашёлся файл, который отправляли на согласование.");
  // Whatever else somebody has signed: annexes.
  for (const auto& file : results.files)
    if (&file != main && !file.signatures.empty()) add(file);
  for (const auto& file : results.files) {
    int n = 0;
    for (const auto& s : file.signatures) {
      ++n;
      if (s.bytes.empty()) {
        d.absent.push_back("Файла подписи нет: " + (s.signer.empty() ? std::string("подписант не назван") : s.signer) +
                           ", файл «" + file.name + "». СЭД его не отдаёт, или подпись простая, без сертификата.");
        continue;
      }
      d.signatures.push_back(
          {file.name + "." + std::to_string(n) + ".p7s", text::base64_encode(s.bytes), file.ref.id, n});
    }
  }
  if (main != nullptr && main->signatures.empty())
    d.absent.push_back("Подписей нет: СЭД не назвала ни одной подписи последней версии файла «" + main->name + "».");
  d.check = in_.signatures;
  d.sheet_name = std::move(sheet_name);
  if (results.sheet_pdf)
    d.sheet_pdf = results.sheet_pdf;
  else
    d.sheet = sheet(results, main);
  d.made_at = now_;
  return d;
}

}  // namespace sedlink::process
