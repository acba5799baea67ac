// crm.item.* (bitrix24.md 7.1, 7.2).
#include <algorithm>

#include "methods.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

EntityType& type_of(const Invocation& call) {
  return call.portal.type(static_cast<int>(required_int(call.params, "entityTypeId")));
}

Compare compare_of(const Field& field) {
  if (field.type == "boolean") return field.dynamic ? Compare::user_flag : Compare::flag;
  if (field.type == "date" || field.type == "datetime") return Compare::time;
  for (const char* numeric : {"integer", "double", "user", "employee", "crm_company", "crm_contact", "crm_deal",
                              "crm_category", "enumeration"}) {
    if (field.type == numeric) return Compare::number;
  }
  return Compare::text;
}

Columns columns_of(const EntityType& type, bool original) {
  return [&type, original](const std::string& name) -> std::optional<Compare> {
    const Field* field = find_field(type, name, original);
    if (field == nullptr || field->type == "file" || field->type == "crm_multifield") return std::nullopt;
    return compare_of(*field);
  };
}

Answer get(const Invocation& call) {
  EntityType& type = type_of(call);
  const Item& item = find_item(type, required_int(call.params, "id"));
  Output output;
  output.original_uf_names = original_names(call.params);
  json::value shown = item_json(call.portal, type, item, output);
  return json::value{{"item", std::move(shown)}};
}

Answer list(const Invocation& call) {
  EntityType& type = type_of(call);
  const bool original = original_names(call.params);
  const Columns columns = columns_of(type, original);
  const Filter filter = Filter::compile(as_map(arg(call.params, "filter")), columns, call.portal, false);
  const Order order = Order::compile(as_map(arg(call.params, "order")), columns, "id");
  const auto value_of = [&](const Item* item) {
    return [&type, item, original](const std::string& name) {
      const Field* field = find_field(type, name, original);
      const json::value* value = field == nullptr ? nullptr : item->values.if_contains(field->name);
      return value == nullptr ? json::value(nullptr) : *value;
    };
  };
  std::vector<const Item*> rows;
  for (const auto& [id, item] : type.items) {
    if (filter.matches(value_of(&item))) rows.push_back(&item);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Item* a, const Item* b) { return order.less(value_of(a), value_of(b)); });

  Output output;
  output.original_uf_names = original;
  const json::array select = as_list(arg(call.params, "select"));
  const bool everything =
      std::any_of(select.begin(), select.end(), [](const json::value& v) { return text_of(v) == "*"; });
  if (!select.empty() && !everything) {
    output.select.emplace();
    const bool broken = original && call.portal.quirks.original_uf_names_select_bug;
    if (!broken) output.select->insert("id");
    for (const json::value& one : select) {
      const Field* field = find_field(type, text_of(one), original);
      if (field != nullptr && (!broken || field->dynamic)) output.select->insert(field->name);
    }
  }
  Answer answer;
  json::array items;
  for (const Item* item : page(std::move(rows), call.params, answer)) {
    items.push_back(item_json(call.portal, type, *item, output));
  }
  answer.result = json::value{{"items", std::move(items)}};
  return answer;
}

Answer add(const Invocation& call) {
  EntityType& type = type_of(call);
  Output output;
  output.original_uf_names = original_names(call.params);
  const Item& item =
      add_item(call.portal, type, required_map(call.params, "fields"), call.caller.actor(), output.original_uf_names);
  json::value shown = item_json(call.portal, type, item, output);
  return json::value{{"item", std::move(shown)}};
}

Answer update(const Invocation& call) {
  EntityType& type = type_of(call);
  Item& item = find_item(type, required_int(call.params, "id"));
  Output output;
  output.original_uf_names = original_names(call.params);
  update_item(call.portal, type, item, required_map(call.params, "fields"), call.caller.actor(),
              output.original_uf_names);
  json::value shown = item_json(call.portal, type, item, output);
  return json::value{{"item", std::move(shown)}};
}

Answer remove(const Invocation& call) {
  EntityType& type = type_of(call);
  delete_item(call.portal, type, required_int(call.params, "id"), call.caller.actor());
  return json::value(json::array());
}

// ENTITY_ID of the stages of the default pipeline.
std::string stage_list_id(const Portal& portal, const EntityType& type) {
  for (const auto& [id, category] : type.categories) {
    if (!category.is_default) continue;
    const auto all = stages_of(portal, type.entity_type_id, id);
    if (!all.empty()) return all.front()->entity_id;
  }
  return {};
}

