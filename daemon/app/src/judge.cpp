#include "judge.hpp"

#include <algorithm>
#include <optional>

#include "sedlink/core/text.hpp"

namespace sedlink::app {
namespace {

using config::Severity;
using mapping::CompiledMapping;

// Ids and names of one kind of catalog entries.
std::vector<std::string> ids(const api::Catalog& catalog, const std::string& kind) {
  std::vector<std::string> out;
  for (const auto& e : catalog)
    if (e.kind == kind) out.push_back(e.id);
  return out;
}
std::vector<std::string> names(const api::Catalog& catalog, const std::string& kind) {
  std::vector<std::string> out;
  for (const auto& e : catalog)
    if (e.kind == kind) out.push_back(e.name);
  return out;
}
bool has(const std::vector<std::string>& list, const std::string& wanted) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& s) { return text::fold(s) == text::fold(wanted); });
}

// Whether the other system told this list; when it did not, nothing that names its entries can be compared, and that is
// said once.
bool was_told(Project& project, const CompiledMapping& m, const api::Catalog& catalog, const std::string& kind,
              const config::Range& range) {
  const auto refused = std::find_if(catalog.begin(), catalog.end(), [&](const api::CatalogEntry& e) {
    return e.kind == api::unread_list && e.id == kind;
  });
  if (refused == catalog.end()) return true;
  const std::string message = "СЭД не показала список «" + kind + "», имена не сверены: " + refused->name;
  const bool said = std::any_of(project.findings.begin(), project.findings.end(),
                                [&](const config::Finding& f) { return f.file == m.file && f.message == message; });
  if (!said)
    add_finding(project, Severity::warning, "online.unread", m.file, range, message,
                "дайте пользователю службы право читать его в СЭД");
  return false;
}

// The text of a template without expressions, else nothing to compare.
std::optional<std::string> constant(const std::optional<mapping::Template>& t) {
  if (!t || !t->expressions().empty()) return std::nullopt;
  return t->source();
}

std::string near_or_all(const std::string& wanted, const std::vector<std::string>& known) {
  if (std::string near = propose(wanted, known); !near.empty()) return near;
  constexpr std::size_t readable = 12;
  return known.empty() || known.size() > readable ? std::string() : "есть: " + text::join(known, ", ");
}

// People a mapping names as they are: approvers, the author, references of the document.
struct NamedPerson {
  const mapping::ReferenceSpec* spec;
  config::Range range;
};
std::vector<NamedPerson> people_of(const Project& project, const CompiledMapping& m) {
  std::vector<NamedPerson> out;
  for (std::size_t i = 0; i < m.process.approvers.size(); ++i)
    out.push_back({&m.process.approvers[i], place(project, m.file, "process.approvers[" + std::to_string(i) + "]")});
  if (m.process.author) out.push_back({&*m.process.author, place(project, m.file, "process.author")});
  for (const auto& f : m.document.fields) {
    const bool person = f.name == "responsible" || f.name == "author" || f.name == "addressee" || f.name == "signer";
    if (const auto* spec = std::get_if<mapping::ReferenceSpec>(&f.value); spec != nullptr && person)
      out.push_back({spec, f.range});
  }
  return out;
}

// The launch stage has to be a stage of the launch pipeline: no card of another one ever stands on it.
void judge_pipeline(Project& project, const CompiledMapping& m, const api::Catalog& catalog) {
  if (m.launch.category.empty()) return;
  std::vector<std::string> known;
  std::string title;
  for (const auto& e : catalog)
    if (e.kind == "category" && e.detail == m.launch.entity) {
      known.push_back(e.id + " «" + e.name + "»");
      if (e.id == m.launch.category) title = " «" + e.name + "»";
    }
  if (known.empty()) return;  // the CRM did not tell its pipelines
  if (title.empty()) {
    add_finding(project, Severity::error, "online.category", m.file, place(project, m.file, "launch.category"),
                "На портале нет воронки " + m.launch.category + " у «" + m.launch.entity + "»",
                "есть: " + text::join(known, ", "));
    return;
  }
  const auto own = ids(catalog, "stage." + m.launch.entity + "." + m.launch.category);
  if (!own.empty() && has(ids(catalog, "stage"), m.launch.stage) && !has(own, m.launch.stage))
    add_finding(project, Severity::error, "online.category", m.file, m.launch.stage_range,
                "Стадия «" + m.launch.stage + "» не из воронки " + m.launch.category + title +
                    ": её карточки на эту стадию не встанут",
                "стадии воронки: " + text::join(own, ", "));
}

