// The mapping form of a scenario: who is there, how the portal behaves.
#include <algorithm>

#include "control.hpp"
#include "disk.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

Result<void> known_keys(const json::object& o, std::initializer_list<std::string_view> known,
                        const std::string& where) {
  for (const auto& member : o) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return control_error(where + ": unknown key \"" + std::string(key) + "\"");
    }
  }
  return {};
}

// Each member of a list of mappings; stops at the first error.
template <class F>
Result<void> each(const json::object& settings, std::string_view key, F&& f) {
  const json::value* list = settings.if_contains(key);
  if (list == nullptr || list->is_null()) return {};
  if (!list->is_array()) return control_error(std::string(key) + " must be a list");
  for (const json::value& one : list->get_array()) {
    if (!one.is_object()) return control_error(std::string(key) + " must list mappings");
    const Result<void> done = f(one.get_object());
    if (!done) return done;
  }
  return {};
}

std::set<std::string> scopes_of(const json::object& o) {
  const json::array* list = array_of(o, "scopes");
  if (list == nullptr) return {"crm", "disk", "im", "task", "user", "userfieldconfig", "department"};
  std::set<std::string> out;
  for (const json::value& one : *list) out.insert(text_of(one));
  return out;
}

Result<void> read_access(Portal& portal, const json::object& access) {
  if (const auto ok = known_keys(
          access,
          {"base_url", "user", "webhook", "scopes", "expired", "event_token", "member_id", "domain", "server_endpoint"},
          "access");
      !ok) {
    return ok;
  }
  Webhook& hook = portal.webhooks.front();
  hook.user = int_of(access, "user").value_or(hook.user);
  hook.secret = text_of(access, "webhook", hook.secret);
  if (access.contains("scopes")) hook.scopes = scopes_of(access);
  hook.expired = truthy(access, "expired", false);
  if (access.contains("base_url")) {
    portal.base_url = text_of(access, "base_url");
    while (portal.base_url.ends_with('/')) portal.base_url.pop_back();
    portal.domain =
        portal.base_url.substr(portal.base_url.find("://") == std::string::npos ? 0 : portal.base_url.find("://") + 3);
  }
  portal.event_token = text_of(access, "event_token", portal.event_token);
  portal.member_id = text_of(access, "member_id", portal.member_id);
  portal.domain = text_of(access, "domain", portal.domain);
  portal.server_endpoint = text_of(access, "server_endpoint", portal.server_endpoint);
  return {};
}

Result<void> read_user(Portal& portal, const json::object& o) {
  if (const auto ok = known_keys(
          o, {"id", "name", "last_name", "second_name", "full_name", "email", "position", "active", "admin", "system"},
          "users");
      !ok) {
    return ok;
  }
  User user;
  user.id = int_of(o, "id").value_or(0);
  if (user.id <= 0) return control_error("users: id is missing");
  const std::vector<std::string> full = text::split(text_of(o, "full_name"), ' ');
  user.last_name = text_of(o, "last_name", !full.empty() ? full[0] : "");
  user.name = text_of(o, "name", full.size() > 1 ? full[1] : "");
  user.second_name = text_of(o, "second_name", full.size() > 2 ? full[2] : "");
  user.email = text_of(o, "email");
  user.position = text_of(o, "position");
  user.active = truthy(o, "active", true);
  user.admin = truthy(o, "admin", false);
  if (truthy(o, "system", false)) user.external_auth = "rest_system";
  const bool fresh = !portal.users.contains(user.id);
  portal.users[user.id] = user;
  if (fresh && user.external_auth.empty()) add_storage(portal, user.full_name(), "user", std::to_string(user.id));
  return {};
}

