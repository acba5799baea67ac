#include "adapter/tasks.hpp"

#include <boost/json/array.hpp>

#include "sedlink/core/text.hpp"
#include "translate/entity.hpp"
#include "translate/markup.hpp"

namespace sedlink::bitrix24 {

using wire::json::array;
using wire::json::object;

std::string task_id(const wire::json::value& result) {
  auto id = wire::id_at(result, {"task", "id"});
  if (id.empty()) id = wire::id_at(result, {"task", "ID"});
  return id;
}

Command Tasks::plan(int type, const CreateTask& effect, const std::string& key) const {
  object fields{{"TITLE", text::ellipsis(text::sanitize_utf8(effect.title), 250)},
                {"RESPONSIBLE_ID", effect.responsible_id},
                {"XML_ID", key},
                {"UF_CRM_TASK", array{binding(type, effect.item.id)}}};
  if (!effect.description.empty()) fields["DESCRIPTION"] = escape_markup(effect.description);
  if (!effect.creator_id.empty()) fields["CREATED_BY"] = effect.creator_id;
  if (effect.due) fields["DEADLINE"] = metadata_.formats().zone.iso(*effect.due);
  return Command("tasks.task.add", object{{"fields", std::move(fields)}}, true);
}

boost::asio::awaitable<std::vector<Result<void>>> Tasks::add_items(api::CallContext ctx, std::vector<Checklist> lists) {
  std::vector<Command> adds;
  std::vector<std::size_t> owners;
  for (std::size_t i = 0; i < lists.size(); ++i)
    for (const auto& title : lists[i].titles) {
      adds.emplace_back("task.checklistitem.add",
                        object{{"0", lists[i].task}, {"1", object{{"TITLE", escape_markup(title)}}}}, true);
      owners.push_back(i);
    }
  std::vector<Result<void>> results(lists.size(), Result<void>());
  if (adds.empty()) co_return results;
  const auto added = co_await portal_.batch(ctx, std::move(adds));
  for (std::size_t k = 0; k < added.size(); ++k)
    if (!added[k] && results[owners[k]]) results[owners[k]] = added[k].error();
  co_return results;
}

Task<void> Tasks::complete_checklist(api::CallContext ctx, std::string id, std::vector<std::string> titles) {
  if (titles.empty()) co_return Result<void>{};
  std::map<std::string, int> there;
  std::vector<Command> look;
  look.emplace_back("task.checklistitem.getlist", object{{"0", id}});
  auto items = co_await portal_.batch(ctx, std::move(look));
  if (!items.front()) co_return items.front().error();
  for (const auto* row : wire::rows(&items.front()->result))
    ++there[text::fold(unescape_entities(wire::text_at(*row, {"TITLE"})))];
  Checklist missing;
  missing.task = id;
  for (const auto& title : titles) {
    if (auto it = there.find(text::fold(escape_markup(title))); it != there.end() && it->second > 0)
      --it->second;
    else
      missing.titles.push_back(title);
  }
  std::vector<Checklist> lists(1, std::move(missing));
  const auto added = co_await add_items(ctx, std::move(lists));
  co_return added.front();
}

Task<std::optional<std::string>> Tasks::find(api::CallContext ctx, CreateTask effect, std::string key) {
  Command command("tasks.task.list",
                  object{{"filter", object{{"XML_ID", key}}}, {"select", array{"ID", "TITLE", "XML_ID"}}});
  auto answer = co_await portal_.call(ctx, std::move(command));
  if (!answer) co_return answer.error();
  for (const auto* row : wire::rows_at(answer->result, {"tasks"})) {
    auto xml_id = wire::text_at(*row, {"xmlId"});
    if (xml_id.empty()) xml_id = wire::text_at(*row, {"XML_ID"});
    if (!xml_id.empty() && xml_id != key) continue;
    auto id = wire::id_at(*row, {"id"});
    if (id.empty()) id = wire::id_at(*row, {"ID"});
    if (id.empty()) continue;
    auto completed = co_await complete_checklist(ctx, id, effect.checklist);
    if (!completed) co_return completed.error();
    co_return std::optional<std::string>(id);
  }
  co_return std::optional<std::string>();
}

}  // namespace sedlink::bitrix24
