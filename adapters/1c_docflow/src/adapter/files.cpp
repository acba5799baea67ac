// Files and their versions (onec-docflow 8.3). Nothing is overwritten: a file is added without tryToUpdate, a version
// only to the file it belongs to.
#include "adapter/dialect.hpp"
#include "sedlink/core/text.hpp"
#include "translate/dates.hpp"
#include "wire/writer.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr std::string_view file_type = "DMFile";

// name and extension as 1C keeps them; characters that file names cannot have would make it refuse.
text::FileName own_name(const SpooledFile& file) { return text::split_file_name(text::safe_name(file.name)); }

std::string full_name(const Element& file) {
  const std::string name = file.text_of("name");
  const std::string extension = file.text_of("extension");
  return extension.empty() ? name : name + "." + extension;
}

std::string digits(const Element& file) {
  const std::string size = file.text_of("size");
  return std::string(text::trim(size));
}

std::string version_id(const Element& file) { return object_id(file.child("activeVersion")).id; }

// The fields of content, without the name.
void put_content(Element& object, const SpooledFile& file, const std::string& extension, Time now,
                 const Session& session) {
  const Schema& schema = session.schema();
  schema.put(object, file_type, Element("binaryData", std::string(hole)));
  schema.put(object, file_type, Element("extension", extension));
  schema.put(object, file_type, Element("modificationDate", write_local(now, session.zone())));
  schema.put(object, file_type, Element("modificationDateUniversal", write_universal(now)));
  schema.put(object, file_type, Element("size", std::to_string(file.size)));
}

Error version_refused(const std::string& why, const std::string& vendor = {}) {
  return make_error(Fault::rejected, Audience::user, "edms.version_refused",
                    "1С не принимает новую версию файла: " + why, vendor);
}

Element owner_element(const DocumentRef& document) {
  const ObjectId id(document.id, document.type);
  return typed_reference("owner", id);
}

}  // namespace

Task<EdmsFileRef> Dialect::attach_file(api::CallContext ctx, DocumentRef document, SpooledFile file) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const text::FileName name = own_name(file);
  const Time now = session_->now();
  Element object("file");
  const Schema& schema = session_->schema();
  schema.put(object, file_type, Element("name", name.stem));
  schema.put(object, file_type, id_element("objectID", ObjectId("", std::string(file_type))));
  schema.put(object, file_type, Element("creationDate", write_local(now, session_->zone())));
  put_content(object, file, name.extension, now, *session_);
  auto complete = co_await complete_file(ctx, document, object);
  if (!complete) co_return complete.error();
  Element add = session_->request("DMAddFileRequest");
  session_->put(add, std::move(object));
  session_->put(add, owner_element(document));
  auto answer = co_await session_->send_file(ctx, std::move(add), std::move(file));
  if (!answer) co_return answer.error();
  EdmsFileRef ref;
  ref.id = object_id(answer.value().child("file")).id;
  if (ref.id.empty()) {
    co_return make_error(Fault::ambiguous, Audience::developer, "onec.protocol", "1С не назвала добавленного файла");
  }
  co_return ref;
}

Task<void> Dialect::complete_file(api::CallContext, DocumentRef, Element&) { co_return Result<void>(); }

// The size is known from the list; only files of that size are downloaded and compared.
Task<std::string> Dialect::content_hash(api::CallContext ctx, ObjectId file) {
  EdmsFileRef ref;
  ref.id = file.id;
  if (file.type != file_type) ref.version_id = file.id;
  auto fetched = co_await fetch(ctx, ref, "");
  if (!fetched) co_return fetched.error();
  co_return fetched.value().sha256;
}

Task<std::optional<EdmsFileRef>> Dialect::find_file(api::CallContext ctx, DocumentRef document, SpooledFile file) {
  Element list = session_->request("DMGetFileListByOwnerRequest");
  Element owner = owner_element(document);
  owner.name = "owners";
  session_->put(list, std::move(owner));
  for (const char* column : {"objectId", "name", "extension", "size", "activeVersion"}) {
    session_->add(list, Element("columnSet", column));
  }
  auto answer = co_await session_->read(ctx, std::move(list));
  if (!answer) co_return answer.error();
  const std::string wanted = text::fold(text::safe_name(file.name));
  for (const Element* e : answer.value().all("files")) {
    if (text::fold(full_name(*e)) != wanted) continue;
    const std::string size = digits(*e);
    if (!size.empty() && size != std::to_string(file.size)) continue;
    const ObjectId id(object_id(*e).id, std::string(file_type));
    auto hash = co_await content_hash(ctx, id);
    if (!hash) co_return hash.error();
    if (hash.value() != file.sha256) continue;
    EdmsFileRef ref;
    ref.id = id.id;
    ref.version_id = version_id(*e);
    co_return std::optional<EdmsFileRef>(ref);
  }
  co_return std::optional<EdmsFileRef>();
}

