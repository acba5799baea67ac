// Files of a document, and what a finished task leaves.
#include "adapter/directum5_adapter.hpp"
#include "sedlink/core/text.hpp"
#include "translate/snapshot.hpp"

namespace sedlink::directum5 {
namespace {

Error too_large(const SpooledFile& file, std::uint64_t limit) {
  return make_error(Fault::rejected, Audience::user, "edms.file_too_large",
                    "Файл «" + file.name + "» (" + text::human_size(file.size) + ") больше допустимых для DIRECTUM " +
                        text::human_size(limit));
}

}  // namespace

// Of a document, or one file.
Task<std::vector<Row>> Directum5Adapter::files(api::CallContext ctx, std::string document, std::string file) {
  Arguments arguments(*settings_);
  arguments.put("document", document).put("file", file);
  Parameters parameters = arguments.take();
  auto answer = co_await client_->call(ctx, Operation::list_files, std::move(parameters), Effect::read);
  if (!answer) co_return answer.error();
  std::vector<Row> rows;
  for (const Row* row : answer.value().all("file")) {
    if (row->get("id").empty() || row->get("name").empty()) co_return unagreed("file/id, file/name", Effect::read);
    if (file.empty() || row->get("id") == file) rows.push_back(*row);
  }
  co_return rows;
}

// By the hash the script tells, else by reading it.
Task<bool> Directum5Adapter::same_content(api::CallContext ctx, const Row* row, SpooledFile file) {
  const auto size = read_number(*row, "size");
  if (!size) co_return size.error();
  if (size.value() && *size.value() != file.size) co_return false;
  const std::string told = text::to_lower_ascii(row->get("sha256"));
  if (!told.empty()) co_return told == file.sha256;
  Arguments arguments(*settings_);
  arguments.put("file", row->get("id")).put("version", row->get("version"));
  Parameters parameters = arguments.take();
  auto read = co_await client_->read_file(ctx, std::move(parameters), std::string());
  if (!read) co_return read.error();
  if (!read.value().has_data) co_return unagreed("file/content", Effect::read);
  co_return read.value().sha256 == file.sha256;
}

Task<std::optional<EdmsFileRef>> Directum5Adapter::find_file(api::CallContext ctx, DocumentRef document,
                                                             SpooledFile file) {
  auto rows = co_await files(ctx, document.id, std::string());
  if (!rows) co_return rows.error();
  for (const Row& row : rows.value()) {
    if (text::fold(row.get("name")) != text::fold(file.name)) continue;
    auto same = co_await same_content(ctx, &row, file);
    if (!same) co_return same.error();
    if (!same.value()) continue;
    EdmsFileRef ref{row.get("id"), row.get("version")};
    co_return std::optional<EdmsFileRef>(ref);
  }
  co_return std::optional<EdmsFileRef>();
}

Task<EdmsFileRef> Directum5Adapter::send(api::CallContext ctx, Operation operation, std::string document,
                                         std::string file_id, SpooledFile file) {
  if (!settings_->has(operation)) co_return not_configured(operation);
  if (file.size > settings_->max_file) co_return too_large(file, settings_->max_file);
  Arguments arguments(*settings_);
  arguments.put("key", ctx.key).put("document", document);
  if (!file_id.empty()) arguments.put("file", file_id);
  arguments.put("name", file.name).put("size", std::to_string(file.size)).put("sha256", file.sha256);
  Parameters parameters = arguments.take();
  auto made = co_await client_->send_file(ctx, operation, std::move(parameters), file);
  if (!made) co_return made.error();
  const auto rows = made.value().all("file");
  if (rows.size() != 1 || rows.front()->get("id").empty()) co_return unagreed("file/id", Effect::write);
  EdmsFileRef ref{rows.front()->get("id"), rows.front()->get("version")};
  co_return ref;
}

Task<EdmsFileRef> Directum5Adapter::attach_file(api::CallContext ctx, DocumentRef document, SpooledFile file) {
  co_return co_await send(ctx, Operation::attach_file, document.id, std::string(), file);
}

Task<EdmsFileRef> Directum5Adapter::add_version(api::CallContext ctx, DocumentRef document, EdmsFileRef ref,
                                                SpooledFile file) {
  if (!settings_->has(Operation::add_version)) {
    co_return make_error(Fault::rejected, Audience::user, "edms.version_refused",
                         "Новые версии файлов в DIRECTUM для этого подключения не настроены");
  }
  co_return co_await send(ctx, Operation::add_version, document.id, ref.id, file);
}

Task<bool> Directum5Adapter::has_version(api::CallContext ctx, EdmsFileRef ref, SpooledFile file) {
  auto rows = co_await files(ctx, std::string(), ref.id);
  if (!rows) co_return rows.error();
  if (rows.value().size() != 1) {
    co_return make_error(Fault::not_found, Audience::user, "directum5.not_found", "Файла в DIRECTUM больше нет");
  }
  co_return co_await same_content(ctx, &rows.value().front(), file);
}

Task<ResultSet> Directum5Adapter::list_results(api::CallContext ctx, ProcessRef process) {
  auto rows = co_await files(ctx, process.document.id, std::string());
  if (!rows) co_return rows.error();
  ResultSet results;
  for (const Row& row : rows.value()) {
    ResultFile file;
    file.ref.id = row.get("id");
    file.ref.version_id = row.get("version");
    file.name = row.get("name");
    file.sha256 = text::to_lower_ascii(row.get("sha256"));
    const auto size = read_number(row, "size");
    if (!size) co_return size.error();
    file.size = size.value().value_or(0);
    const auto modified = read_time(row, "modified", settings_->time_zone);
    if (!modified) co_return modified.error();
    file.modified_at = modified.value();
    results.files.push_back(std::move(file));
  }
  co_return results;
}

Task<SpooledFile> Directum5Adapter::fetch(api::CallContext ctx, EdmsFileRef ref, std::string path) {
  Arguments arguments(*settings_);
  arguments.put("file", ref.id).put("version", ref.version_id);
  Parameters parameters = arguments.take();
  auto read = co_await client_->read_file(ctx, std::move(parameters), path);
  if (!read) co_return read.error();
  const auto rows = read.value().answer.all("file");
  if (rows.empty()) {
    co_return make_error(Fault::not_found, Audience::user, "directum5.not_found", "Файла в DIRECTUM больше нет");
  }
  if (rows.size() != 1 || rows.front()->get("name").empty() || !read.value().has_data) {
    co_return unagreed("file/name, file/content", Effect::read);
  }
  const auto size = read_number(*rows.front(), "size");
  if (!size) co_return size.error();
  if (size.value() && *size.value() != read.value().size) {
    co_return make_error(Fault::transient, Audience::admin, "directum5.file_cut", "Файл из DIRECTUM пришёл не целиком");
  }
  SpooledFile file;
  file.path = path;
  file.name = rows.front()->get("name");
  file.size = read.value().size;
  file.sha256 = read.value().sha256;
  co_return file;
}

}  // namespace sedlink::directum5
