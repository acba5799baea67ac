#include "files.hpp"

#include <algorithm>
#include <array>

#include "document_3_0.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

constexpr std::array<std::string_view, 7> required_signature_columns = {
    "author", "certificate", "comment", "date", "signature", "signatureFileName", "thumbprint"};

// In 2.1 an empty columnSet of a file does not mean the content.
bool asks_for(const Session& session, const std::vector<std::string>& columns, std::string_view column) {
  return columns.empty() ? session.base.edition.empty_columns_bring_content : wants(columns, column);
}

Xdto person_reference(Session& session, const std::string& person) {
  return session.objects.reference({std::string(session.base.edition.person), person});
}

std::string role_of(Session& session, const Xdto& message) {
  const Xdto* role = message.find("role");
  return role != nullptr ? session.objects.resolve(*role, "DMFileRole").id : std::string();
}

void show_signatures(Session& session, Xdto& into, const FileVersion& version,
                     const std::vector<std::string>& columns) {
  if (session.base.edition.signatures_are_one_column) {
    if (!asks_for(session, columns, "signatures")) return;
    for (const Xdto& signature : version.signatures) into.add("signatures", session.objects.present(signature));
    return;
  }
  bool any = asks_for(session, columns, "signatures.signer");
  for (const std::string_view member : required_signature_columns)
    any = any || asks_for(session, columns, "signatures." + std::string(member));
  if (!any || version.signatures.empty()) return;
  for (const std::string_view member : required_signature_columns) {
    if (asks_for(session, columns, "signatures." + std::string(member))) continue;
    throw DmError(
        module_error(3391,
                     "Ошибка преобразования данных XDTO:\nЗапись объекта типа: {http://www.1c.ru/dm}DMSignature\n"
                     "Проверка свойства '" +
                         std::string(member) + "': обязательное свойство не задано"));
  }
  for (const Xdto& signature : version.signatures) {
    Xdto shown = session.objects.present(signature);
    if (!asks_for(session, columns, "signatures.signer")) shown.remove("signer");
    into.add("signatures", std::move(shown));
  }
}

void show_content(Session& session, Xdto& shown, const FileVersion& version, const std::vector<std::string>& columns) {
  const auto add = [&](const char* name, std::string value) {
    if (wants(columns, name)) shown.add_filled(name, std::move(value));
  };
  if (asks_for(session, columns, "binaryData"))
    shown.add("binaryData", version.content->size() == 0 ? "" : version.content->token());
  add("creationDate", session.base.local(version.created));
  add("extension", version.extension);
  add("modificationDate", session.base.local(version.modified));
  add("modificationDateUniversal", Infobase::utc(version.modified));
  add("size", version.content->size() == 0 ? "" : std::to_string(version.content->size()));
  if (!version.signatures.empty() && wants(columns, "signed")) shown.add("signed", true);
  if (!version.author.empty() && wants(columns, "author"))
    shown.add("author", person_reference(session, version.author));
  show_signatures(session, shown, version, columns);
}

void add_values_of_3_0(Session& session, Xdto& shown, const File& file, const std::vector<std::string>& columns) {
  if (!file.role.empty() && wants(columns, "role"))
    shown.add("role", session.objects.reference({"DMFileRole", file.role}));
  const FileVersion& active = file.versions.back();
  if (!active.author.empty() && wants(columns, "modificatedBy"))
    shown.add("modificatedBy", person_reference(session, active.author));
  if (wants(columns, "storeVersions")) shown.add("storeVersions", true);
  if (wants(columns, "htmlView"))
    shown.add("htmlView", "<html><body>" + file.name + "." + file.extension + "</body></html>");
  add_empty_values(session.base.edition.types, shown, columns);
}

// What the message makes of a version's signatures.
std::vector<Xdto> read_signatures(Session& session, const Xdto& message) {
  std::vector<Xdto> signatures;
  for (const Xdto* signature : message.all("signatures"))
    signatures.push_back(session.objects.canonical(*signature, "DMSignature"));
  return signatures;
}

// What 3.0 refuses besides (9.7).
void check_added_file(Session& session, const Xdto& message, const Object* holder) {
  const Xdto* external = message.find("externalObject");
  if (external != nullptr && !uuid::is_valid(text::to_lower_ascii(external->get("id")))) {
    throw DmError(
        module_error(2217, "Неверный формат уникального идентификатора: " + std::string(external->get("id"))));
  }
  if (holder == nullptr) return;
  check_readable(session, *holder);
  const std::string& closed = session.base.settings.files_refused_in;
  if (!closed.empty() && std::any_of(holder->states.begin(), holder->states.end(),
                                     [&](const DocumentState& s) { return s.state == closed; })) {
    throw DmError("Для текущего состояния документа запрещено добавление файлов.");
  }
}

}  // namespace