// An update with binaryData saves a new version; signatures belong to the old one and are not sent (8.3). A signed file
// is not touched: whether 1C would refuse is not documented, and the signature must stay on what people see.
Task<EdmsFileRef> Dialect::add_version(api::CallContext ctx, DocumentRef document, EdmsFileRef ref, SpooledFile file) {
  (void)document;
  const ObjectId id(ref.id, std::string(file_type));
  std::vector<std::string> columns{"name",    "extension",   "signed",      "encrypted",
                                   "editing", "editingUser", "deletionMark"};
  auto current = co_await session_->retrieve_object(ctx, id, std::move(columns));
  if (!current) {
    const Error& e = current.error();
    if (e.fault == Fault::not_found) co_return version_refused("файла больше нет", e.vendor_code);
    co_return e;
  }
  const Element& old = current.value();
  if (old.flag("deletionMark")) co_return version_refused("файл помечен на удаление");
  if (old.flag("signed")) co_return version_refused("файл подписан");
  if (old.flag("encrypted")) co_return version_refused("файл зашифрован");
  if (old.flag("editing")) {
    co_return make_error(Fault::transient, Audience::user, "edms.file_locked",
                         "Файл «" + full_name(old) + "» редактирует в 1С " + object_name(old.child("editingUser")));
  }
  Element object("objects");
  object.type = file_type;
  const Schema& schema = session_->schema();
  schema.put(object, file_type, Element("name", old.text_of("name")));
  schema.put(object, file_type, id_element("objectID", id));
  std::string extension = own_name(file).extension;
  if (extension.empty()) extension = old.text_of("extension");
  put_content(object, file, extension, session_->now(), *session_);
  Element update = session_->request("DMUpdateRequest");
  session_->put(update, std::move(object));
  auto answer = co_await session_->send_file(ctx, std::move(update), std::move(file));
  if (!answer) {
    const Error& e = answer.error();
    if (e.fault == Fault::rejected && e.code.starts_with("onec.") && e.code != "onec.too_large") {
      co_return version_refused(e.message, e.vendor_code);
    }
    co_return e;
  }
  EdmsFileRef made;
  made.id = ref.id;
  if (const Element* updated = answer.value().child("objects")) made.version_id = version_id(*updated);
  co_return made;
}

Task<bool> Dialect::has_version(api::CallContext ctx, EdmsFileRef ref, SpooledFile file) {
  const ObjectId id(ref.id, std::string(file_type));
  std::vector<std::string> columns{"size"};
  auto current = co_await session_->retrieve_object(ctx, id, std::move(columns));
  if (!current) co_return current.error();
  const std::string size = digits(current.value());
  if (!size.empty() && size != std::to_string(file.size)) co_return false;
  auto hash = co_await content_hash(ctx, id);
  if (!hash) co_return hash.error();
  co_return hash.value() == file.sha256;
}

Task<SpooledFile> Dialect::fetch(api::CallContext ctx, EdmsFileRef ref, std::string path) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const bool version = !ref.version_id.empty();
  const ObjectId id(version ? ref.version_id : ref.id, version ? "DMFileVersion" : std::string(file_type));
  Element question = session_->retrieve(id, {"name", "extension", "size", "binaryData"});
  auto download = co_await session_->fetch_file(ctx, std::move(question), path);
  if (!download) co_return download.error();
  const Element* object = download.value().answer.child("objects");
  if (object == nullptr) {
    co_return make_error(Fault::not_found, Audience::admin, "onec.not_found", "1С не вернула файл " + id.id);
  }
  const std::string size = digits(*object);
  if (!download.value().has_data && !size.empty() && size != "0") {
    co_return make_error(Fault::defect, Audience::developer, "onec.protocol", "1С не прислала тела файла " + id.id);
  }
  if (download.value().has_data && !size.empty() && size != std::to_string(download.value().size)) {
    co_return make_error(Fault::transient, Audience::admin, "onec.file_size",
                         "1С прислала " + std::to_string(download.value().size) + " байт файла вместо " + size);
  }
  SpooledFile file;
  file.path = path;
  file.name = full_name(*object);
  file.size = download.value().size;
  file.sha256 = download.value().sha256;
  co_return file;
}

}  // namespace sedlink::onec_docflow
