#include "adapter/stage_watch.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <vector>

#include "translate/entity.hpp"

namespace sedlink::bitrix24 {

namespace {

using wire::json::array;
using wire::json::object;

constexpr std::size_t most_known = 20'000;

}  // namespace

bool lacks_moved_time(int type) noexcept { return type == quote_type; }

void StageWatch::begin(const wire::json::value& raw, bool open_stage, const std::optional<Time>& created) {
  Seen now;
  now.open = open_stage;
  now.stage = wire::text_at(raw, {"stageId"});
  now.at = created.value_or(Time{});
  const auto id = wire::id_at(raw, {"id"});
  if (!id.empty() && !now.stage.empty()) seen_[id] = std::move(now);
}

bool StageWatch::look(const wire::json::value& raw, bool open_stage, const std::optional<Time>& updated,
                      const std::optional<Time>& created) {
  const auto id = wire::id_at(raw, {"id"}), stage = wire::text_at(raw, {"stageId"});
  if (id.empty() || stage.empty()) return false;
  const auto it = seen_.find(id);
  if (it != seen_.end() && it->second.stage == stage) return false;
  const bool younger = begun_ && created && *created >= began_;
  if (it == seen_.end() && !open_stage && !younger) {
    // Ended before we watched, and only edited now.
    begin(raw, open_stage, created);
    return false;
  }
  Seen now;
  now.open = open_stage;
  now.stage = stage;
  now.by = wire::id_at(raw, {"updatedBy"});
  now.at = updated.value_or(Time{});
  now.noticed = true;
  seen_[id] = std::move(now);
  if (seen_.size() > most_known) forget_ended();
  return true;
}

// The older half of those on a final stage: an unknown card there counts as long ended. Open ones are all remembered.
void StageWatch::forget_ended() {
  std::vector<Time> times;
  for (const auto& [id, seen] : seen_)
    if (!seen.open) times.push_back(seen.at);
  if (times.empty()) return;
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  const Time limit = *middle;
  std::erase_if(seen_, [&](const auto& entry) { return !entry.second.open && entry.second.at <= limit; });
}

const StageWatch::Seen* StageWatch::find(const std::string& id) const {
  const auto it = seen_.find(id);
  return it == seen_.end() ? nullptr : &it->second;
}

// {"from": ms, "began": ms, "stages": ["DRAFT", …], "cards": [[id, number of the stage, ms, by, open], …]}
std::string StageWatch::save(Time from) const {
  array stages, cards;
  std::map<std::string, std::int64_t> numbers;
  for (const auto& [id, seen] : seen_) {
    const auto [it, fresh] = numbers.emplace(seen.stage, static_cast<std::int64_t>(numbers.size()));
    if (fresh) stages.emplace_back(seen.stage);
    cards.push_back(
        array{wire::json::value(id), it->second, to_epoch_ms(seen.at), wire::json::value(seen.by), seen.open ? 1 : 0});
  }
  return boost::json::serialize(object{{"from", to_epoch_ms(from)},
                                       {"began", to_epoch_ms(began_)},
                                       {"stages", std::move(stages)},
                                       {"cards", std::move(cards)}});
}

std::optional<Time> StageWatch::from(const std::string& text) {
  const auto parsed = wire::parse_json(text);
  const auto since = parsed ? wire::integer_at(*parsed, {"from"}) : std::nullopt;
  return since ? std::optional<Time>(from_epoch_ms(*since)) : std::nullopt;
}

bool StageWatch::load(const std::string& text) {
  const auto parsed = wire::parse_json(text);
  if (!parsed || !parsed->is_object()) return false;
  const auto stages = wire::rows_at(*parsed, {"stages"});
  std::map<std::string, Seen> read;
  for (const auto* row : wire::rows_at(*parsed, {"cards"})) {
    const auto number = wire::integer_at(*row, {"1"}).value_or(-1);
    if (number < 0 || static_cast<std::size_t>(number) >= stages.size()) return false;
    Seen seen;
    seen.stage = wire::text(*stages[static_cast<std::size_t>(number)]);
    seen.at = from_epoch_ms(wire::integer_at(*row, {"2"}).value_or(0));
    seen.by = wire::text_at(*row, {"3"});
    seen.open = wire::text_at(*row, {"4"}) != "0";
    read.emplace(wire::text_at(*row, {"0"}), std::move(seen));
  }
  seen_ = std::move(read);
  set_begun(from_epoch_ms(wire::integer_at(*parsed, {"began"}).value_or(0)));
  return true;
}

}  // namespace sedlink::bitrix24
