// Smart-process types, pipelines, stages, user fields (bitrix24.md 7.4-7.6, 7.8).
#include <algorithm>

#include "methods.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

json::object type_json(const Portal& portal, const EntityType& type) {
  const auto flag = [](bool on) { return on ? "Y" : "N"; };
  return {{"id", type.type_id},
          {"title", type.title},
          {"code", type.code},
          {"entityTypeId", type.entity_type_id},
          {"customSectionId", nullptr},
          {"isCategoriesEnabled", flag(type.has_categories)},
          {"isStagesEnabled", flag(type.has_stages)},
          {"isAutomationEnabled", "Y"},
          {"isBizProcEnabled", "N"},
          {"isClientEnabled", "Y"},
          {"isMycompanyEnabled", "Y"},
          {"isDocumentsEnabled", "N"},
          {"isLinkWithProductsEnabled", "N"},
          {"isObserversEnabled", "Y"},
          {"isRecyclebinEnabled", "N"},
          {"isSourceEnabled", "Y"},
          {"isBeginCloseDatesEnabled", "Y"},
          {"isUseInUserfieldEnabled", "N"},
          {"isSetOpenPermissions", "Y"},
          {"createdBy", 1},
          {"updatedBy", 1},
          {"createdTime", json::string(portal.iso(from_epoch_ms(1'735'700'000'000)))},
          {"updatedTime", json::string(portal.iso(from_epoch_ms(1'735'700'000'000)))}};
}

Answer type_list(const Invocation& call) {
  const auto columns_for = [](const char* unknown_code) {
    return [unknown_code](const std::string& name) -> std::optional<Compare> {
      if (name == "id" || name == "entityTypeId" || name == "createdBy" || name == "updatedBy") return Compare::number;
      if (name == "createdTime" || name == "updatedTime") return Compare::time;
      if (name == "title" || name == "code" || name.starts_with("is")) return Compare::text;
      refuse(400, unknown_code,
             "Unknown field definition `" + upper_name(name).substr(name.empty() || name[0] > 'Z' ? 0 : 1) + "`");
    };
  };
  const Columns columns = columns_for("100");
  const Filter filter = Filter::compile(as_map(arg(call.params, "filter")), columns, call.portal, false);
  const Order order = Order::compile(as_map(arg(call.params, "order")), columns, "id");
  std::vector<json::object> rows;
  for (const auto& [id, type] : call.portal.types) {
    if (!type.dynamic) continue;
    json::object row = type_json(call.portal, type);
    if (filter.matches([&](const std::string& name) { return row.at(name); })) rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const json::object& a, const json::object& b) {
    return order.less([&](const std::string& name) { return a.at(name); },
                      [&](const std::string& name) { return b.at(name); });
  });
  Answer answer;
  json::array types;
  for (json::object& row : page(std::move(rows), call.params, answer)) types.push_back(std::move(row));
  answer.result = json::value{{"types", std::move(types)}};
  return answer;
}

Answer type_get(const Invocation& call) {
  const Id id = required_int(call.params, "id");
  for (const auto& [key, type] : call.portal.types) {
    if (type.dynamic && type.type_id == id) return json::value{{"type", type_json(call.portal, type)}};
  }
  refuse(400, "NOT_FOUND", "Смарт-процесс не найден");
}

Answer type_by_entity(const Invocation& call) {
  const EntityType& type = call.portal.type(static_cast<int>(required_int(call.params, "entityTypeId")));
  if (!type.dynamic) refuse(400, "NOT_FOUND", "Смарт-процесс не найден");
  return json::value{{"type", type_json(call.portal, type)}};
}

json::object category_json(const EntityType& type, const Category& category) {
  json::object out{{"id", category.id},
                   {"name", category.name},
                   {"sort", category.sort},
                   {"entityTypeId", type.entity_type_id},
                   {"isDefault", category.is_default ? "Y" : "N"}};
  if (type.entity_type_id != 2 || category.id != 0) {
    out["originId"] = "";
    out["originatorId"] = "";
  }
  return out;
}

Answer category_list(const Invocation& call) {
  const EntityType& type = call.portal.type(static_cast<int>(required_int(call.params, "entityTypeId")));
  if (!type.has_categories) refuse(400, "ENTITY_TYPE_NOT_SUPPORTED", "Entity type does not support categories");
  Answer answer;
  json::array out;
  for (const auto& [id, category] : type.categories) out.push_back(category_json(type, category));
  answer.total = static_cast<Id>(out.size());
  answer.result = json::value{{"categories", std::move(out)}};
  return answer;
}

Answer category_get(const Invocation& call) {
  const EntityType& type = call.portal.type(static_cast<int>(required_int(call.params, "entityTypeId")));
  const auto found = type.categories.find(required_int(call.params, "id"));
  if (found == type.categories.end()) refuse(400, "NOT_FOUND", "Воронка не найдена");
  return json::value{{"category", category_json(type, found->second)}};
}

