// Documents (a folder each, named by its key) and their files. The folder is the truth: the card lists no files, so no
// file is ever on the disk and missing from the card, or the reverse.
#include <algorithm>
#include <fstream>
#include <tuple>

#include "adapter/work.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "wire/records.hpp"

namespace sedlink::example_folder {
namespace {

const char* const card_file = "card.json";
constexpr std::size_t piece = 64 * 1024;  // bytes held of a file on its way

Disk::Path folder_of(const std::string& document) { return Disk::Path("documents") / document; }

DocumentRef ref_of(const std::string& id) {
  DocumentRef ref;
  ref.id = id;
  ref.type = document_type();
  return ref;
}

struct Version {
  Version() = default;
  StoredName stored;
  Entry entry;
};

EdmsFileRef ref_of(const std::string& document, const StoredName& file) {
  EdmsFileRef ref;
  ref.id = document + "/" + file.id;
  ref.version_id = std::to_string(file.version);
  return ref;
}

struct Contents {
  Contents() = default;
  std::string document;
  Card card;
  std::vector<Version> versions;  // of one file: the latest last
};

Result<Contents> contents(Requests& disk, const std::string& document) {
  if (const auto valid = check_id(document, "документа"); !valid) return valid.error();
  const auto listed = disk.list(folder_of(document), [](const Entry& e) { return e.name == card_file; });
  if (!listed) return listed.error();
  if (!listed.value()) return not_there("документа " + document);
  const Entry* file = find_entry(*listed.value(), card_file);
  auto card = file == nullptr ? std::nullopt : read_card(file->text);
  if (!card || card->key != document) return damaged(folder_of(document) / card_file);
  Contents c;
  c.document = document;
  c.card = std::move(*card);
  for (const Entry& e : *listed.value()) {
    if (e.name == card_file) continue;
    Version v;
    v.stored = read_stored_name(e.name);
    v.entry = e;
    c.versions.push_back(std::move(v));
  }
  std::sort(c.versions.begin(), c.versions.end(), [](const Version& a, const Version& b) {
    return std::tie(a.stored.version, a.entry.name) < std::tie(b.stored.version, b.entry.name);
  });
  return c;
}

const Version* version_of(const Contents& c, const std::string& file, const std::string& version) {
  const Version* found = nullptr;
  for (const Version& v : c.versions)
    if (v.stored.id == file && (version.empty() || version == std::to_string(v.stored.version))) found = &v;
  return found;
}

struct FileId {
  FileId() = default;
  std::string document, file;
};
Result<FileId> split(const EdmsFileRef& ref) {
  const std::size_t slash = ref.id.find('/');
  if (slash == std::string::npos) return not_there("файла «" + ref.id + "»");
  FileId id;
  id.document = ref.id.substr(0, slash);
  id.file = ref.id.substr(slash + 1);
  return id;
}

Error spool_trouble(const std::string& path) {
  return make_error(Fault::transient, Audience::admin, "example_folder.spool",
                    "Временный файл «" + path + "» не читается, не пишется или не тот, что был");
}

Result<bool> same_content(Requests& disk, const std::string& document, const Version& v, const SpooledFile& file) {
  if (v.entry.size != file.size) return false;
  Sha256 hash;
  std::uint64_t size = 0;
  const auto update = [&](std::string_view bytes) {
    hash.update(bytes);
    size += bytes.size();
    return true;
  };
  const Disk::Path path = folder_of(document) / v.entry.name;
  const auto read = disk.read(path, update);
  if (!read) return read.error();
  if (size != v.entry.size) return damaged(path);  // not «another file»: it is being written
  return hash.hex_digest() == file.sha256;
}

// From the spool, piece by piece. The last thing before the name appears is the hash: bytes that changed on the way, or
// a spooled file cut short, are never published.
// false: that name was there already.
Result<bool> put(Requests& disk, const std::string& document, const StoredName& name, const SpooledFile& file) {
  std::ifstream in(file.path, std::ios::binary);
  if (!in) return spool_trouble(file.path);
  Sha256 hash;
  bool spoiled = false;
  const auto next = [&](std::string& out) {
    out.resize(piece);
    in.read(out.data(), static_cast<std::streamsize>(out.size()));
    out.resize(static_cast<std::size_t>(in.gcount()));
    hash.update(out);
    spoiled = in.bad() || (out.empty() && hash.hex_digest() != file.sha256);
    return !spoiled;
  };
  const auto done = disk.put_file(folder_of(document) / write_stored_name(name), next);
  if (spoiled) return spool_trouble(file.path);
  return done;
}

Result<Card::Field> field_of(Requests& disk, const DraftField& draft) {
  Card::Field field;
  field.name = draft.name;
  const auto* value = std::get_if<Value>(&draft.value);
  const bool person = draft.name == "responsible";
  if (!person && draft.name != "counterparty") {
    field.text = value != nullptr ? value->to_text() : std::get<Reference>(draft.value).name;
    return field;
  }
  Reference wanted;
  if (value != nullptr) {
    wanted.name = value->to_text();
  } else {
    wanted = std::get<Reference>(draft.value);
  }
  const auto found = person ? resolve_person(disk, wanted) : resolve_counterparty(disk, wanted);
  if (!found) return found.error();
  field.text = found.value().name;
  field.id = found.value().id;
  return field;
}

}  // namespace

const std::vector<std::string>& document_fields() {
  static const std::vector<std::string> names{"title", "subject",      "number",      "date",
                                              "sum",   "counterparty", "responsible", "comment"};
  return names;
}

const char* document_type() { return "internal"; }

Result<std::optional<DocumentRef>> find_document(Requests& disk, const std::string& key) {
  const auto there = contents(disk, key);
  if (there.has_error() && there.error().fault == Fault::not_found) return std::optional<DocumentRef>();
  if (!there) return there.error();
  if (there.value().card.deleted)
    return make_error(Fault::rejected, Audience::user, "edms.document_deleted",
                      "Документ помечен удалённым в папке обмена");
  if (const auto lasting = disk.make_last("documents"); !lasting) return lasting.error();
  return std::optional<DocumentRef>(ref_of(key));
}

Result<DocumentRef> create_document(Requests& disk, const std::string& key, const DocumentDraft& draft) {
  if (draft.type != document_type())
    return make_error(Fault::rejected, Audience::admin, "edms.document_type",
                      "В папке обмена нет документов типа «" + draft.type + "»");
  if (const auto valid = check_id(key, "ключа документа"); !valid) return valid.error();
  Card card;
  card.key = key;
  card.source = draft.key_source;
  for (const DraftField& field : draft.fields) {
    const auto& known = document_fields();
    if (std::find(known.begin(), known.end(), field.name) == known.end())
      return make_error(Fault::rejected, Audience::admin, "edms.field_unknown",
                        "У документа в папке обмена нет поля «" + field.name + "»");
    if (const auto* value = std::get_if<Value>(&field.value); value != nullptr && value->empty()) continue;
    auto written = field_of(disk, field);
    if (!written) return written.error();
    if (field.name == "title") card.title = written.value().text;
    card.fields.push_back(std::move(written).value());
  }
  const auto made = disk.put_folder(folder_of(key), card_file, write_card(card));
  if (!made) return made.error();
  return ref_of(key);
}

Result<std::optional<EdmsFileRef>> find_file(Requests& disk, const DocumentRef& document, const SpooledFile& file) {
  const auto there = contents(disk, document.id);
  if (!there) return there.error();
  const std::string wanted = text::fold(storable(file.name));
  for (const Version& v : there.value().versions) {
    if (text::fold(v.stored.name) != wanted) continue;
    const auto same = same_content(disk, document.id, v, file);
    if (!same) return same.error();
    if (!same.value()) continue;
    if (const auto lasting = disk.make_last(folder_of(document.id)); !lasting) return lasting.error();
    return std::optional<EdmsFileRef>(ref_of(document.id, v.stored));
  }
  return std::optional<EdmsFileRef>();
}

Result<EdmsFileRef> attach_file(Requests& disk, const std::string& key, const DocumentRef& document,
                                const SpooledFile& file) {
  const auto there = contents(disk, document.id);
  if (!there) return there.error();
  if (there.value().card.deleted)
    return make_error(Fault::rejected, Audience::user, "edms.document_deleted",
                      "Документ помечен удалённым в папке обмена");
  StoredName name;
  name.name = storable(file.name);
  name.id = sha256_hex(key + "|" + file.name + "|" + file.sha256).substr(0, 16);
  const auto done = put(disk, document.id, name, file);
  if (!done) return done.error();
  return ref_of(document.id, name);  // there already: an earlier attempt's, the id holds the key and the hash
}

Result<EdmsFileRef> add_version(Requests& disk, const DocumentRef& document, const EdmsFileRef& ref,
                                const SpooledFile& file) {
  const auto id = split(ref);
  if (!id) return id.error();
  const auto there = contents(disk, document.id);
  if (!there) return there.error();
  const Version* latest = version_of(there.value(), id.value().file, "");
  if (latest == nullptr) return not_there("файла «" + ref.id + "»");
  if (there.value().card.deleted || latest->stored.id == latest->stored.name)
    return make_error(
        Fault::rejected, Audience::user, "edms.version_refused",
        "Документ удалён, или файл «" + latest->stored.name + "» положили в папку люди: версий он не принимает");
  // Already the latest: an attempt that could not tell so. Without the look a blind repetition would add it twice.
  const auto there_already = same_content(disk, document.id, *latest, file);
  if (!there_already) return there_already.error();
  if (there_already.value()) {
    if (const auto lasting = disk.make_last(folder_of(document.id)); !lasting) return lasting.error();
    return ref_of(document.id, latest->stored);
  }
  StoredName name;
  name.name = storable(file.name);
  name.id = latest->stored.id;
  name.version = latest->stored.version + 1;
  const auto done = put(disk, document.id, name, file);
  if (!done) return done.error();
  if (!done.value())
    return make_error(Fault::transient, Audience::user, "edms.file_locked",
                      "Новую версию файла «" + name.name + "» только что добавил кто-то другой");
  return ref_of(document.id, name);
}

Result<bool> has_version(Requests& disk, const EdmsFileRef& ref, const SpooledFile& file) {
  const auto id = split(ref);
  if (!id) return id.error();
  const auto there = contents(disk, id.value().document);
  if (!there) return there.error();
  const Version* latest = version_of(there.value(), id.value().file, "");
  if (latest == nullptr) return not_there("файла «" + ref.id + "»");
  const auto same = same_content(disk, id.value().document, *latest, file);
  if (!same || !same.value()) return same;
  if (const auto lasting = disk.make_last(folder_of(id.value().document)); !lasting) return lasting.error();
  return true;
}

Result<std::vector<ResultFile>> latest_files(Requests& disk, const DocumentRef& document) {
  const auto there = contents(disk, document.id);
  if (!there) return there.error();
  std::vector<ResultFile> files;
  for (const Version& v : there.value().versions) {
    if (version_of(there.value(), v.stored.id, "") != &v) continue;
    ResultFile f;
    f.ref = ref_of(document.id, v.stored);
    f.name = v.stored.name;
    f.size = v.entry.size;
    f.modified_at = v.entry.modified_at;
    files.push_back(std::move(f));
  }
  return files;
}

Result<SpooledFile> fetch(Requests& disk, const EdmsFileRef& ref, const std::string& path) {
  const auto id = split(ref);
  if (!id) return id.error();
  const auto there = contents(disk, id.value().document);
  if (!there) return there.error();
  const Version* v = version_of(there.value(), id.value().file, ref.version_id);
  if (v == nullptr) return not_there("файла «" + ref.id + "» версии «" + ref.version_id + "»");
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  if (!out) return spool_trouble(path);
  SpooledFile came;
  came.path = path;
  came.name = v->stored.name;
  Sha256 hash;
  const auto keep = [&](std::string_view bytes) {
    hash.update(bytes);
    came.size += bytes.size();
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return out.good();
  };
  const auto read = disk.read(folder_of(id.value().document) / v->entry.name, keep);
  out.close();
  if (!out) return spool_trouble(path);
  if (!read) return read.error();
  if (came.size != v->entry.size) return damaged(folder_of(id.value().document) / v->entry.name);
  came.sha256 = hash.hex_digest();
  return came;
}

}  // namespace sedlink::example_folder
