#include "store.hpp"

#include <algorithm>

namespace sedlink::sim::directum {
namespace {

// Ranges apart, so that an id of the wrong kind finds nothing.
Id first_id(const Type& family) {
  if (family.name == "ElectronicDocument") return 1201;
  if (family.name == "Task") return 50001;
  if (family.name == "Assignment") return 700001;
  if (family.name == "Notice") return 900001;
  if (family.name == "Counterparty") return 301;
  if (family.is("ElectronicDocumentVersions")) return 3001;
  return 1;
}

}  // namespace

std::string Entity::text(std::string_view property) const {
  const auto* found = std::get_if<std::string>(&get(property));
  return found == nullptr ? std::string() : *found;
}

Id Entity::link(std::string_view property) const {
  const auto* found = std::get_if<std::int64_t>(&get(property));
  return found == nullptr ? 0 : *found;
}

bool Entity::flag(std::string_view property) const {
  const auto* found = std::get_if<bool>(&get(property));
  return found != nullptr && *found;
}

bool Entity::set(std::string_view property, Value value) {
  Value& mine = values[type->at(property).slot];
  if (mine == value) return false;
  mine = std::move(value);
  return true;
}

const std::vector<std::unique_ptr<Entity>>& Entity::list(std::string_view property) const {
  static const std::vector<std::unique_ptr<Entity>> none;
  const auto found = rows.find(type->at(property).slot);
  return found == rows.end() ? none : found->second;
}

Entity& Store::create(const Type& type) {
  auto [last, first_time] = last_.try_emplace(type.family, first_id(*type.family) - 1);
  auto made = std::make_unique<Entity>(type);
  made->values[0] = ++last->second;
  Entity& entity = *made;
  families_[type.family].emplace(last->second, std::move(made));
  return entity;
}

Entity& Store::add_row(Entity& owner, const Property& collection) {
  const Type& type = *collection.target;
  auto [last, first_time] = last_.try_emplace(type.family, first_id(*type.family) - 1);
  auto& list = owner.rows[collection.slot];
  list.push_back(std::make_unique<Entity>(type));
  list.back()->values[0] = ++last->second;
  list.back()->owner = &owner;
  return *list.back();
}

Entity* Store::find(const Type& type, Id id) const {
  const Family& all = family(type);
  const auto found = all.find(id);
  return found != all.end() && found->second->type->is(type) ? found->second.get() : nullptr;
}

Entity* Store::find_by(std::string_view type_name, std::string_view property, std::string_view value) const {
  const Type& type = model_->at(type_name);
  const std::size_t slot = type.at(property).slot;
  for (const auto& [id, entity] : family(type)) {
    if (!entity->type->is(type)) continue;
    const auto* text = std::get_if<std::string>(&entity->values[slot]);
    if (text != nullptr && *text == value) return entity.get();
  }
  return nullptr;
}

void Store::remove(Entity& entity) {
  if (entity.owner != nullptr) {
    for (auto& [slot, list] : entity.owner->rows) {
      if (std::erase_if(list, [&](const auto& row) { return row.get() == &entity; }) > 0) return;
    }
    return;
  }
  families_[entity.type->family].erase(entity.id());
}

const Store::Family& Store::family(const Type& type) const {
  static const Family none;
  const auto found = families_.find(type.family);
  return found == families_.end() ? none : found->second;
}

const std::vector<Id>& Store::of_task(const Type& family, Id task) const {
  static const std::vector<Id> none;
  const auto index = by_task_.find(family.family);
  if (index == by_task_.end()) return none;
  const auto found = index->second.find(task);
  return found == index->second.end() ? none : found->second;
}

void Store::index_task(const Entity& entity) {
  by_task_[entity.type->family][entity.link("Task")].push_back(entity.id());
}

}  // namespace sedlink::sim::directum
