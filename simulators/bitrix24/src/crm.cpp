#include "crm.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

bool is_empty(const json::value& v) {
  return v.is_null() || (v.is_string() && v.get_string().empty()) || (v.is_array() && v.get_array().empty()) ||
         (v.is_int64() && v.get_int64() == 0);
}

// What a write changes, checked but not yet applied.
struct Changes {
  json::object values;
  std::map<std::string, std::vector<StoredFile>> files;
  [[nodiscard]] bool empty() const { return values.empty() && files.empty(); }
};

bool same_set(const std::vector<StoredFile>& a, const std::vector<StoredFile>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const StoredFile& x, const StoredFile& y) { return x.id == y.id; });
}

Changes read_changes(Portal& portal, const EntityType& type, const Item& item, const json::object& fields,
                     bool original_uf_names, bool adding) {
  Changes changes;
  for (const auto& member : fields) {
    const std::string name(member.key());
    const Field* field = find_field(type, name, original_uf_names);
    // Two names break the whole request instead of being ignored.
    if (name == "id" && !adding && !portal.seeding)
      refuse(400, "100", "Setting value for Primary ID is not allowed, it is read-only field");
    if (name == "contacts" && type.field("contactIds") != nullptr)
      refuse(400, "100", "Unknown field definition `CONTACTS`");
    if (field == nullptr || field->read_only || (field->immutable && !adding)) continue;  // ignored, says the vendor
    if (field->type == "file") {
      const auto current = item.files.find(field->name);
      static const std::vector<StoredFile> none;
      const auto& before = current == item.files.end() ? none : current->second;
      auto after = new_file_set(portal, *field, member.value(), before);
      if (!same_set(before, after)) changes.files[field->name] = std::move(after);
      continue;
    }
    json::value value = canonical(portal, *field, member.value());
    const json::value* before = item.values.if_contains(field->name);
    if (before == nullptr ? !is_empty(value) : *before != value) changes.values[field->name] = std::move(value);
  }
  return changes;
}

// contactId is the first of contactIds, whichever was written.
void join_contacts(const EntityType& type, Changes& changes) {
  if (type.field("contactIds") == nullptr) return;
  if (const json::value* many = changes.values.if_contains("contactIds")) {
    const json::array& ids = many->as_array();
    changes.values["contactId"] = ids.empty() ? json::value(0) : ids.front();
  } else if (const json::value* one = changes.values.if_contains("contactId")) {
    json::array ids;
    if (!is_empty(*one)) ids.push_back(*one);
    changes.values["contactIds"] = std::move(ids);
  }
}

void check_required(const EntityType& type, const Item& after, const std::string& stage) {
  for (const Field& field : type.fields) {
    const bool here = field.required ||
                      std::find(field.required_at.begin(), field.required_at.end(), stage) != field.required_at.end();
    if (!here) continue;
    const json::value* value = after.values.if_contains(field.name);
    const auto files = after.files.find(field.name);
    const bool filled = field.type == "file" ? files != after.files.end() && !files->second.empty()
                                             : value != nullptr && !is_empty(*value);
    if (!filled) refuse(400, "CRM_FIELD_ERROR_REQUIRED", "Поле \"" + field.title + "\" обязательно для заполнения");
  }
}

void record(Portal& portal, const EntityType& type, const Item& item, int kind) {
  if (!type.has_history) return;
  const Stage* stage = find_stage(portal, type.entity_type_id, text_of(item.values, "stageId"));
  HistoryRow row;
  row.id = portal.next_id("stage_history", 1001);
  row.entity_type = type.entity_type_id;
  row.owner = item.id;
  row.created = portal.now();
  row.category = int_of(item.values, "categoryId").value_or(0);
  row.stage = text_of(item.values, "stageId");
  row.semantics = stage == nullptr ? 'P' : stage->semantics;
  row.type_id = kind == 2 && row.semantics != 'P' ? 3 : kind;
  portal.history.push_back(std::move(row));
}

