// What people of the portal do: POST /_sim/act and the scenario's rules.
#include "control.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

struct Reference {
  int entity = 0;
  Id id = 0;  // 0 = the kind only
};

// "dynamic:1036/77", "deal/5", "dynamic:1036", {entity, id}; entity may stand beside item.
std::optional<Reference> reference(const json::object& act) {
  Reference out;
  std::string entity = text_of(act, "entity");
  if (const json::value* item = act.if_contains("item")) {
    if (const json::object* object = item->if_object()) {
      entity = text_of(*object, "entity", entity);
      out.id = int_of(*object, "id").value_or(0);
    } else if (const auto number = int_of(*item)) {
      out.id = *number;
    } else {
      const std::string word = text_of(*item);
      const auto slash = word.find('/');
      entity = word.substr(0, slash);
      if (slash != std::string::npos) out.id = int_of(json::value(word.substr(slash + 1))).value_or(-1);
    }
  }
  if (const auto id = int_of(act, "id")) out.id = *id;
  const auto known = entity_from_word(entity);
  if (!known || out.id < 0) return std::nullopt;
  out.entity = *known;
  return out;
}

// By id or by full name; by default user 14, a manager, else the first user.
std::optional<Id> who(const Portal& portal, const json::object& act) {
  const json::value* given = act.if_contains("user");
  if (given == nullptr) given = act.if_contains("person");
  if (given == nullptr) return portal.users.contains(14) ? 14 : portal.users.begin()->first;
  if (const auto id = int_of(*given)) return portal.user(*id) != nullptr ? std::optional(*id) : std::nullopt;
  for (const auto& [id, user] : portal.users) {
    if (text::fold(user.full_name()) == text::fold(text_of(*given))) return id;
  }
  return std::nullopt;
}

// "contract.pdf" | {name, content_base64 | content | size} -> [name, base64 or token]; {id} and pairs stay. `size`: so
// many made-up bytes. `made` keeps them until they are stored.
Result<json::value> file_input(Portal& portal, const json::value& given, const std::string& salt,
                               std::vector<ContentPtr>& made) {
  if (given.is_string()) {
    const std::string name(given.get_string());
    return json::value(json::array{json::string(name), json::string(text::base64_encode(sample_pdf(salt + name)))});
  }
  const json::object* file = given.if_object();
  if (file == nullptr || file->contains("id")) return given;
  const std::string name = text_of(*file, "name");
  if (name.empty()) return control_error("a file needs a name");
  if (file->contains("content_base64")) {
    const std::string encoded = text_of(*file, "content_base64");
    if (!text::base64_decode(encoded)) return control_error("content_base64 of " + name + " is not base64");
    return json::value(json::array{json::string(name), json::string(encoded)});
  }
  if (file->contains("size")) {
    const auto size = int_of(*file, "size");
    if (!size || *size < 0) return control_error("size of " + name + " must be a whole number of bytes");
    made.push_back(portal.env.contents().generate(name, static_cast<std::uint64_t>(*size)));
    return json::value(json::array{json::string(name), json::string(made.back()->token())});
  }
  const std::string content = file->contains("content") ? text_of(*file, "content") : sample_pdf(salt + name);
  return json::value(json::array{json::string(name), json::string(text::base64_encode(content))});
}

Result<void> add_files(Portal& portal, const EntityType& type, const json::object& act, const std::string& salt,
                       json::object& fields, std::vector<ContentPtr>& made) {
  const json::value* given = act.if_contains("files");
  if (given == nullptr) return {};
  if (!given->is_object()) return control_error("files must be {field: [file, …]}");
  for (const auto& member : given->get_object()) {
    const std::string name(member.key());
    const Field* field = find_field(type, name, false);
    if (field == nullptr || field->type != "file") return control_error("no file field " + name);
    json::array list;
    const bool pair = file_pair(portal, member.value()).has_value();
    for (const json::value& one : pair                        ? json::array{member.value()}
                                  : member.value().is_array() ? member.value().get_array()
                                                              : json::array{member.value()}) {
      auto file = file_input(portal, one, salt, made);
      if (!file) return file.error();
      list.push_back(std::move(*file));
    }
    if (field->multiple)
      fields[name] = std::move(list);
    else
      fields[name] = list.empty() ? json::value("") : list.front();
  }
  return {};
}

// file: {field?, name, …}: one more file in a field, the first file field by default; what is there stays.
Result<void> add_one_file(Portal& portal, const EntityType& type, const Item* item, const json::object& act,
                          const std::string& salt, json::object& fields, std::vector<ContentPtr>& made) {
  const json::value* given = act.if_contains("file");
  if (given == nullptr) return {};
  const std::string wanted = given->is_object() ? text_of(given->get_object(), "field") : std::string();
  for (const Field& field : type.fields) {
    if (field.type != "file" || (!wanted.empty() && field.name != wanted)) continue;
    auto file = file_input(portal, *given, salt, made);
    if (!file) return file.error();
    json::array all;
    const auto current = item == nullptr ? std::map<std::string, std::vector<StoredFile>>() : item->files;
    if (const auto stored = current.find(field.name); stored != current.end()) {
      for (const StoredFile& one : stored->second) all.push_back(json::object{{"id", one.id}});
    }
    all.push_back(std::move(*file));
    if (field.multiple)
      fields[field.name] = std::move(all);
    else
      fields[field.name] = all.back();
    return {};
  }
  return control_error("no file field " + wanted);
}

