// The sweep of cards without a stage history: what changed since the last look, compared with what was seen then.
#include <boost/json/array.hpp>

#include "adapter/sweep.hpp"
#include "translate/entity.hpp"

namespace sedlink::bitrix24 {

using wire::json::array;
using wire::json::object;

namespace {

constexpr std::int64_t page_size = 50;
constexpr std::int64_t most_rows = 200'000;         // a list that ignores `start` must not go on for ever
constexpr auto overlap = std::chrono::seconds(30);  // the portal's clock moves on while it answers

}  // namespace

Task<Sweep::Listed> Sweep::list(api::CallContext ctx, int type, object filter) {
  const auto page = [&](std::int64_t start) {
    return Command("crm.item.list",
                   object{{"entityTypeId", type},
                          {"select", array{"id", "stageId", "createdTime", "updatedTime", "updatedBy"}},
                          {"filter", filter},
                          {"order", object{{"id", "ASC"}}},
                          {"start", start}});
  };
  Listed listed;
  Command first = page(0);
  auto answer = co_await portal_.call(ctx, std::move(first));
  if (!answer) co_return answer.error();
  if (answer->time.finish) listed.asked = from_epoch_ms(static_cast<std::int64_t>(*answer->time.finish * 1000));
  const auto keep = [&](const wire::Answer& one) {
    const auto rows = wire::rows_at(one.result, {"items"});
    for (const auto* row : rows) listed.rows.push_back(*row);
    return static_cast<std::int64_t>(rows.size());
  };
  // `total` is what it says when counting is on; a full page without it is followed by another.
  if (keep(*answer) < page_size) co_return listed;
  std::int64_t start = answer->next.value_or(page_size);
  std::int64_t total = answer->total.value_or(start + 1);
  while (start < total && start < most_rows) {
    std::vector<Command> commands;
    for (; start < total && commands.size() < 50; start += page_size) commands.push_back(page(start));
    auto answers = co_await portal_.batch(ctx, std::move(commands));
    for (const auto& one : answers) {
      if (!one) co_return one.error();
      if (keep(*one) == page_size) total = std::max(total, one->total.value_or(start + 1));
    }
  }
  co_return listed;
}

Task<api::SweepPage> Sweep::compared(api::CallContext ctx, int type, std::string entity, std::string cursor) {
  const auto zone = metadata_.formats().zone;
  const auto time = [&](const wire::json::value& row, const char* name) {
    return zone.parse(wire::text_at(row, {name}));
  };
  auto stages = co_await metadata_.stages(ctx, type, "0");
  if (!stages) co_return stages.error();
  api::SweepPage page;
  // A portal that does not tell its own time is asked again from the latest change it showed.
  const auto next_look = [&](const Listed& listed, Time from) {
    if (listed.asked) return *listed.asked - overlap;
    Time latest = from == Time{} ? clock_.now() - std::chrono::hours(24) : from;
    for (const auto& row : listed.rows) latest = std::max(latest, time(row, "updatedTime").value_or(Time{}));
    return latest;
  };
  if (cursor.empty()) {
    // The beginning: where every open card stands. Ended ones count as ended long ago.
    object filter;
    array open;
    for (const auto& stage : **stages)
      if (stage.semantics == StageSemantics::open) open.emplace_back(stage.id);
    if (!open.empty()) filter["@stageId"] = std::move(open);
    auto listed = co_await list(ctx, type, std::move(filter));
    if (!listed) co_return listed.error();
    for (const auto& row : listed->rows) watch_.begin(row, metadata_.is_open(type, row), time(row, "createdTime"));
    const Time next = next_look(*listed, Time{});
    watch_.set_begun(listed->asked.value_or(next + overlap));
    page.next_cursor = watch_.save(next);
    co_return page;
  }
  const auto since = StageWatch::from(cursor);
  if (!since || (!watch_.begun() && !watch_.load(cursor)))
    co_return Error{Fault::defect, Audience::developer, "crm.cursor", "Негодный указатель просмотра предложений", {}};
  const Time from = *since;
  object filter{{">=updatedTime", zone.iso(from)}};
  auto listed = co_await list(ctx, type, std::move(filter));
  if (!listed) co_return listed.error();
  for (const auto& row : listed->rows) {
    watch_.look(row, metadata_.is_open(type, row), time(row, "updatedTime"), time(row, "createdTime"));
    const auto id = wire::id_at(row, {"id"});
    const auto* seen = watch_.find(id);
    // A look at the card may have noticed the move before: the row of the inbox is known by its id then.
    if (seen == nullptr || !seen->noticed || seen->at < from) continue;
    api::StageMove move;
    move.id = id + "@" + std::to_string(to_epoch_ms(seen->at));
    move.item = ItemRef{settings_.connection, entity, id};
    move.stage = seen->stage;
    move.at = seen->at;
    page.moves.push_back(std::move(move));
  }
  page.next_cursor = watch_.save(std::max(from, next_look(*listed, from)));
  co_return page;
}

}  // namespace sedlink::bitrix24
