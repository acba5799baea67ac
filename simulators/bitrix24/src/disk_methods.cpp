#include <algorithm>

#include "disk.hpp"
#include "methods.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

Id id_arg(const Invocation& call) {
  const json::value* v = arg_old(call.params, "id");
  const auto id = v == nullptr ? std::nullopt : int_of(*v);
  if (!id) refuse(400, "ERROR_ARGUMENT", "Invalid value of parameter {Parameter #0}");
  return *id;
}

[[noreturn]] void missing(Id id) {
  refuse(400, "ERROR_NOT_FOUND", "Could not find entity with id `" + std::to_string(id) + "`");
}

DiskObject& object(const Invocation& call, bool folder) {
  const Id id = id_arg(call);
  const auto found = call.portal.disk.find(id);
  if (found == call.portal.disk.end() || found->second.deleted || found->second.folder != folder) missing(id);
  return found->second;
}

DiskStorage& storage(const Invocation& call) {
  const Id id = id_arg(call);
  const auto found = call.portal.storages.find(id);
  if (found == call.portal.storages.end()) missing(id);
  return found->second;
}

// Read answers: every number is a string.
json::object read_json(const Portal& portal, const DiskObject& one) {
  json::object out{{"ID", std::to_string(one.id)},
                   {"NAME", one.name},
                   {"CODE", nullptr},
                   {"STORAGE_ID", std::to_string(one.storage)},
                   {"TYPE", one.folder ? "folder" : "file"}};
  if (one.folder) out["REAL_OBJECT_ID"] = std::to_string(one.id);
  out["PARENT_ID"] = one.parent == 0 ? json::value(nullptr) : json::value(std::to_string(one.parent));
  out["DELETED_TYPE"] = "0";
  if (!one.folder) {
    out["GLOBAL_CONTENT_VERSION"] = std::to_string(one.versions.size());
    out["FILE_ID"] = std::to_string(one.file_id);
    out["SIZE"] = std::to_string(one.versions.back().content->size());
  }
  out["CREATE_TIME"] = portal.iso(one.created);
  out["UPDATE_TIME"] = portal.iso(one.updated);
  out["DELETE_TIME"] = nullptr;
  out["CREATED_BY"] = std::to_string(one.created_by);
  out["UPDATED_BY"] = std::to_string(one.updated_by);
  out["DELETED_BY"] = "0";
  if (!one.folder) out["DOWNLOAD_URL"] = download_url(portal, one);
  out["DETAIL_URL"] = portal.base_url + (one.folder ? "/docs/path/" : "/docs/file/") + std::to_string(one.id) + "/";
  return out;
}

json::object storage_json(const DiskStorage& one) {
  return {{"ID", std::to_string(one.id)},
          {"NAME", one.name},
          {"CODE", nullptr},
          {"MODULE_ID", "disk"},
          {"ENTITY_TYPE", one.entity_type},
          {"ENTITY_ID", one.entity_id},
          {"ROOT_OBJECT_ID", std::to_string(one.root)}};
}

// Folder answers of writes: ids as numbers.
json::object written_folder_json(const Portal& portal, const DiskObject& one) {
  json::object out = read_json(portal, one);
  out["ID"] = one.id;
  out["REAL_OBJECT_ID"] = one.id;
  return out;
}

Answer filtered(const Invocation& call, std::vector<json::object> all) {
  const Columns columns = [](const std::string& name) -> std::optional<Compare> {
    if (name == "ID" || name == "STORAGE_ID" || name == "PARENT_ID" || name == "SIZE" || name == "CREATED_BY" ||
        name == "UPDATED_BY" || name == "ROOT_OBJECT_ID") {
      return Compare::number;
    }
    if (name == "CREATE_TIME" || name == "UPDATE_TIME") return Compare::time;
    if (name == "NAME" || name == "TYPE" || name == "CODE" || name == "ENTITY_TYPE" || name == "ENTITY_ID" ||
        name == "MODULE_ID") {
      return Compare::text;
    }
    return std::nullopt;
  };
  const Filter filter = Filter::compile(as_map(arg_old(call.params, "filter")), columns, call.portal, true);
  const Order order = Order::compile(as_map(arg_old(call.params, "order")), columns, "ID");
  const auto value_of = [](const json::object& row) {
    return [&row](const std::string& name) {
      const json::value* v = row.if_contains(name);
      return v == nullptr ? json::value(nullptr) : *v;
    };
  };
  std::erase_if(all, [&](const json::object& row) { return !filter.matches(value_of(row)); });
  std::stable_sort(all.begin(), all.end(),
                   [&](const json::object& a, const json::object& b) { return order.less(value_of(a), value_of(b)); });
  Answer answer;
  json::array out;
  for (json::object& row : page(std::move(all), call.params, answer)) out.push_back(std::move(row));
  answer.result = std::move(out);
  return answer;
}