Result<json::value> answer_for(const EntityType& type, const Item& item) {
  json::object out{{"item", entity_word(type.entity_type_id) + "/" + std::to_string(item.id)},
                   {"entity", entity_word(type.entity_type_id)},
                   {"id", item.id}};
  if (type.has_stages) out["stage"] = text_of(item.values, "stageId");
  return json::value(std::move(out));
}

// Requisites come with a company: requisites: [{inn, kpp, name, …}].
void add_requisites(Portal& portal, Id company, const json::object& act) {
  const json::array* list = array_of(act, "requisites");
  for (const json::value& one : list == nullptr ? json::array() : *list) {
    if (const json::object* given = one.if_object()) add_requisite(portal, company, *given);
  }
}

Result<json::value> perform_on_task(Portal& portal, const json::object& act) {
  const auto found = portal.tasks.find(int_of(act, "task").value_or(0));
  if (found == portal.tasks.end()) return control_error("no such task");
  found->second.values["STATUS"] = "5";
  found->second.values["CLOSED_DATE"] = portal.iso_now();
  const net::FormPairs data{{"[FIELDS_AFTER][ID]", std::to_string(found->first)}};
  portal.events.raise("ONTASKUPDATE", data);
  return json::value{{"task", found->first}};
}

Result<void> check_names(const EntityType& type, const json::object& fields) {
  for (const auto& member : fields) {
    if (find_field(type, std::string_view(member.key().data(), member.key().size()), false) == nullptr) {
      return control_error("no field " + std::string(member.key()) + " in " + entity_word(type.entity_type_id));
    }
  }
  return {};
}

}  // namespace

Result<json::value> perform(Portal& portal, const json::object& act) {
  const std::string what = text_of(act, "do");
  if (what == "set") {
    json::object settings = act;
    settings.erase("do");
    if (const auto set = configure_behaviour(portal, settings); !set) return set.error();
    return json::value{{"ok", true}};
  }
  if (what == "complete") return perform_on_task(portal, act);
  const auto at = reference(act);
  if (!at) return control_error("which item? item: \"dynamic:1036/77\" or {entity, id}");
  const auto person = who(portal, act);
  if (!person) return control_error("no such user");
  const auto type_found = portal.types.find(at->entity);
  if (type_found == portal.types.end()) return control_error("no such kind of item: " + entity_word(at->entity));
  EntityType& type = type_found->second;
  const Actor actor{*person, false};

  json::object fields;
  if (const json::object* given = object_of(act, "fields")) fields = *given;
  if (act.contains("title")) fields["title"] = act.at("title");
  if (const auto known = check_names(type, fields); !known) return known.error();
  if (act.contains("stage")) fields["stageId"] = act.at("stage");
  if (act.contains("category")) fields["categoryId"] = act.at("category");
  if (const Stage* stage = find_stage(portal, at->entity, text_of(fields, "stageId"));
      stage != nullptr && !act.contains("category")) {
    fields["categoryId"] = stage->category;  // the card is dragged there, pipeline and all
  }
  const std::string salt = entity_word(at->entity) + "/" + text_of(fields, "title", std::to_string(at->id)) + "/";
  std::vector<ContentPtr> made;
  if (const auto files = add_files(portal, type, act, salt, fields, made); !files) return files.error();
  const auto present = type.items.find(at->id);
  const Item* const standing = present == type.items.end() ? nullptr : &present->second;
  if (const auto file = add_one_file(portal, type, standing, act, salt, fields, made); !file) return file.error();
  try {
    if (what == "create") {
      const Item& item = add_item(portal, type, fields, actor);
      if (at->entity == 4) add_requisites(portal, item.id, act);
      return answer_for(type, item);
    }
    const auto found = type.items.find(at->id);
    if (found == type.items.end()) return control_error("no such item");
    Item& item = found->second;
    if (what == "edit" || what == "move") {
      if (what == "move" && !fields.contains("stageId") && !fields.contains("categoryId")) {
        return control_error("move needs stage or category");
      }
      update_item(portal, type, item, fields, actor);
      if (act.contains("comment")) add_comment(portal, at->entity, at->id, text_of(act, "comment"), nullptr, actor);
      return answer_for(type, item);
    }
    if (what == "comment") {
      const Id id = add_comment(portal, at->entity, at->id, text_of(act, "comment"), nullptr, actor).id;
      return json::value{{"comment", id}};
    }
    if (what == "merge") {  // as the search for duplicates does: the other card keeps the timeline, this one is deleted
      json::object other_act = act;
      other_act["item"] = act.contains("into") ? act.at("into") : json::value(nullptr);
      const auto into = reference(other_act);
      if (!into || into->entity != at->entity || into->id == at->id || !type.items.contains(into->id))
        return control_error("merge needs into: another item of the same kind");
      for (auto& [id, one] : portal.comments) {
        if (one.entity_type == at->entity && one.entity == at->id) one.entity = into->id;
      }
      delete_item(portal, type, at->id, actor);
      raise_item_event(portal, type, into->id, "UPDATE");
      return answer_for(type, type.items.at(into->id));
    }
    if (what == "delete") {
      delete_item(portal, type, at->id, actor);
      return json::value{{"ok", true}};
    }
  } catch (const RestError& e) { return control_error(text_of(e.code) + ": " + e.description); }
  return control_error("unknown do: \"" + what + "\" (create, edit, move, delete, merge, comment, complete, set)");
}

}  // namespace sedlink::sim::b24