Result<void> read_field(EntityType& type, const json::object& o) {
  if (const auto ok =
          known_keys(o, {"name", "type", "title", "multiple", "required", "required_at", "items"}, "fields");
      !ok)
    return ok;
  Field field;
  field.upper = text_of(o, "name");
  field.type = text_of(o, "type", "string");
  field.title = text_of(o, "title", field.upper);
  field.multiple = truthy(o, "multiple", false);
  field.required = truthy(o, "required", false);
  for (const json::value& one : as_list(o.if_contains("required_at"))) field.required_at.push_back(text_of(one));
  json::array items;
  for (const json::value& one : as_list(o.if_contains("items"))) {
    const Id id = static_cast<Id>(items.size()) + 100;
    if (one.is_object())
      items.push_back(one);
    else
      items.push_back({{"ID", std::to_string(id)}, {"VALUE", text_of(one)}});
  }
  if (!items.empty()) field.settings["items"] = std::move(items);
  if (field.upper.starts_with("UF_")) {
    add_user_field(type, field);
    return {};
  }
  for (Field& known : type.fields) {  // a system field: only its demands can be set
    if (known.name != field.upper) continue;
    known.required = field.required;
    known.required_at = field.required_at;
    return {};
  }
  return control_error("fields: " + field.upper + " is neither UF_CRM_… nor a field of the system");
}

Result<void> read_category(Portal& portal, EntityType& type, const json::object& o) {
  if (const auto ok = known_keys(o, {"id", "name", "default", "sort", "stages"}, "categories"); !ok) return ok;
  Category category;
  category.id = int_of(o, "id").value_or(0);
  category.name = text_of(o, "name", "Воронка");
  category.sort = static_cast<int>(int_of(o, "sort").value_or(500));
  category.is_default = truthy(o, "default", false);
  if (category.is_default) {
    for (auto& [id, one] : type.categories) one.is_default = false;
  }
  type.categories[category.id] = category;
  std::erase_if(portal.stages,
                [&](const Stage& s) { return s.entity_type == type.entity_type_id && s.category == category.id; });
  int sort = 10;
  return each(o, "stages", [&](const json::object& stage) -> Result<void> {
    const std::string semantics = text_of(stage, "semantics", "P");
    add_stage(portal, type, category.id, text_of(stage, "id"), text_of(stage, "name", text_of(stage, "id")),
              semantics[0], sort);
    sort += 10;
    return {};
  });
}

Result<void> read_type(Portal& portal, const json::object& o) {
  if (const auto ok = known_keys(o, {"entityTypeId", "id", "title", "code", "categories", "fields"}, "types"); !ok)
    return ok;
  const int entity = static_cast<int>(int_of(o, "entityTypeId").value_or(0));
  const bool own = (entity >= 1 && entity <= 4) || entity == 7 || entity == 31;
  const bool dynamic = (entity >= 1030 && entity % 2 == 0) || (entity >= 128 && entity <= 192);
  if (!own && !dynamic) return control_error("types: entityTypeId is out of allowed range");
  const bool fresh = !portal.types.contains(entity);
  EntityType& type = portal.types[entity];
  if (fresh) {
    type.entity_type_id = entity;
    type.dynamic = type.has_stages = type.has_categories = type.has_history = true;
    type.type_id = int_of(o, "id").value_or(entity - 1000);
    type.fields = system_fields(entity, type);
  }
  type.title = text_of(o, "title", type.title);
  type.code = text_of(o, "code", type.code);
  if (dynamic && o.contains("id")) type.type_id = int_of(o, "id").value_or(type.type_id);
  if (const auto ok = each(o, "categories", [&](const json::object& c) { return read_category(portal, type, c); }); !ok)
    return ok;
  return each(o, "fields", [&](const json::object& f) { return read_field(type, f); });
}

// Companies and items alike: an act `create` with a fixed id.
Result<void> read_item(Portal& portal, json::object o, const char* entity) {
  if (entity != nullptr) o["entity"] = entity;
  const auto kind = entity_from_word(text_of(o, "entity"));
  if (!kind || !portal.types.contains(*kind)) return control_error("items: no such kind: " + text_of(o, "entity"));
  EntityType& type = portal.types.at(*kind);
  const Id last = type.last_item;
  if (const auto id = int_of(o, "id")) {
    type.items.erase(*id);
    type.last_item = *id - 1;
    std::erase_if(portal.requisites, [&](const auto& r) {
      return *kind == 4 && text_of(r.second.values, "ENTITY_ID") == std::to_string(*id);
    });
    o.erase("id");
  }
  o["do"] = "create";
  const auto created = perform(portal, o);
  type.last_item = std::max(type.last_item, last);
  if (!created) return created.error();
  return {};
}