bool knows(const std::vector<std::string>& list, const std::string& word) {
  return list.empty() || std::find(list.begin(), list.end(), word) != list.end();
}

void judge_references(Project& project, const CompiledMapping& m, const api::Catalog& catalog,
                      const api::Capabilities& can) {
  const auto named = [&](const std::string& kind, const std::string& what, const std::string& name,
                         const config::Range& range) {
    const auto known = names(catalog, kind);
    if (was_told(project, m, catalog, kind, range) && !has(known, name))
      add_finding(project, Severity::error, "online." + kind, m.file, range, "В СЭД нет: " + what + " «" + name + "»",
                  near_or_all(name, known));
  };
  std::vector<std::string> inns;
  for (const auto& e : catalog)
    if (e.kind == "organization") inns.push_back(e.detail);
  if (has(inns, "")) inns.clear();  // not all of them told their ИНН
  const std::string kinds = "document_kind." + m.document.type;
  for (const auto& f : m.document.fields) {
    const auto* spec = std::get_if<mapping::ReferenceSpec>(&f.value);
    if (spec == nullptr) continue;
    if (const auto inn = constant(spec->inn); inn && f.name == "our_company" && !inns.empty() && !has(inns, *inn))
      add_finding(project, Severity::error, "online.organization", m.file, f.range,
                  "В СЭД нет нашей организации с ИНН " + *inn, near_or_all(*inn, inns));
    const auto name = constant(spec->name);
    if (!name) continue;
    // What the EDMS does not have at all, a type or a field, is told by a rule of its own.
    if (!knows(can.document_fields, f.name)) continue;
    if (f.name == "kind" && knows(can.document_types, m.document.type)) named(kinds, "вид документа", *name, f.range);
    if (f.name == "folder") named("folder", "папка", *name, f.range);
    if (f.name == "our_company") named("organization", "организация", *name, f.range);
  }
}

void judge_fields(Project& project, const CompiledMapping& m, const api::Catalog& catalog) {
  const auto own = ids(catalog, "document_field." + m.document.type);
  constexpr std::string_view vendor = "vendor.";
  for (const auto& f : m.document.fields) {
    if (!f.name.starts_with(vendor) || own.empty()) continue;
    const std::string name = f.name.substr(vendor.size());
    if (std::find(own.begin(), own.end(), name) == own.end())
      add_finding(project, Severity::error, "online.vendor_field", m.file, f.range,
                  "У документа «" + m.document.type + "» в СЭД нет поля «" + name + "»", propose(name, own));
  }
  for (const auto& e : catalog) {
    if (e.kind != "required_field." + m.document.type) continue;
    const bool filled = std::any_of(m.document.fields.begin(), m.document.fields.end(),
                                    [&](const mapping::DocumentField& f) { return f.name == e.id; });
    if (!filled)
      add_finding(project, Severity::warning, "online.required_field", m.file, place(project, m.file, "document"),
                  "СЭД обычно не принимает такой документ без поля «" + e.name + "», а сопоставление его не заполняет",
                  "добавьте под document: " + e.id + ": { … } (docs/mapping.md)");
  }
}

}  // namespace

void add_finding(Project& project, Severity severity, std::string rule, const std::string& file,
                 const config::Range& range, std::string message, std::string help) {
  config::Finding f;
  f.severity = severity;
  f.rule = std::move(rule);
  f.file = file;
  f.range = range;
  f.message = std::move(message);
  f.help = std::move(help);
  project.findings.push_back(std::move(f));
}

config::Range place(const Project& project, const std::string& file, std::string_view path) {
  const auto known = project.places.find(file);
  return known == project.places.end() ? config::Range() : config::place_of(known->second, path);
}

