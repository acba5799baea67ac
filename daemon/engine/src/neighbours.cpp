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

void add_path(api::Neighbours& to, std::string_view path) {
  const auto root = path.substr(0, path.find('.'));
  if (root == "contact") to.contact = true;
  if (root == "requisite" || path.starts_with("company.requisite"))
    to.requisite = true;
  else if (root == "company")
    to.company = true;
}

std::string id_of(const Fields& neighbour) {
  const auto it = neighbour.find("id");
  return it == neighbour.end() ? std::string() : it->second.to_text();
}

bool on_launch_stage(const mapping::CompiledMapping& m, const Item& item) {
  return item.stage == m.launch.stage && (m.launch.category.empty() || item.category == m.launch.category);
}

}  // namespace

api::Neighbours neighbours_of(const mapping::CompiledMapping& m) {
  api::Neighbours found;
  for (const auto& field : m.launch.require) add_path(found, field);
  for (const mapping::Expression* e : mapping::expressions_of(m)) add_path(found, e->path);
  for (const auto& field : m.document.fields)
    if (const auto* spec = std::get_if<mapping::ReferenceSpec>(&field.value); spec != nullptr && spec->create)
      found.company = true;  // a new counterparty is named after the company
  if (m.folder)
    for (const mapping::Expression* e : m.folder->text().expressions())
      if (e->path.starts_with("company."))
        found.requisite = true;  // two companies of one name are told apart by their ИНН
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