[[noreturn]] void bad_stage() { refuse(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", "Неверное значение поля \"Стадия\""); }

// Completes and checks stageId and categoryId of `changes` for an item that stands in `category`.
void settle_stage(Portal& portal, const EntityType& type, Id category, Changes& changes) {
  if (!type.has_stages) return;
  Id target = category;
  const Stage* stage = nullptr;
  if (const json::value* wanted = changes.values.if_contains("categoryId")) {
    target = int_of(*wanted).value_or(-1);
    if (!type.categories.contains(target)) {
      refuse(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", "Неверное значение поля \"Воронка\"");
    }
  }
  if (const json::value* wanted = changes.values.if_contains("stageId")) {
    stage = find_stage(portal, type.entity_type_id, text_of(*wanted));
    if (stage == nullptr) bad_stage();
    if (stage->category != target) {
      if (changes.values.contains("categoryId") || !portal.quirks.other_pipeline_stage_moves) bad_stage();
      target = stage->category;
    }
  } else if (target != category) {
    const auto all = stages_of(portal, type.entity_type_id, target);
    if (all.empty()) bad_stage();
    stage = all.front();
  }
  if (target != category) changes.values["categoryId"] = target;
  if (stage != nullptr) changes.values["stageId"] = stage->status_id;
}

void apply(const EntityType& type, Item& item, Changes&& changes) {
  for (auto& member : changes.values) item.values[member.key()] = std::move(member.value());
  for (auto& [name, files] : changes.files) item.files[name] = std::move(files);
  if (type.entity_type_id == 3) {
    item.values["title"] =
        std::string(text::trim(text_of(item.values, "lastName") + " " + text_of(item.values, "name")));
  }
}

void set_semantics(const Portal& portal, const EntityType& type, Item& item) {
  const Stage* stage = find_stage(portal, type.entity_type_id, text_of(item.values, "stageId"));
  const char semantics = stage == nullptr ? 'P' : stage->semantics;
  if (type.field("stageSemanticId") != nullptr) item.values["stageSemanticId"] = std::string(1, semantics);
  if (type.field("closed") != nullptr) item.values["closed"] = semantics == 'P' ? "N" : "Y";
}

}  // namespace

const Stage* find_stage(const Portal& portal, int entity_type, std::string_view status_id) {
  for (const Stage& stage : portal.stages) {
    if (stage.entity_type == entity_type && stage.status_id == status_id) return &stage;
  }
  return nullptr;
}

std::vector<const Stage*> stages_of(const Portal& portal, int entity_type, Id category) {
  std::vector<const Stage*> out;
  for (const Stage& stage : portal.stages) {
    if (stage.entity_type == entity_type && stage.category == category) out.push_back(&stage);
  }
  std::stable_sort(out.begin(), out.end(), [](const Stage* a, const Stage* b) { return a->sort < b->sort; });
  return out;
}

void raise_item_event(Portal& portal, const EntityType& type, Id id, const char* what) {
  if (portal.seeding) return;
  net::FormPairs data{{"[FIELDS][ID]", std::to_string(id)}};
  std::string base;
  switch (type.entity_type_id) {
    case 1: base = "ONCRMLEAD"; break;
    case 2: base = "ONCRMDEAL"; break;
    case 3: base = "ONCRMCONTACT"; break;
    case 4: base = "ONCRMCOMPANY"; break;
    case 7:
      if (!portal.quirks.quote_events) return;
      base = "ONCRMQUOTE";
      break;
    default:
      base = "ONCRMDYNAMICITEM";
      data.emplace_back("[FIELDS][ENTITY_TYPE_ID]", std::to_string(type.entity_type_id));
  }
  portal.events.raise(base + what, data);
  if (base == "ONCRMDYNAMICITEM" && portal.quirks.per_type_events) {
    portal.events.raise(base + what + "_" + std::to_string(type.entity_type_id), data);
  }
}