json::object stage_json(const Stage& stage) {
  const char* meaning = stage.semantics == 'S'                 ? "success"
                        : stage.status_id.ends_with("APOLOGY") ? "apology"
                        : stage.semantics == 'F'               ? "failure"
                                                               : "process";
  return {{"ID", std::to_string(stage.id)},
          {"ENTITY_ID", stage.entity_id},
          {"STATUS_ID", stage.status_id},
          {"NAME", stage.name},
          {"NAME_INIT", stage.system ? stage.name : ""},
          {"SORT", std::to_string(stage.sort)},
          {"SYSTEM", stage.system ? "Y" : "N"},
          {"CATEGORY_ID", stage.category == 0 ? json::value(nullptr) : json::value(std::to_string(stage.category))},
          {"COLOR", stage.color},
          {"SEMANTICS", stage.semantics == 'P' ? json::value(nullptr) : json::value(std::string(1, stage.semantics))},
          {"EXTRA", json::object{{"SEMANTICS", meaning}, {"COLOR", stage.color}}}};
}

Answer status_list(const Invocation& call) {
  const json::value* filter_given = arg_old(call.params, "filter");
  const json::value* order_given = arg_old(call.params, "order");
  const Columns columns = [](const std::string& name) -> std::optional<Compare> {
    if (name == "ID" || name == "SORT" || name == "CATEGORY_ID") return Compare::number;
    for (const char* text : {"ENTITY_ID", "STATUS_ID", "NAME", "SYSTEM", "SEMANTICS"}) {
      if (name == text) return Compare::text;
    }
    return std::nullopt;
  };
  const Filter filter = Filter::compile(as_map(filter_given), columns, call.portal, true);
  const Order order = Order::compile(as_map(order_given), columns, "ID");
  std::vector<json::object> rows;
  for (const Stage& stage : call.portal.stages) {
    json::object row = stage_json(stage);
    if (filter.matches([&](const std::string& name) { return row.at(name); })) rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const json::object& a, const json::object& b) {
    return order.less([&](const std::string& name) { return a.at(name); },
                      [&](const std::string& name) { return b.at(name); });
  });
  Answer answer;
  answer.total = static_cast<Id>(rows.size());
  json::array out;
  for (json::object& row : rows) out.push_back(std::move(row));
  answer.result = std::move(out);
  return answer;
}

Answer status_types(const Invocation& call) {
  json::array out;
  std::set<std::string> seen;
  for (const Stage& stage : call.portal.stages) {
    if (!seen.insert(stage.entity_id).second) continue;
    const auto all = stages_of(call.portal, stage.entity_type, stage.category);
    json::object semantic;
    json::array final_success, final_failure;
    for (const Stage* one : all) {
      if (one->semantics == 'S') semantic["FINAL_SUCCESS_FIELD"] = one->status_id;
      if (one->semantics == 'F' && !semantic.contains("FINAL_UNSUCCESS_FIELD"))
        semantic["FINAL_UNSUCCESS_FIELD"] = one->status_id;
    }
    semantic["START_FIELD"] = all.front()->status_id;
    semantic["FINAL_SORT"] = 0;
    const auto colon = stage.status_id.find(':');
    out.push_back({{"ID", stage.entity_id},
                   {"NAME", call.portal.types.at(stage.entity_type).title + ": " +
                                call.portal.types.at(stage.entity_type).categories.at(stage.category).name},
                   {"PARENT_ID", stage.category == 0 ? json::value(nullptr) : json::value("DEAL_STAGE")},
                   {"SEMANTIC_INFO", std::move(semantic)},
                   {"PREFIX", colon == std::string::npos ? "" : stage.status_id.substr(0, colon)},
                   {"FIELD_ATTRIBUTE_SCOPE", "category_" + std::to_string(stage.category)},
                   {"ENTITY_TYPE_ID", stage.entity_type},
                   {"IS_ENABLED", true},
                   {"CATEGORY_ID", stage.category}});
    if (stage.entity_type != 2) out.back().as_object()["PARENT_ID"] = nullptr;
  }
  return json::value(std::move(out));
}

// userfieldconfig.*: entityId is CRM_{type id}, not entityTypeId (the trap of 7.8).
std::string own_entity_id(const EntityType& type) {
  if (type.dynamic) return "CRM_" + std::to_string(type.type_id);
  return "CRM_" + text::to_upper_ascii(text::replace_all(entity_word(type.entity_type_id), "-", "_"));
}

EntityType* type_of_entity_id(Portal& portal, const std::string& entity_id) {
  for (auto& [id, type] : portal.types) {
    if (own_entity_id(type) == entity_id) return &type;
  }
  return nullptr;
}

