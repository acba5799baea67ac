#include "catalog.hpp"

#include "alarms.hpp"

namespace sedlink::engine {
namespace {

std::string lost_key(const std::string& revision, const std::string& id) { return "revision|" + id + "|" + revision; }

std::string lost_words(const std::string& revision, const std::string& id, bool replaced) {
  std::string words = "Сопоставление «" + id + "»: редакция " + revision.substr(0, 12) +
                      ", с которой начались идущие процессы, больше не читается этой версией. ";
  return words + (replaced ? "Они продолжаются по файлу, который действует сейчас: проверьте их этапы и итоги. "
                             "Прежнее поведение вернёт прежняя версия программы"
                           : "Файла с таким именем тоже нет: процессы стоят. Верните файл сопоставления");
}

}  // namespace

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
    if (it != by_revision_.end()) return it->second == nullptr ? find(id) : it->second;
  }
  mapping::MappingPtr compiled;
  if (const auto text = tx.revision_text(revision)) compiled = recompile_(*text);
  const std::lock_guard lock(mutex_);
  by_revision_.emplace(revision, compiled);
  return compiled == nullptr ? find(id) : compiled;
}

mapping::MappingPtr Catalog::pinned(const std::string& revision_id, const std::string& id, store::Tx& tx, Time now) {
  mapping::MappingPtr m = revision(revision_id, id, tx);
  const std::string key = lost_key(revision_id, id);
  if (m == nullptr || m->revision != revision_id) {
    raise_alarm(tx, "", m == nullptr ? std::string() : m->crm, key, "mapping.revision",
                lost_words(revision_id, id, m != nullptr), now);
    return m;
  }
  {
    const std::lock_guard lock(mutex_);
    if (sound_.contains(revision_id)) return m;
  }
  // Remembered only when there was nothing to end: this unit of work may yet be undone.
  const auto alarm = tx.effect_by_key(key);
  if (alarm && alarm->status == store::EffectStatus::incident) {
    end_alarm(tx, key);
    return m;
  }
  const std::lock_guard lock(mutex_);
  sound_.insert(revision_id);
  return m;
}

std::string activation_scope(const mapping::CompiledMapping& m) {
  return m.id + "|" + m.launch.entity + "|" + m.launch.category + "|" + m.launch.stage;
}

}  // namespace sedlink::engine
