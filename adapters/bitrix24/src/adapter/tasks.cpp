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

Task<void> Tasks::complete_checklist(api::CallContext ctx, std::string id, std::vector<std::string> titles,
                                     bool fresh) {
  if (titles.empty()) co_return Result<void>{};
  std::map<std::string, int> there;
  if (!fresh) {
    std::vector<Command> look;
    look.emplace_back("task.checklistitem.getlist", object{{"0", id}});
    auto lists = co_await portal_.batch(ctx, std::move(look));
    if (!lists.front()) co_return lists.front().error();
    for (const auto* row : wire::rows(&lists.front()->result))
      ++there[text::fold(unescape_entities(wire::text_at(*row, {"TITLE"})))];
  }
  std::vector<Command> adds;
  for (const auto& title : titles) {
    const auto written = escape_markup(title);
    if (auto it = there.find(text::fold(written)); it != there.end() && it->second > 0) {
      --it->second;
      continue;
    }
    adds.emplace_back("task.checklistitem.add", object{{"0", id}, {"1", object{{"TITLE", written}}}}, true);
  }
  if (adds.empty()) co_return Result<void>{};
  auto added = co_await portal_.batch(ctx, std::move(adds));
  for (const auto& one : added)
    if (!one) co_return one.error();
  co_return Result<void>{};
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
    auto completed = co_await complete_checklist(ctx, id, effect.checklist, false);
    if (!completed) co_return completed.error();
    co_return std::optional<std::string>(id);
  }
  co_return std::optional<std::string>();
}

}  // namespace sedlink::bitrix24
