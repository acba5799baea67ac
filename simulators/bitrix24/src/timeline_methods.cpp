// Timeline comments and log messages (bitrix24.md 10).
#include <algorithm>

#include "disk.hpp"
#include "methods.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

void raise_comment(Portal& portal, Id id, const char* what) {
  const net::FormPairs data{{"[FIELDS][ID]", std::to_string(id)}};
  portal.events.raise(std::string("ONCRMTIMELINECOMMENT") + what, data);
}

// ENTITY_TYPE and ENTITY_ID of an existing object; throws OWNER_NOT_FOUND.
std::pair<int, Id> owner(Portal& portal, const json::object& fields) {
  const std::string code = text_of(fields, "ENTITY_TYPE");
  const auto id = int_of(fields, "ENTITY_ID");
  const auto entity = entity_from_code(code);
  if (code.empty() || !id) refuse(400, "100", "Could not find value for parameter {ENTITY_ID} or {ENTITY_TYPE}");
  const auto type = entity ? portal.types.find(*entity) : portal.types.end();
  if (type == portal.types.end() || !type->second.items.contains(*id))
    refuse(400, "OWNER_NOT_FOUND", "Owner was not found");
  return {*entity, *id};
}

std::vector<Id> attach(Portal& portal, const json::value* files, Id user) {
  std::vector<Id> out;
  for (const json::value& one : as_list(files)) {
    auto pair = file_pair(portal, one);
    if (!pair) refuse(400, "INVALID_ARG_VALUE", "FILES must be a list of [name, base64]");
    const Id folder = uploads_folder(portal, user);
    out.push_back(add_file(portal, folder, pair->name, pair->content, user, true).id);
  }
  return out;
}

Comment& found_comment(const Invocation& call) {
  const auto found = call.portal.comments.find(required_int(call.params, "id"));
  if (found == call.portal.comments.end()) refuse(400, "NOT_FOUND", "Not found.");
  return found->second;
}

json::object comment_json(const Portal& portal, const Comment& comment) {
  json::object files;
  for (const Id id : comment.files) {
    const auto found = portal.disk.find(id);
    if (found == portal.disk.end()) continue;
    const DiskObject& file = found->second;
    const User* author = portal.user(file.created_by);
    files[std::to_string(id)] = json::object{
        {"id", id},
        {"date", portal.iso(file.created)},
        {"type", "file"},
        {"name", file.name},
        {"size", static_cast<Id>(file.versions.back().content->size())},
        {"image", false},
        {"authorId", file.created_by},
        {"authorName", author == nullptr ? "" : author->full_name()},
        {"urlPreview", ""},
        {"urlShow", portal.base_url + "/bitrix/tools/disk/uf.php?attachedId=" + std::to_string(id) + "&action=show"},
        {"urlDownload",
         portal.base_url + "/bitrix/tools/disk/uf.php?attachedId=" + std::to_string(id) + "&action=download"}};
  }
  return {{"ID", std::to_string(comment.id)},
          {"ENTITY_ID", std::to_string(comment.entity)},
          {"ENTITY_TYPE", entity_code(comment.entity_type)},
          {"CREATED", portal.iso(comment.created)},
          {"COMMENT", comment.text},
          {"AUTHOR_ID", std::to_string(comment.author)},
          {"FILES", std::move(files)}};
}

Answer add(const Invocation& call) {
  const json::object fields = required_map(call.params, "fields");
  const auto [entity, id] = owner(call.portal, fields);
  return json::value(
      add_comment(call.portal, entity, id, text_of(fields, "COMMENT"), fields.if_contains("FILES"), call.caller.actor())
          .id);
}

Answer update(const Invocation& call) {
  Comment& comment = found_comment(call);
  const json::object fields = required_map(call.params, "fields");
  if (fields.contains("COMMENT")) {
    if (text_of(fields, "COMMENT").empty()) refuse(400, "INVALID_ARG_VALUE", "Message is empty");
    comment.text = text_of(fields, "COMMENT");
  }
  if (const json::value* files = fields.if_contains("FILES")) {  // deletes every old attachment
    for (const Id id : comment.files) call.portal.disk.erase(id);
    comment.files = attach(call.portal, files, call.caller.user);
  }
  raise_comment(call.portal, comment.id, "UPDATE");
  return json::value(comment.id);
}

Answer remove(const Invocation& call) {
  const Id id = found_comment(call).id;
  call.portal.comments.erase(id);
  raise_comment(call.portal, id, "DELETE");
  return json::value(nullptr);
}

Answer get(const Invocation& call) { return json::value(comment_json(call.portal, found_comment(call))); }

