// Versions and their bodies, streamed both ways (directum A7.5). A document has one file; further ones become addenda,
// which approval tasks take along by themselves (A9.1). Nothing is overwritten.
#include <algorithm>
#include <charconv>

#include "adapter/directum_adapter.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/net/file_body.hpp"

namespace sedlink::directum {
namespace {

constexpr std::string_view electronic = "IElectronicDocuments";
constexpr std::size_t note_limit = 250;  // of Versions.Note (assumed)

std::string extension_of(const SpooledFile& file) {
  return text::to_lower_ascii(text::split_file_name(file.name).extension);
}

std::string version_note(const SpooledFile& file) { return text::ellipsis(text::safe_name(file.name), note_limit); }

Error version_refused(const std::string& why, const std::string& vendor = {}) {
  return make_error(Fault::rejected, Audience::user, "edms.version_refused",
                    "Directum RX не принимает новую версию: " + why, vendor);
}

std::string body_target(std::string_view set, std::int64_t document, std::int64_t version) {
  return entity(set, document) + "/" + entity("Versions", version) + "/Body/$value";
}

}  // namespace

// Before anything is asked or sent.
Result<void> DirectumAdapter::check_file(const SpooledFile& file) const {
  if (file.size > session_->settings().max_file) {
    return rejected("edms.file_too_large", "Файл «" + file.name + "» (" + text::human_size(file.size) +
                                               ") больше допустимых для Directum RX " +
                                               text::human_size(session_->settings().max_file));
  }
  const auto source = net::FileBody::open("", file, "", net::FileBody::Form::raw);
  if (!source) return source.error();
  return {};
}

Task<Bodies> DirectumAdapter::bodies(api::CallContext ctx, std::int64_t document) {
  Query query(entity("IOfficialDocuments", document));
  query.select = session_->select("IOfficialDocuments", "Id,Name,InternalApprovalState",
                                  "HasPublicBody,VersionsLocked,LastVersionApproved");
  std::string version = "Id,Number,Note,Created";
  for (const char* name : {"Modified", "IsHidden"}) {
    if (!session_->metadata().rows_lack(electronic, "Versions", name)) version += "," + std::string(name);
  }
  query.expand = "Versions($select=" + version + ";$expand=AssociatedApplication($select=Extension))";
  auto row = co_await session_->entity(ctx, std::move(query));
  if (!row) co_return row.error();
  co_return read_bodies(row.value(), session_->zone());
}

Task<std::string> DirectumAdapter::content_hash(api::CallContext ctx, std::int64_t document, std::int64_t version) {
  auto body = co_await session_->client().fetch_file(ctx, body_target(electronic, document, version), "");
  if (!body && body.error().fault == Fault::not_found) co_return std::string();
  if (!body) co_return body.error();
  if (body.value().size == 0) co_return std::string();
  co_return body.value().sha256;
}

Task<std::int64_t> DirectumAdapter::unfinished(api::CallContext ctx, const Bodies* known, SpooledFile file) {
  const std::string note = version_note(file);
  for (const Version& v : known->versions) {
    if (v.note != note) continue;
    auto hash = co_await content_hash(ctx, known->id, v.id);
    if (!hash) co_return hash.error();
    if (hash.value().empty()) co_return v.id;
  }
  co_return std::int64_t{0};
}

Task<EdmsFileRef> DirectumAdapter::put_version(api::CallContext ctx, std::string set, std::int64_t document,
                                               SpooledFile file) {
  auto application = co_await session_->application(ctx, extension_of(file));
  if (!application) co_return application.error();
  auto known = co_await bodies(ctx, document);
  if (!known) co_return known.error();
  auto version = co_await unfinished(ctx, &known.value(), file);
  if (!version) co_return version.error();
  std::int64_t id = version.value();
  if (id == 0) {
    Body body;
    body.text("Note", version_note(file)).link("AssociatedApplication", application.value());
    auto made = co_await session_->create(ctx, entity(set, document) + "/Versions", std::move(body));
    if (!made) co_return made.error();
    const auto made_id = id_of(made.value());
    if (!made_id) co_return made_id.error();
    id = made_id.value();
  }
  auto sent = co_await session_->client().put_file(ctx, body_target(set, document, id), std::move(file));
  if (!sent) co_return sent.error();
  EdmsFileRef ref;
  ref.id = std::to_string(document);
  ref.version_id = std::to_string(id);
  co_return ref;
}

Task<std::vector<std::int64_t>> DirectumAdapter::addenda(api::CallContext ctx, std::int64_t document) {
  std::vector<std::int64_t> ids;
  if (!session_->metadata().has_set("IAddendums")) co_return ids;
  Query query("IAddendums");
  query.filter = "LeadingDocument/Id eq " + std::to_string(document);
  query.select = "Id";
  auto rows = co_await session_->rows(ctx, std::move(query));
  if (!rows) co_return rows.error();
  for (const Row& row : rows.value()) {
    const auto id = id_of(row);
    if (!id) co_return id.error();
    ids.push_back(id.value());
  }
  co_return ids;
}

// Approval tasks take along what is related (A9.1); whether LeadingDocument alone relates is not told. A second time
// does no harm.
Task<void> DirectumAdapter::relate(api::CallContext ctx, std::int64_t document, std::int64_t addendum) {
  if (!session_->has("AddRelations")) co_return Result<void>();
  Body body;
  body.text("relationName", "Addendum").number("baseDocumentId", document).number("relationDocumentId", addendum);
  auto done = co_await session_->action(ctx, "Docflow/AddRelations", std::move(body));
  if (done) co_return Result<void>();
  if (done.error().fault != Fault::rejected) co_return done.error();
  session_->log().warning("directum_relation",
                          {{"document", std::to_string(document)}, {"error", describe(done.error())}});
  co_return Result<void>();
}

// The addendum of this very upload, by its key; made when it is not there.
Task<std::int64_t> DirectumAdapter::addendum_for(api::CallContext ctx, std::int64_t document, SpooledFile file) {
  auto found = co_await find_by_key(ctx, "IAddendums", ctx.key, "Id");
  if (!found) co_return found.error();
  if (found.value()) co_return id_of(*found.value());
  Body body;
  body.text("Name", text::safe_name(text::split_file_name(file.name).stem)).link("LeadingDocument", document);
  if (const DocumentType* type = document_type("addendum")) {
    auto kind = co_await session_->only_kind(ctx, *type);
    if (!kind) co_return kind.error();
    if (kind.value()) body.link("DocumentKind", *kind.value());  // required, and not always the default (A7.3)
  }
  put_key(body, "IAddendums", ctx.key, "");
  auto made = co_await session_->create(ctx, "IAddendums", std::move(body));
  if (!made) co_return made.error();
  co_return id_of(made.value());
}

Task<EdmsFileRef> DirectumAdapter::attach_file(api::CallContext ctx, DocumentRef document, SpooledFile file) {
  const auto sendable = check_file(file);
  if (!sendable) co_return sendable.error();
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto id = number_of(document.id, "Документ");
  if (!id) co_return id.error();
  auto known = co_await bodies(ctx, id.value());
  if (!known && known.error().fault == Fault::not_found)
    co_return rejected("edms.document_deleted", "Документа " + document.id + " в Directum RX больше нет");
  if (!known) co_return known.error();
  auto cut_off = co_await unfinished(ctx, &known.value(), file);
  if (!cut_off) co_return cut_off.error();
  const std::string set = document.type.empty() ? std::string(electronic) : document.type;
  if (known.value().versions.empty() || cut_off.value() != 0) {
    co_return co_await put_version(ctx, set, id.value(), std::move(file));
  }
  if (!session_->settings().extra_files || !session_->metadata().has_set("IAddendums")) {
    co_return rejected("edms.one_file", "У документа Directum RX один файл, второй («" + file.name +
                                            "») прикладывается приложением: extra_files: true и тип «Приложение»");
  }
  if (!uuid::is_valid(ctx.key)) {
    co_return make_error(Fault::defect, Audience::developer, "edms.key", "Приложение создаётся без ключа");
  }
  auto addendum = co_await addendum_for(ctx, id.value(), file);
  if (!addendum) co_return addendum.error();
  auto related = co_await relate(ctx, id.value(), addendum.value());
  if (!related) co_return related.error();
  co_return co_await put_version(ctx, "IAddendums", addendum.value(), std::move(file));
}

Task<std::optional<EdmsFileRef>> DirectumAdapter::find_file(api::CallContext ctx, DocumentRef document,
                                                            SpooledFile file) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto id = number_of(document.id, "Документ");
  if (!id) co_return id.error();
  auto further = co_await addenda(ctx, id.value());
  if (!further) co_return further.error();
  std::vector<std::int64_t> places{id.value()};
  places.insert(places.end(), further.value().begin(), further.value().end());
  const std::string note = version_note(file);
  for (const std::int64_t place : places) {
    auto known = co_await bodies(ctx, place);
    if (!known) co_return known.error();
    for (const Version& v : known.value().versions) {
      if (v.note != note) continue;
      auto hash = co_await content_hash(ctx, place, v.id);
      if (!hash) co_return hash.error();
      if (hash.value() != file.sha256) continue;
      EdmsFileRef ref;
      ref.id = std::to_string(place);
      ref.version_id = std::to_string(v.id);
      co_return std::optional<EdmsFileRef>(ref);
    }
  }
  co_return std::optional<EdmsFileRef>();
}