void notice(Portal& portal, const char* event, const EntityType& type, const Item& item, Actor actor) {
  if (portal.seeding) return;
  const std::string entity = entity_word(type.entity_type_id);
  const std::string reference = entity + "/" + std::to_string(item.id);
  json::object facts{{"event", event},
                     {"entity", entity},
                     {"id", item.id},
                     {"item", reference},
                     {"title", text_of(item.values, "title")},
                     {"stage", text_of(item.values, "stageId")},
                     {"previous_stage", text_of(item.values, "previousStageId")},
                     {"category", int_of(item.values, "categoryId").value_or(0)},
                     {"by", actor.user},
                     {"by_rest", actor.rest}};
  facts["fields"] = item.values;
  facts["subject"] = json::object{{"item", reference}};
  portal.env.notice(facts);
}

Item& find_item(EntityType& type, Id id) {
  const auto found = type.items.find(id);
  if (found == type.items.end()) refuse(400, "NOT_FOUND", "Элемент не найден");
  return found->second;
}

Item* linked_company(Portal& portal, Item& item) {
  const auto id = int_of(item.values, "companyId");
  const auto companies = portal.types.find(4);
  if (!id || companies == portal.types.end()) return nullptr;
  const auto found = companies->second.items.find(*id);
  return found == companies->second.items.end() ? nullptr : &found->second;
}

Item& add_item(Portal& portal, EntityType& type, const json::object& fields, Actor actor, bool original_uf_names) {
  Item item;
  Changes changes = read_changes(portal, type, item, fields, original_uf_names, true);
  join_contacts(type, changes);
  Id category = 0;
  if (type.has_stages) {
    for (const auto& [id, one] : type.categories) {
      if (one.is_default) category = id;
    }
    if (const auto wanted = int_of(fields, "categoryId"))
      category = *wanted;
    else if (const Stage* stage = find_stage(portal, type.entity_type_id, text_of(fields, "stageId")))
      category = stage->category;
    changes.values["categoryId"] = category;
    settle_stage(portal, type, category, changes);
    if (!changes.values.contains("stageId")) {
      const auto all = stages_of(portal, type.entity_type_id, category);
      if (all.empty()) bad_stage();
      changes.values["stageId"] = all.front()->status_id;
    }
  }
  const std::string now = portal.iso_now();
  for (const Field& field : type.fields) {
    if (field.type == "boolean") item.values[field.name] = field.name == "opened" ? "Y" : "N";
    if (field.multiple && field.type != "file") item.values[field.name] = json::array();
  }
  apply(type, item, std::move(changes));
  if (type.field("currencyId") != nullptr && !item.values.contains("currencyId")) item.values["currencyId"] = "RUB";
  if (type.field("opportunity") != nullptr && !item.values.contains("opportunity")) item.values["opportunity"] = 0;
  if (type.field("taxValue") != nullptr) item.values["taxValue"] = 0;
  if (!item.values.contains("assignedById")) item.values["assignedById"] = actor.user;
  for (const char* by : {"createdBy", "updatedBy"}) item.values[by] = actor.user;
  for (const char* at : {"createdTime", "updatedTime", "lastActivityTime"}) item.values[at] = now;
  if (type.field("movedTime") != nullptr) {
    item.values["movedBy"] = actor.user;
    item.values["movedTime"] = now;
  }
  set_semantics(portal, type, item);
  check_required(type, item, text_of(item.values, "stageId"));
  item.id = ++type.last_item;
  item.values["id"] = item.id;
  if (is_empty(item.values["title"]) && type.has_stages) {
    static const std::map<int, std::string> names{{1, "Лид"}, {2, "Сделка"}, {7, "Предложение"}, {31, "Счет"}};
    const auto named = names.find(type.entity_type_id);
    item.values["title"] = (named == names.end() ? type.title : named->second) + " #" + std::to_string(item.id);
  }
  Item& stored = type.items.emplace(item.id, std::move(item)).first->second;
  if (type.has_stages) record(portal, type, stored, 1);
  raise_item_event(portal, type, stored.id, "ADD");
  notice(portal, "created", type, stored, actor);
  return stored;
}

