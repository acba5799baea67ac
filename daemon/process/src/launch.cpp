// From a card on the launch stage to a started process.
#include <algorithm>
#include <chrono>
#include <set>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "stepper.hpp"

namespace sedlink::process {
namespace {

std::string revision_of(std::vector<DocumentFile> files) {
  std::sort(files.begin(), files.end(), [](const DocumentFile& a, const DocumentFile& b) {
    return std::tie(a.role, a.name, a.sha256) < std::tie(b.role, b.name, b.sha256);
  });
  std::string all;
  for (const auto& f : files) all += f.role + "\n" + f.name + "\n" + f.sha256 + "\n";
  return sha256_hex(all);
}

bool same_place(const DocumentFile& a, const DocumentFile& b) { return a.role == b.role && a.name == b.name; }

}  // namespace

bool Stepper::is_own_move(const Item& item) const {
  if (in_.wanted_stage && *in_.wanted_stage == item.stage) return true;
  if (!in_.own_move || in_.own_move->stage != item.stage) return false;
  if (!in_.own_move->moved_at) return true;
  const auto distance = std::chrono::abs(*in_.own_move->moved_at - item.moved_at);
  return distance <= rules_.own_move_tolerance;
}

std::vector<DocumentFile> Stepper::wanted_files() const {
  std::vector<DocumentFile> out;
  for (const auto& spec : mapping_.document.files) {
    const auto it = in_.card.fields.find(spec.field);
    if (it == in_.card.fields.end()) continue;
    for (const auto& file : it->second.files()) {
      DocumentFile f;
      f.field = spec.field;
      f.role = spec.role;
      f.crm_id = file.id;
      f.name = file.name;
      out.push_back(std::move(f));
    }
  }
  return out;
}

bool Stepper::files_changed() const {
  std::set<std::pair<std::string, std::string>> now, before;
  for (const auto& f : wanted_files()) now.emplace(f.role, f.crm_id);
  for (const auto& f : in_.files)
    if (f.role != "removed") before.emplace(f.role, f.crm_id);
  return now != before;
}

void Stepper::start_run(const ItemSeen& e) {
  Instance next = new_instance(mapping_, e.item.ref);
  const Instance& old = in_;
  next.launch_no = old.launch_no + 1;
  next.document_no = old.document_no;
  next.document = old.document;
  next.counterparty = old.counterparty;
  next.files = old.files;
  next.shown_fields = old.shown_fields;
  next.told_same_revision = old.told_same_revision;
  next.prior_outcome = old.prior_outcome;
  next.prior_revision = old.prior_revision;
  next.card = e.item;
  next.started_at = now_;
  next.updated_at = now_;
  next.entry = e.item.moved_at;
  next.forced = e.by_command;
  next.initiator = e.by_command && !e.caller.empty()           ? e.caller
                   : !e.item.moved_by.empty() && !e.by_command ? e.item.moved_by
                                                               : e.item.assigned_by;
  in_ = std::move(next);
  in_.id = key("run", std::to_string(in_.launch_no));
  note("Запуск №" + std::to_string(in_.launch_no));
  check_and_collect();
}

void Stepper::check_and_collect() {
  std::vector<std::string> problems = preflight();
  if (!problems.empty()) return refuse(std::move(problems));
  in_.problems.clear();
  collect();
}

std::vector<std::string> Stepper::preflight() const {
  const mapping::Scope scope = make_scope(in_, rules_.zone);
  std::vector<std::string> problems;
  std::set<std::string> told;
  const auto absent = [&](const std::string& path) {
    if (told.insert(path).second) problems.push_back("Не заполнено: " + path);
  };
  for (const auto& field : mapping_.launch.require) {
    const std::string path = field.find('.') == std::string::npos ? "item." + field : field;
    const auto value = scope(path);
    if (!value || value->empty()) absent(path);
  }
  std::vector<mapping::Missing> missing;
  for (const auto& field : mapping_.document.fields) {
    if (field.optional) continue;
    if (const auto* spec = std::get_if<mapping::ReferenceSpec>(&field.value))
      static_cast<void>(reference(*spec, &missing));
    else
      for (auto& m : std::get<mapping::Template>(field.value).render(scope, &rules_.zone).missing)
        missing.push_back(std::move(m));
  }
  for (const auto& m : missing) absent(m.path);
  for (const auto& spec : mapping_.document.files) {
    if (spec.optional) continue;
    const auto it = in_.card.fields.find(spec.field);
    if (it == in_.card.fields.end() || it->second.files().empty()) absent("item." + spec.field);
  }
  return problems;
}

void Stepper::refuse(std::vector<std::string> problems) {
  std::sort(problems.begin(), problems.end());
  const std::string told = sha256_hex(text::join(problems, "\n"));
  in_.problems = problems;
  if (in_.phase != Phase::running) {
    in_.phase = Phase::waiting_for_data;
    out_.drop_edms_effects = true;
  } else if (in_.resubmitting) {  // the round can be decided again, from the same entry too
    in_.entry.reset();
    if (in_.last && in_.last->author_decision)
      in_.decided_round = std::min(in_.decided_round, in_.last->author_decision->round - 1);
  }
  in_.resubmitting = false;
  if (in_.told == told) return;
  in_.told = told;
  const std::string sentence =
      "Не отправлено в СЭД. " + text::join(problems, "; ") + ". Дополните карточку: отправка повторится сама.";
  note(sentence);
  comment(sentence);
  const mapping::Reaction& reaction = mapping_.launch.refused;
  if (reaction.comment) comment(text(*reaction.comment));
  notify(reaction.notify.empty() ? std::vector<mapping::Recipient>{mapping::Recipient::initiator} : reaction.notify,
         sentence);
  if (reaction.crm && in_.phase == Phase::waiting_for_data) move_card(*reaction.crm, true);
}

void Stepper::collect() {
  std::vector<DocumentFile> wanted = wanted_files();
  bool known = true;
  for (auto& file : wanted) {
    const auto it = std::find_if(in_.files.begin(), in_.files.end(), [&](const DocumentFile& f) {
      return f.role == file.role && f.field == file.field && f.crm_id == file.crm_id && !f.sha256.empty();
    });
    if (it == in_.files.end())
      known = false;
    else
      file = *it;
  }
  if (in_.phase != Phase::running) in_.phase = Phase::collecting;
  // The same file ids in the CRM are the same content: nothing to download, unless something still has to be sent.
  const bool all_sent = std::all_of(wanted.begin(), wanted.end(), [](const DocumentFile& f) { return f.sent; });
  if (known && all_sent) return files_ready(std::move(wanted));
  emit(CollectFiles{in_.item, std::move(wanted)});
}

void Stepper::files_ready(std::vector<DocumentFile> files) {
  in_.incoming = std::move(files);
  in_.file_revision = revision_of(in_.incoming);
  if (in_.resubmitting) return send_files();
  const bool repeatable =
      !in_.prior_outcome || *in_.prior_outcome == Outcome::withdrawn || *in_.prior_outcome == Outcome::interrupted;
  if (!in_.forced && mapping_.launch.once_per == mapping::OncePer::revision && !repeatable &&
      in_.prior_revision == in_.file_revision) {
    in_.phase = Phase::ended;
    in_.closed_reason = "same_revision";
    in_.ended_at = now_;
    in_.incoming.clear();
    note("Файлы не изменились с прошлого согласования: процесс не запущен");
    if (in_.told_same_revision != in_.entry) {
      in_.told_same_revision = in_.entry;
      comment(
          "Файлы не изменились с прошлого согласования: повторный процесс не запущен. Замените файл и переведите "
          "карточку на стадию запуска снова.");
    }
    return;
  }
  if (in_.document) return send_files();
  ensure_counterparty_or_create();
}

Reference Stepper::reference(const mapping::ReferenceSpec& spec, std::vector<mapping::Missing>* missing) const {
  const mapping::Scope scope = make_scope(in_, rules_.zone);
  Reference r;
  const auto render = [&](const std::optional<mapping::Template>& t, bool required) {
    if (!t) return std::string();
    auto rendered = t->render(scope, &rules_.zone);
    if (required && missing != nullptr)
      for (auto& m : rendered.missing) missing->push_back(std::move(m));
    return rendered.value.to_text();
  };
  r.id = render(spec.id, true);
  r.name = render(spec.name, true);
  r.inn = render(spec.inn, true);
  r.kpp = render(spec.kpp, false);  // individual entrepreneurs have none
  r.create = spec.create;
  if (spec.user) {
    Person p;
    p.id = render(spec.user, true);
    r.user = std::move(p);
  }
  return r;
}

void Stepper::ensure_counterparty_or_create() {
  for (const auto& field : mapping_.document.fields) {
    const auto* spec = std::get_if<mapping::ReferenceSpec>(&field.value);
    if (field.name != "counterparty" || spec == nullptr || !spec->id.value_or(mapping::Template()).empty()) continue;
    Reference r = reference(*spec, nullptr);
    if (r.inn.empty() && r.name.empty()) break;  // optional and absent
    const auto title = in_.card.company.find("title");
    in_.phase = Phase::counterparty;
    const std::string object_key =
        idempotency_key(rules_.instance_name, "counterparty|" + r.inn + "|" + r.kpp + "|" + r.name);
    return emit_object(
        EnsureCounterparty{std::move(r), title == in_.card.company.end() ? std::string() : title->second.to_text()},
        object_key);
  }
  create_document();
}

void Stepper::create_document() {
  const mapping::Scope scope = make_scope(in_, rules_.zone);
  DocumentDraft draft;
  draft.type = mapping_.document.type;
  draft.key_source = in_.item.entity + "/" + in_.item.id;
  for (const auto& field : mapping_.document.fields) {
    if (const auto* spec = std::get_if<mapping::ReferenceSpec>(&field.value)) {
      Reference r = reference(*spec, nullptr);
      if (field.name == "counterparty" && !in_.counterparty.empty()) r.id = in_.counterparty;
      const bool empty = r.id.empty() && r.name.empty() && r.inn.empty() && (!r.user || r.user->id.empty());
      if (!empty) draft.fields.emplace_back(field.name, std::move(r));
      continue;
    }
    Value value = std::get<mapping::Template>(field.value).render(scope, &rules_.zone).value;
    if (!value.empty()) draft.fields.emplace_back(field.name, std::move(value));
  }
  in_.phase = Phase::document;
  emit_object(CreateDocument{std::move(draft)}, key("document", std::to_string(in_.document_no)));
}

void Stepper::send_files() {
  if (in_.phase != Phase::running) in_.phase = Phase::document;
  const auto mains = [](const std::vector<DocumentFile>& files) {
    return std::count_if(files.begin(), files.end(), [](const DocumentFile& f) { return f.role == "main"; });
  };
  const bool one_main = mains(in_.incoming) == 1 && mains(in_.files) == 1;
  std::vector<Effect> sends;
  for (auto& file : in_.incoming) {
    const auto known = std::find_if(in_.files.begin(), in_.files.end(), [&](const DocumentFile& f) {
      return !f.edms_file.empty() && (same_place(f, file) || (one_main && f.role == "main" && file.role == "main"));
    });
    if (known != in_.files.end()) {
      file.edms_file = known->edms_file;
      file.sent = known->sent && known->sha256 == file.sha256;
    } else {
      file.edms_file.clear();
      file.sent = false;
    }
    if (file.sent) continue;
    if (file.edms_file.empty())
      emit(AttachFile{*in_.document, file});
    else
      emit(AddVersion{*in_.document, file});
  }
  if (std::all_of(in_.incoming.begin(), in_.incoming.end(), [](const DocumentFile& f) { return f.sent; }))
    all_files_sent();
}

void Stepper::file_sent(const DocumentFile& file, const std::string& edms_file) {
  bool all = !in_.incoming.empty();
  for (auto& f : in_.incoming) {
    if (same_place(f, file) && f.sha256 == file.sha256) {
      f.edms_file = edms_file;
      f.sent = true;
      if (!edms_file.empty()) {  // known from now on: a refusal of the next file must not attach this one again
        const auto known = std::find_if(in_.files.begin(), in_.files.end(), [&](const DocumentFile& k) {
          return k.edms_file == edms_file || same_place(k, f);
        });
        if (known == in_.files.end())
          in_.files.push_back(f);
        else
          *known = f;
      }
    }
    all = all && f.sent;
  }
  if (all && (in_.phase == Phase::document || in_.resubmitting)) all_files_sent();
}

void Stepper::all_files_sent() {
  // Files that left the card stay attached to the document: the EDMS keeps what was once shown to approvers.
  for (const auto& f : in_.files) {
    const bool replaced = std::any_of(in_.incoming.begin(), in_.incoming.end(), [&](const DocumentFile& i) {
      return same_place(i, f) || (!f.edms_file.empty() && i.edms_file == f.edms_file);
    });
    if (!replaced && !f.edms_file.empty() && f.role != "removed") {
      DocumentFile kept = f;
      kept.role = "removed";
      in_.incoming.push_back(std::move(kept));
    }
  }
  in_.files = std::move(in_.incoming);
  in_.incoming.clear();
  if (!in_.resubmitting) return prepare();
  if (!in_.last || !in_.last->author_decision || !in_.process) return;
  const AuthorDecision decision = *in_.last->author_decision;
  in_.decided_round = decision.round;
  in_.shown_row.clear();
  emit(DecideRound{*in_.process, decision, true, "Исправлено, отправлено на повторное согласование из CRM"});
}

void Stepper::prepare() {
  const auto& spec = mapping_.process;
  ProcessDraft draft;
  draft.kind = spec.kind;
  draft.template_name = spec.template_name;
  for (const auto& a : spec.approvers) draft.approvers.push_back(reference(a, nullptr));
  if (spec.name) draft.name = text(*spec.name);
  if (spec.description) draft.description = text(*spec.description);
  draft.due = spec.due;
  if (spec.author) {
    draft.author = reference(*spec.author, nullptr);
  } else if (spec.rework == mapping::Rework::edms && !in_.initiator.empty()) {
    Reference author;
    author.user = Person{in_.initiator, "", ""};
    draft.author = std::move(author);
  }
  in_.phase = Phase::preparing;
  emit_object(PrepareProcess{*in_.document, std::move(draft)}, key("process", std::to_string(in_.launch_no)));
}

void Stepper::started() {
  if (in_.phase != Phase::starting) return;
  in_.phase = Phase::running;
  in_.told.clear();
  in_.edms_moved_at = now_;
  note("Процесс запущен в СЭД");
  react(mapping_.launch.sent, false);
  sync_fields();
  out_.poll_soon = true;
  if (in_.cancel_requested) send_cancel();
}

void Stepper::version_refused(const Error& error) {
  if (in_.phase == Phase::running) {
    if (!in_.resubmitting) return;
    in_.resubmitting = false;
    std::vector<std::string> problems{"СЭД не принимает новую версию файла: " + error.message};
    return refuse(std::move(problems));
  }
  if (in_.phase != Phase::document) return;  // withdrawn meanwhile: nothing is sent any more
  const std::string old_link = in_.document ? in_.document->url : std::string();
  ++in_.document_no;
  in_.document.reset();
  in_.files.clear();
  for (auto& f : in_.incoming) {
    f.edms_file.clear();
    f.sent = false;
  }
  comment("СЭД больше не принимает новые версии прежнего документа (" + error.message +
          "): создаём новый документ. Прежний: " + old_link);
  out_.drop_edms_effects = true;
  ensure_counterparty_or_create();
}

}  // namespace sedlink::process
