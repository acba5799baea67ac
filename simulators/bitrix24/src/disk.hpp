#pragma once
// Disk: storages, folders, files with versions (bitrix24.md 11).
#include "portal.hpp"

namespace sedlink::sim::b24 {

Id add_storage(Portal& portal, std::string name, std::string entity_type, std::string entity_id);
// Throws DISK_OBJ_22000 when the name is taken.
DiskObject& add_folder(Portal& portal, Id parent, const std::string& name, Id user);
DiskObject& add_file(Portal& portal, Id parent, std::string name, ContentPtr content, Id user, bool unique_name);
[[nodiscard]] DiskObject* child_named(Portal& portal, Id parent, const std::string& name);
// Folder for comment attachments in the author's own storage, made when missing.
[[nodiscard]] Id uploads_folder(Portal& portal, Id user);
[[nodiscard]] std::string disk_path(const Portal& portal, const DiskObject& object);
[[nodiscard]] std::string download_url(const Portal& portal, const DiskObject& file);
// As write methods answer it (numbers mixed with strings).
[[nodiscard]] json::object written_file_json(const Portal& portal, const DiskObject& file);

}  // namespace sedlink::sim::b24
