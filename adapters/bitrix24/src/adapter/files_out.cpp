// Reading: signed links, refreshed when they have aged.
#include "adapter/files.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/net/file_body.hpp"
#include "translate/entity.hpp"
#include "translate/item.hpp"

namespace sedlink::bitrix24 {
namespace {

// A file link answers errors with 401, 403, 404, or with 200 and the ordinary error envelope.
bool is_envelope(const net::Response& response) {
  return net::media_type(response.headers.get("Content-Type").value_or("")) == "application/json" &&
         !response.headers.get("Content-Disposition");
}
bool is_stale(const net::Response& response) {
  return response.status == 401 || response.status == 403 || response.status == 404 ||
         (response.status < 300 && is_envelope(response));
}

Error download_error(const net::Response& response) {
  wire::Refusal refusal;
  refusal.status = response.status;
  const auto outcome = wire::read_answer(response.status, response.body);
  if (const auto* read = std::get_if<wire::Refusal>(&outcome)) refusal = *read;
  auto error = classify(refusal, false);
  // One file's link says nothing about the whole connection.
  if (error.fault == Fault::unauthorized) error.fault = Fault::transient;
  error.code = "crm.download";
  error.message = "Файл с портала не загружается: " + error.message;
  return error;
}

Error too_large(const std::string& name, std::uint64_t most) {
  return Error{
      Fault::rejected,
      Audience::user,
      "crm.file_too_large",
      "Файл «" + name + "» больше " + text::human_size(most) + " — предела, заданного для портала (limits.file)",
      {}};
}

}  // namespace

Task<Files::Content> Files::content(api::CallContext ctx, std::string known_as, std::string url, std::uint64_t most) {
  if (const auto it = known_.find(known_as); it != known_.end()) co_return it->second;
  net::HashingFile sink("");  // nothing is kept
  auto response = co_await portal_.fetch(ctx, url, &sink, most);
  if (!response && response.error().code == "net.body_limit") co_return Content();
  if (!response) co_return response.error();
  if (response->status >= 300 || is_envelope(*response)) co_return download_error(*response);
  Content found;
  found.name = net::disposition_file_name(response->headers.get("Content-Disposition").value_or(""));
  found.size = sink.size();
  found.sha256 = sink.hex_digest();
  if (known_.size() > 2000) known_.clear();
  known_[known_as] = found;
  co_return found;
}

Task<std::vector<CrmFile>> Files::field_files(api::CallContext ctx, FieldTarget target) {
  const auto type = type_id(target.item.entity);
  if (!type) co_return type.error();
  auto map = co_await metadata_.fields(ctx, *type);
  if (!map) co_return map.error();
  const auto* info = find_field(**map, target.field);
  if (info == nullptr || info->type != "file")
    co_return Error{Fault::rejected, Audience::admin, "crm.field",
                    "На портале у карточки нет файлового поля «" + target.field + "»", target.field};
  auto item = co_await reader_.raw(ctx, target.item);
  if (!item) co_return item.error();
  co_return read_files(*item, info->name);
}

Task<SpooledFile> Files::download(api::CallContext ctx, ItemRef item, std::string field, CrmFile file,
                                  std::string path) {
  net::HashingFile sink(path);
  std::string url = file.url;
  for (int attempt = 0;; ++attempt) {
    if (url.empty() || attempt > 0) {
      FieldTarget target;
      target.item = item;
      target.field = field;
      auto files = co_await field_files(ctx, target);
      if (!files) co_return files.error();
      url.clear();
      for (const auto& now : *files)
        if (now.id == file.id) url = now.url;
      if (url.empty())
        co_return Error{Fault::not_found, Audience::user, "crm.file",
                        "Файла больше нет в поле «" + field + "» карточки " + to_string(item), file.id};
      auto emptied = sink.restart();
      if (!emptied) co_return emptied.error();
    }
    auto response = co_await portal_.fetch(ctx, url, &sink, settings_.max_file);
    if (!response && response.error().code == "net.body_limit")
      co_return too_large(file.name.empty() ? "№ " + file.id : file.name, settings_.max_file);
    if (!response) co_return response.error();
    const bool refused = response->status >= 300 || is_envelope(*response);
    if (refused && is_stale(*response) && attempt == 0) continue;
    if (refused) co_return download_error(*response);
    auto finished = sink.finish();
    if (!finished) co_return finished.error();
    SpooledFile spooled;
    spooled.path = path;
    spooled.name = net::disposition_file_name(response->headers.get("Content-Disposition").value_or(""));
    if (spooled.name.empty()) spooled.name = file.name.empty() ? "file-" + file.id : file.name;
    spooled.size = sink.size();
    spooled.sha256 = sink.hex_digest();
    co_return spooled;
  }
}

}  // namespace sedlink::bitrix24