Result<void> read_quirks(Portal& portal, const json::object& o) {
  Quirks& q = portal.quirks;
  const std::pair<std::string_view, bool*> flags[] = {
      {"notify_needs_client_id", &q.notify_needs_client_id},
      {"per_type_events", &q.per_type_events},
      {"other_pipeline_stage_moves", &q.other_pipeline_stage_moves},
      {"batch_over_limit_fails_whole", &q.batch_over_limit_fails_whole},
      {"downloads_counted", &q.downloads_counted},
      {"download_needs_user_agent", &q.download_needs_user_agent},
      {"download_needs_browser_headers", &q.download_needs_browser_headers},
      {"original_uf_names_select_bug", &q.original_uf_names_select_bug},
      {"https_required", &q.https_required},
      {"quote_events", &q.quote_events},
      {"no_time", &q.no_time},
      {"numbers_as_strings", &q.numbers_as_strings},
      {"errors_have_time", &q.errors_have_time},
      {"no_field_options", &q.no_field_options},
      {"version_upload_renames", &q.version_upload_renames}};
  for (const auto& member : o) {
    const std::string_view key(member.key().data(), member.key().size());
    if (key == "moved_to") {
      q.moved_to = text_of(member.value());
      continue;
    }
    if (key == "link_seconds") {
      if (!member.value().is_number()) return control_error("quirks.link_seconds must be a number");
      q.link_seconds = member.value().to_number<double>();
      continue;
    }
    const auto flag =
        std::find_if(std::begin(flags), std::end(flags), [&](const auto& one) { return one.first == key; });
    if (flag == std::end(flags)) return control_error("quirks: unknown key \"" + std::string(key) + "\"");
    *flag->second = truthy(member.value());
  }
  return {};
}

}  // namespace

void add_stage(Portal& portal, const EntityType& type, Id category, const std::string& code, const std::string& name,
               char semantics, int sort) {
  Stage stage;
  const std::string entity = std::to_string(type.entity_type_id), pipeline = std::to_string(category);
  std::string prefix;
  if (type.entity_type_id == 2) {
    stage.entity_id = category == 0 ? "DEAL_STAGE" : "DEAL_STAGE_" + pipeline;
    if (category != 0) prefix = "C" + pipeline + ":";
  } else if (type.entity_type_id == 1) {
    stage.entity_id = "STATUS";
  } else if (type.entity_type_id == 7) {
    stage.entity_id = "QUOTE_STATUS";
  } else if (type.entity_type_id == 31) {
    stage.entity_id = "SMART_INVOICE_STAGE_" + pipeline;
    prefix = "DT31_" + pipeline + ":";
  } else {
    stage.entity_id = "DYNAMIC_" + entity + "_STAGE_" + pipeline;
    prefix = "DT" + entity + "_" + pipeline + ":";
  }
  stage.id = portal.next_id("status", 101);
  stage.status_id = code.starts_with(prefix) ? code : prefix + code;
  stage.name = name;
  stage.semantics = semantics;
  stage.color = semantics == 'S' ? "#7BD500" : semantics == 'F' ? "#FF5752" : "#39A8EF";
  stage.sort = sort;
  stage.system = semantics == 'S' || code.ends_with("NEW") || code == "DRAFT";
  stage.entity_type = type.entity_type_id;
  stage.category = category;
  portal.stages.push_back(std::move(stage));
}

