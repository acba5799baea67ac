// crm.deal.*, crm.company.*, crm.contact.*: flat UPPER_CASE objects, every number a string (bitrix24.md 7.9).
#include <algorithm>
#include <cstdio>

#include "methods.hpp"

namespace sedlink::sim::b24 {
namespace {

// Where the old name is not the plain upper-case form of the new one.
constexpr std::pair<const char*, const char*> renamed[] = {
    {"CREATED_BY", "CREATED_BY_ID"}, {"UPDATED_BY", "MODIFY_BY_ID"}, {"CREATED_TIME", "DATE_CREATE"},
    {"UPDATED_TIME", "DATE_MODIFY"}, {"MOVED_BY", "MOVED_BY_ID"},    {"MOVED_TIME", "MOVED_TIME"}};

std::string old_name(const EntityType& type, const Field& field) {
  if (field.upper == "STAGE_ID" && type.entity_type_id != 2) return "STATUS_ID";
  for (const auto& [now, before] : renamed) {
    if (field.upper == now) return before;
  }
  return field.upper;
}

json::value old_value(const Portal& portal, const EntityType& type, const Item& item, const Field& field) {
  if (field.type == "file") {
    json::array all;
    const auto found = item.files.find(field.name);
    if (found != item.files.end()) {
      for (const StoredFile& file : found->second) {
        const std::string link = "/bitrix/components/bitrix/crm." + entity_word(type.entity_type_id) +
                                 ".show/show_file.php?auth=&ownerId=" + std::to_string(item.id) +
                                 "&fieldName=" + field.upper + "&dynamic=Y&fileId=" + std::to_string(file.id);
        all.push_back({{"id", file.id}, {"showUrl", link}, {"downloadUrl", link}});
      }
    }
    if (field.multiple) return all;
    return all.empty() ? json::value(nullptr) : all.front();
  }
  const json::value v = field_value(portal, type, item, field);
  if (v.is_null() || v.is_array() || v.is_object()) return v;
  if (field.type == "double") {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.2f", v.to_number<double>());
    return json::string(buffer);
  }
  return json::string(text_of(v));
}

json::object old_json(const Portal& portal, const EntityType& type, const Item& item) {
  json::object out;
  for (const Field& field : type.fields) {
    if (field.type == "crm_multifield" || field.name == "contactIds") continue;
    out[old_name(type, field)] = old_value(portal, type, item, field);
  }
  return out;
}

const Field* field_by_old_name(const EntityType& type, const std::string& name) {
  for (const Field& field : type.fields) {
    if (old_name(type, field) == name) return &field;
  }
  return nullptr;
}

json::object new_names(const EntityType& type, const json::object& fields) {
  json::object out;
  for (const auto& member : fields) {
    const Field* field = field_by_old_name(type, std::string(member.key()));
    if (field == nullptr) continue;
    json::value value = member.value();
    // Old methods take files as {"fileData": [name, base64]}.
    const auto unwrap = [](const json::value& v) {
      const json::object* o = v.if_object();
      const json::value* data = o == nullptr ? nullptr : o->if_contains("fileData");
      return data == nullptr ? v : *data;
    };
    if (field->type == "file") {
      value = unwrap(value);
      if (field->multiple && value.is_array()) {
        for (json::value& one : value.get_array()) one = unwrap(one);
      }
    }
    out[field->name] = std::move(value);
  }
  return out;
}

Item& item_of(const Invocation& call, EntityType& type) {
  const json::value* id = arg_old(call.params, "id");
  const auto number = id == nullptr ? std::nullopt : int_of(*id);
  const auto found = number ? type.items.find(*number) : type.items.end();
  if (found == type.items.end()) refuse(400, "", "Not found");
  return found->second;
}

template <int Entity>
Answer get(const Invocation& call) {
  EntityType& type = call.portal.type(Entity);
  return json::value(old_json(call.portal, type, item_of(call, type)));
}

template <int Entity>
Answer add(const Invocation& call) {
  EntityType& type = call.portal.type(Entity);
  const json::object fields = new_names(type, as_map(arg_old(call.params, "fields")));
  return json::value(add_item(call.portal, type, fields, call.caller.actor()).id);
}

template <int Entity>
Answer update(const Invocation& call) {
  EntityType& type = call.portal.type(Entity);
  Item& item = item_of(call, type);
  update_item(call.portal, type, item, new_names(type, as_map(arg_old(call.params, "fields"))), call.caller.actor());
  return json::value(true);
}

template <int Entity>
Answer remove(const Invocation& call) {
  EntityType& type = call.portal.type(Entity);
  delete_item(call.portal, type, item_of(call, type).id, call.caller.actor());
  return json::value(true);
}

template <int Entity>
Answer list(const Invocation& call) {
  EntityType& type = call.portal.type(Entity);
  const Columns columns = [&type](const std::string& name) -> std::optional<Compare> {
    const Field* field = field_by_old_name(type, name);
    if (field == nullptr) return std::nullopt;
    if (field->type == "date" || field->type == "datetime") return Compare::time;
    if (field->type == "string" || field->type == "text" || field->type == "crm_status" || field->type == "boolean")
      return Compare::text;
    return Compare::number;
  };
  const Filter filter = Filter::compile(as_map(arg_old(call.params, "filter")), columns, call.portal, true);
  const Order order = Order::compile(as_map(arg_old(call.params, "order")), columns, "ID");
  std::vector<json::object> rows;
  for (const auto& [id, item] : type.items) {
    json::object row = old_json(call.portal, type, item);
    if (filter.matches([&](const std::string& name) { return row.at(name); })) rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const json::object& a, const json::object& b) {
    return order.less([&](const std::string& name) { return a.at(name); },
                      [&](const std::string& name) { return b.at(name); });
  });
  Answer answer;
  json::array out;
  for (json::object& row : page(std::move(rows), call.params, answer)) out.push_back(std::move(row));
  answer.result = std::move(out);
  return answer;
}

template <int Entity>
void add_all(std::vector<Method>& table, const std::string& prefix) {
  table.push_back({prefix + ".get", "crm", get<Entity>});
  table.push_back({prefix + ".list", "crm", list<Entity>});
  table.push_back({prefix + ".add", "crm", add<Entity>});
  table.push_back({prefix + ".update", "crm", update<Entity>});
  table.push_back({prefix + ".delete", "crm", remove<Entity>});
}

}  // namespace

void add_legacy_crm_methods(std::vector<Method>& table) {
  add_all<1>(table, "crm.lead");
  add_all<2>(table, "crm.deal");
  add_all<3>(table, "crm.contact");
  add_all<4>(table, "crm.company");
  add_all<7>(table, "crm.quote");
}

}  // namespace sedlink::sim::b24
