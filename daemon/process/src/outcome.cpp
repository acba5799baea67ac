// The end of a run and the way back of its results.
#include <algorithm>

#include "sedlink/core/text.hpp"
#include "stepper.hpp"

namespace sedlink::process {
namespace {

bool is_approved(Outcome o) { return o == Outcome::approved || o == Outcome::approved_with_remarks; }

const ResultFile* by_id(const ResultSet& results, const std::string& id) {
  for (const auto& f : results.files)
    if (f.ref.id == id) return &f;
  return nullptr;
}

// What people want of a run that was refused: how it went, not the document.
bool told_of_refusal(mapping::Take take) { return take == mapping::Take::sheet || take == mapping::Take::dossier; }

bool is_pdf(const ResultFile& f) { return text::to_lower_ascii(text::split_file_name(f.name).extension) == "pdf"; }

}  // namespace

void Stepper::conclude(Outcome outcome) {
  in_.outcome = outcome;
  in_.ended_at = in_.last && in_.last->ended_at ? *in_.last->ended_at : now_;
  in_.prior_outcome = outcome;
  in_.prior_revision = in_.file_revision;
  in_.phase = Phase::delivering;
  in_.resubmitting = false;
  note(std::string("Итог: ") + russian_name(outcome));
  const auto row = mapping_.outcomes.find(outcome);
  if (row != mapping_.outcomes.end()) {
    react(row->second, true);
  } else {
    attention("mapping.outcome_unhandled",
              std::string("Итога «") + russian_name(outcome) + "» нет в таблице outcomes:");
  }
  sync_fields();
  call_services(mapping::CallWhen::outcome, {});
  const bool wanted = std::any_of(mapping_.results.begin(), mapping_.results.end(), [&](const mapping::ResultRule& r) {
    return is_approved(outcome) || (outcome == Outcome::rejected && told_of_refusal(r.take));
  });
  if (!wanted || !in_.process || in_.card_gone) return finish();
  emit(ListResults{*in_.process});
}

void Stepper::add_delivery(Deliver d) {
  ++in_.deliveries_open;
  emit(std::move(d));
}

// Signatures are judged before anything is handed over: the sheet and the dossier say what became of them.
void Stepper::take_results(const ResultSet& results) {
  in_.results_listed = true;
  const bool any_signed = std::any_of(results.files.begin(), results.files.end(),
                                      [](const ResultFile& f) { return !f.signatures.empty(); });
  if (!any_signed) return deliver(results);
  VerifySignatures verify;
  verify.results = results;
  emit(std::move(verify));
}

void Stepper::deliver(const ResultSet& results) {
  const auto main_file = std::find_if(in_.files.begin(), in_.files.end(),
                                      [](const DocumentFile& f) { return f.role == "main" && !f.edms_file.empty(); });
  const ResultFile* main = main_file == in_.files.end() ? nullptr : by_id(results, main_file->edms_file);

  bool folder_asked = false;
  const auto place = [&](Deliver d, const mapping::ResultTarget& to, const std::string& caption) {
    switch (to.kind) {
      case mapping::ResultTarget::Kind::field: {
        FieldTarget t;
        t.item = in_.item;
        t.field = to.field;
        d.target = std::move(t);
        break;
      }
      case mapping::ResultTarget::Kind::timeline: {
        TimelineTarget t;
        t.item = in_.item;
        t.text = caption;
        d.target = std::move(t);
        break;
      }
      case mapping::ResultTarget::Kind::folder: {
        if (!mapping_.folder) return;
        if (!folder_asked && in_.folder_id.empty()) {
          folder_asked = true;
          auto rendered = mapping_.folder->render(make_scope(in_, rules_.zone), &rules_.zone);
          EnsureFolder f;
          f.path = std::move(rendered.segments);
          f.company_segment = rendered.company_segment;
          f.company_id = in_.card.company_id;
          if (const auto inn = in_.card.company.find("requisite.inn"); inn != in_.card.company.end())
            f.company_tag = inn->second.to_text();
          emit(ChangeCrm{std::move(f)});
        }
        d.target = FolderTarget();
        d.to_folder_of_run = true;
        break;
      }
    }
    add_delivery(std::move(d));
  };
  const auto place_file = [&](const ResultFile& file, const mapping::ResultRule& rule, const std::string& caption) {
    for (const auto& to : rule.to) {
      Deliver d;
      d.source = Deliver::Source::edms_file;
      d.file = file.ref;
      d.size = file.size;
      d.name = file.name;
      for (const auto& s : in_.signatures.signatures)
        if (s.file_id == file.ref.id && !s.file_sha256.empty()) d.sha256 = s.file_sha256;
      place(std::move(d), to, caption);
    }
  };
  const std::string again = in_.launch_no > 1 ? " (" + std::to_string(in_.launch_no) + ")" : std::string();
  const std::string sheet_name = text::safe_name("Лист согласования — " + in_.card.title + again) + ".pdf";

  for (const auto& rule : mapping_.results) {
    if (!is_approved(*in_.outcome) && !told_of_refusal(rule.take)) continue;
    switch (rule.take) {
      case mapping::Take::document:
        if (main == nullptr)
          attention("edms.no_document", "В СЭД не нашёлся основной файл документа: возвращать нечего.");
        else
          place_file(*main, rule, "Согласованный документ");
        break;
      case mapping::Take::pdf: {
        const auto pdf = std::find_if(results.files.begin(), results.files.end(), [&](const ResultFile& f) {
          const bool ours = std::any_of(in_.files.begin(), in_.files.end(),
                                        [&](const DocumentFile& d) { return d.edms_file == f.ref.id; });
          return is_pdf(f) && !ours;
        });
        if (pdf != results.files.end())
          place_file(*pdf, rule, "Документ в PDF");
        else
          comment("В СЭД нет PDF согласованного документа: возвращать нечего.");
        break;
      }
      case mapping::Take::files:
        for (const auto& f : results.files)
          if (!f.modified_at || *f.modified_at >= in_.started_at) place_file(f, rule, "Файлы согласования");
        break;
      case mapping::Take::signatures: {
        if (main == nullptr) break;
        int n = 0;
        for (const auto& signature : main->signatures) {
          ++n;
          if (signature.bytes.empty()) continue;  // said with the verdicts
          for (const auto& to : rule.to) {
            Deliver d;
            d.source = Deliver::Source::signature;
            d.bytes_base64 = text::base64_encode(signature.bytes);
            d.name = main->name + "." + std::to_string(n) + ".p7s";
            place(std::move(d), to, "Электронная подпись: " + signature.signer);
          }
        }
        break;
      }
      case mapping::Take::sheet:
        for (const auto& to : rule.to) {
          Deliver d;
          if (results.sheet_pdf) {
            d.source = Deliver::Source::edms_file;
            d.file = *results.sheet_pdf;
          } else {
            d.source = Deliver::Source::sheet;
            d.sheet = sheet(results, main);
          }
          d.name = sheet_name;
          place(std::move(d), to, "Лист согласования");
        }
        break;
      case mapping::Take::dossier: break;  // last of all, below: its trail tells of the others
    }
  }
  for (const auto& rule : mapping_.results) {
    if (rule.take != mapping::Take::dossier) continue;
    for (const auto& to : rule.to) {
      Deliver d;
      d.source = Deliver::Source::dossier;
      d.dossier = dossier(results, main, sheet_name);
      d.name = text::safe_name("Досье — " + in_.card.title + again) + ".zip";
      place(std::move(d), to, "Досье процесса");
    }
  }
  if (in_.deliveries_open == 0) finish();
}

void Stepper::delivered() {
  if (in_.deliveries_open > 0) --in_.deliveries_open;
  if (in_.phase == Phase::delivering && in_.results_listed && in_.deliveries_open == 0) finish();
}

void Stepper::finish() {
  in_.phase = Phase::ended;
  note("Готово");
  out_.look_again = true;  // somebody may have put the card back meanwhile
}

}  // namespace sedlink::process