ContentPtr decoded(Infobase& base, const Xdto& binary) {
  ContentPtr content = base.outside.contents->from_base64(binary.text);
  if (!content) throw DmError(module_error(2840, "Ошибка преобразования двоичных данных файла"));
  return content;
}

FileVersion& add_version(Infobase& base, File& file, ContentPtr content, const std::string& author) {
  FileVersion version;
  version.id = base.new_id();
  version.number = file.versions.empty() ? 1 : file.versions.back().number + 1;
  version.extension = file.extension;
  version.author = author;
  version.content = std::move(content);
  version.created = version.modified = base.now();
  file.versions.push_back(std::move(version));
  return file.versions.back();
}

File& add_file(Infobase& base, const Ref& owner, std::string name, std::string extension, ContentPtr content,
               const std::string& author) {
  File file;
  file.id = base.new_id();
  file.name = std::move(name);
  file.extension = std::move(extension);
  file.author = author;
  file.owner = owner;
  const std::string id = file.id;
  File& kept = base.data.files.put(id, std::move(file));
  add_version(base, kept, std::move(content), author);
  return kept;
}

void take_dates(const Infobase& base, FileVersion& version, const Xdto& message) {
  if (const auto created = base.from_local(message.get("creationDate"))) version.created = *created;
  if (const auto modified = base.from_local(message.get("modificationDate"))) version.modified = *modified;
}

Xdto show_file(Session& session, const File& file, const std::vector<std::string>& columns) {
  Xdto shown = session.objects.reference({"DMFile", file.id});
  const FileVersion& active = file.versions.back();
  show_content(session, shown, active, columns);
  if (wants(columns, "description")) shown.add_filled("description", file.description);
  if (wants(columns, "owner")) shown.add("owner", session.objects.reference(file.owner));
  if (wants(columns, "activeVersion")) {
    Xdto version("DMFileVersion");
    version.add("name", file.name);
    version.add("objectID", session.objects.object_id({"DMFileVersion", active.id}));
    shown.add("activeVersion", std::move(version));
  }
  if (!file.editing_user.empty()) {
    if (wants(columns, "editing")) shown.add("editing", true);
    if (wants(columns, "editingUser")) shown.add("editingUser", person_reference(session, file.editing_user));
    if (wants(columns, "lockDate")) shown.add("lockDate", session.base.local(file.lock_date));
  }
  if (file.deleted && wants(columns, "deletionMark")) shown.add("deletionMark", true);
  if (session.base.edition.writes_empty_values) add_values_of_3_0(session, shown, file, columns);
  return shown;
}

Xdto show_version(Session& session, const File& file, const FileVersion& version,
                  const std::vector<std::string>& columns) {
  Xdto shown("DMFileVersion");
  shown.add("name", file.name);
  shown.add("objectID", session.objects.object_id({"DMFileVersion", version.id}));
  show_content(session, shown, version, columns);
  if (wants(columns, "owner")) shown.add("owner", session.objects.reference({"DMFile", file.id}));
  if (wants(columns, "comment")) shown.add_filled("comment", version.comment);
  if (session.base.edition.writes_empty_values) add_empty_values(session.base.edition.types, shown, columns);
  return shown;
}

Xdto add_file_request(Session& session, const Xdto& request) {
  const Xdto& message = *request.find("file");
  const Ref owner = session.objects.require(*request.find("owner")->find("objectID"));
  const Object* holder = session.base.data.object(owner);
  if (session.base.edition.writes_empty_values) check_added_file(session, message, holder);
  if (!session.base.edition.is_document(owner.type) && !is_process(owner.type) && owner.type != "DMCorrespondent" &&
      owner.type != "DMFileFolder") {
    throw DmError("Объекты типа \"" + owner.type + "\" не могут быть владельцами файлов");
  }
  if (holder != nullptr && holder->deleted) throw DmError(module_error(2871, "Владелец файла помечен на удаление"));
  ContentPtr content;
  if (const Xdto* binary = message.find("binaryData"); binary != nullptr && !binary->text.empty()) {
    content = decoded(session.base, *binary);
  } else if (const Xdto* source = message.find("template"); source != nullptr && !source->ref_id().empty()) {
    const Ref ref = session.objects.resolve(*source, "DMFile");
    const File* file = session.base.data.files.find(ref.id);
    if (file == nullptr) throw DmError("Файл не найден");
    content = file->versions.back().content;
  } else {
    throw DmError("Не заполнен ни шаблон, ни двоичные данные файла");
  }
  const std::string name(message.get("name"));
  if (name.empty()) throw DmError("Поле \"Наименование\" не заполнено");
  File* file = nullptr;
  if (request.is_true("tryToUpdate")) {
    for (File* candidate : session.base.data.files_of(owner, false)) {
      if (candidate->name == name) file = candidate;
    }
  }
  if (file != nullptr) {
    if (!message.get("extension").empty()) file->extension = message.get("extension");
    FileVersion& version = add_version(session.base, *file, std::move(content), session.caller.person);
    if (const std::string role = role_of(session, message); !role.empty()) file->role = role;
    take_dates(session.base, version, message);
    version.signatures = read_signatures(session, message);
  } else {
    File& added = add_file(session.base, owner, name, std::string(message.get("extension")), std::move(content),
                           session.caller.person);
    added.description = message.get("description");
    added.role = role_of(session, message);
    take_dates(session.base, added.versions.back(), message);
    added.versions.back().signatures = read_signatures(session, message);
    if (const Xdto* external = message.find("externalObject"))
      session.objects.add_link(*external, {"DMFile", added.id});
    file = &added;
  }
  Xdto answer("DMAddFileResponse");
  answer.add("file", session.objects.reference({"DMFile", file->id})).type = "DMObject";
  return answer;
}

