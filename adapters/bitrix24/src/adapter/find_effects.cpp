// After doubt: has the effect happened?
#include "adapter/effects.hpp"
#include "translate/entity.hpp"
#include "translate/item.hpp"
#include "translate/markup.hpp"

namespace sedlink::bitrix24 {

using api::Receipt;
using wire::json::object;

Task<std::optional<std::string>> Effects::find_comment(api::CallContext ctx, ItemRef item, std::string key) {
  const auto type = type_id(item.entity);
  if (!type) co_return type.error();
  const std::string wanted = mark(key);
  std::int64_t start = 0;
  // Newest first, so that the first page nearly always tells; all pages are read before we say no.
  for (int page = 0; page < 200; ++page) {
    Command command(
        "crm.timeline.comment.list",
        object{{"filter", object{{"ENTITY_ID", item.id}, {"ENTITY_TYPE", comment_entity(*type, settings_)}}},
               {"order", object{{"ID", "DESC"}}},
               {"start", start}});
    auto answer = co_await portal_.call(ctx, std::move(command));
    if (!answer) co_return item_error(answer.error(), item);
    for (const auto* row : wire::rows(&answer->result)) {
      if (wire::text_at(*row, {"COMMENT"}).find(wanted) == std::string::npos) continue;
      co_return std::optional<std::string>(wire::text_at(*row, {"ID"}));
    }
    if (!answer->next || *answer->next <= start) break;
    start = *answer->next;
  }
  co_return std::optional<std::string>();
}

// The card stands on the wanted stage and it was we who moved it there. Elsewhere, repeating does no harm: a card that
// is not on an expected stage is left alone.
Task<std::optional<Receipt>> Effects::find_move(api::CallContext ctx, MoveStage effect) {
  auto item = co_await reader_.raw(ctx, effect.item);
  if (!item) co_return item.error();
  const auto type = type_id(effect.item.entity);
  if (wire::text_at(*item, {"stageId"}) != effect.to) co_return std::optional<Receipt>();
  auto receipt = co_await standing(ctx, *type, *item);
  if (!receipt) co_return receipt.error();
  receipt->moved = wire::id_at(*item, {"movedBy"}) == settings_.user_id;
  if (receipt->moved) receipt->moved_at = metadata_.formats().zone.parse(wire::text_at(*item, {"movedTime"}));
  co_return std::optional<Receipt>(std::move(*receipt));
}

Task<std::vector<Result<std::optional<Receipt>>>> Effects::find(api::CallContext ctx,
                                                                std::vector<api::CrmEffect> effects) {
  std::vector<Result<std::optional<Receipt>>> results;
  for (const auto& effect : effects) {
    Result<std::optional<Receipt>> result{std::optional<Receipt>()};
    Result<std::optional<std::string>> id{std::optional<std::string>()};
    if (const auto* move = std::get_if<MoveStage>(&effect.action)) {
      result = co_await find_move(ctx, *move);
    } else if (const auto* comment = std::get_if<Comment>(&effect.action)) {
      id = co_await find_comment(ctx, comment->item, effect.key);
    } else if (const auto* task = std::get_if<CreateTask>(&effect.action)) {
      id = co_await tasks_.find(ctx, *task, effect.key);
    } else if (std::holds_alternative<Notify>(effect.action) && !settings_.notify_tag) {
      result = Error{Fault::rejected,
                     Audience::admin,
                     "crm.unsearchable",
                     "Дошло ли уведомление, портал не показывает; без TAG повтор мог бы его удвоить",
                     {}};
    }
    // Fields, folders and tagged notifications: repeating gives the same state, so there is nothing to look for.
    if (!id) {
      result = id.error();
    } else if (*id) {
      Receipt receipt;
      receipt.id = **id;
      result = std::optional<Receipt>(std::move(receipt));
    }
    results.push_back(std::move(result));
  }
  co_return results;
}

}  // namespace sedlink::bitrix24
