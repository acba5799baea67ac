#include "disk.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {

Id add_storage(Portal& portal, std::string name, std::string entity_type, std::string entity_id) {
  const Id id = portal.next_id("disk_storage", 19);
  DiskObject root;
  root.id = portal.next_id("disk_object", 9001);
  root.storage = id;
  root.folder = true;
  root.name = name;
  root.created = root.updated = portal.now();
  root.created_by = root.updated_by = 1;
  portal.storages[id] = {id, std::move(name), std::move(entity_type), std::move(entity_id), root.id};
  portal.disk.emplace(root.id, root);
  return id;
}

DiskObject* child_named(Portal& portal, Id parent, const std::string& name) {
  for (auto& [id, object] : portal.disk) {
    if (object.parent == parent && !object.deleted && object.name == name) return &object;
  }
  return nullptr;
}

DiskObject& add_folder(Portal& portal, Id parent, const std::string& name, Id user) {
  if (child_named(portal, parent, name) != nullptr) refuse(400, "DISK_OBJ_22000", "Папка с таким именем уже есть");
  DiskObject folder;
  folder.id = portal.next_id("disk_object", 9001);
  folder.storage = portal.disk.at(parent).storage;
  folder.parent = parent;
  folder.folder = true;
  folder.name = name;
  folder.created = folder.updated = portal.now();
  folder.created_by = folder.updated_by = user;
  return portal.disk.emplace(folder.id, std::move(folder)).first->second;
}

DiskObject& add_file(Portal& portal, Id parent, std::string name, ContentPtr content, Id user, bool unique_name) {
  if (child_named(portal, parent, name) != nullptr) {
    if (!unique_name) refuse(400, "DISK_OBJ_22000", "Файл с таким именем уже есть");
    const auto parts = text::split_file_name(name);
    for (int i = 1; child_named(portal, parent, name) != nullptr; ++i) {
      name = parts.stem + " (" + std::to_string(i) + ")" + (parts.extension.empty() ? "" : "." + parts.extension);
    }
  }
  DiskObject file;
  file.id = portal.next_id("disk_object", 9001);
  file.storage = portal.disk.at(parent).storage;
  file.parent = parent;
  file.name = std::move(name);
  file.created = file.updated = portal.now();
  file.created_by = file.updated_by = user;
  file.file_id = portal.next_id("b_file", 30577);
  file.versions.push_back({portal.next_id("disk_version", 501), std::move(content), file.created, user});
  return portal.disk.emplace(file.id, std::move(file)).first->second;
}

Id uploads_folder(Portal& portal, Id user) {
  for (const auto& [id, storage] : portal.storages) {
    if (storage.entity_type != "user" || storage.entity_id != std::to_string(user)) continue;
    const std::string name = "Загруженные файлы";
    if (const DiskObject* folder = child_named(portal, storage.root, name)) return folder->id;
    return add_folder(portal, storage.root, name, user).id;
  }
  const Id storage = add_storage(portal, "Диск", "user", std::to_string(user));
  return portal.storages.at(storage).root;
}

std::string disk_path(const Portal& portal, const DiskObject& object) {
  std::string path = object.name;
  for (Id up = object.parent; up != 0;) {
    const DiskObject& folder = portal.disk.at(up);
    path = folder.name + "/" + path;
    up = folder.parent;
  }
  return path;
}

std::string download_url(const Portal& portal, const DiskObject& file) {
  return portal.base_url + "/rest/download.json?" + signed_query(portal, "disk", {{"o", file.id}});
}

json::object written_file_json(const Portal& portal, const DiskObject& file) {
  return {{"ID", file.id},
          {"NAME", file.name},
          {"CODE", nullptr},
          {"STORAGE_ID", std::to_string(file.storage)},
          {"TYPE", "file"},
          {"PARENT_ID", std::to_string(file.parent)},
          {"DELETED_TYPE", 0},
          {"GLOBAL_CONTENT_VERSION", static_cast<Id>(file.versions.size())},
          {"FILE_ID", file.file_id},
          {"SIZE", std::to_string(file.versions.back().content->size())},
          {"CREATE_TIME", portal.iso(file.created)},
          {"UPDATE_TIME", portal.iso(file.updated)},
          {"DELETE_TIME", nullptr},
          {"CREATED_BY", std::to_string(file.created_by)},
          {"UPDATED_BY", std::to_string(file.updated_by)},
          {"DELETED_BY", nullptr},
          {"DOWNLOAD_URL", download_url(portal, file)},
          {"DETAIL_URL", portal.base_url + "/docs/file/" + std::to_string(file.id) + "/"}};
}

}  // namespace sedlink::sim::b24
