// The document and its files: what it is made of, which file continues which, when all of them are there.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <functional>
#include <iterator>
#include <set>

#include "sedlink/core/hash.hpp"
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

// What a document was made of, to notice that the card says something else by now.
std::string draft_hash(const DocumentDraft& draft) {
  return sha256_hex(boost::json::serialize(to_json(Effect{"", "", CreateDocument{draft}})));
}

bool same_source(const DocumentFile& a, const DocumentFile& b) {
  return a.role == b.role && a.field == b.field && a.crm_id == b.crm_id;
}

std::ptrdiff_t mains(const std::vector<DocumentFile>& files) {
  return std::count_if(files.begin(), files.end(), [](const DocumentFile& f) { return f.role == "main"; });
}

// Says of each file of the card which file of the document it continues: the same file of the CRM, else the same
// content, else the same name, else the one main file. A file of the document is continued once at most.
void continue_files(std::vector<DocumentFile>& incoming, const std::vector<DocumentFile>& known) {
  for (DocumentFile& f : incoming) {
    f.edms_file.clear();
    f.sent = false;
  }
  const bool one_main = mains(incoming) == 1 && mains(known) == 1;
  std::set<std::string> claimed;
  using Alike = std::function<bool(const DocumentFile&, const DocumentFile&)>;
  const std::vector<Alike> from_best{
      same_source, [](const DocumentFile& a, const DocumentFile& b) { return a.sha256 == b.sha256; },
      [](const DocumentFile& a, const DocumentFile& b) { return a.name == b.name; },
      [one_main](const DocumentFile& a, const DocumentFile&) { return one_main && a.role == "main"; }};
  for (const Alike& alike : from_best) {
    for (DocumentFile& f : incoming) {
      if (!f.edms_file.empty()) continue;
      const auto it = std::find_if(known.begin(), known.end(), [&](const DocumentFile& k) {
        return k.role == f.role && !k.edms_file.empty() && !claimed.contains(k.edms_file) && alike(f, k);
      });
      if (it == known.end()) continue;
      claimed.insert(it->edms_file);
      f.edms_file = it->edms_file;
      f.sent = it->sent && it->sha256 == f.sha256;
    }
  }
}

}  // namespace

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
    sync_fields();
    note("Файлы не изменились с прошлого согласования: процесс не запущен");
    if (in_.told_same_revision != in_.entry) {
      in_.told_same_revision = in_.entry;
      comment(
          "Файлы не изменились с прошлого согласования: повторный процесс не запущен. Замените файл и переведите "
          "карточку на стадию запуска снова.");
    }
    return;
  }
  if (!in_.document) return ensure_counterparty_or_create();
  const std::string data = draft_hash(document_draft());
  if (!in_.document_data.empty() && in_.document_data != data)
    comment(
        "Данные карточки изменились с тех пор, как создан документ в СЭД. Реквизиты документа демон не меняет: "
        "поправьте "
        "их в СЭД: " +
        in_.document->url);
  in_.document_data = data;
  send_files();
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

DocumentDraft Stepper::document_draft() const {
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
  return draft;
}

void Stepper::create_document() {
  DocumentDraft draft = document_draft();
  in_.document_data = draft_hash(draft);
  in_.phase = Phase::document;
  emit_object(CreateDocument{std::move(draft)}, key("document", std::to_string(in_.document_no)));
}

// Every file is to be attached anew.
void Stepper::detach_files() {
  if (in_.incoming.empty())  // all of them had been sent
    std::copy_if(in_.files.begin(), in_.files.end(), std::back_inserter(in_.incoming),
                 [](const DocumentFile& f) { return f.role != "removed"; });
  in_.files.clear();
  for (auto& f : in_.incoming) {
    f.edms_file.clear();
    f.sent = false;
  }
}

void Stepper::next_document(const std::string& why) {
  const std::string old_link = in_.document ? in_.document->url : std::string();
  ++in_.document_no;
  in_.document.reset();
  detach_files();
  comment(why + ": создаём новый документ." + (old_link.empty() ? std::string() : " Прежний: " + old_link));
  out_.drop_edms_effects = true;
  ensure_counterparty_or_create();
}

void Stepper::send_files() {
  if (in_.phase != Phase::running) in_.phase = Phase::document;
  continue_files(in_.incoming, in_.files);
  for (const auto& file : in_.incoming) {
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
    if (same_source(f, file) && f.sha256 == file.sha256) {
      f.edms_file = edms_file;
      f.sent = true;
      if (!edms_file.empty()) {  // known from now on: a refusal of the next file must not attach this one again
        const auto known = std::find_if(in_.files.begin(), in_.files.end(),
                                        [&](const DocumentFile& k) { return k.edms_file == edms_file; });
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
    const bool continued = std::any_of(in_.incoming.begin(), in_.incoming.end(),
                                       [&](const DocumentFile& i) { return i.edms_file == f.edms_file; });
    if (!continued && !f.edms_file.empty() && f.role != "removed") {
      DocumentFile kept = f;
      kept.role = "removed";
      in_.incoming.push_back(std::move(kept));
    }
  }
  in_.files = std::move(in_.incoming);
  in_.incoming.clear();
  if (!in_.resubmitting) return prepare();
  if (!in_.last || !in_.last->author_decision || !in_.process) {
    in_.resubmitting = false;
    return comment("Исправленные файлы отправлены в СЭД, но решение о доработке там уже принято без нас.");
  }
  const AuthorDecision decision = *in_.last->author_decision;
  in_.decided_task = task_of(decision);
  in_.shown_row.clear();
  emit(DecideRound{*in_.process, decision, true, "Исправлено, отправлено на повторное согласование из CRM"});
}

void Stepper::version_refused(const Error& error) {
  if (in_.phase == Phase::running) {
    if (!in_.resubmitting) return;
    std::vector<std::string> problems{"СЭД не принимает новую версию файла: " + error.message};
    return refuse(std::move(problems));
  }
  if (in_.phase != Phase::document) return;  // withdrawn meanwhile: nothing is sent any more
  next_document("СЭД больше не принимает новые версии прежнего документа (" + error.message + ")");
}

}  // namespace sedlink::process