Answer storage_list(const Invocation& call) {
  std::vector<json::object> all;
  for (const auto& [id, one] : call.portal.storages) all.push_back(storage_json(one));
  return filtered(call, std::move(all));
}

Answer storage_get(const Invocation& call) { return json::value(storage_json(storage(call))); }

Answer children_of(const Invocation& call, Id parent) {
  std::vector<json::object> all;
  for (const auto& [id, one] : call.portal.disk) {
    if (one.parent == parent && !one.deleted) all.push_back(read_json(call.portal, one));
  }
  return filtered(call, std::move(all));
}

Answer storage_children(const Invocation& call) { return children_of(call, storage(call).root); }
Answer folder_children(const Invocation& call) { return children_of(call, object(call, true).id); }

std::string name_in_data(const Invocation& call) {
  const json::object data = as_map(arg_old(call.params, "data"));
  const json::value* name = find_ignoring_case(data, "NAME");
  return name == nullptr ? std::string() : text_of(*name);
}

Answer add_below(const Invocation& call, Id parent) {
  const std::string name = name_in_data(call);
  if (name.empty()) refuse(400, "DISK_BASE_SERVICE_22001", "Обязательное поле NAME не заполнено");
  return json::value(written_folder_json(call.portal, add_folder(call.portal, parent, name, call.caller.user)));
}

Answer storage_add_folder(const Invocation& call) { return add_below(call, storage(call).root); }
Answer folder_add(const Invocation& call) { return add_below(call, object(call, true).id); }

NamedContent content_arg(const Invocation& call) {
  const json::value* content = arg_old(call.params, "fileContent");
  const json::value pair(as_list(content));
  auto file = file_pair(call.portal, pair);
  if (!file) refuse(400, "ERROR_ARGUMENT", "Invalid value of parameter {fileContent}");
  return *file;
}

Answer upload_into(const Invocation& call, Id parent) {
  const json::value* unique = arg_old(call.params, "generateUniqueName");
  const bool unique_name = unique != nullptr && truthy(*unique);
  const std::string name = name_in_data(call);
  if (arg_old(call.params, "fileContent") == nullptr) {
    const json::object payload{{"p", parent}, {"n", name}, {"q", unique_name}, {"u", call.caller.user}};
    return json::value{
        {"field", "file"},
        {"uploadUrl", call.portal.base_url + "/rest/upload.json?" + signed_query(call.portal, "disk_upload", payload)}};
  }
  if (name.empty()) refuse(400, "DISK_BASE_SERVICE_22001", "Обязательное поле NAME не заполнено");
  NamedContent content = content_arg(call);
  const DiskObject& file = add_file(call.portal, parent, name, content.content, call.caller.user, unique_name);
  return json::value(written_file_json(call.portal, file));
}

Answer storage_upload(const Invocation& call) { return upload_into(call, storage(call).root); }
Answer folder_upload(const Invocation& call) { return upload_into(call, object(call, true).id); }

Answer folder_get(const Invocation& call) { return json::value(read_json(call.portal, object(call, true))); }
Answer file_get(const Invocation& call) { return json::value(read_json(call.portal, object(call, false))); }

