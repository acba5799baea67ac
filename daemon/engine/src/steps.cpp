#include "steps.hpp"

#include <algorithm>

#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::engine {
namespace {

using process::Instance;
using process::Phase;

process::Rules rules_of(const World& world, const mapping::CompiledMapping& m) {
  process::Rules r;
  r.instance_name = world.instance_name;
  r.mapping = &m;
  r.zone = world.zone;
  if (const auto it = world.active_since.find(activation_scope(m)); it != world.active_since.end())
    r.active_since = it->second;
  if (const auto it = world.can.find(m.edms); it != world.can.end()) {
    r.can_cancel = it->second->cancels(m.process.kind);
    r.can_resubmit = it->second->resubmit;
  }
  if (const auto known = world.field_titles.find(m.crm); known != world.field_titles.end())
    if (const auto titles = known->second->find(m.launch.entity); titles != known->second->end())
      r.field_titles = &titles->second;
  return r;
}

Duration scaled(Duration d, double factor) {
  return Duration(static_cast<std::int64_t>(static_cast<double>(d.count()) * factor));
}

Time next_tick(Time now, Duration tick) {
  const auto ticks = now.time_since_epoch() / tick + 1;
  return Time(ticks * tick);
}

// Seconds after a move, minutes when quiet, hours when asleep; never all at once (World::jitter).
std::optional<Time> next_poll(const World& world, const Instance& in, const process::Transition& t,
                              const process::Event& event, const std::optional<Time>& planned, Time now) {
  if (in.phase == Phase::waiting_for_data) {
    if (planned && *planned > now) return planned;
    return next_look(world, in.started_at, now);
  }
  if (in.phase != Phase::running) return std::nullopt;
  const bool looked = std::holds_alternative<process::SnapshotTaken>(event);
  // Those that one round found moved are looked at again by one round.
  const Time soon = now + std::min(world.poll_active, Duration(3'000));
  if (t.poll_soon) return planned && !looked ? std::min(*planned, soon) : soon;
  if (planned && !looked) return planned;  // what is due stays due, whatever else happens
  const auto quiet_for = now - in.edms_moved_at;
  const Duration pace = quiet_for < std::chrono::minutes(30) ? world.poll_active
                        : quiet_for < std::chrono::hours(24) ? world.poll_quiet
                                                             : world.poll_asleep;
  return now + scaled(pace, world.jitter);
}

store::InstanceRow row_of(const Instance& in) {
  store::InstanceRow row;
  row.id = in.id;
  row.mapping = in.mapping;
  row.revision = in.revision;
  row.edms = in.edms;
  row.item = in.item;
  row.launch_no = in.launch_no;
  row.phase = process::to_string(in.phase);
  row.outcome = in.outcome ? to_string(*in.outcome) : in.closed_reason;
  row.stage = process::stage_text(in);
  row.holders = text::join(process::holders(in), ", ");
  row.process_id = in.process ? in.process->id : std::string();
  row.document_id = in.document ? in.document->id : std::string();
  row.state = boost::json::serialize(to_json(in));
  row.created_at = in.started_at;
  row.updated_at = in.updated_at;
  return row;
}

std::vector<Turn> turns_of(const Instance& before, bool same_run, const process::Transition& t) {
  const Instance& in = t.next;
  std::vector<Turn> out;
  const auto add = [&](const char* event, LogLevel level, std::string detail) {
    Turn turn(event, level, std::move(detail));
    turn.instance = in.id;
    turn.mapping = in.mapping;
    turn.item = to_string(in.item);
    out.push_back(std::move(turn));
  };
  const Phase was = same_run ? before.phase : Phase::fresh;
  if (!same_run) add("launched", LogLevel::info, "launch " + std::to_string(in.launch_no));
  if (in.phase == Phase::waiting_for_data && (was != in.phase || before.told != in.told))
    add("waiting_for_data", LogLevel::warning,
        "problems " + std::to_string(in.problems.size()) + ", see: sedlink process show");
  if (in.phase == Phase::running && was != in.phase)
    add("process_started", LogLevel::info, in.process ? in.process->id : std::string());
  if (in.outcome && (!same_run || !before.outcome)) add("outcome", LogLevel::info, to_string(*in.outcome));
  if (in.phase == Phase::ended && was != in.phase && !in.outcome) add("closed", LogLevel::info, in.closed_reason);
  for (const auto& effect : t.effects)
    if (const auto* attention = std::get_if<process::Attention>(&effect.action))
      add("incident", LogLevel::error, attention->code);
  return out;
}

Applied save(store::Tx& tx, const World& world, const std::optional<store::InstanceRow>& stored, const Instance& before,
             process::Transition t, const process::Event& event, Time now) {
  Applied out;
  out.handled = t.handled;
  const Instance& in = t.next;
  if (in.id.empty()) return out;  // nothing was launched: an item that concerns nobody leaves no trace
  store::InstanceRow row = row_of(in);
  const bool same_run = stored && stored->id == in.id;
  row.version = same_run ? stored->version : 0;
  row.next_poll_at = next_poll(world, in, t, event, same_run ? stored->next_poll_at : std::nullopt, now);
  tx.save_instance(row);
  out.saved = true;
  out.instance = in.id;
  if (in.outcome && (!same_run || !before.outcome)) out.outcome = in.outcome;
  out.after.polls = row.next_poll_at.has_value();
  out.after.turns = turns_of(before, same_run, t);

  for (const auto& line : t.notes) {
    store::HistoryRow h;
    h.instance = in.id;
    h.at = now;
    h.kind = "event";
    h.text = line;
    tx.add_history(h);
  }
  if (t.drop_edms_effects)
    for (const char* kind : process::road) tx.drop_pending_effects(in.id, kind);
  for (const auto& effect : t.effects) {
    store::EffectRow e;
    e.instance = in.id;
    e.lane = process::lane_of(effect.action, in);
    e.kind = process::kind_of(effect.action);
    e.key = effect.key;
    e.payload = boost::json::serialize(to_json(effect));
    e.due_at = now;
    e.created_at = now;
    if (const auto* attention = std::get_if<process::Attention>(&effect.action)) {
      e.status = store::EffectStatus::incident;
      e.last_error = attention->text;
    }
    tx.add_effect(e);
    out.after.outbox = true;
  }
  if (t.look_again) {
    store::InboxRow look;
    look.source = "self";
    look.kind = "look";
    look.item = in.item;
    look.received_at = now;
    look.due_at = next_tick(now, Duration(3'000));  // nobody waits: what many runs want to look at is read together
    tx.add_inbox(look);
    out.after.inbox = true;
  }
  return out;
}

Instance parse(const store::InstanceRow& row) {
  const auto state = json::parse(row.state);
  if (state.has_error()) {
    Error e = state.error();
    e.fault = Fault::defect;
    e.message = "Состояние процесса " + row.id + " не читается: " + e.message;
    throw store::StoreException(std::move(e));
  }
  return process::instance_from_json(state.value());
}

}  // namespace

Time noticed_look(Time now) { return next_tick(now, Duration(1'000)); }

Time next_look(const World& world, Time waiting_since, Time now) {
  const bool fresh = now - waiting_since < std::chrono::hours(1);
  return now + scaled(fresh ? world.poll_quiet : world.poll_asleep, world.jitter);
}

Applied apply_to_item(store::Tx& tx, Catalog& catalog, const World& world, const mapping::MappingPtr& current,
                      const ItemRef& item, const process::Event& event, Time now) {
  const auto stored = tx.latest_instance(current->id, item);
  Instance before = stored ? parse(*stored) : process::new_instance(*current, item);
  mapping::MappingPtr m = current;
  if (stored && process::is_active(before.phase)) {
    if (auto pinned = catalog.pinned(before.revision, before.mapping, tx, now)) m = pinned;
  } else {
    before.revision = current->revision;  // nothing runs: the file in force decides
  }
  const process::Rules rules = rules_of(world, *m);
  process::Transition t = process::step(before, event, rules, now);
  return save(tx, world, stored, before, std::move(t), event, now);
}

Result<Applied> apply_to_instance(store::Tx& tx, Catalog& catalog, const World& world, const std::string& instance,
                                  const process::Event& event, Time now) {
  const auto stored = tx.instance(instance);
  Error missing;
  missing.fault = Fault::not_found;
  missing.code = "engine.instance";
  missing.message = "Нет процесса " + instance;
  if (!stored) return missing;
  const Instance before = parse(*stored);
  const mapping::MappingPtr m = catalog.pinned(before.revision, before.mapping, tx, now);
  if (m == nullptr) {
    missing.message = "Нет сопоставления «" + before.mapping + "» для процесса " + instance;
    return missing;
  }
  const process::Rules rules = rules_of(world, *m);
  process::Transition t = process::step(before, event, rules, now);
  Applied applied = save(tx, world, stored, before, std::move(t), event, now);
  applied.notices = stored->notices;
  return applied;
}

}  // namespace sedlink::engine
