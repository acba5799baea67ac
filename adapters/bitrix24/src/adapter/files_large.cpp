// Files above limits.inline_file: streamed onto the disk by the two-step upload, and linked from the timeline.
#include "adapter/files.hpp"
#include "sedlink/core/text.hpp"
#include "translate/entity.hpp"
#include "translate/markup.hpp"

namespace sedlink::bitrix24 {

using api::Receipt;
using wire::json::object;

Task<Receipt> Files::link_in_timeline(api::CallContext ctx, TimelineTarget target, SpooledFile file) {
  const auto type = type_id(target.item.entity);
  if (!type) co_return type.error();
  EnsureFolder wanted;
  wanted.path.emplace_back("Файлы согласования");
  wanted.path.push_back(text::safe_name(target.item.entity + " " + target.item.id));
  auto folder = co_await folders_.ensure(ctx, std::move(wanted));
  if (!folder) co_return folder.error();
  FolderTarget place;
  place.folder_id = folder->id;
  // The same content of that name is there already after a cut attempt: it is not sent twice.
  auto stored = co_await into_folder(ctx, std::move(place), file);
  if (!stored) co_return stored.error();
  Command about("disk.file.get", object{{"id", stored->id}});
  auto on_disk = co_await portal_.call(ctx, std::move(about));
  if (!on_disk) co_return on_disk.error();
  const std::string url = wire::text_at(on_disk->result, {"DETAIL_URL"});
  const std::string name = escape_markup(file.name), size = " (" + text::human_size(file.size) + ", на Диске)";
  const std::string line = url.empty() ? name + size : "[URL=" + url + "]" + name + "[/URL]" + size;
  const std::string comment = escape_markup(target.text) + "\n" + line + "\n" + mark(ctx.key);
  Command command("crm.timeline.comment.add",
                  object{{"fields", object{{"ENTITY_ID", target.item.id},
                                           {"ENTITY_TYPE", comment_entity(*type, settings_)},
                                           {"COMMENT", comment}}}},
                  true);
  auto added = co_await portal_.call(ctx, std::move(command));
  if (!added) co_return item_error(added.error(), target.item);
  Receipt receipt;
  receipt.id = wire::text(added->result);
  co_return receipt;
}

}  // namespace sedlink::bitrix24
