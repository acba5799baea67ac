// Writing into fields and the timeline: base64 inside JSON, streamed from the spool.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

#include "adapter/files.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/net/file_body.hpp"
#include "translate/entity.hpp"
#include "translate/item.hpp"
#include "translate/markup.hpp"

namespace sedlink::bitrix24 {

using api::Receipt;
using wire::json::object;
using wire::json::serialize;

namespace {

std::string json_text(const std::string& s) { return serialize(wire::json::value(wire::json::string(s))); }

// ["name","<the file>"] inside `before` and `after`.
Result<std::shared_ptr<net::FileBody>> named_file(const std::string& before, const SpooledFile& file,
                                                  const std::string& after) {
  return net::FileBody::open(before + "[" + json_text(text::sanitize_utf8(file.name)) + ",\"", file, "\"]" + after,
                             net::FileBody::Form::base64);
}

// Fields take base64 inside JSON only (bitrix24 documentation, how-to-update-files): four thirds of the file in memory
// of the portal. The other places of `results:` get the file all the same.
Error too_large_for_field(const std::string& field, const SpooledFile& file, const Settings& settings) {
  return Error{Fault::rejected, Audience::user, "crm.file_too_large",
               "Файл «" + file.name + "» (" + text::human_size(file.size) + ") больше " +
                   text::human_size(settings.max_inline_file) + ", которые портал принимает в поле карточки. Поле «" +
                   field + "» оставлено пустым: файл ищите в папке и в хронологии карточки",
               field};
}

bool same(const std::string& name, const std::string& sha256, const SpooledFile& file) {
  return sha256 == file.sha256 && (name.empty() || text::fold(name) == text::fold(file.name));
}

std::string joined_ids(const std::vector<CrmFile>& files) {
  std::vector<std::string> ids;
  for (const auto& file : files) ids.push_back(file.id);
  return text::join(ids, ",");
}

std::string place_of(const FieldTarget& target) { return to_string(target.item) + "/" + target.field; }

const CrmFile* not_among(const std::vector<CrmFile>& now, const std::vector<std::string>& before) {
  const auto fresh = [&](const CrmFile& f) { return std::find(before.begin(), before.end(), f.id) == before.end(); };
  const auto it = std::find_if(now.begin(), now.end(), fresh);
  return it == now.end() ? nullptr : &*it;
}

}  // namespace

Result<void> Files::check_size(const SpooledFile& file, std::uint64_t most) const {
  if (file.size <= most) return {};
  return Error{Fault::rejected,
               Audience::user,
               "crm.file_too_large",
               "Файл «" + file.name + "» (" + text::human_size(file.size) + ") больше допустимого размера " +
                   text::human_size(most),
               {}};
}

std::shared_ptr<net::Concurrency> Files::lock_of(const std::string& key) {
  if (locks_.size() > 1000) std::erase_if(locks_, [](const auto& entry) { return entry.second.expired(); });
  auto lock = locks_[key].lock();
  if (!lock) {
    lock = std::make_shared<net::Concurrency>(1);
    locks_[key] = lock;
  }
  return lock;
}

Task<std::string> Files::prepare(api::CallContext ctx, FileTarget target) {
  const auto* field = std::get_if<FieldTarget>(&target);
  if (field == nullptr) co_return std::string{};
  auto files = co_await field_files(ctx, *field);
  if (!files) co_return files.error();
  if (prepared_.size() > 1000) prepared_.clear();  // they are read again
  Prepared& kept = prepared_[place_of(*field)];
  kept.read_at = std::chrono::steady_clock::now();
  kept.files = *files;
  co_return joined_ids(*files);
}

Task<std::vector<CrmFile>> Files::prepared_files(api::CallContext ctx, FieldTarget target) {
  constexpr auto fresh = std::chrono::seconds(10);
  if (auto kept = prepared_.extract(place_of(target));
      !kept.empty() && std::chrono::steady_clock::now() - kept.mapped().read_at < fresh)
    co_return std::move(kept.mapped().files);
  auto files = co_await field_files(ctx, target);
  co_return files;
}

Task<Receipt> Files::upload(api::CallContext ctx, FileTarget target, SpooledFile file) {
  if (const auto* field = std::get_if<FieldTarget>(&target)) co_return co_await into_field(ctx, *field, file);
  if (const auto* folder = std::get_if<FolderTarget>(&target)) co_return co_await into_folder(ctx, *folder, file);
  co_return co_await into_timeline(ctx, std::get<TimelineTarget>(target), file);
}

// The request defines the whole set of a multiple field: what is there is named again by its ids.
Task<Receipt> Files::into_field(api::CallContext ctx, FieldTarget target, SpooledFile file) {
  if (file.size > settings_.max_inline_file) co_return too_large_for_field(target.field, file, settings_);
  const auto lock = lock_of(to_string(target.item));
  auto permit = co_await lock->acquire(ctx.deadline);
  if (!permit) co_return permit.error();
  auto files = co_await prepared_files(ctx, target);
  if (!files) co_return files.error();
  for (const auto& there : *files) {
    auto known = co_await content(ctx, to_string(target.item) + "/" + there.id, there.url, file.size);
    if (!known) co_return known.error();
    if (!same(known->name, known->sha256, file)) continue;
    Receipt receipt;
    receipt.id = there.id;
    receipt.already_there = true;
    co_return receipt;
  }
  const int type = *type_id(target.item.entity);
  auto map = co_await metadata_.fields(ctx, type);
  if (!map) co_return map.error();
  const auto* info = find_field(**map, target.field);
  if (!info->multiple && !files->empty() && !settings_.replace_single_file)
    co_return Error{
        Fault::rejected, Audience::admin, "crm.field_occupied",
        "В поле «" + (info->title.empty() ? info->name : info->title) +
            "» уже лежит другой файл, а оно хранит один. Сделайте поле множественным, освободите его или задайте "
            "подключению single_file_field: replace",
        info->name};
  std::string before = "{\"entityTypeId\":" + std::to_string(type) + ",\"id\":" + json_text(target.item.id) +
                       ",\"fields\":{" + json_text(info->name) + ":";
  if (info->multiple) {
    before += "[";
    for (const auto& there : *files)
      before += "{\"id\":" + (is_number(there.id) ? there.id : json_text(there.id)) + "},";
  }
  const std::string method = "crm.item.update";
  auto body = named_file(before, file, info->multiple ? "]}}" : "}}");
  if (!body) co_return body.error();
  auto answer = co_await portal_.call_streamed(ctx, method, body.value());
  prepared_.erase(place_of(target));  // read by a neighbour before this write: no longer true
  if (!answer) co_return item_error(answer.error(), target.item);
  std::vector<std::string> old;
  for (const auto& there : *files) old.push_back(there.id);
  const auto* item = wire::find(answer->result, {"item"});
  const auto now = item ? read_files(*item, info->name) : std::vector<CrmFile>{};
  const auto* added = not_among(now, old);
  if (added == nullptr)
    co_return Error{Fault::ambiguous, Audience::admin, "crm.upload_lost",
                    "Портал принял файл, но не показывает его в поле «" + info->name + "»", info->name};
  Content written;
  written.name = file.name;
  written.size = file.size;
  written.sha256 = file.sha256;
  known_[to_string(target.item) + "/" + added->id] = written;
  Receipt receipt;
  receipt.id = added->id;
  co_return receipt;
}

Task<Receipt> Files::into_timeline(api::CallContext ctx, TimelineTarget target, SpooledFile file) {
  if (file.size > settings_.max_inline_file) co_return co_await link_in_timeline(ctx, target, file);
  const auto type = type_id(target.item.entity);
  if (!type) co_return type.error();
  const std::string before = "{\"fields\":{\"ENTITY_ID\":" + json_text(target.item.id) +
                             ",\"ENTITY_TYPE\":" + json_text(comment_entity(*type, settings_)) +
                             ",\"COMMENT\":" + json_text(with_mark(target.text, ctx.key)) + ",\"FILES\":[";
  const std::string method = "crm.timeline.comment.add";
  auto body = named_file(before, file, "]}}");
  if (!body) co_return body.error();
  auto answer = co_await portal_.call_streamed(ctx, method, body.value());
  if (!answer) co_return item_error(answer.error(), target.item);
  Receipt receipt;
  receipt.id = wire::text(answer->result);
  co_return receipt;
}

Task<std::optional<Receipt>> Files::find(api::CallContext ctx, FileTarget target, SpooledFile file, std::string memo) {
  std::optional<Receipt> found;
  Receipt receipt;
  if (const auto* timeline = std::get_if<TimelineTarget>(&target)) {
    auto id = co_await effects_.find_comment(ctx, timeline->item, ctx.key);
    if (!id) co_return id.error();
    receipt.id = id->value_or("");
  } else if (const auto* folder = std::get_if<FolderTarget>(&target)) {
    auto where = co_await place(ctx, folder->folder_id, file);
    if (!where) co_return where.error();
    receipt.id = where->id;
  } else {
    const auto& field = std::get<FieldTarget>(target);
    auto files = co_await field_files(ctx, field);
    if (!files) co_return files.error();
    const auto before = text::split(memo, ',');
    for (const auto& there : *files) {
      if (std::find(before.begin(), before.end(), there.id) != before.end()) continue;
      auto known = co_await content(ctx, to_string(field.item) + "/" + there.id, there.url, file.size);
      if (!known) co_return known.error();
      if (known->sha256 == file.sha256 && receipt.id.empty()) receipt.id = there.id;
    }
  }
  if (!receipt.id.empty()) found = std::move(receipt);
  co_return found;
}

}  // namespace sedlink::bitrix24
