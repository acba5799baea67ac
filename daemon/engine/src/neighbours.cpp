#include "neighbours.hpp"

#include "sedlink/core/json.hpp"
#include "sedlink/process/step.hpp"

namespace sedlink::engine {
namespace {

void add(api::Neighbours& to, const api::Neighbours& more) {
  to.company = to.company || more.company;
  to.requisite = to.requisite || more.requisite;
  to.contact = to.contact || more.contact;
}

class Collector {
 public:
  void path(std::string_view path) {
    const auto root = path.substr(0, path.find('.'));
    if (root == "contact") found_.contact = true;
    if (root == "requisite" || path.starts_with("company.requisite"))
      found_.requisite = true;
    else if (root == "company")
      found_.company = true;
  }
  void take(const mapping::Template& t) {
    for (const auto* e : t.expressions()) path(e->path);
  }
  void take(const std::optional<mapping::Template>& t) {
    if (t) take(*t);
  }
  void take(const mapping::ReferenceSpec& s) {
    take(s.id), take(s.name), take(s.inn), take(s.kpp), take(s.user);
    if (s.create) found_.company = true;  // a new counterparty is named after the company
  }
  void take(const mapping::Reaction& r) {
    take(r.comment), take(r.notify_text);
    if (!r.task) return;
    take(r.task->title), take(r.task->checklist), take(r.task->description);
  }
  [[nodiscard]] const api::Neighbours& found() const { return found_; }

 private:
  api::Neighbours found_;
};

std::string id_of(const Fields& neighbour) {
  const auto it = neighbour.find("id");
  return it == neighbour.end() ? std::string() : it->second.to_text();
}

bool on_launch_stage(const mapping::CompiledMapping& m, const Item& item) {
  return item.stage == m.launch.stage && (m.launch.category.empty() || item.category == m.launch.category);
}

}  // namespace

api::Neighbours neighbours_of(const mapping::CompiledMapping& m) {
  Collector c;
  for (const auto& field : m.launch.require) c.path(field);
  c.take(m.launch.sent), c.take(m.launch.refused);
  if (m.withdraw) c.take(m.withdraw->reason);
  for (const auto& field : m.document.fields) std::visit([&](const auto& value) { c.take(value); }, field.value);
  for (const auto& approver : m.process.approvers) c.take(approver);
  if (m.process.author) c.take(*m.process.author);
  c.take(m.process.name), c.take(m.process.description);
  for (const auto& row : m.stages) c.take(row.reaction);
  for (const auto& [outcome, reaction] : m.outcomes) c.take(reaction);
  for (const auto& field : m.fields) c.take(field.value);
  for (const auto& deadline : m.deadlines) c.take(deadline.text);
  api::Neighbours found = c.found();
  if (m.folder) {
    c.take(m.folder->text());
    // Two companies of one name are told apart by their ИНН.
    if (c.found().company && !found.company) found.requisite = true;
    for (const auto* e : m.folder->text().expressions())
      if (e->path == "company.title") found.requisite = true;
    add(found, c.found());
  }
  return found;
}

KnownRuns known_runs(store::Tx& tx, Catalog& catalog, const std::vector<ItemRef>& refs) {
  KnownRuns known;
  for (const auto& ref : refs) {
    if (known.runs.contains(ref)) continue;
    for (const auto& m : catalog.of_entity(ref.connection, ref.entity)) {
      const auto row = tx.latest_instance(m->id, ref);
      if (!row) continue;
      const auto state = json::parse(row->state);
      if (state.has_error()) continue;  // told about where it is applied
      const process::Instance in = process::instance_from_json(state.value());
      KnownRuns::Run run;
      run.waiting = in.phase == process::Phase::waiting_for_data;
      if (!run.waiting && !process::is_active(in.phase)) continue;
      run.company_id = in.card.company_id;
      run.company = in.card.company;
      run.contact = in.card.contact;
      const auto pinned = run.waiting ? m : catalog.revision(in.revision, in.mapping, tx);
      run.wanted = neighbours_of(pinned == nullptr ? *m : *pinned);
      known.runs[ref].push_back(std::move(run));
    }
  }
  return known;
}

api::Neighbours wanted_of(const Catalog& catalog, const KnownRuns& known, const Item& item, bool commanded) {
  api::Neighbours wanted;
  for (const auto& m : catalog.of_entity(item.ref.connection, item.ref.entity))
    if (commanded || on_launch_stage(*m, item)) add(wanted, neighbours_of(*m));
  if (const auto it = known.runs.find(item.ref); it != known.runs.end())
    for (const auto& run : it->second)
      if (run.waiting || run.company_id != item.company_id || id_of(run.contact) != id_of(item.contact))
        add(wanted, run.wanted);
  return wanted;
}

void keep_known(const KnownRuns& known, Item& item) {
  const auto it = known.runs.find(item.ref);
  if (it == known.runs.end()) return;
  for (const auto& run : it->second) {
    // What was read now wins; what was not is as the run knew it.
    if (run.company_id == item.company_id) item.company.insert(run.company.begin(), run.company.end());
    if (id_of(run.contact) == id_of(item.contact)) item.contact.insert(run.contact.begin(), run.contact.end());
  }
}

}  // namespace sedlink::engine
