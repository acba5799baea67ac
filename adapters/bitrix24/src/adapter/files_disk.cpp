// Writing into folders of the disk: the two-step upload, streamed as multipart.
#include "adapter/files.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/net/file_body.hpp"

namespace sedlink::bitrix24 {

using api::Receipt;
using wire::json::object;

namespace {

std::string disk_name(const std::string& name, int number) {
  const auto parts = text::split_file_name(name);
  const std::string tail = (number > 1 ? " (" + std::to_string(number) + ")" : "") +
                           (parts.extension.empty() ? "" : "." + text::safe_name(parts.extension));
  return text::safe_name(parts.stem) + tail;
}

std::string quoted_name(std::string name) {
  for (auto& c : name)
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) c = '_';
  return "\"" + name + "\"";
}

}  // namespace

// Looks at «name», «name (2)», … until one holds our content or is free.
Task<Files::Place> Files::place(api::CallContext ctx, std::string folder, SpooledFile file) {
  constexpr int most = 100;
  for (int number = 1; number <= most; ++number) {
    Place found;
    found.free_name = disk_name(file.name, number);
    auto row = co_await folders_.child(ctx, folder, found.free_name);
    if (!row) co_return row.error();
    if (row->is_null()) co_return found;
    if (!text::iequals_ascii(wire::text_at(*row, {"TYPE"}), "file")) continue;
    if (wire::text_at(*row, {"SIZE"}) != std::to_string(file.size)) continue;
    const auto id = wire::id_at(*row, {"ID"});
    // The list's link may be old: the file's own answer has a fresh one.
    Command command("disk.file.get", object{{"id", id}});
    auto fresh = co_await portal_.call(ctx, std::move(command));
    if (!fresh) co_return fresh.error();
    const auto version =
        wire::text_at(fresh->result, {"GLOBAL_CONTENT_VERSION"}) + "." + wire::text_at(fresh->result, {"FILE_ID"});
    const auto known_as = "disk/" + id + "/" + version, url = wire::text_at(fresh->result, {"DOWNLOAD_URL"});
    auto known = co_await content(ctx, known_as, url, file.size);
    if (!known) co_return known.error();
    if (known->sha256 != file.sha256) continue;
    found.id = id;
    co_return found;
  }
  co_return Error{Fault::rejected,
                  Audience::admin,
                  "crm.folder",
                  "В папке портала занято слишком много имён вида «" + file.name + "»",
                  {}};
}

Task<std::string> Files::send_to_folder(api::CallContext ctx, std::string folder, std::string name, SpooledFile file) {
  Command command("disk.folder.uploadfile", object{{"id", folder}, {"data", object{{"NAME", name}}}});
  auto offer = co_await portal_.call(ctx, std::move(command));
  if (!offer) co_return offer.error();
  const auto url = wire::text_at(offer->result, {"uploadUrl"});
  auto field = wire::text_at(offer->result, {"field"});
  if (field.empty()) field = "file";
  if (url.empty())
    co_return Error{Fault::defect, Audience::developer, "b24.answer", "Портал не дал адреса для загрузки файла",
                    "disk.folder.uploadfile"};
  const std::string boundary = "sedlink-" + uuid::random();
  const std::string before = "--" + boundary + "\r\nContent-Disposition: form-data; name=" + quoted_name(field) +
                             "; filename=" + quoted_name(name) + "\r\nContent-Type: application/octet-stream\r\n\r\n";
  auto body = net::FileBody::open(before, file, "\r\n--" + boundary + "--\r\n", net::FileBody::Form::raw);
  if (!body) co_return body.error();
  const std::string type = "multipart/form-data; boundary=" + boundary;
  auto answer = co_await portal_.post_file(ctx, url, type, body.value());
  if (!answer) co_return answer.error();
  const auto id = wire::id_at(answer->result, {"ID"});
  if (id.empty())
    co_return Error{Fault::ambiguous, Audience::developer, "b24.answer", "Портал не назвал id загруженного файла",
                    "disk.folder.uploadfile"};
  co_return id;
}

Task<Receipt> Files::into_folder(api::CallContext ctx, FolderTarget target, SpooledFile file) {
  if (auto fits = check_size(file, settings_.max_file); !fits) co_return fits.error();
  const auto lock = lock_of("folder/" + target.folder_id);
  auto permit = co_await lock->acquire(ctx.deadline);
  if (!permit) co_return permit.error();
  Receipt receipt;
  // Most names are free, and a name that is not is told by the portal: a small file is sent without a look before.
  const std::string wanted = disk_name(file.name, 1);
  if (file.size <= settings_.max_inline_file && !taken_.contains(target.folder_id + "/" + wanted)) {
    auto sent = co_await send_to_folder(ctx, target.folder_id, wanted, file);
    if (sent) {
      receipt.id = *sent;
      co_return receipt;
    }
    if (sent.error().fault == Fault::not_found) folders_.forget();
    // The code for a taken name is not documented (DISK_OBJ_22000 expected): after any refusal the folder is asked.
    if (sent.error().fault != Fault::rejected) co_return sent.error();
    auto where = co_await place(ctx, target.folder_id, file);
    if (!where || (where->id.empty() && where->free_name == wanted)) co_return sent.error();
    if (taken_.size() > 10'000) taken_.clear();
    taken_.insert(target.folder_id + "/" + wanted);
  }
  for (int race = 0; race < 3; ++race) {
    auto where = co_await place(ctx, target.folder_id, file);
    if (!where) {
      if (where.error().fault == Fault::not_found) folders_.forget();
      co_return where.error();
    }
    receipt.already_there = !where->id.empty();
    receipt.id = where->id;
    if (receipt.already_there) co_return receipt;
    auto sent = co_await send_to_folder(ctx, target.folder_id, where->free_name, file);
    if (sent) {
      receipt.id = *sent;
      co_return receipt;
    }
    if (!is_name_taken(sent.error())) co_return sent.error();  // taken between the look and the upload: look again
  }
  co_return Error{Fault::transient,
                  Audience::admin,
                  "crm.folder",
                  "Имя файла «" + file.name + "» занимают быстрее, чем мы его находим",
                  {}};
}

}  // namespace sedlink::bitrix24
