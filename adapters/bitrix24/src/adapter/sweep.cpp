#include "adapter/sweep.hpp"

#include <boost/json/array.hpp>

#include <charconv>

#include "translate/entity.hpp"

namespace sedlink::bitrix24 {

using wire::json::array;
using wire::json::object;

namespace {

constexpr int page_size = 50;

std::string first_of(const wire::json::value& row, const char* name, const char* legacy) {
  auto value = wire::text_at(row, {name});
  return value.empty() ? wire::text_at(row, {legacy}) : value;
}

}  // namespace

Task<std::string> Sweep::newest(api::CallContext ctx, int type) {
  Command command("crm.stagehistory.list",
                  object{{"entityTypeId", type}, {"order", object{{"ID", "DESC"}}}, {"select", array{"ID"}}});
  auto answer = co_await portal_.call(ctx, std::move(command));
  if (!answer) co_return answer.error();
  std::int64_t most = 0;  // of the page, whatever its order
  for (const auto* row : wire::rows_at(answer->result, {"items"}))
    most = std::max(most, wire::integer_at(*row, {"ID"}).value_or(0));
  co_return std::to_string(most);
}

Task<api::SweepPage> Sweep::moves(api::CallContext ctx, std::string entity, std::string cursor) {
  const auto type = type_id(entity);
  if (!type) co_return type.error();
  api::SweepPage page;
  if (lacks_moved_time(*type)) co_return co_await compared(ctx, *type, entity, cursor);
  if (cursor.empty()) {
    auto id = co_await newest(ctx, *type);
    if (!id) co_return id.error();
    page.next_cursor = *id;
    co_return page;
  }
  std::int64_t last = 0;
  const auto [end, fault] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), last);
  if (fault != std::errc{} || end != cursor.data() + cursor.size())
    co_return Error{Fault::defect, Audience::developer, "crm.cursor", "Негодный указатель истории стадий", cursor};

  // One batch holds the overlap and a little more, so that every round gets past the cursor.
  const auto after = std::to_string(std::max<std::int64_t>(0, last - settings_.sweep_overlap));
  const int pages = std::min<int>(50, static_cast<int>(settings_.sweep_overlap) / page_size + 2);
  std::vector<Command> commands;
  for (int i = 0; i < pages; ++i)
    commands.emplace_back("crm.stagehistory.list", object{{"entityTypeId", *type},
                                                          {"order", object{{"ID", "ASC"}}},
                                                          {"filter", object{{">ID", after}}},
                                                          {"start", i * page_size}});
  auto answers = co_await portal_.batch(ctx, std::move(commands));
  const auto formats = metadata_.formats();
  std::int64_t newest_id = last, previous = 0;
  for (int i = 0; i < pages; ++i) {
    const auto& answer = answers[static_cast<std::size_t>(i)];
    if (!answer) co_return answer.error();
    const auto rows = wire::rows_at(answer->result, {"items"});
    for (const auto* row : rows) {
      const auto id = wire::integer_at(*row, {"ID"}).value_or(0);
      if (id <= previous) continue;  // a row that moved between pages
      previous = id;
      api::StageMove move;
      move.id = std::to_string(id);
      move.item = ItemRef{settings_.connection, entity, wire::id_at(*row, {"OWNER_ID"})};
      move.category = pipeline_of(*type, wire::text_at(*row, {"CATEGORY_ID"}));
      move.stage = first_of(*row, "STAGE_ID", "STATUS_ID");
      move.at = formats.zone.parse(wire::text_at(*row, {"CREATED_TIME"})).value_or(Time{});
      newest_id = std::max(newest_id, id);
      if (!move.item.id.empty()) page.moves.push_back(std::move(move));
    }
    page.more = static_cast<int>(rows.size()) >= page_size;
    if (!page.more) break;
  }
  page.next_cursor = std::to_string(newest_id);
  page.more = page.more && newest_id > last;
  co_return page;
}

Task<std::vector<ItemRef>> Sweep::on_stage(api::CallContext ctx, std::string entity, std::string category,
                                           std::string stage, std::size_t limit) {
  const auto type = type_id(entity);
  if (!type) co_return type.error();
  object filter{{"=stageId", stage}};
  if (!category.empty() && *type != lead_type && *type != quote_type) filter["=categoryId"] = category;
  std::vector<ItemRef> found;
  std::int64_t start = 0;
  while (found.size() < limit) {
    Command command("crm.item.list", object{{"entityTypeId", *type},
                                            {"select", array{"id"}},
                                            {"filter", filter},
                                            {"order", object{{"id", "DESC"}}},
                                            {"start", start}});
    auto answer = co_await portal_.call(ctx, std::move(command));
    if (!answer) co_return answer.error();
    for (const auto* row : wire::rows_at(answer->result, {"items"})) {
      auto id = wire::id_at(*row, {"id"});
      if (!id.empty() && found.size() < limit) found.push_back(ItemRef{settings_.connection, entity, std::move(id)});
    }
    if (!answer->next || *answer->next <= start) break;
    start = *answer->next;
  }
  co_return found;
}

}  // namespace sedlink::bitrix24
