#pragma once
// What a portal holds. Values only; rules live next door (crm.cpp, disk.cpp, …).
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/sim/content.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim::b24 {

using Id = std::int64_t;

struct User {
  Id id = 0;
  std::string name, last_name, second_name, email, position;
  bool active = true, admin = false;
  std::string external_auth;  // not empty: invisible to user.get (system user)
  [[nodiscard]] std::string full_name() const;
};

// A field of a CRM object. `name` as crm.item.* spells it, `upper` as the database does.
struct Field {
  std::string name, upper, type, title;
  bool required = false, read_only = false, immutable = false, multiple = false, dynamic = false;
  json::object settings;                 // enumeration items, parentEntityTypeId …
  std::vector<std::string> required_at;  // stages on which it must be filled
};

struct Stage {
  Id id = 0;
  std::string entity_id;  // DYNAMIC_1036_STAGE_10
  std::string status_id;  // DT1036_10:NEW
  std::string name, color;
  int sort = 0;
  char semantics = 'P';  // P, S, F
  bool system = false;
  int entity_type = 0;
  Id category = 0;
};

struct Category {
  Id id = 0;
  std::string name;
  int sort = 500;
  bool is_default = false;
};

struct StoredFile {
  Id id = 0;
  std::string name;
  ContentPtr content;
};

struct Item {
  Id id = 0;
  json::object values;  // canonical, by Field::name; file fields are in `files`
  std::map<std::string, std::vector<StoredFile>> files;
  Id stage_since = 0;
};

struct EntityType {
  int entity_type_id = 0;
  Id type_id = 0;  // crm.type id; 0 for the system's own
  std::string title, code;
  bool dynamic = false, has_categories = false, has_stages = false;
  bool has_history = false;  // crm.stagehistory.list knows it
  std::vector<Field> fields;
  std::map<Id, Category> categories;
  std::map<Id, Item> items;
  Id last_item = 0;

  [[nodiscard]] const Field* field(std::string_view name) const;
};

struct HistoryRow {
  Id id = 0;
  int entity_type = 0;
  int type_id = 0;  // 1 created, 2 intermediate, 3 final, 5 pipeline change
  Id owner = 0;
  Time created{};
  Id category = 0;
  char semantics = 'P';
  std::string stage;
};

struct Comment {
  Id id = 0;
  int entity_type = 0;
  Id entity = 0;
  Id author = 0;
  Time created{};
  std::string text;
  std::vector<Id> files;  // Disk ids
};

struct LogMessage {
  Id id = 0;
  int entity_type = 0;
  Id entity = 0;
  Id author = 0;
  Time created{};
  std::string title, text, icon;
};

struct Requisite {
  Id id = 0;
  json::object values;  // UPPER_CASE, all strings
};

struct DiskStorage {
  Id id = 0;
  std::string name, entity_type, entity_id;
  Id root = 0;
};

struct DiskVersion {
  Id id = 0;
  ContentPtr content;
  Time created{};
  Id author = 0;
};

struct DiskObject {
  Id id = 0, storage = 0, parent = 0;
  bool folder = false;
  std::string name;
  Time created{}, updated{};
  Id created_by = 0, updated_by = 0;
  Id file_id = 0;
  std::vector<DiskVersion> versions;  // newest last; empty for folders
  bool deleted = false;
};

struct CheckItem {
  Id id = 0, parent = 0;
  std::string title;
  bool complete = false, important = false;
  int sort = 0;
  Id author = 0;
};

struct Task {
  Id id = 0;
  json::object values;  // UPPER_CASE names, canonical
  Time created{}, changed{};
  std::vector<CheckItem> checklist;
};

struct Notification {
  Id id = 0;
  Id user = 0, author = 0;  // author 0: system
  std::string message, tag, sub_tag;
  Time created{};
};

}  // namespace sedlink::sim::b24
