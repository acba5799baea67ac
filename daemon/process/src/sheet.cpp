// What the approval sheet says: everything a reader on paper needs, frozen when the outcome came.
#include <algorithm>
#include <map>

#include "sedlink/core/text.hpp"
#include "stepper.hpp"

namespace sedlink::process {
namespace {

// An EDMS shows the certificate's digest as base64; people compare hex. What is neither stays as it is.
std::string thumbprint_for_people(const std::string& told) {
  const std::string plain(text::trim(told));
  const Result<std::string> bytes = text::base64_decode(plain);
  const bool digest =
      bytes.has_value() && (bytes.value().size() == 20 || bytes.value().size() == 32);  // SHA-1, SHA-256
  return text::to_upper_ascii(digest ? text::hex(bytes.value()) : plain);
}

std::string with_tax_numbers(std::string name, const std::string& inn, const std::string& kpp) {
  if (!inn.empty()) name += (name.empty() ? "ИНН " : ", ИНН ") + inn;
  if (!kpp.empty()) name += (name.empty() ? "КПП " : ", КПП ") + kpp;
  return name;
}

// "150000" and "RUB" -> "150 000,00 ₽". An amount that is no number is shown as it was written.
std::string amount(const std::string& sum, std::string currency) {
  if (sum.empty()) return sum;
  if (const auto bar = sum.find('|'); currency.empty() && bar != std::string::npos) currency = sum.substr(bar + 1);
  const std::string grouped = mapping::money_text(Value(sum)).to_text();
  if (currency == "RUB") currency = "₽";
  return currency.empty() ? grouped : grouped + "\u00A0" + currency;
}

// "UTC+03:00", at that moment.
std::string offset_of(const TimeZone& zone, Time at) {
  const std::string iso = zone.to_offset_iso(at);
  return "UTC" + iso.substr(iso.size() - 6);
}

}  // namespace

// The fields of the document as the mapping fills them; a reference is shown by what names it.
std::string Stepper::document_text(const char* name) const {
  for (const auto& field : mapping_.document.fields) {
    if (field.name != name) continue;
    if (const auto* t = std::get_if<mapping::Template>(&field.value)) return text(*t);
    const Reference found = reference(std::get<mapping::ReferenceSpec>(field.value), nullptr);
    return with_tax_numbers(found.name, found.inn, found.kpp);
  }
  return {};
}

void Stepper::add_people(SheetData& s, const ResultSet& results) const {
  for (const auto& p : in_.seen)
    if (p.stage != StageKind::rework) s.participants.push_back(p);
  // People whom no snapshot has shown, from the EDMS's own sheet.
  for (const auto& row : results.sheet_rows) {
    const bool known = std::any_of(s.participants.begin(), s.participants.end(), [&](const Participant& p) {
      return text::fold(p.person.name) == text::fold(row.person);
    });
    if (known || row.person.empty()) continue;
    Participant p;
    p.person.name = row.person;
    p.position = row.position;
    p.comment = row.comment;
    p.decided_at = row.date;
    p.state = row.date ? ParticipantState::done : ParticipantState::skipped;
    for (const Verdict v : {Verdict::approved, Verdict::approved_with_remarks, Verdict::rejected})
      if (text::fold(row.result) == text::fold(russian_name(v))) p.verdict = v;
    p.stage_name = row.result;
    s.added_from_edms.push_back(row.person);
    s.participants.push_back(std::move(p));
  }
  for (auto& p : s.participants)
    if (p.position.empty())
      for (const auto& row : results.sheet_rows)
        if (text::fold(row.person) == text::fold(p.person.name)) p.position = row.position;
}

// Facts that tell two stamps of one person apart: the round in which it was made, and whether the file was changed
// later.
void Stepper::add_signatures(SheetData& s, const ResultFile& file) const {
  std::map<int, Time> last_decision;
  for (const auto& p : s.participants)
    if (p.decided_at) {
      Time& last = last_decision.try_emplace(p.round, *p.decided_at).first->second;
      last = std::max(last, *p.decided_at);
    }
  int n = 0;
  for (const auto& g : file.signatures) {
    SheetData::Signature out;
    ++n;
    for (const auto& checked : in_.signatures.signatures) {
      if (checked.file_id != file.ref.id || checked.number != n) continue;
      out.verdict = to_string(checked.standing);
      out.reason = text::join(reasons(checked), "; ");
    }
    out.signer = g.signer;
    out.thumbprint = thumbprint_for_people(g.thumbprint);
    out.file = file.name;
    if (g.signed_at) {
      out.time = rules_.zone.to_display(*g.signed_at);
      // People sign some seconds before or after they decide: the nearest round is theirs.
      const auto distance = [&](const auto& round) { return std::chrono::abs(round.second - *g.signed_at); };
      const auto nearest = std::min_element(last_decision.begin(), last_decision.end(),
                                            [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
      if (last_decision.size() > 1) out.version = "круг " + std::to_string(nearest->first);
    }
    if (file.modified_at) {
      out.version += (out.version.empty() ? "файл от " : ", файл от ") + rules_.zone.to_display(*file.modified_at);
      if (g.signed_at && *g.signed_at < *file.modified_at) out.version += " (изменён после подписи)";
    }
    s.signatures.push_back(std::move(out));
  }
}

SheetData Stepper::sheet(const ResultSet& results, const ResultFile* main) const {
  const mapping::Scope scope = make_scope(in_, rules_.zone);
  const auto say = [&](const char* path) {
    const auto value = scope(path);
    return value ? value->to_text() : std::string();
  };
  SheetData s;
  s.title = mapping_.title;
  s.document_title = document_text("title");
  if (s.document_title.empty()) s.document_title = in_.card.title;
  s.kind = document_text("kind");
  s.company = document_text("our_company");
  std::string currency = document_text("currency");
  if (currency.empty()) currency = say("item.currencyId");
  s.sum = amount(document_text("sum"), currency);
  s.number = say("document.number");
  if (in_.last && in_.last->document.date) s.date = rules_.zone.to_display_date(*in_.last->document.date);
  s.counterparty = with_tax_numbers(say("company.title"), say("company.requisite.inn"), say("company.requisite.kpp"));
  s.card_title = in_.card.title + " (" + in_.item.entity + "/" + in_.item.id + ")";
  s.card = in_.card.url;
  s.link = say("process.url");
  s.document_link = in_.document ? in_.document->url : std::string();
  s.crm = in_.item.connection;
  s.initiator = in_.initiator;
  s.responsible = in_.card.assigned_by;
  const auto ours =
      std::find_if(in_.files.begin(), in_.files.end(), [](const DocumentFile& f) { return f.role == "main"; });
  if (main != nullptr) {
    s.file_name = main->name;
    s.file_sha256 = main->sha256;
  }
  if (ours != in_.files.end()) {
    if (s.file_name.empty()) s.file_name = ours->name;
    if (s.file_sha256.empty() && (main == nullptr || main->size == ours->size)) s.file_sha256 = ours->sha256;
  }
  s.process_name = mapping_.process.template_name;
  if (s.process_name.empty() && mapping_.process.name) s.process_name = text(*mapping_.process.name);
  if (s.process_name.empty()) s.process_name = mapping_.title;
  const Time started = in_.last && in_.last->started_at ? *in_.last->started_at : in_.started_at;
  const Time ended = in_.ended_at.value_or(now_);
  s.started = rules_.zone.to_display(started);
  s.ended = rules_.zone.to_display(ended);
  s.time_zone = offset_of(rules_.zone, ended);
  s.outcome = russian_name(*in_.outcome);
  add_people(s, results);
  if (main != nullptr) add_signatures(s, *main);
  s.made_at = ended;
  return s;
}

}  // namespace sedlink::process