Answer fields(const Invocation& call) {
  EntityType& type = type_of(call);
  const bool original = original_names(call.params);
  json::object out;
  for (const Field& field : type.fields) {
    json::object one{{"type", field.type},
                     {"isRequired", field.required},
                     {"isReadOnly", field.read_only},
                     {"isImmutable", field.immutable},
                     {"isMultiple", field.multiple},
                     {"isDynamic", field.dynamic},
                     {"title", field.title},
                     {"upperName", field.upper}};
    if (field.dynamic) {
      json::object settings = field.settings;
      settings.erase("items");
      one["settings"] = settings.empty() ? json::value(json::array()) : json::value(std::move(settings));
    }
    const json::array* items = array_of(field.settings, "items");
    if (items != nullptr && !call.portal.quirks.no_field_options) one["items"] = *items;
    if (field.name == "stageId") one["statusType"] = stage_list_id(call.portal, type);
    out[original && field.dynamic ? field.upper : field.name] = std::move(one);
  }
  // Listed, but readable and writable by nobody.
  if (type.field("contactIds") != nullptr)
    out["contacts"] =
        json::object{{"type", "crm_contact"}, {"isRequired", false}, {"isReadOnly", false}, {"isImmutable", false},
                     {"isMultiple", true},    {"isDynamic", false},  {"title", "CONTACTS"}, {"upperName", "CONTACTS"}};
  return json::value{{"fields", std::move(out)}};
}

// crm.stagehistory.list (7.7): an ordered log, UPPER_CASE keys, numbers as numbers.
Answer stage_history(const Invocation& call) {
  const int entity = static_cast<int>(required_int(call.params, "entityTypeId"));
  const auto type = call.portal.types.find(entity);
  if (type == call.portal.types.end() || !type->second.has_history) refuse_zero("entity is not supported");
  // Leads have statuses where the others have stages.
  const std::string stage_name = entity == 1 ? "STATUS_ID" : "STAGE_ID";
  const std::string semantics_name = entity == 1 ? "STATUS_SEMANTIC_ID" : "STAGE_SEMANTIC_ID";
  const Columns columns = [&](const std::string& name) -> std::optional<Compare> {
    if (name == "CREATED_TIME") return Compare::time;
    if (name == semantics_name || name == stage_name) return Compare::text;
    if (name == "CATEGORY_ID" && entity == 1) return std::nullopt;
    if (name == "ID" || name == "TYPE_ID" || name == "OWNER_ID" || name == "CATEGORY_ID") return Compare::number;
    return std::nullopt;
  };
  const auto column = [&](const HistoryRow& row, const std::string& name) -> json::value {
    if (name == "ID") return row.id;
    if (name == "TYPE_ID") return row.type_id;
    if (name == "OWNER_ID") return row.owner;
    if (name == "CREATED_TIME") return json::string(call.portal.iso(row.created));
    if (name == "CATEGORY_ID") return row.category;
    if (name == semantics_name) return json::string(1, row.semantics);
    return json::string(row.stage);
  };
  const Filter filter = Filter::compile(as_map(arg(call.params, "filter")), columns, call.portal, false);
  const Order order = Order::compile(as_map(arg(call.params, "order")), columns, "ID");
  const auto value_of = [&](const HistoryRow* row) {
    return [&column, row](const std::string& name) { return column(*row, name); };
  };
  std::vector<const HistoryRow*> rows;
  for (const HistoryRow& row : call.portal.history) {
    if (row.entity_type == entity && filter.matches(value_of(&row))) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const HistoryRow* a, const HistoryRow* b) { return order.less(value_of(a), value_of(b)); });
  std::set<std::string> selected;
  for (const json::value& one : as_list(arg(call.params, "select"))) selected.insert(text_of(one));
  Answer answer;
  json::array items;
  for (const HistoryRow* row : page(std::move(rows), call.params, answer)) {
    json::object one;
    for (const std::string& name :
         {std::string("ID"), std::string("TYPE_ID"), std::string("OWNER_ID"), std::string("CREATED_TIME"),
          std::string("CATEGORY_ID"), semantics_name, stage_name}) {
      if (name == "CATEGORY_ID" && entity == 1) continue;
      if (selected.empty() || selected.contains("*") || selected.contains(name)) one[name] = column(*row, name);
    }
    items.push_back(std::move(one));
  }
  answer.result = json::value{{"items", std::move(items)}};
  return answer;
}

}  // namespace

void add_crm_item_methods(std::vector<Method>& table) {
  table.push_back({"crm.item.get", "crm", get});
  table.push_back({"crm.item.list", "crm", list});
  table.push_back({"crm.item.add", "crm", add});
  table.push_back({"crm.item.update", "crm", update});
  table.push_back({"crm.item.delete", "crm", remove});
  table.push_back({"crm.item.fields", "crm", fields});
  table.push_back({"crm.stagehistory.list", "crm", stage_history});
}

}  // namespace sedlink::sim::b24
