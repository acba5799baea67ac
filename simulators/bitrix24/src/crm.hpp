#pragma once
// CRM objects: fields, values, stages, history, events. Used by REST methods and by people alike.
#include "portal.hpp"

namespace sedlink::sim::b24 {

// UF_CRM_3_DIGIT -> ufCrm3Digit and the rest of the table in bitrix24.md 7.3 (without collisions).
[[nodiscard]] std::string user_field_name(const std::string& upper, bool dynamic_type);
[[nodiscard]] std::string upper_name(const std::string& camel);
// Fields every object of this kind has.
[[nodiscard]] std::vector<Field> system_fields(int entity_type_id, const EntityType& type);
// Adds a user field; a name collision keeps UPPER_CASE.
void add_user_field(EntityType& type, Field field);

// The field a client means by `name`, or null (unknown names are ignored on write).
[[nodiscard]] const Field* find_field(const EntityType& type, std::string_view name, bool original_uf_names);

// `fields` in the client's spelling. Throw RestError. Raise events and write history.
Item& add_item(Portal& portal, EntityType& type, const json::object& fields, Actor actor,
               bool original_uf_names = false);
// False when nothing changed: then nothing is saved, no event, no history.
bool update_item(Portal& portal, EntityType& type, Item& item, const json::object& fields, Actor actor,
                 bool original_uf_names = false);
void delete_item(Portal& portal, EntityType& type, Id id, Actor actor);
[[nodiscard]] Item& find_item(EntityType& type, Id id);  // throws NOT_FOUND «Элемент не найден»

struct Output {
  bool original_uf_names = false;
  std::optional<std::set<std::string>> select;  // Field::name
};
[[nodiscard]] json::value item_json(const Portal& portal, const EntityType& type, const Item& item,
                                    const Output& output);
[[nodiscard]] json::value field_value(const Portal& portal, const EntityType& type, const Item& item,
                                      const Field& field);

[[nodiscard]] const Stage* find_stage(const Portal& portal, int entity_type, std::string_view status_id);
[[nodiscard]] std::vector<const Stage*> stages_of(const Portal& portal, int entity_type, Id category);  // by sort
[[nodiscard]] Item* linked_company(Portal& portal, Item& item);

void notice(Portal& portal, const char* event, const EntityType& type, const Item& item, Actor actor);
void raise_item_event(Portal& portal, const EntityType& type, Id id, const char* what);  // ADD, UPDATE, DELETE

// Canonical form of a written value (files excluded). Throws RestError.
[[nodiscard]] json::value canonical(const Portal& portal, const Field& field, const json::value& given);
[[nodiscard]] json::value canonical_one(const Portal& portal, const Field& field, const json::value& given);
// The whole new set of a file field (bitrix24.md 8). Throws RestError.
[[nodiscard]] std::vector<StoredFile> new_file_set(Portal& portal, const Field& field, const json::value& given,
                                                   const std::vector<StoredFile>& current);
// ["name", "base64"] -> file. Throws RestError.
struct NamedContent {
  std::string name;
  ContentPtr content;
};
[[nodiscard]] std::optional<NamedContent> file_pair(const Portal& portal, const json::value& v);

// A timeline comment; `files` is a list of [name, base64]. Throws RestError.
Comment& add_comment(Portal& portal, int entity_type, Id entity, const std::string& text, const json::value* files,
                     Actor actor);

// `code` without the pipeline's prefix, or with it.
void add_stage(Portal& portal, const EntityType& type, Id category, const std::string& code, const std::string& name,
               char semantics, int sort);
// {id?, name?, inn, kpp?, ogrn?, full_name?, director?, preset?, active?} or plain RQ_… names.
Requisite& add_requisite(Portal& portal, Id company, const json::object& given);

}  // namespace sedlink::sim::b24
