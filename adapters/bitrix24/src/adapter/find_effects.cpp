// After doubt: has the effect happened? One batch of looks for all of them.
#include "adapter/effects.hpp"
#include "translate/entity.hpp"
#include "translate/item.hpp"
#include "translate/markup.hpp"

namespace sedlink::bitrix24 {

using api::Receipt;
using wire::json::object;

namespace {

constexpr int most_pages = 200;

std::optional<Receipt> receipt_of(std::string id) {
  Receipt receipt;
  receipt.id = std::move(id);
  return receipt;
}

// The id of the comment with that mark on a page of comments.
std::optional<std::string> marked(const wire::Answer& page, const std::string& wanted) {
  for (const auto* row : wire::rows(&page.result))
    if (wire::text_at(*row, {"COMMENT"}).find(wanted) != std::string::npos) return wire::text_at(*row, {"ID"});
  return std::nullopt;
}

}  // namespace

// Newest first, so that the first page nearly always tells.
Result<Command> Effects::comments_page(const ItemRef& item, std::int64_t start) const {
  const auto type = type_id(item.entity);
  if (!type) return type.error();
  return Command("crm.timeline.comment.list",
                 object{{"filter", object{{"ENTITY_ID", item.id}, {"ENTITY_TYPE", comment_entity(*type, settings_)}}},
                        {"order", object{{"ID", "DESC"}}},
                        {"start", start}});
}

Task<std::optional<std::string>> Effects::find_comment(api::CallContext ctx, ItemRef item, std::string key) {
  std::vector<api::CrmEffect> effects;
  Comment comment;
  comment.item = std::move(item);
  effects.emplace_back(std::move(key), std::move(comment));
  Found found(1, std::optional<Receipt>());
  co_await find_comments(ctx, effects, found);
  if (!found.front()) co_return found.front().error();
  if (!*found.front()) co_return std::optional<std::string>();
  co_return std::optional<std::string>((*found.front())->id);
}

// All cards' first pages in one batch, then the next pages of those that have not told yet: all pages are read before
// we say no.
boost::asio::awaitable<void> Effects::find_comments(api::CallContext ctx, const std::vector<api::CrmEffect>& effects,
                                                    Found& found) {
  struct Asking {
    ItemRef item;
    std::vector<std::size_t> effects;
    std::int64_t start = 0;
  };
  std::map<ItemRef, std::vector<std::size_t>> cards;
  for (std::size_t i = 0; i < effects.size(); ++i)
    if (const auto* comment = std::get_if<Comment>(&effects[i].action)) cards[comment->item].push_back(i);
  std::vector<Asking> open;
  for (auto& [item, of] : cards) open.push_back(Asking{item, std::move(of), 0});
  for (int page = 0; page < most_pages && !open.empty(); ++page) {
    std::vector<Command> commands;
    std::vector<Asking> asked;
    for (auto& card : open) {
      auto command = comments_page(card.item, card.start);
      if (!command) {
        for (const auto i : card.effects) found[i] = command.error();
        continue;
      }
      commands.push_back(std::move(*command));
      asked.push_back(std::move(card));
    }
    open.clear();
    auto answers = co_await portal_.batch(ctx, std::move(commands));
    for (std::size_t k = 0; k < asked.size(); ++k) {
      auto& card = asked[k];
      if (!answers[k]) {
        for (const auto i : card.effects) found[i] = item_error(answers[k].error(), card.item);
        continue;
      }
      std::erase_if(card.effects, [&](std::size_t i) {
        auto id = marked(*answers[k], mark(effects[i].key));
        if (id) found[i] = receipt_of(std::move(*id));
        return id.has_value();
      });
      const auto next = answers[k]->next.value_or(0);
      if (card.effects.empty() || next <= card.start) continue;
      card.start = next;
      open.push_back(std::move(card));
    }
  }
  Error endless{Fault::transient, Audience::admin, "b24.answer", "Хронология карточки не кончается", {}};
  for (const auto& card : open)
    for (const auto i : card.effects) found[i] = endless;
}

// The card stands on the wanted stage and it was we who moved it there. Elsewhere, repeating does no harm: a card that
// is not on an expected stage is left alone.
boost::asio::awaitable<void> Effects::find_moves(api::CallContext ctx, const std::vector<api::CrmEffect>& effects,
                                                 Found& found) {
  std::vector<ItemRef> cards;
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < effects.size(); ++i)
    if (const auto* move = std::get_if<MoveStage>(&effects[i].action)) {
      cards.push_back(move->item);
      at.push_back(i);
    }
  if (cards.empty()) co_return;
  const auto asked = cards;
  const auto items = co_await reader_.where(ctx, std::move(cards));
  for (std::size_t k = 0; k < at.size(); ++k) {
    auto& result = found[at[k]];
    if (!items[k]) {
      result = items[k].error();
      continue;
    }
    if (wire::text_at(*items[k], {"stageId"}) != std::get<MoveStage>(effects[at[k]].action).to) continue;
    const int type = *type_id(asked[k].entity);
    auto card = *items[k];
    auto receipt = co_await standing(ctx, type, std::move(card));
    if (!receipt) {
      result = receipt.error();
      continue;
    }
    const auto moved_at = reader_.moved_at(asked[k], *items[k]);
    receipt->moved = reader_.moved_by(asked[k], *items[k]) == settings_.user_id;
    if (receipt->moved) receipt->moved_at = moved_at;
    result = std::optional<Receipt>(std::move(*receipt));
  }
}

Task<std::vector<Result<std::optional<Receipt>>>> Effects::find(api::CallContext ctx,
                                                                std::vector<api::CrmEffect> effects) {
  Found found(effects.size(), Result<std::optional<Receipt>>(std::optional<Receipt>()));
  co_await find_moves(ctx, effects, found);
  co_await find_comments(ctx, effects, found);
  for (std::size_t i = 0; i < effects.size(); ++i) {
    const auto& effect = effects[i];
    if (const auto* task = std::get_if<CreateTask>(&effect.action)) {
      auto id = co_await tasks_.find(ctx, *task, effect.key);
      if (!id)
        found[i] = id.error();
      else if (*id)
        found[i] = receipt_of(std::move(**id));
    } else if (std::holds_alternative<Notify>(effect.action) && !settings_.notify_tag) {
      found[i] = Error{Fault::rejected,
                       Audience::admin,
                       "crm.unsearchable",
                       "Дошло ли уведомление, портал не показывает; без TAG повтор мог бы его удвоить",
                       {}};
    }
    // Fields, folders and tagged notifications: repeating gives the same state, so there is nothing to look for.
  }
  co_return found;
}

}  // namespace sedlink::bitrix24