bool update_item(Portal& portal, EntityType& type, Item& item, const json::object& fields, Actor actor,
                 bool original_uf_names) {
  Changes changes = read_changes(portal, type, item, fields, original_uf_names, false);
  join_contacts(type, changes);
  const Id category = int_of(item.values, "categoryId").value_or(0);
  const std::string stage = text_of(item.values, "stageId");
  settle_stage(portal, type, category, changes);
  if (changes.empty()) return false;

  const bool pipeline = changes.values.contains("categoryId");
  const bool moved = pipeline || changes.values.contains("stageId");
  Item after = item;
  apply(type, after, std::move(changes));
  if (moved && !pipeline && actor.rest) check_required(type, after, text_of(after.values, "stageId"));
  const std::string now = portal.iso_now();
  after.values["updatedBy"] = actor.user;
  after.values["updatedTime"] = now;
  if (moved && type.field("movedTime") != nullptr) {
    after.values["movedBy"] = actor.user;
    after.values["movedTime"] = now;
    if (type.field("previousStageId") != nullptr) after.values["previousStageId"] = stage;
  }
  set_semantics(portal, type, after);
  item = std::move(after);

  if (moved) record(portal, type, item, pipeline ? 5 : 2);
  if (pipeline && type.entity_type_id == 2) {
    net::FormPairs data{{"[FIELDS][ID]", std::to_string(item.id)},
                        {"[FIELDS][CATEGORY_ID]", text_of(item.values, "categoryId")},
                        {"[FIELDS][STAGE_ID]", text_of(item.values, "stageId")}};
    portal.events.raise("ONCRMDEALMOVETOCATEGORY", data);
  } else {
    raise_item_event(portal, type, item.id, "UPDATE");
  }
  notice(portal, moved ? "moved" : "edited", type, item, actor);
  return true;
}

void delete_item(Portal& portal, EntityType& type, Id id, Actor actor) {
  Item& item = find_item(type, id);
  notice(portal, "deleted", type, item, actor);
  type.items.erase(id);
  std::erase_if(portal.comments, [&](const auto& one) {
    return one.second.entity_type == type.entity_type_id && one.second.entity == id;
  });
  raise_item_event(portal, type, id, "DELETE");
}

json::value field_value(const Portal& portal, const EntityType& type, const Item& item, const Field& field) {
  if (field.type != "file") {
    const json::value* value = item.values.if_contains(field.name);
    return value == nullptr ? json::value(nullptr) : *value;
  }
  const auto found = item.files.find(field.name);
  json::array all;
  if (found != item.files.end()) {
    for (const StoredFile& file : found->second) {
      const std::string where = "entityTypeId=" + std::to_string(type.entity_type_id) +
                                "&id=" + std::to_string(item.id) + "&fieldName=" + field.name +
                                "&fileId=" + std::to_string(file.id);
      const json::object payload{{"t", type.entity_type_id}, {"i", item.id}, {"f", field.name}, {"file", file.id}};
      all.push_back(
          {{"id", file.id},
           {"url", portal.base_url + "/bitrix/services/main/ajax.php?action=crm.controller.item.getFile&" + where},
           {"urlMachine",
            portal.base_url + "/rest/crm.controller.item.getFile.json?" + signed_query(portal, "crm", payload)}});
    }
  }
  if (field.multiple) return all;
  return all.empty() ? json::value(nullptr) : all.front();
}

json::value item_json(const Portal& portal, const EntityType& type, const Item& item, const Output& output) {
  json::object out;
  for (const Field& field : type.fields) {
    if (output.select && !output.select->contains(field.name)) continue;
    out[output.original_uf_names && field.dynamic ? field.upper : field.name] = field_value(portal, type, item, field);
  }
  if (!output.select) out["entityTypeId"] = type.entity_type_id;  // no field of the object: added to whole answers
  if (out.empty()) return json::array();
  return out;
}

}  // namespace sedlink::sim::b24
