// A kind of document may demand files of certain roles; a processing does not start without them
// (onec-docflow 9.3, 9.7).
#include <algorithm>

#include "adapter/edition3/dialect.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {

Task<std::vector<Edition3::FileRole>> Edition3::file_roles(api::CallContext ctx, DocumentRef document) {
  const ObjectId id(document.id, document.type);
  std::vector<std::string> columns{"documentType"};
  auto object = co_await session_->retrieve_object(ctx, id, std::move(columns));
  if (!object) co_return object.error();
  const std::string kind = object_id(object.value().child("documentType")).id;
  if (kind.empty()) co_return std::vector<FileRole>();
  if (const auto known = roles_.find(kind); known != roles_.end() && session_->now() < known->second.until) {
    co_return known->second.roles;
  }
  const ObjectId kind_id(kind, "DMDocumentType");
  std::vector<std::string> role_columns{"roles"};
  auto type = co_await session_->retrieve_object(ctx, kind_id, std::move(role_columns));
  if (!type) co_return type.error();
  FileRoles roles;
  for (const Element* e : type.value().all("roles")) {
    FileRole role;
    role.id = object_id(*e);
    role.id.type = "DMFileRole";
    role.name = object_name(e);
    role.required = e->flag("required");
    roles.roles.push_back(std::move(role));
  }
  roles.until = session_->now() + session_->settings().catalog_age;
  std::vector<FileRole> found = roles.roles;
  roles_.insert_or_assign(kind, std::move(roles));
  co_return found;
}

// The role of the settings; else the first demanded role that no file of the document has yet.
Task<void> Edition3::complete_file(api::CallContext ctx, DocumentRef document, Element& file) {
  auto roles = co_await file_roles(ctx, document);
  if (!roles) co_return roles.error();
  const std::string& wanted = session_->settings().file_role;
  const FileRole* chosen = nullptr;
  if (!wanted.empty()) {
    for (const FileRole& r : roles.value()) {
      if (text::fold(r.name) == text::fold(wanted)) chosen = &r;
    }
    if (chosen == nullptr) {
      co_return make_error(Fault::rejected, Audience::admin, "edms.file_role",
                           "У вида документа в 1С нет роли файла «" + wanted + "» (настройка file_role)");
    }
  } else if (std::any_of(roles.value().begin(), roles.value().end(), [](const FileRole& r) { return r.required; })) {
    Element list = session_->request("DMGetFileListByOwnerRequest");
    session_->put(list, typed_reference("owners", ObjectId(document.id, document.type)));
    session_->add(list, Element("columnSet", "role"));
    session_->add(list, Element("columnSet", "deletionMark"));
    auto files = co_await session_->read(ctx, std::move(list));
    if (!files) co_return files.error();
    std::vector<std::string> taken;
    for (const Element* e : files.value().all("files")) {
      if (!e->flag("deletionMark")) taken.push_back(object_id(e->child("role")).id);
    }
    for (const FileRole& r : roles.value()) {
      if (chosen == nullptr && r.required && std::find(taken.begin(), taken.end(), r.id.id) == taken.end()) chosen = &r;
    }
  }
  if (chosen != nullptr) session_->schema().put(file, "DMFile", reference("role", chosen->id, chosen->name));
  co_return Result<void>();
}

}  // namespace sedlink::onec_docflow
