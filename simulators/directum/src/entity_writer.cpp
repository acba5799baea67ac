#include <algorithm>
#include <cstdio>

#include "entity_json.hpp"

namespace sedlink::sim::directum {
namespace {

void cut(Selection& selection, const Query& query, bool paging) {
  selection.total = selection.shown.size();
  if (!paging) return;
  auto& list = selection.shown;
  if (query.skip)
    list.erase(list.begin(),
               list.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(*query.skip, list.size())));
  if (query.top && *query.top < list.size()) list.resize(*query.top);
}

void sort(const Installation& base, std::vector<const Entity*>& list, const Query& query) {
  if (query.order.empty()) return;
  Evaluator evaluator(base.store, base.settings.filter);
  std::vector<std::pair<std::vector<Value>, const Entity*>> keyed;
  keyed.reserve(list.size());
  for (const Entity* entity : list) {
    std::vector<Value> keys;
    for (const OrderKey& key : query.order) keys.push_back(evaluator.value(key.path, *entity));
    keyed.emplace_back(std::move(keys), entity);
  }
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    for (std::size_t i = 0; i < query.order.size(); ++i) {
      const int order = compare_values(a.first[i], b.first[i]);
      if (order != 0) return query.order[i].descending ? order > 0 : order < 0;
    }
    return false;
  });
  std::transform(keyed.begin(), keyed.end(), list.begin(), [](const auto& k) { return k.second; });
}

json::value write_link(const Installation& base, const Entity& entity, const Property& property, const Query& query) {
  const auto* id = std::get_if<std::int64_t>(&entity.values[property.slot]);
  const Entity* target = id == nullptr ? nullptr : base.store.find(*property.target, *id);
  if (target == nullptr) return nullptr;
  return write_entity(base, *target, *property.target, query);
}

json::value write_rows(const Installation& base, const Entity& entity, const Property& property, const Query& query) {
  json::array list;
  const auto rows = entity.rows.find(property.slot);
  if (rows == entity.rows.end()) return list;
  for (const Entity* row : select_rows(base, rows->second, query).shown) {
    list.push_back(write_entity(base, *row, *property.target, query));
  }
  return list;
}

}  // namespace

json::value write_value(const Installation& base, const Value& value) {
  struct Writer {
    const Installation& base;
    json::value operator()(std::monostate) const { return nullptr; }
    json::value operator()(bool v) const { return v; }
    json::value operator()(std::int64_t v) const { return v; }
    json::value operator()(double v) const { return v; }
    json::value operator()(const std::string& v) const { return json::string(v); }
    json::value operator()(Time v) const { return json::string(base.zone.to_offset_iso(v)); }
    json::value operator()(const ContentPtr&) const { return nullptr; }
  };
  return std::visit(Writer{base}, value);
}

json::object write_binary(const Entity& owner, const Property& property, const ContentPtr& content) {
  char id[40];
  std::snprintf(id, sizeof id, "00000000-0000-4000-8%03zx-%012llx", property.slot & 0xfff,
                static_cast<unsigned long long>(owner.id()));
  return {{"Id", id}, {"Value", content->size() == 0 ? json::string() : json::string(content->token())}};
}

json::object write_entity(const Installation& base, const Entity& entity, const Type& declared, const Query& query) {
  json::object out;
  if (entity.type != &declared) out["@odata.type"] = "#" + entity.type->edm_name();
  const auto write = [&](const Property& property) {
    out[property.name] = write_value(base, entity.values[property.slot]);
  };
  if (query.selects) {
    for (const Property* property : query.select) {
      if (property->is_simple()) write(*property);
    }
  } else {
    // A base set shows the base's properties only.
    for (const Property& property : declared.properties) {
      if (property.is_simple()) write(property);
    }
  }
  for (const Expand& expand : query.expand) {
    const Property& property = *expand.property;
    json::value& value = out[property.name];
    if (property.kind == PropertyKind::link) {
      value = write_link(base, entity, property, expand.options.front());
    } else if (property.kind == PropertyKind::rows) {
      value = write_rows(base, entity, property, expand.options.front());
    } else if (const auto* content = std::get_if<ContentPtr>(&entity.values[property.slot])) {
      value = write_binary(entity, property, *content);
    }
  }
  return out;
}

Selection select_entities(const Installation& base, const Type& type, const Query& query) {
  Selection selection;
  Evaluator evaluator(base.store, base.settings.filter);
  const Store::Family& family = base.store.family(type);
  const auto consider = [&](const Entity& entity) {
    if (entity.type->is(type) && (!query.filter || evaluator.matches(*query.filter, entity)))
      selection.shown.push_back(&entity);
  };
  std::optional<std::vector<Id>> ids;
  if (query.filter) ids = candidates(*query.filter, type, base.store);
  if (ids) {
    for (const Id id : *ids) {
      if (const Entity* entity = base.store.find(type, id)) consider(*entity);
    }
  } else {
    for (const auto& [id, entity] : family) consider(*entity);
  }
  const std::size_t most = base.settings.max_entities;
  const bool unfiltered = !query.filter && selection.shown.size() > most;
  const std::size_t wanted =
      query.top ? std::min<std::uint64_t>(*query.top, selection.shown.size()) : selection.shown.size();
  if (most != 0 && (unfiltered || wanted > most)) {
    throw Refusal(400, "Превышено максимальное количество сущностей в запросе. Используйте фильтрацию.",
                  Refusal::Form::error_text);
  }
  sort(base, selection.shown, query);
  cut(selection, query, query.filter.has_value() || base.settings.paging_without_filter);
  return selection;
}

Selection select_rows(const Installation& base, const std::vector<std::unique_ptr<Entity>>& rows, const Query& query) {
  Selection selection;
  Evaluator evaluator(base.store, base.settings.filter);
  for (const auto& row : rows) {
    if (!query.filter || evaluator.matches(*query.filter, *row)) selection.shown.push_back(row.get());
  }
  sort(base, selection.shown, query);
  cut(selection, query, true);
  return selection;
}

}  // namespace sedlink::sim::directum
