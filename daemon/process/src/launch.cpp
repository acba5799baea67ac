// From a card on the launch stage to a started process.
#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <map>
#include <set>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "stepper.hpp"

namespace sedlink::process {
namespace {

constexpr std::string_view blank = "Не заполнено: ";

// A manager knows the card's form, not REST: a field is called as the form calls it, or in the words of the language;
// only where nobody knows its title does it keep its code, which the portal shows in the settings of the field.
std::string for_people(const std::string& problem, const Rules& rules) {
  static const std::map<std::string, std::string, std::less<>> words{
      {"company.requisite.inn", "ИНН в реквизитах компании"},
      {"requisite.inn", "ИНН в реквизитах компании"},
      {"company.requisite.kpp", "КПП в реквизитах компании"},
      {"requisite.kpp", "КПП в реквизитах компании"},
      {"company.title", "название компании"},
      {"item.companyId", "компания"},
      {"item.contactId", "контакт"},
      {"item.title", "название карточки"},
      {"item.opportunity", "сумма"},
      {"item.assignedById", "ответственный"},
      {"item.closedate", "дата завершения"},
      {"item.begindate", "дата начала"}};
  if (!problem.starts_with(blank)) return problem;
  const std::string path = problem.substr(blank.size());
  constexpr std::string_view own = "item.";
  if (rules.field_titles != nullptr && path.starts_with(own))
    if (const auto it = rules.field_titles->find(path.substr(own.size())); it != rules.field_titles->end())
      return std::string(blank) + "поле карточки «" + it->second + "»";
  if (const auto it = words.find(path); it != words.end()) return std::string(blank) + it->second;
  return std::string(blank) + (path.starts_with(own) ? "поле карточки " + path.substr(own.size()) : path);
}

// What the file names as it is, without a look at the card: «name» or ИНН number, as the EDMS's refusals quote it.
std::vector<std::string> quoted_constants(const mapping::CompiledMapping& m) {
  std::vector<std::string> out;
  const auto add = [&out](const std::optional<mapping::Template>& t, const char* before, const char* after) {
    if (t && t->expressions().empty() && !t->source().empty()) out.push_back(before + t->source() + after);
  };
  const auto add_reference = [&](const mapping::ReferenceSpec& r) {
    add(r.name, "«", "»");
    add(r.inn, "ИНН ", "");
  };
  for (const auto& field : m.document.fields)
    if (const auto* r = std::get_if<mapping::ReferenceSpec>(&field.value)) add_reference(*r);
  for (const auto& r : m.process.approvers) add_reference(r);
  if (m.process.author) add_reference(*m.process.author);
  if (!m.process.template_name.empty()) out.push_back("«" + m.process.template_name + "»");
  return out;
}

// No card cures these: the mapping names what the EDMS does not have.
bool is_of_the_mapping(const std::vector<std::string>& constants, const std::string& problem) {
  if (problem.starts_with(blank)) return false;
  return std::any_of(constants.begin(), constants.end(),
                     [&](const std::string& c) { return problem.find(c) != std::string::npos; });
}

}  // namespace

bool Stepper::is_own_move(const Item& item) const {
  if (in_.wanted_stage && *in_.wanted_stage == item.stage) return true;
  if (!in_.own_move || in_.own_move->stage != item.stage) return false;
  if (!in_.own_move->moved_at) return false;
  const auto distance = std::chrono::abs(*in_.own_move->moved_at - item.moved_at);
  return distance <= rules_.own_move_tolerance;
}

void Stepper::start_run(const ItemSeen& e) {
  Instance next = new_instance(mapping_, e.item.ref);
  const Instance& old = in_;
  next.launch_no = old.launch_no + 1;
  next.document_no = old.document_no;
  // What the EDMS marked as deleted is looked up again: the document may be gone with the process.
  if (!old.last || old.last->state != ProcessState::deleted)
    next.document = old.document;
  else
    next.former_document = old.document ? old.document->id : old.former_document;
  next.document_data = old.document_data;
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
  if (e.by_command)
    next.put_stage = e.item.stage;  // where it stands is where it was sent from: nobody moved it by hand
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
    if (told.insert(path).second) problems.push_back(std::string(blank) + path);
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
  for (const auto& approver : mapping_.process.approvers) static_cast<void>(reference(approver, &missing));
  if (mapping_.process.author) static_cast<void>(reference(*mapping_.process.author, &missing));
  for (const auto* words : {&mapping_.process.name, &mapping_.process.description})
    if (*words)
      for (auto& m : (*words)->render(scope, &rules_.zone).missing) missing.push_back(std::move(m));
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
  if (in_.phase == Phase::starting) abandon_draft();
  const std::string told = sha256_hex(text::join(problems, "\n"));
  in_.problems = problems;
  if (in_.phase != Phase::running) {
    in_.phase = Phase::waiting_for_data;
    out_.drop_edms_effects = true;
  } else if (in_.resubmitting) {  // the round can be decided again, from the same entry too
    in_.entry.reset();
    in_.decided_task.clear();
  }
  in_.resubmitting = false;
  sync_fields();
  if (in_.told == told) return;
  in_.told = told;
  const bool leaves = in_.phase == Phase::waiting_for_data && mapping_.launch.refused.crm;
  const auto constants = quoted_constants(mapping_);
  std::vector<std::string> for_admin;
  std::copy_if(problems.begin(), problems.end(), std::back_inserter(for_admin),
               [&](const std::string& p) { return is_of_the_mapping(constants, p); });
  const bool by_edms =
      std::any_of(problems.begin(), problems.end(), [](const std::string& p) { return !p.starts_with(blank); });
  std::vector<std::string> said;
  std::transform(problems.begin(), problems.end(), std::back_inserter(said),
                 [this](const std::string& p) { return for_people(p, rules_); });
  std::string sentence = "Не отправлено в СЭД. " + text::join(said, "; ");
  if (for_admin.size() == problems.size()) {
    sentence += ". Карточка здесь ни при чём: это настройка, администратору сообщено. Когда он исправит, ";
    sentence += leaves ? "верните карточку на стадию запуска." : "отправка повторится сама.";
  } else {
    sentence += leaves ? ". Дополните карточку и верните её на стадию запуска."
                       : ". Дополните карточку: отправка повторится сама.";
    if (by_edms) sentence += " Если в карточке всё верно, обратитесь к администратору.";
  }
  note(sentence);
  comment(sentence);
  const mapping::Reaction& reaction = mapping_.launch.refused;
  if (reaction.comment) comment(text(*reaction.comment));
  notify(reaction.notify.empty() ? std::vector<mapping::Recipient>{mapping::Recipient::initiator} : reaction.notify,
         sentence);
  if (reaction.crm && in_.phase == Phase::waiting_for_data) move_card(*reaction.crm, true);
  if (!for_admin.empty())
    attention("mapping.reference",
              "Сопоставление «" + mapping_.id + "» называет то, чего в СЭД нет: " + text::join(for_admin, "; ") +
                  ". Исправьте файл и перезапустите службу: карточка, которая ждёт, отправится сама, а инцидент снимет "
                  "sedlink process skip " +
                  in_.id);
}

// The draft stays in the EDMS, not started: somebody has to know.
void Stepper::abandon_draft() {
  ++in_.refused_starts;
  if (!in_.process) return;
  const std::string link = in_.process->url.empty() ? in_.process->id : in_.process->url;
  note("В СЭД остался неначатый процесс: " + link);
  comment("В СЭД остался неначатый процесс, его можно удалить: " + link);
  in_.process.reset();
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
  // A draft whose start was refused is not started later: it says what the card said then.
  const std::string again = in_.refused_starts == 0 ? std::string() : "." + std::to_string(in_.refused_starts);
  emit_object(PrepareProcess{*in_.document, std::move(draft)}, key("process", std::to_string(in_.launch_no) + again));
}

void Stepper::started() {
  if (in_.phase != Phase::starting) return;
  in_.phase = Phase::running;
  in_.told.clear();
  in_.edms_moved_at = now_;
  note("Процесс запущен в СЭД");
  react(mapping_.launch.sent, false);
  call_services(mapping::CallWhen::launch, {});
  sync_fields();
  out_.poll_soon = true;
  if (in_.cancel_requested) send_cancel();
}

}  // namespace sedlink::process
