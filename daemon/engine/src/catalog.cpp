#include "catalog.hpp"

namespace sedlink::engine {

mapping::MappingPtr Catalog::find(const std::string& id) const {
  for (const auto& m : current_)
    if (m->id == id) return m;
  return nullptr;
}

std::vector<mapping::MappingPtr> Catalog::of_entity(const std::string& crm, const std::string& entity) const {
  std::vector<mapping::MappingPtr> out;
  for (const auto& m : current_)
    if (m->crm == crm && m->launch.entity == entity) out.push_back(m);
  return out;
}

mapping::MappingPtr Catalog::revision(const std::string& revision, const std::string& id, store::Tx& tx) {
  {
    const std::lock_guard lock(mutex_);
    const auto it = by_revision_.find(revision);
    if (it != by_revision_.end()) return it->second;
  }
  mapping::MappingPtr compiled;
  if (const auto text = tx.revision_text(revision)) compiled = recompile_(*text);
  if (compiled == nullptr) return find(id);
  const std::lock_guard lock(mutex_);
  return by_revision_.emplace(revision, compiled).first->second;
}

std::string activation_scope(const mapping::CompiledMapping& m) {
  return m.id + "|" + m.launch.entity + "|" + m.launch.category + "|" + m.launch.stage;
}

}  // namespace sedlink::engine
