// A wave: effects that need nothing of each other but their order, carried out in as few requests as possible.
#include <boost/json/array.hpp>

#include <algorithm>

#include "adapter/effects.hpp"
#include "translate/entity.hpp"

namespace sedlink::bitrix24 {

using api::Receipt;
using wire::json::object;

namespace {

// An empty list cannot be written in the notation of a batch: such an update goes alone, as JSON.
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

Command update_command(int type, const std::string& id, const object& fields) {
  return Command("crm.item.update", object{{"entityTypeId", type}, {"id", id}, {"fields", fields}}, true);
}

}  // namespace

// A receipt that says where the card is.
Task<Receipt> Effects::standing(api::CallContext ctx, int type, wire::json::value item) {
  Receipt receipt;
  receipt.stage = wire::text_at(item, {"stageId"});
  receipt.category = pipeline_of(type, wire::text_at(item, {"categoryId"}));
  auto stages = co_await metadata_.stages(ctx, type, receipt.category);
  if (!stages) co_return stages.error();
  receipt.semantics = semantics_of(**stages, receipt.stage, &item);
  co_return receipt;
}

boost::asio::awaitable<void> Effects::look_where_cards_stand(api::CallContext ctx, Wave& wave) {
  std::vector<ItemRef> cards;
  std::vector<Step*> moves;
  for (auto& step : wave)
    if (std::holds_alternative<MoveStage>(step.effect->action)) {
      cards.push_back(step.item);
      moves.push_back(&step);
    }
  if (cards.empty()) co_return;
  auto items = co_await reader_.where(ctx, std::move(cards));
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
    if (names_pipeline && pipeline != wire::text_at(*items[i], {"categoryId"})) {
      fields["categoryId"] = pipeline;
      step.pipeline = true;
    }
    step.update = std::move(fields);
  }
}

// One update per card where `together`; a later value of a field wins. What a stage demands is checked in the same
// request that fills it in.
std::vector<Effects::Parcel> Effects::pack(Wave& wave, bool together) {
  std::vector<Parcel> parcels;
  std::map<ItemRef, std::size_t> of_card;
  for (auto& step : wave) {
    if (!together && !step.refused) continue;
    if (!step.update && !step.command) continue;
    Parcel parcel;
    parcel.steps.push_back(&step);
    if (step.command) {
      parcel.command = *step.command;
      parcels.push_back(std::move(parcel));
      continue;
    }
    const auto known = of_card.find(step.item);
    if (together && !step.pipeline && known != of_card.end()) {
      auto& into = parcels[known->second];
      into.steps.push_back(&step);
      auto& fields = into.command.params["fields"].get_object();
      for (const auto& pair : *step.update) fields[pair.key()] = pair.value();
      continue;
    }
    parcel.command = update_command(step.type, step.item.id, *step.update);
    if (!step.pipeline) of_card.emplace(step.item, parcels.size());
    parcels.push_back(std::move(parcel));
  }
  return parcels;
}

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
    receipt.category = pipeline_of(step.type, wire::text_at(*item, {"categoryId"}));
    // Automation inside the call may have taken the card further or back: `stage` tells where it is now.
    receipt.moved = receipt.stage == move->to ||
                    std::find(move->expected.begin(), move->expected.end(), receipt.stage) == move->expected.end();
    receipt.moved_at = reader_.moved_at(step.item, *item);
  } else if (std::holds_alternative<CreateTask>(step.effect->action)) {
    receipt.id = task_id(answer->result);
    if (receipt.id.empty()) {
      result =
          Error{Fault::ambiguous, Audience::developer, "b24.answer", "Портал не назвал id задачи", "tasks.task.add"};
      co_return;
    }
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

boost::asio::awaitable<void> Effects::send(api::CallContext ctx, std::vector<Parcel> parcels) {
  std::size_t next = 0;
  while (next < parcels.size()) {
    const std::size_t first = next;
    std::vector<Command> commands;
    while (next < parcels.size() && !has_empty_list(parcels[next].command.params))
      commands.push_back(parcels[next++].command);
    std::vector<Result<wire::Answer>> answers;
    if (commands.empty()) {
      Command alone = parcels[next++].command;
      auto answer = co_await portal_.call(ctx, std::move(alone));
      answers.push_back(std::move(answer));
    } else {
      answers = co_await portal_.batch(ctx, std::move(commands));
    }
    for (std::size_t i = 0; i < answers.size(); ++i) {
      auto& steps = parcels[first + i].steps;
      const bool apart = steps.size() > 1 && !answers[i] && answers[i].error().fault == Fault::rejected;
      for (auto* step : steps) {
        step->refused = apart;
        auto answer = answers[i];
        co_await conclude(ctx, *step, std::move(answer));
      }
    }
  }
}

boost::asio::awaitable<void> Effects::finish_tasks(api::CallContext ctx, Wave& wave) {
  std::vector<Tasks::Checklist> lists;
  std::vector<Step*> steps;
  for (auto& step : wave) {
    const auto* task = std::get_if<CreateTask>(&step.effect->action);
    if (task == nullptr || !*step.result || task->checklist.empty()) continue;
    Tasks::Checklist list;
    list.task = (*step.result)->id;
    list.titles = task->checklist;
    lists.push_back(std::move(list));
    steps.push_back(&step);
  }
  if (lists.empty()) co_return;
  const auto completed = co_await tasks_.add_items(ctx, std::move(lists));
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (!completed[i]) *steps[i]->result = doubtful(completed[i].error());
}

boost::asio::awaitable<void> Effects::run_wave(api::CallContext ctx, Wave& wave) {
  if (wave.empty()) co_return;
  co_await look_where_cards_stand(ctx, wave);
  auto parcels = pack(wave, true);
  co_await send(ctx, std::move(parcels));
  // A refusal of one change must not take the others of its card along: each alone then. A refusal changes nothing.
  auto apart = pack(wave, false);
  co_await send(ctx, std::move(apart));
  co_await finish_tasks(ctx, wave);
}

}  // namespace sedlink::bitrix24