std::string propose(const std::string& wanted, const std::vector<std::string>& known) {
  const std::string near = text::nearest(wanted, known);
  return near.empty() ? std::string() : "возможно, вы имели в виду «" + near + "»?";
}

void judge_crm(Project& project, const CompiledMapping& m, const api::Catalog& catalog) {
  const auto stages = ids(catalog, "stage");
  const auto fields = ids(catalog, "field");
  const auto users = ids(catalog, "user");
  const auto stage = [&](const std::string& id, const config::Range& range) {
    if (!id.empty() && !has(stages, id))
      add_finding(project, Severity::error, "online.stage", m.file, range, "На портале нет стадии «" + id + "»",
                  propose(id, stages));
  };
  const auto field = [&](const std::string& id, const config::Range& range) {
    if (!has(fields, id))
      add_finding(project, Severity::error, "online.field", m.file, range, "У карточки нет поля «" + id + "»",
                  propose(id, fields));
  };
  stage(m.launch.stage, m.launch.stage_range);
  judge_pipeline(project, m, catalog);
  if (m.withdraw) stage(m.withdraw->stage, place(project, m.file, "withdraw.when.stage"));
  for (const auto& s : m.process.give_up) stage(s, place(project, m.file, "process.give_up"));
  for (const auto& s : m.hands_off) stage(s, place(project, m.file, "hands_off"));
  for (const auto& row : m.stages)
    if (row.reaction.crm) stage(*row.reaction.crm, row.range);
  for (const auto& [outcome, reaction] : m.outcomes)
    if (reaction.crm) stage(*reaction.crm, reaction.crm_range);
  for (const auto& f : m.fields) field(f.field, f.range);
  for (const auto& f : m.launch.require)
    if (f.find('.') == std::string::npos) field(f, place(project, m.file, "launch.require"));
  for (const auto& f : m.document.files) field(f.field, f.range);
  for (const auto& r : m.results)
    for (const auto& to : r.to)
      if (to.kind == mapping::ResultTarget::Kind::field) field(to.field, r.range);
  for (const auto& call : m.calls)
    for (const auto& answer : call.answer)
      for (const auto& to : answer.to)
        if (to.kind == mapping::ResultTarget::Kind::field) field(to.field, answer.range);
  for (const mapping::Expression* e : mapping::expressions_of(m)) {
    constexpr std::string_view root = "item.";
    const std::string name = e->path.starts_with(root) ? e->path.substr(root.size()) : std::string();
    // "url" is ours: the card's address.
    if (!name.empty() && name != "url" && name.find('.') == std::string::npos) field(name, e->range);
  }
  for (const NamedPerson& person : people_of(project, m))
    if (const auto user = constant(person.spec->user); user && !users.empty() && !has(users, *user))
      add_finding(project, Severity::error, "online.user", m.file, person.range,
                  "На портале нет пользователя с номером " + *user);
}

void judge_edms(Project& project, const CompiledMapping& m, const api::Catalog& catalog, const api::Capabilities& can) {
  judge_references(project, m, catalog, can);
  judge_fields(project, m, catalog);
  const auto staff = names(catalog, "person");
  for (const NamedPerson& person : people_of(project, m))
    if (const auto name = constant(person.spec->name);
        name && was_told(project, m, catalog, "person", person.range) && !staff.empty() && !has(staff, *name))
      add_finding(project, Severity::error, "online.person", m.file, person.range,
                  "В СЭД нет сотрудника «" + *name + "»", propose(*name, staff));
  if (!m.process.template_name.empty() && knows(can.process_kinds, m.process.kind)) {
    const std::string kind = "template." + m.process.kind;
    const config::Range at = place(project, m.file, "process.template");
    const auto known = names(catalog, kind);
    if (was_told(project, m, catalog, kind, at) && !has(known, m.process.template_name))
      add_finding(project, Severity::error, "online." + kind, m.file, at,
                  "В СЭД нет: шаблон процесса «" + m.process.template_name + "»",
                  near_or_all(m.process.template_name, known));
  }
  for (const auto& r : m.results)
    if (r.take == mapping::Take::signatures && !can.signatures)
      add_finding(project, Severity::error, "online.signatures", m.file, r.range, "Эта СЭД не отдаёт подписи",
                  "установите в СЭД то, что их отдаёт (docs/connections.md), или уберите строку take: signatures");
    else if (r.take == mapping::Take::dossier && !can.signatures)
      add_finding(project, Severity::warning, "online.signatures", m.file, r.range,
                  "Эта СЭД не отдаёт подписи: досье будет без них и скажет об этом");
}