Task<EdmsFileRef> DirectumAdapter::add_version(api::CallContext ctx, DocumentRef document, EdmsFileRef ref,
                                               SpooledFile file) {
  const auto sendable = check_file(file);
  if (!sendable) co_return sendable.error();
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto id = number_of(ref.id, "Документ");
  if (!id) co_return id.error();
  auto known = co_await bodies(ctx, id.value());
  if (!known) {
    const Error& e = known.error();
    if (e.fault == Fault::not_found || e.code == "rx.rights") co_return version_refused(e.message, e.vendor_code);
    co_return e;
  }
  if (known.value().internal_approval == "Signed" || known.value().approved)
    co_return version_refused("документ подписан");
  if (known.value().locked) co_return version_refused("версии документа закрыты");
  const bool main = ref.id == document.id && !document.type.empty();
  std::string set(electronic);
  if (main) set = document.type;
  auto made = co_await put_version(ctx, std::move(set), id.value(), std::move(file));
  if (made) co_return made;
  const Error& e = made.error();
  const bool refused = e.fault == Fault::rejected && (e.code == "rx.refused" || e.code == "rx.rights");
  if (refused) co_return version_refused(e.message, e.vendor_code);
  co_return e;
}

Task<bool> DirectumAdapter::has_version(api::CallContext ctx, EdmsFileRef ref, SpooledFile file) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const auto id = number_of(ref.id, "Документ");
  if (!id) co_return id.error();
  auto known = co_await bodies(ctx, id.value());
  if (!known) co_return known.error();
  if (known.value().versions.empty()) co_return false;
  auto hash = co_await content_hash(ctx, id.value(), known.value().versions.back().id);
  if (!hash) co_return hash.error();
  co_return hash.value() == file.sha256;
}

