#include "adapter/effects.hpp"

#include <algorithm>
#include <set>

#include "sedlink/core/text.hpp"
#include "translate/entity.hpp"
#include "translate/item.hpp"
#include "translate/markup.hpp"

namespace sedlink::bitrix24 {

using api::Receipt;
using wire::json::object;

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

Task<object> Effects::plan_fields(api::CallContext ctx, SetFields effect) {
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
  co_return fields;
}

Task<std::vector<Result<Receipt>>> Effects::apply(api::CallContext ctx, std::vector<api::CrmEffect> effects) {
  const Error undone{Fault::transient, Audience::admin, "b24.not_sent", "Запрос не отправлен", {}};
  std::vector<Result<Receipt>> results(effects.size(), Result<Receipt>(undone));
  Wave wave;
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
    if (is_move && !moved.insert(step.item).second) {
      co_await run_wave(ctx, wave);
      wave.clear();
      moved = {step.item};
    }
    if (const auto* fields = std::get_if<SetFields>(&effect.action)) {
      auto planned = co_await plan_fields(ctx, *fields);
      if (!planned) {
        results[i] = planned.error();
        continue;
      }
      step.update = std::move(*planned);
    } else if (const auto* comment = std::get_if<Comment>(&effect.action)) {
      step.command = plan_comment(step.type, *comment, effect.key);
    } else if (notice != nullptr) {
      step.command = plan_notice(*notice, effect.key);
    } else if (const auto* task = std::get_if<CreateTask>(&effect.action)) {
      step.command = tasks_.plan(step.type, *task, effect.key);
    }
    wave.push_back(std::move(step));
  }
  co_await run_wave(ctx, wave);
  co_return results;
}

}  // namespace sedlink::bitrix24