json::object user_field_json(const std::string& entity_id, const Field& field, std::size_t index) {
  return {{"id", std::to_string(6900 + index)},
          {"entityId", entity_id},
          {"fieldName", field.upper},
          {"userTypeId", field.type},
          {"xmlId", nullptr},
          {"sort", "100"},
          {"multiple", field.multiple ? "Y" : "N"},
          {"mandatory", field.required ? "Y" : "N"},
          {"showFilter", "E"},
          {"showInList", "Y"},
          {"editInList", "Y"},
          {"isSearchable", "N"},
          {"settings", field.settings.empty() ? json::value(json::array()) : json::value(field.settings)},
          {"editFormLabel", json::object{{"ru", field.title}}}};
}

// A list field's variants as userfieldconfig shows them: lower-case keys, ids as strings.
json::array variants_json(const Field& field) {
  json::array out;
  const json::array* items = array_of(field.settings, "items");
  for (const json::value& item : items == nullptr ? json::array() : *items) {
    const json::object& row = item.as_object();
    out.push_back(
        {{"id", text_of(row, "ID")}, {"value", text_of(row, "VALUE")}, {"def", "N"}, {"sort", "500"}, {"xmlId", ""}});
  }
  return out;
}

void need_crm_module(const Invocation& call) {
  const json::value* module = arg(call.params, "moduleId");
  if (module == nullptr || text_of(*module) != "crm") refuse(400, "", "moduleId is not available");
}

Answer user_field_list(const Invocation& call) {
  need_crm_module(call);
  const json::object filter = as_map(arg(call.params, "filter"));
  Answer answer;
  json::array out;
  for (auto& [id, type] : call.portal.types) {
    const std::string own = own_entity_id(type);
    if (filter.contains("entityId") && text_of(filter, "entityId") != own) continue;
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      const Field& field = type.fields[i];
      if (field.dynamic && text_of(filter, "fieldName", field.upper) == field.upper) {
        out.push_back(user_field_json(own, field, static_cast<std::size_t>(id) * 100 + i));
      }
    }
  }
  out.resize(std::min<std::size_t>(out.size(), 50));
  answer.total = static_cast<Id>(out.size());
  answer.result = json::value{{"fields", std::move(out)}};
  return answer;
}

Answer user_field_get(const Invocation& call) {
  need_crm_module(call);
  const Id id = required_int(call.params, "id");
  for (auto& [entity, type] : call.portal.types) {
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      const Field& field = type.fields[i];
      const std::size_t index = static_cast<std::size_t>(entity) * 100 + i;
      if (!field.dynamic || static_cast<Id>(6900 + index) != id) continue;
      json::object shown = user_field_json(own_entity_id(type), field, index);
      if (field.type == "enumeration") shown["enum"] = variants_json(field);
      return json::value{{"field", std::move(shown)}};
    }
  }
  refuse(400, "", "Entity not found");
}

Answer user_field_add(const Invocation& call) {
  need_crm_module(call);
  const json::object given = required_map(call.params, "field");
  const std::string entity_id = text_of(given, "entityId"), name = text_of(given, "fieldName");
  EntityType* type = type_of_entity_id(call.portal, entity_id);
  if (type == nullptr) refuse(400, "", "The 'ENTITY_ID' field is not found.");
  if (name.empty()) refuse(400, "", "The 'FIELD_NAME' field is not found.");
  const bool spelled =
      name.size() <= 50 && name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
  const bool numbered = type->dynamic || type->entity_type_id == 31;  // the entity's own code is part of the name
  if (!spelled || !name.starts_with(numbered ? "UF_" + entity_id + "_" : "UF_CRM_")) {
    refuse(400, "", "Invalid 'FIELD_NAME' field");
  }
  for (const Field& field : type->fields) {
    if (field.upper == name) refuse(400, "", "Field " + name + " already exists");
  }
  Field field;
  field.upper = name;
  field.type = text_of(given, "userTypeId", "string");
  field.multiple = truthy(given, "multiple", false);
  field.required = truthy(given, "mandatory", false);
  field.settings = as_map(given.if_contains("settings"));
  const json::object* label = object_of(given, "editFormLabel");
  field.title = label == nullptr ? name : text_of(*label, "ru", name);
  add_user_field(*type, field);
  const std::size_t index = static_cast<std::size_t>(type->entity_type_id) * 100 + type->fields.size() - 1;
  return json::value{{"field", user_field_json(entity_id, type->fields.back(), index)}};
}

}  // namespace

void add_crm_dictionary_methods(std::vector<Method>& table) {
  table.push_back({"crm.type.list", "crm", type_list});
  table.push_back({"crm.type.get", "crm", type_get});
  table.push_back({"crm.type.getByEntityTypeId", "crm", type_by_entity});
  table.push_back({"crm.category.list", "crm", category_list});
  table.push_back({"crm.category.get", "crm", category_get});
  table.push_back({"crm.status.list", "crm", status_list});
  table.push_back({"crm.status.entity.types", "crm", status_types});
  table.push_back({"userfieldconfig.list", "userfieldconfig", user_field_list});
  table.push_back({"userfieldconfig.get", "userfieldconfig", user_field_get});
  table.push_back({"userfieldconfig.add", "userfieldconfig", user_field_add});
}

}  // namespace sedlink::sim::b24
