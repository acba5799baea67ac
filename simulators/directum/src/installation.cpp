#include "installation.hpp"

namespace sedlink::sim::directum {

Time Installation::today() const {
  const std::string local = zone.to_local(now());
  const Result<Time> midnight = zone.from_local(local.substr(0, 10) + "T00:00:00");
  return midnight.has_value() ? midnight.value() : now();
}

std::optional<Time> Installation::read_date(std::string_view text) const {
  if (text.size() == 10) {
    const Result<Time> local = zone.from_local(std::string(text) + "T00:00:00");
    if (local.has_value()) return local.value();
    return std::nullopt;
  }
  if (text.size() < 19) return std::nullopt;
  const Result<Time> exact = parse_iso8601(text);
  if (exact.has_value()) return std::chrono::floor<std::chrono::seconds>(exact.value());
  const Result<Time> local = zone.from_local(text.substr(0, 19));
  if (text.size() == 19 && local.has_value()) return local.value();
  return std::nullopt;
}

void Installation::relate(std::string_view name, Entity& of, Entity& to) {
  for (const Relation& known : relations) {
    if (known.name == name && known.base == of.id() && known.related == to.id()) return;
  }
  relations.push_back({std::string(name), of.id(), to.id()});
  for (Entity* document : {&of, &to}) {
    if (document->set("HasRelations", true)) touch(*document);
  }
}

void Installation::touch(Entity& entity) {
  entity.set("Modified", now());
  if (entity.type->is("Task")) return task_changed(entity.id());
  if (entity.type->is("Assignment")) return task_changed(entity.link("Task"));
  if (!entity.type->is("ElectronicDocument")) return;
  changed_documents.insert(entity.id());
  outside.changed();
}

void Installation::task_changed(Id task) {
  changed_tasks.insert(task);
  outside.changed();
}

Time Installation::after_working_days(Time from, int days) const {
  Time at = from;
  while (days > 0) {
    at += std::chrono::days(1);
    const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(at));
    if (day != std::chrono::Saturday && day != std::chrono::Sunday) --days;
  }
  return at;
}

std::string Installation::name_of(std::string_view type, Id id) const {
  const Entity* found = store.find(type, id);
  return found == nullptr ? std::string() : found->text("Name");
}

}  // namespace sedlink::sim::directum
