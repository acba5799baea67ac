#include "adapter/survey.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstdlib>

#include "sedlink/core/text.hpp"
#include "translate/entity.hpp"

namespace sedlink::bitrix24 {

using wire::json::array;
using wire::json::object;

namespace {

const char* word(StageSemantics s) {
  return s == StageSemantics::success ? "success" : s == StageSemantics::failure ? "failure" : "open";
}

api::CatalogEntry entry(const char* kind, std::string id, std::string name, std::string detail) {
  api::CatalogEntry e(kind, std::move(id), std::move(name));
  e.detail = std::move(detail);
  return e;
}

// Scopes the daemon works with; `user` has weaker forms.
void check_scopes(const wire::json::value& answer, std::vector<std::string>& warnings) {
  std::vector<std::string> have;
  for (const auto* row : wire::rows(&answer)) have.push_back(wire::text(*row));
  const auto has = [&](std::string_view prefix) {
    return std::any_of(have.begin(), have.end(),
                       [&](const auto& s) { return s == prefix || s.starts_with(std::string(prefix) + "_"); });
  };
  for (const auto& [scope, what] : {std::pair{"crm", "карточки и хронология"},
                                    {"disk", "папки и файлы"},
                                    {"im", "уведомления"},
                                    {"task", "задачи"},
                                    {"user", "имена сотрудников"}})
    if (!has(scope)) warnings.push_back(std::string("У вебхука нет права ") + scope + " (" + what + ")");
}

}  // namespace

Task<api::ConnectionReport> Survey::test_connection(api::CallContext ctx) {
  api::ConnectionReport report;
  report.product = "Битрикс24 " + portal_.host();
  // `profile` needs no scope; a webhook of a dismissed employee may have no visible user.
  Command who("profile", object{});
  auto profile = co_await portal_.call(ctx, std::move(who));
  if (!profile) co_return profile.error();
  report.user = full_name(profile->result);
  if (report.user.empty()) report.user = "id " + settings_.user_id;
  if (!wire::flag_at(profile->result, {"ADMIN"}))
    report.warnings.emplace_back(
        "Пользователь вебхука не администратор: список смарт-процессов и чужие карточки могут быть не видны");

  std::vector<Command> commands;
  commands.emplace_back("scope", object{});
  commands.emplace_back("server.time", object{});
  for (const char* method : {"crm.item.get", "crm.item.update", "crm.stagehistory.list", "crm.timeline.comment.add",
                             "tasks.task.add", "im.notify.system.add", "disk.folder.uploadfile", "crm.requisite.list"})
    commands.emplace_back("method.get", object{{"name", method}});
  const auto asked = commands;
  auto answers = co_await portal_.batch(ctx, std::move(commands));
  if (!answers[0]) co_return answers[0].error();
  check_scopes(answers[0]->result, report.warnings);
  if (answers[1]) {
    if (const auto there = metadata_.formats().zone.parse(wire::text(answers[1]->result))) {
      const auto apart = std::chrono::duration_cast<std::chrono::seconds>(*there - clock_.now()).count();
      if (std::abs(apart) > 30)
        report.warnings.push_back("Часы портала и этого сервера расходятся на " + std::to_string(std::abs(apart)) +
                                  " с");
    }
  }
  for (std::size_t i = 2; i < answers.size(); ++i) {
    if (!answers[i] || wire::flag_at(answers[i]->result, {"isAvailable"})) continue;
    report.warnings.push_back("Портал не даёт вебхуку метод " + wire::text_at(asked[i].params, {"name"}));
  }
  if (portal_.moved()) report.warnings.push_back("Портал переехал на " + portal_.host() + ": исправьте webhook_url");
  if (settings_.event_token.empty())
    report.warnings.emplace_back(
        "Не задан event_token: события портала будут отвергаться, останется только опрос истории стадий");
  co_return report;
}

Task<void> Survey::add_entities(api::CallContext ctx, api::Catalog& catalog) {
  for (const auto& [id, name] :
       {std::pair{"deal", "Сделка"}, {"lead", "Лид"}, {"quote", "Предложение"}, {"smart-invoice", "Счёт"}})
    catalog.push_back(entry("entity", id, name, ""));
  std::int64_t start = 0;
  for (int page = 0; page < 100; ++page) {
    Command command("crm.type.list", object{{"order", object{{"id", "ASC"}}}, {"start", start}});
    auto answer = co_await portal_.call(ctx, std::move(command));
    if (!answer) {
      // Only CRM administrators may list the types; the named entities are looked at all the same.
      if (answer.error().fault == Fault::rejected) co_return Result<void>{};
      co_return answer.error();
    }
    for (const auto* row : wire::rows_at(answer->result, {"types"})) {
      const auto type = wire::integer_at(*row, {"entityTypeId"}).value_or(0);
      if (type > 0)
        catalog.push_back(entry("entity", entity_name(static_cast<int>(type)), wire::text_at(*row, {"title"}), ""));
    }
    if (!answer->next || *answer->next <= start) break;
    start = *answer->next;
  }
  co_return Result<void>{};
}

Task<void> Survey::add_entity(api::CallContext ctx, std::string entity, api::Catalog& catalog) {
  const auto type = type_id(entity);
  if (!type) co_return type.error();
  auto fields = co_await metadata_.fields(ctx, *type);
  if (!fields) co_return fields.error();
  for (const auto& [name, info] : **fields)
    catalog.push_back(entry("field", name, info.title, info.type + (info.multiple ? "[]" : "")));

  std::vector<std::string> categories;
  if (*type == lead_type || *type == quote_type) {
    categories.emplace_back("0");
  } else {
    Command command("crm.category.list", object{{"entityTypeId", *type}});
    auto answer = co_await portal_.call(ctx, std::move(command));
    if (!answer && answer.error().fault != Fault::rejected) co_return answer.error();
    const auto rows = answer ? wire::rows_at(answer->result, {"categories"}) : std::vector<const wire::json::value*>{};
    for (const auto* row : rows) {
      categories.push_back(wire::text_at(*row, {"id"}));
      catalog.push_back(entry("category", categories.back(), wire::text_at(*row, {"name"}), entity));
    }
  }
  for (const auto& category : categories) {
    auto stages = co_await metadata_.stages(ctx, *type, category);
    if (!stages) co_return stages.error();
    const std::string pipeline = "stage." + entity + "." + category;
    for (const auto& stage : **stages) {
      catalog.push_back(entry("stage", stage.id, stage.name, word(stage.semantics)));
      catalog.push_back(entry(pipeline.c_str(), stage.id, stage.name, word(stage.semantics)));
    }
  }
  co_return Result<void>{};
}

Task<api::Catalog> Survey::discover(api::CallContext ctx, std::vector<std::string> entities) {
  api::Catalog catalog;
  auto listed = co_await add_entities(ctx, catalog);
  if (!listed) co_return listed.error();
  for (const auto& entity : entities) {
    auto added = co_await add_entity(ctx, entity, catalog);
    if (!added) co_return added.error();
  }
  auto people = co_await metadata_.people(ctx);
  if (!people) co_return people.error();
  for (const auto& person : **people) catalog.push_back(entry("user", person.id, person.name, person.email));
  co_return catalog;
}

}  // namespace sedlink::bitrix24