Task<SpooledFile> DirectumAdapter::fetch(api::CallContext ctx, EdmsFileRef ref, std::string path) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const std::string_view all = ref.id;
  const auto colon = all.find(':');
  const std::string_view part = colon == std::string_view::npos ? std::string_view() : all.substr(colon + 1);
  const auto id = number_of(all.substr(0, colon), "Документ");
  if (!id) co_return id.error();
  if (part == "sheet") co_return co_await fetch_sheet(ctx, id.value(), std::move(path));
  auto known = co_await bodies(ctx, id.value());
  if (!known) co_return known.error();
  const std::vector<Version>& versions = known.value().versions;
  const auto it = ref.version_id.empty() ? (versions.empty() ? versions.end() : versions.end() - 1)
                                         : std::find_if(versions.begin(), versions.end(), [&](const Version& v) {
                                             return std::to_string(v.id) == ref.version_id;
                                           });
  if (it == versions.end()) {
    co_return make_error(Fault::not_found, Audience::user, "rx.gone",
                         "У документа " + std::to_string(id.value()) + " в Directum RX нет такой версии");
  }
  const bool pdf = part == "pdf";
  const std::string target =
      entity(electronic, id.value()) + "/" + entity("Versions", it->id) + (pdf ? "/PublicBody/$value" : "/Body/$value");
  auto body = co_await session_->client().fetch_file(ctx, target, path);
  if (!body) co_return body.error();
  if (pdf && body.value().size == 0) {
    co_return make_error(Fault::not_found, Audience::user, "rx.gone",
                         "У документа " + std::to_string(id.value()) + " в Directum RX нет PDF");
  }
  SpooledFile file;
  file.path = std::move(path);
  file.name =
      pdf ? text::safe_name(known.value().name) + ".pdf" : file_name(it->note, known.value().name, it->extension);
  file.size = body.value().size;
  file.sha256 = body.value().sha256;
  co_return file;
}

}  // namespace sedlink::directum