Xdto file_list_by_owner(Session& session, const Xdto& request) {
  Xdto answer("DMGetFileListByOwnerResponse");
  for (const Xdto* owner : request.all("owners")) {
    const Ref ref = session.objects.require(*owner->find("objectID"));
    for (const File* file : session.base.data.files_of(ref, request.is_true("ignoreDeletionMark"))) {
      answer.add("files", show_file(session, *file, columns_of(request)));
    }
  }
  return answer;
}

Xdto lock_file(Session& session, const Xdto& request) {
  const Ref ref = session.objects.require(*request.find("objectId"));
  File* file = session.base.data.files.find(ref.id);
  if (file == nullptr) throw DmError("Файл не найден");
  if (file->deleted) throw DmError("Нельзя занять файл \"" + file->name + "\", так как он помечен на удаление");
  if (!file->editing_user.empty() && file->editing_user != session.caller.person) {
    throw DmError("Файл \"" + file->name + "\" уже занят для редактирования пользователем " +
                  session.base.data.name_of({std::string(session.base.edition.person), file->editing_user}));
  }
  file->editing_user = session.caller.person;
  file->lock_date = session.base.from_local(request.get("lockDate")).value_or(session.base.now());
  Xdto answer("DMLockFileResponse");
  answer.add("object", show_file(session, *file, columns_of(request)));
  return answer;
}

Xdto unlock_file(Session& session, const Xdto& request) {
  const Ref ref = session.objects.require(*request.find("objectId"));
  File* file = session.base.data.files.find(ref.id);
  if (file == nullptr) throw DmError("Файл не найден");
  file->editing_user.clear();
  file->lock_date.reset();
  Xdto answer("DMUnlockFileResponse");
  answer.add("object", show_file(session, *file, columns_of(request)));
  return answer;
}

Xdto update_file(Session& session, const Xdto& message) {
  File* file = session.base.data.files.find(session.objects.require(*message.find("objectID")).id);
  if (file == nullptr) throw DmError("Файл не найден");
  if (file->deleted) throw DmError("Файл \"" + file->name + "\" помечен на удаление");
  if (!file->editing_user.empty() && file->editing_user != session.caller.person) {
    throw DmError("Файл \"" + file->name + "\" занят для редактирования пользователем " +
                  session.base.data.name_of({std::string(session.base.edition.person), file->editing_user}));
  }
  const Xdto* binary = message.find("binaryData");
  if (binary != nullptr && !binary->text.empty()) {
    if (!session.base.settings.new_version_of_signed && !file->versions.back().signatures.empty()) {
      throw DmError("Файл \"" + file->name + "\" подписан электронной подписью, редактирование невозможно");
    }
    ContentPtr content = decoded(session.base, *binary);
    if (!message.get("extension").empty()) file->extension = message.get("extension");
    take_dates(session.base, add_version(session.base, *file, std::move(content), session.caller.person), message);
  } else {
    // Without content the update of 2.1 rewrites name and signatures: those not sent are gone.
    if (!session.base.edition.unsent_signatures_stay)
      file->versions.back().signatures = read_signatures(session, message);
    if (!message.get("name").empty()) file->name = message.get("name");
  }
  if (session.base.edition.unsent_signatures_stay && (message.has("signatures") || message.is_true("updateSignatures")))
    file->versions.back().signatures = read_signatures(session, message);
  if (const std::string role = role_of(session, message); !role.empty()) file->role = role;
  if (message.has("description")) file->description = message.get("description");
  return show_file(session, *file, {});
}

}  // namespace sedlink::sim::onec_docflow