Answer list(const Invocation& call) {
  const json::object given = as_map(arg(call.params, "filter"));
  json::object rest;
  std::optional<int> entity;
  std::optional<Id> owner_id;
  for (const auto& member : given) {
    const std::string key(member.key());
    if (key == "ENTITY_TYPE" || key == "=ENTITY_TYPE")
      entity = entity_from_code(text_of(member.value()));
    else if (key == "ENTITY_ID" || key == "=ENTITY_ID")
      owner_id = int_of(member.value());
    else
      rest[key] = member.value();
  }
  if (!entity || !owner_id) refuse(400, "100", "Filter must contain ENTITY_TYPE and ENTITY_ID");
  const Columns columns = [](const std::string& name) -> std::optional<Compare> {
    if (name == "ID" || name == "AUTHOR_ID" || name == "ENTITY_ID") return Compare::number;
    if (name == "CREATED") return Compare::time;
    if (name == "COMMENT" || name == "ENTITY_TYPE") return Compare::text;
    return std::nullopt;
  };
  const auto value_of = [&](const Comment* one) {
    return [&call, one](const std::string& name) -> json::value {
      if (name == "ID") return one->id;
      if (name == "AUTHOR_ID") return one->author;
      if (name == "ENTITY_ID") return one->entity;
      if (name == "CREATED") return json::string(call.portal.iso(one->created));
      return json::string(name == "COMMENT" ? one->text : entity_code(one->entity_type));
    };
  };
  const Filter filter = Filter::compile(rest, columns, call.portal, true);
  const Order order = Order::compile(as_map(arg(call.params, "order")), columns, "ID");
  std::vector<const Comment*> rows;
  for (const auto& [id, one] : call.portal.comments) {
    if (one.entity_type == *entity && one.entity == *owner_id && filter.matches(value_of(&one))) rows.push_back(&one);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Comment* a, const Comment* b) { return order.less(value_of(a), value_of(b)); });
  std::set<std::string> select;
  for (const json::value& one : as_list(arg(call.params, "select"))) select.insert(text_of(one));
  Answer answer;
  json::array out;
  for (const Comment* one : page(std::move(rows), call.params, answer)) {
    json::object row = comment_json(call.portal, *one);
    if (!select.empty() && !select.contains("*")) {
      json::object chosen;
      for (const auto& member : row) {
        if (select.contains(std::string(member.key()))) chosen[member.key()] = member.value();
      }
      row = std::move(chosen);
    }
    out.push_back(std::move(row));
  }
  answer.result = std::move(out);
  return answer;
}

Answer log_message(const Invocation& call) {
  const json::object fields = required_map(call.params, "fields");
  for (const char* name : {"entityTypeId", "entityId", "title", "text", "iconCode"}) {
    if (text_of(fields, name).empty()) refuse(400, "100", "Required field \"" + std::string(name) + "\" is empty");
  }
  const int entity = static_cast<int>(int_of(fields, "entityTypeId").value_or(0));
  const Id id = int_of(fields, "entityId").value_or(0);
  const auto type = call.portal.types.find(entity);
  if (type == call.portal.types.end() || !type->second.items.contains(id))
    refuse(400, "OWNER_NOT_FOUND", "Owner was not found");
  LogMessage one;
  one.id = call.portal.next_id("timeline", 999);
  one.entity_type = entity;
  one.entity = id;
  one.author = call.caller.user;
  one.created = call.portal.now();
  one.title = text_of(fields, "title");
  one.text = text_of(fields, "text");
  one.icon = text_of(fields, "iconCode");
  call.portal.log_messages[one.id] = one;
  return json::value{{"logMessage", json::object{{"id", one.id},
                                                 {"created", call.portal.iso(one.created)},
                                                 {"authorId", one.author},
                                                 {"title", one.title},
                                                 {"text", one.text},
                                                 {"iconCode", one.icon}}}};
}

}  // namespace

Comment& add_comment(Portal& portal, int entity, Id id, const std::string& text, const json::value* files,
                     Actor actor) {
  if (text.empty()) refuse(400, "INVALID_ARG_VALUE", "Message is empty");
  Comment comment;
  comment.files = attach(portal, files, actor.user);
  comment.id = portal.next_id("timeline", 999);
  comment.entity_type = entity;
  comment.entity = id;
  comment.author = actor.user;
  comment.created = portal.now();
  comment.text = text;
  Comment& stored = portal.comments.emplace(comment.id, std::move(comment)).first->second;
  raise_comment(portal, stored.id, "ADD");
  const std::string reference = entity_word(entity) + "/" + std::to_string(id);
  const json::object facts{{"event", "comment"}, {"entity", entity_word(entity)},
                           {"item", reference},  {"text", text},
                           {"by", actor.user},   {"by_rest", actor.rest},
                           {"id", id},           {"subject", json::object{{"item", reference}}}};
  portal.env.notice(facts);
  return stored;
}

void add_timeline_methods(std::vector<Method>& table) {
  table.push_back({"crm.timeline.comment.add", "crm", add});
  table.push_back({"crm.timeline.comment.update", "crm", update});
  table.push_back({"crm.timeline.comment.delete", "crm", remove});
  table.push_back({"crm.timeline.comment.get", "crm", get});
  table.push_back({"crm.timeline.comment.list", "crm", list});
  table.push_back({"crm.timeline.logmessage.add", "crm", log_message});
}

}  // namespace sedlink::sim::b24
