#include "adapter/effects.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <set>

#include "sedlink/core/text.hpp"
#include "translate/entity.hpp"
#include "translate/item.hpp"
#include "translate/markup.hpp"

namespace sedlink::bitrix24 {

using api::Receipt;
using wire::json::array;
using wire::json::object;

struct Effects::Step {
  Step() = default;
  const api::CrmEffect* effect = nullptr;
  Result<Receipt>* result = nullptr;
  int type = 0;
  ItemRef item;
  std::optional<Command> command;  // none: decided already
  bool alone = false;              // needs JSON: an empty list cannot be written into a batch
};

namespace {

ItemRef item_of(const CrmAction& action) {
  return std::visit(
      [](const auto& a) -> ItemRef {
        if constexpr (requires { a.item; })
          return a.item;
        else
          return {};
      },
      action);
}

bool has_empty_list(const wire::json::value& v) {
  if (const auto* list = v.if_array()) return list->empty();
  if (const auto* map = v.if_object())
    return std::any_of(map->begin(), map->end(), [](const auto& pair) { return has_empty_list(pair.value()); });
  return false;
}

Error doubtful(Error error) {
  // The object exists, something of it is missing: only a look can complete it without a second one.
  error.fault = Fault::ambiguous;
  return error;
}

}  // namespace

// ---- plans ----------------------------------------------------------------------------------------------------------

Command Effects::plan_comment(int type, const Comment& effect, const std::string& key) const {
  return Command("crm.timeline.comment.add",
                 object{{"fields", object{{"ENTITY_ID", effect.item.id},
                                          {"ENTITY_TYPE", comment_entity(type, settings_)},
                                          {"COMMENT", with_mark(effect.text, key)}}}},
                 true);
}

Command Effects::plan_notice(const Notify& effect, const std::string& key) const {
  std::string message = escape_markup(effect.text);
  if (const auto type = type_id(effect.item.entity); type && !effect.item.id.empty())
    message += "\n[URL=" + card_url(settings_.web_url, *type, effect.item.id) + "]Открыть карточку[/URL]";
  object params{{"USER_ID", effect.user_id}, {"MESSAGE", message}};
  if (settings_.notify_tag) {
    params["TAG"] = key;
    if (!settings_.notify_client_id.empty()) params["CLIENT_ID"] = settings_.notify_client_id;
  }
  return Command("im.notify.system.add", std::move(params), true);
}

Task<Command> Effects::plan_fields(api::CallContext ctx, SetFields effect) {
  auto type = type_id(effect.item.entity);
  if (!type) co_return type.error();
  object fields;
  for (const auto& [name, field_value] : effect.fields) {
    auto map = co_await metadata_.fields(ctx, *type);
    if (!map) co_return map.error();
    const auto* info = find_field(**map, name);
    if (info == nullptr) {
      // The portal ignores unknown names in silence; an admin may have added the field a minute ago.
      metadata_.forget_fields(*type);
      map = co_await metadata_.fields(ctx, *type);
      if (!map) co_return map.error();
      info = find_field(**map, name);
    }
    if (info == nullptr) {
      const auto near = text::nearest(name, names(**map));
      co_return Error{
          Fault::rejected, Audience::admin, "crm.field",
          "На портале у карточки нет поля «" + name + "»" + (near.empty() ? "" : "; может быть, «" + near + "»?"),
          name};
    }
    auto written = write_value(field_value, *info, metadata_.formats());
    if (!written) co_return written.error();
    fields[info->name] = std::move(*written);
  }
  co_return Command("crm.item.update",
                    object{{"entityTypeId", *type}, {"id", effect.item.id}, {"fields", std::move(fields)}}, true);
}

// ---- stage moves ----------------------------------------------------------------------------------------------------

// A receipt that says where the card is.
Task<Receipt> Effects::standing(api::CallContext ctx, int type, wire::json::value item) {
  Receipt receipt;
  receipt.stage = wire::text_at(item, {"stageId"});
  receipt.category = wire::text_at(item, {"categoryId"});
  auto stages = co_await metadata_.stages(ctx, type, receipt.category);
  if (!stages) co_return stages.error();
  receipt.semantics = semantics_of(**stages, receipt.stage, &item);
  co_return receipt;
}

boost::asio::awaitable<void> Effects::look_where_cards_stand(api::CallContext ctx, std::vector<Step>& wave) {
  std::vector<ItemRef> cards;
  std::vector<Step*> moves;
  for (auto& step : wave)
    if (std::holds_alternative<MoveStage>(step.effect->action)) {
      cards.push_back(step.item);
      moves.push_back(&step);
    }
  if (cards.empty()) co_return;
  auto items = co_await reader_.raw_many(ctx, std::move(cards));
  for (std::size_t i = 0; i < moves.size(); ++i) {
    auto& step = *moves[i];
    const auto& move = std::get<MoveStage>(step.effect->action);
    if (!items[i]) {
      *step.result = items[i].error();
      continue;
    }
    const auto stage = wire::text_at(*items[i], {"stageId"});
    const bool may =
        stage != move.to && std::find(move.expected.begin(), move.expected.end(), stage) != move.expected.end();
    if (!may) {
      const auto& card = *items[i];
      *step.result = co_await standing(ctx, step.type, card);
      continue;
    }
    object fields{{"stageId", move.to}};
    const auto pipeline = category_of_stage(move.to);
    // A deal's general pipeline has no prefix in its stages; leads and quotes have one pipeline.
    const bool names_pipeline = step.type == deal_type || move.to.find(':') != std::string::npos;
    if (names_pipeline && pipeline != wire::text_at(*items[i], {"categoryId"})) fields["categoryId"] = pipeline;
    step.command =
        Command("crm.item.update",
                object{{"entityTypeId", step.type}, {"id", step.item.id}, {"fields", std::move(fields)}}, true);
  }
}

// ---- waves ----------------------------------------------------------------------------------------------------------

boost::asio::awaitable<void> Effects::conclude(api::CallContext ctx, Step& step, Result<wire::Answer> answer) {
  auto& result = *step.result;
  if (!answer) {
    result = item_error(answer.error(), step.item);
    co_return;
  }
  Receipt receipt;
  if (const auto* move = std::get_if<MoveStage>(&step.effect->action)) {
    const auto* item = wire::find(answer->result, {"item"});
    if (item == nullptr || wire::text_at(*item, {"stageId"}).empty()) {
      result = Error{Fault::ambiguous, Audience::developer, "b24.answer", "Портал не сказал, где теперь карточка",
                     "crm.item.update"};
      co_return;
    }
    auto where = co_await standing(ctx, step.type, *item);
    // The move is done; only what its stage means is unknown.
    receipt = where ? *where : Receipt();
    receipt.stage = wire::text_at(*item, {"stageId"});
    receipt.category = wire::text_at(*item, {"categoryId"});
    // Automation inside the call may have taken the card further or back: `stage` tells where it is now.
    receipt.moved = receipt.stage == move->to ||
                    std::find(move->expected.begin(), move->expected.end(), receipt.stage) == move->expected.end();
    receipt.moved_at = metadata_.formats().zone.parse(wire::text_at(*item, {"movedTime"}));
  } else if (std::holds_alternative<CreateTask>(step.effect->action)) {
    receipt.id = task_id(answer->result);
  } else if (!std::holds_alternative<SetFields>(step.effect->action)) {
    receipt.id = wire::text(answer->result);
    if (receipt.id.empty() || receipt.id == "0") {
      result = Error{Fault::ambiguous, Audience::developer, "b24.answer", "Портал не назвал id созданного объекта",
                     step.command->method};
      co_return;
    }
  }
  result = std::move(receipt);
}

boost::asio::awaitable<void> Effects::finish_tasks(api::CallContext ctx, std::vector<Step>& wave) {
  for (auto& step : wave) {
    const auto* task = std::get_if<CreateTask>(&step.effect->action);
    if (task == nullptr || !*step.result) continue;
    const std::string id = (*step.result)->id;
    if (id.empty()) {
      *step.result =
          Error{Fault::ambiguous, Audience::developer, "b24.answer", "Портал не назвал id задачи", "tasks.task.add"};
      continue;
    }
    auto completed = co_await tasks_.complete_checklist(ctx, id, task->checklist, true);
    if (!completed) *step.result = doubtful(completed.error());
  }
}

boost::asio::awaitable<void> Effects::run_wave(api::CallContext ctx, std::vector<Step>& wave) {
  co_await look_where_cards_stand(ctx, wave);
  std::vector<Command> commands;
  std::vector<Step*> steps;
  for (auto& step : wave)
    if (step.command) {
      commands.push_back(*step.command);
      steps.push_back(&step);
    }
  if (steps.size() == 1 && steps.front()->alone) {
    auto answer = co_await portal_.call(ctx, std::move(commands.front()));
    co_await conclude(ctx, *steps.front(), std::move(answer));
  } else if (!steps.empty()) {
    auto answers = co_await portal_.batch(ctx, std::move(commands));
    for (std::size_t i = 0; i < steps.size(); ++i) {
      auto& step = *steps[i];
      auto& answer = answers[i];
      co_await conclude(ctx, step, std::move(answer));
    }
  }
  co_await finish_tasks(ctx, wave);
}

Task<std::vector<Result<Receipt>>> Effects::apply(api::CallContext ctx, std::vector<api::CrmEffect> effects) {
  const Error undone{Fault::transient, Audience::admin, "b24.not_sent", "Запрос не отправлен", {}};
  std::vector<Result<Receipt>> results(effects.size(), Result<Receipt>(undone));
  std::vector<Step> wave;
  std::set<ItemRef> moved;  // cards the wave moves already
  for (std::size_t i = 0; i < effects.size(); ++i) {
    const auto& effect = effects[i];
    if (const auto* folder = std::get_if<EnsureFolder>(&effect.action)) {
      results[i] = co_await folders_.ensure(ctx, *folder);
      continue;
    }
    Step step;
    step.effect = &effect;
    step.result = &results[i];
    step.item = item_of(effect.action);
    const auto* notice = std::get_if<Notify>(&effect.action);
    if (notice == nullptr) {
      const auto type = type_id(step.item.entity);
      if (!type) {
        results[i] = type.error();
        continue;
      }
      step.type = *type;
    }
    const bool is_move = std::holds_alternative<MoveStage>(effect.action);
    if (is_move && moved.contains(step.item)) {
      co_await run_wave(ctx, wave);
      wave.clear();
      moved.clear();
    }
    if (is_move) moved.insert(step.item);
    if (const auto* fields = std::get_if<SetFields>(&effect.action)) {
      auto planned = co_await plan_fields(ctx, *fields);
      if (!planned) {
        results[i] = planned.error();
        continue;
      }
      step.alone = has_empty_list(planned->params);
      step.command = std::move(*planned);
    } else if (const auto* comment = std::get_if<Comment>(&effect.action)) {
      step.command = plan_comment(step.type, *comment, effect.key);
    } else if (notice != nullptr) {
      step.command = plan_notice(*notice, effect.key);
    } else if (const auto* task = std::get_if<CreateTask>(&effect.action)) {
      step.command = tasks_.plan(step.type, *task, effect.key);
    }
    if (step.alone) {
      co_await run_wave(ctx, wave);
      wave.clear();
      moved.clear();
      wave.push_back(std::move(step));
      co_await run_wave(ctx, wave);
      wave.clear();
      continue;
    }
    wave.push_back(std::move(step));
  }
  co_await run_wave(ctx, wave);
  co_return results;
}

}  // namespace sedlink::bitrix24