Requisite& add_requisite(Portal& portal, Id company, const json::object& given) {
  Requisite requisite;
  requisite.id = int_of(given, "id").value_or(portal.next_id("requisite", 27));
  json::object& v = requisite.values;
  v["ID"] = std::to_string(requisite.id);
  v["ENTITY_TYPE_ID"] = "4";
  v["ENTITY_ID"] = std::to_string(company);
  v["PRESET_ID"] = text_of(given, "preset", "1");
  v["DATE_CREATE"] = portal.iso_now();
  v["DATE_MODIFY"] = portal.iso_now();
  v["CREATED_BY_ID"] = "1";
  v["MODIFY_BY_ID"] = "1";
  v["NAME"] = text_of(given, "name", "Организация");
  v["CODE"] = nullptr;
  v["XML_ID"] = nullptr;
  v["ACTIVE"] = truthy(given, "active", true) ? "Y" : "N";
  v["SORT"] = "500";
  const std::pair<const char*, const char*> names[] = {{"inn", "RQ_INN"},
                                                       {"kpp", "RQ_KPP"},
                                                       {"ogrn", "RQ_OGRN"},
                                                       {"okpo", "RQ_OKPO"},
                                                       {"full_name", "RQ_COMPANY_FULL_NAME"},
                                                       {"short_name", "RQ_COMPANY_NAME"},
                                                       {"director", "RQ_DIRECTOR"}};
  for (const auto& [from, to] : names) v[to] = json::string(text_of(given, from));
  for (const auto& member : given) {
    if (std::string_view(member.key().data(), member.key().size()).starts_with("RQ_"))
      v[member.key()] = json::string(text_of(member.value()));
  }
  return portal.requisites.insert_or_assign(requisite.id, std::move(requisite)).first->second;
}

Result<void> configure_behaviour(Portal& portal, const json::object& settings) {
  if (const auto ok = known_keys(settings, {"limits", "events", "quirks"}, "set"); !ok) return ok;
  if (const json::object* limits = object_of(settings, "limits")) {
    if (const auto ok = portal.limits.configure(*limits); !ok) return ok;
  }
  if (const json::object* quirks = object_of(settings, "quirks")) {
    if (const auto ok = read_quirks(portal, *quirks); !ok) return ok;
  }
  const json::object* events = object_of(settings, "events");
  if (events == nullptr) return {};
  if (const auto ok = portal.events.configure(*events); !ok) return ok;
  return each(*events, "handlers", [&](const json::object& handler) -> Result<void> {
    const auto subscribed = portal.events.subscribe(handler, portal.event_token);
    if (!subscribed) return subscribed.error();
    return {};
  });
}

Result<void> configure(Portal& portal, const json::object& settings) {
  if (const auto ok = known_keys(settings,
                                 {"access", "webhooks", "time_zone", "users", "types", "companies", "items",
                                  "requisite_links", "limits", "events", "quirks"},
                                 "scenario");
      !ok) {
    return ok;
  }
  if (settings.contains("time_zone")) {
    auto zone = TimeZone::find(text_of(settings, "time_zone"));
    if (!zone) return zone.error();
    portal.zone = *zone;
  }
  if (const json::object* access = object_of(settings, "access")) {
    if (const auto ok = read_access(portal, *access); !ok) return ok;
  }
  auto ok = each(settings, "webhooks", [&](const json::object& o) -> Result<void> {
    portal.webhooks.push_back(
        {int_of(o, "user").value_or(0), text_of(o, "secret"), scopes_of(o), truthy(o, "expired", false)});
    return {};
  });
  if (ok) ok = each(settings, "users", [&](const json::object& o) { return read_user(portal, o); });
  if (ok) ok = each(settings, "types", [&](const json::object& o) { return read_type(portal, o); });
  if (ok) ok = each(settings, "companies", [&](const json::object& o) { return read_item(portal, o, "company"); });
  if (ok) ok = each(settings, "items", [&](const json::object& o) { return read_item(portal, o, nullptr); });
  if (ok) {
    ok = each(settings, "requisite_links", [&](const json::object& o) -> Result<void> {
      json::object link;
      for (const char* name :
           {"ENTITY_TYPE_ID", "ENTITY_ID", "REQUISITE_ID", "BANK_DETAIL_ID", "MC_REQUISITE_ID", "MC_BANK_DETAIL_ID"}) {
        link[name] = text_of(o, name, "0");
      }
      portal.requisite_links.push_back(std::move(link));
      return {};
    });
  }
  if (!ok) return ok;
  json::object behaviour;
  for (const char* key : {"limits", "events", "quirks"}) {
    if (const json::value* v = settings.if_contains(key)) behaviour[key] = *v;
  }
  return configure_behaviour(portal, behaviour);
}

}  // namespace sedlink::sim::b24