void judge_sizes(Project& project, const CompiledMapping& m, const api::CrmCapabilities& crm,
                 const api::Capabilities& edms, bool both_ways) {
  for (const auto& r : m.results) {
    if (r.take == mapping::Take::sheet || edms.max_file <= crm.max_inline_file) continue;
    // A folder or the timeline takes what the field cannot.
    const mapping::ResultTarget* field = nullptr;
    for (const auto& to : r.to)
      if (to.kind == mapping::ResultTarget::Kind::field) field = &to;
    const bool elsewhere = std::any_of(r.to.begin(), r.to.end(), [](const mapping::ResultTarget& to) {
      return to.kind != mapping::ResultTarget::Kind::field;
    });
    if (field == nullptr || elsewhere) continue;
    add_finding(project, Severity::warning, "online.inline_file", m.file, r.range,
                "Файлы больше " + text::human_size(crm.max_inline_file) + " в поле «" + field->field +
                    "» не попадут: портал принимает их туда только внутри запроса. Поле останется пустым, человек "
                    "увидит объяснение в хронологии",
                "добавьте в to: папку или хронологию, там лимит " + text::human_size(crm.max_file));
  }
  if (both_ways && !m.document.files.empty() && crm.max_file > edms.max_file)
    add_finding(project, Severity::warning, "online.file_size", m.file, m.document.files.front().range,
                "СЭД принимает файлы до " + text::human_size(edms.max_file) + ", а из CRM могут прийти файлы до " +
                    text::human_size(crm.max_file) +
                    ": более крупные не отправятся, человек прочтёт об этом в карточке");
}

void judge_people(Project& project, const std::string& crm, const std::string& edms, const api::Catalog& crm_catalog,
                  const api::Catalog& edms_catalog) {
  const std::string file = project.config->file.string();
  const auto staff = names(edms_catalog, "person");
  if (staff.empty()) return;  // the EDMS did not tell its people
  std::vector<std::string> mails;
  for (const auto& e : edms_catalog)
    if (e.kind == "person" && !e.detail.empty()) mails.push_back(e.detail);
  std::map<std::string, std::string> table;
  if (const auto outer = project.config->people.find(crm); outer != project.config->people.end())
    if (const auto inner = outer->second.find(edms); inner != outer->second.end()) table = inner->second;
  const std::string path = "people." + crm + "." + edms;
  const auto users = ids(crm_catalog, "user");
  for (const auto& [id, name] : table) {
    const config::Range at = place(project, file, path + "." + id);
    if (!users.empty() && !has(users, id))
      add_finding(project, Severity::warning, "online.people", file, at,
                  "people: пользователя " + id + " («" + name + "») на портале нет");
    if (!has(staff, name))
      add_finding(
          project, Severity::error, "online.people", file, at,
          "people: для пользователя " + id + " записано «" + name + "», а в СЭД «" + edms + "» такого сотрудника нет",
          propose(name, staff));
  }
  std::vector<std::string> unmatched;
  for (const auto& e : crm_catalog)
    if (e.kind == "user" && !table.contains(e.id) && !has(staff, e.name) && (e.detail.empty() || !has(mails, e.detail)))
      unmatched.push_back(e.name + " (" + e.id + ")");
  if (!unmatched.empty())
    add_finding(project, Severity::warning, "online.people", file, place(project, file, path),
                "Пользователи CRM без пары в СЭД «" + edms + "»: " + text::join(unmatched, ", "),
                "если они запускают или согласуют, добавьте их в people: " + crm + ": " + edms + ":");
}

}  // namespace sedlink::app