Answer file_version(const Invocation& call) {
  DiskObject& file = object(call, false);
  NamedContent content = content_arg(call);
  if (call.portal.quirks.version_upload_renames) file.name = content.name;
  file.file_id = call.portal.next_id("b_file", 30577);
  file.updated = call.portal.now();
  file.updated_by = call.caller.user;
  file.versions.push_back({call.portal.next_id("disk_version", 501), content.content, file.updated, call.caller.user});
  json::object out = read_json(call.portal, file);
  out["GLOBAL_CONTENT_VERSION"] = static_cast<Id>(file.versions.size());
  return json::value(std::move(out));
}

Answer file_versions(const Invocation& call) {
  const DiskObject& file = object(call, false);
  Answer answer;
  json::array out;
  for (std::size_t i = file.versions.size(); i > 0; --i) {
    const DiskVersion& one = file.versions[i - 1];
    out.push_back({{"ID", std::to_string(one.id)},
                   {"OBJECT_ID", std::to_string(file.id)},
                   {"SIZE", std::to_string(one.content->size())},
                   {"NAME", file.name},
                   {"GLOBAL_CONTENT_VERSION", std::to_string(i)},
                   {"CREATE_TIME", call.portal.iso(one.created)},
                   {"CREATED_BY", std::to_string(one.author)}});
  }
  answer.total = static_cast<Id>(out.size());
  answer.result = std::move(out);
  return answer;
}

Answer file_rename(const Invocation& call) {
  DiskObject& file = object(call, false);
  const json::value* name = arg_old(call.params, "newName");
  if (name == nullptr || text_of(*name).empty())
    refuse(400, "ERROR_ARGUMENT", "Invalid value of parameter {Parameter #1}");
  const DiskObject* taken = child_named(call.portal, file.parent, text_of(*name));
  if (taken != nullptr && taken->id != file.id) refuse(400, "DISK_OBJ_22000", "Файл с таким именем уже есть");
  file.name = text_of(*name);
  return json::value(read_json(call.portal, file));
}

Answer file_mark(const Invocation& call) {
  DiskObject& file = object(call, false);
  file.deleted = true;
  json::object out = read_json(call.portal, file);
  out["DELETED_TYPE"] = "3";
  return json::value(std::move(out));
}

Answer file_delete(const Invocation& call) {
  call.portal.disk.erase(object(call, false).id);
  return json::value(true);
}

void erase_tree(Portal& portal, Id folder) {
  std::vector<Id> below;
  for (const auto& [id, one] : portal.disk) {
    if (one.parent == folder) below.push_back(id);
  }
  for (const Id id : below) erase_tree(portal, id);
  portal.disk.erase(folder);
}

Answer folder_delete(const Invocation& call) {
  const DiskObject& folder = object(call, true);
  if (folder.parent == 0) refuse(400, "ACCESS_DENIED", "Access denied");
  erase_tree(call.portal, folder.id);
  return json::value(true);
}

}  // namespace

void add_disk_methods(std::vector<Method>& table) {
  table.push_back({"disk.storage.getlist", "disk", storage_list});
  table.push_back({"disk.storage.get", "disk", storage_get});
  table.push_back({"disk.storage.getchildren", "disk", storage_children});
  table.push_back({"disk.storage.addfolder", "disk", storage_add_folder});
  table.push_back({"disk.storage.uploadfile", "disk", storage_upload, false});
  table.push_back({"disk.folder.get", "disk", folder_get});
  table.push_back({"disk.folder.getchildren", "disk", folder_children});
  table.push_back({"disk.folder.addsubfolder", "disk", folder_add});
  table.push_back({"disk.folder.uploadfile", "disk", folder_upload, false});
  table.push_back({"disk.folder.deletetree", "disk", folder_delete});
  table.push_back({"disk.file.get", "disk", file_get});
  table.push_back({"disk.file.uploadversion", "disk", file_version, false});
  table.push_back({"disk.file.getversions", "disk", file_versions});
  table.push_back({"disk.file.rename", "disk", file_rename});
  table.push_back({"disk.file.markdeleted", "disk", file_mark});
  table.push_back({"disk.file.delete", "disk", file_delete});
}

}  // namespace sedlink::sim::b24
