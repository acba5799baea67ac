#include "poller.hpp"

#include <set>

#include "alarms.hpp"
#include "sedlink/core/json.hpp"
#include "steps.hpp"

namespace sedlink::engine {
namespace {

// A round: so many polls, or what fits into this time; then what is due is chosen anew.
constexpr std::size_t round_polls = 16;
constexpr Duration round_time(5'000);

// Speaks about what was asked, not about the connection: one of the processes asked about may be the reason.
bool about_the_question(const Error& error) {
  return error.fault == Fault::rejected || error.fault == Fault::not_found || error.fault == Fault::defect;
}

// The dispatcher waits while one of these lives: it must go whatever happens.
class Gathering {
 public:
  explicit Gathering(Core& core) : core_(core) { ++core_.gathering; }
  ~Gathering() { --core_.gathering; }
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;

 private:
  Core& core_;
};

}  // namespace

boost::asio::awaitable<void> Poller::run(std::string edms) {
  api::EdmsAdapter& adapter = *core_.edms.at(edms);
  Gate& gate = core_.gate(edms);
  int refused = 0;             // polls in a row
  std::size_t one_by_one = 0;  // so many rows are asked about alone: a poll of many was refused as a whole
  while (!core_.stopping) {
    const Time now = core_.clock.now();
    if (gate.shut(now)) {
      co_await core_.poll_signal.wait(Duration(1'000));
      continue;
    }
    const std::size_t batch = one_by_one > 0 ? 1 : std::max<std::size_t>(adapter.capabilities().poll_batch, 1);
    const std::size_t limit = one_by_one > 0 ? 1 : batch * round_polls;
    std::function<Result<std::vector<store::InstanceRow>>(store::Tx&)> due =
        [edms, now, limit](store::Tx& tx) -> Result<std::vector<store::InstanceRow>> {
      return tx.due_polls(edms, now, limit);
    };
    Result<std::vector<store::InstanceRow>> rows =
        co_await core_.store.read<std::vector<store::InstanceRow>>(std::move(due));
    if (rows.has_error() || rows.value().empty()) {
      if (rows.has_error()) core_.log.error("polls_unreadable", {{"error", describe(rows.error())}});
      co_await core_.poll_signal.wait(Duration(500));
      continue;
    }
    const Round round = co_await ask_round(edms, std::move(rows.value()), batch);
    if (!round.failed) {
      refused = 0;
      one_by_one -= std::min(one_by_one, round.asked);
      continue;
    }
    core_.log.warning("poll_failed", {{"connection", edms}, {"error", describe(*round.failed)}});
    if (about_the_question(*round.failed)) one_by_one = round.refused;
    const Duration pause = back_off(++refused, Duration(1'000), core_.settings.retry_max, core_.random);
    co_await core_.poll_signal.wait(pause);
  }
}

// What the polls of a round say is kept when the round ends, so that the changes of many cards travel together.
boost::asio::awaitable<Poller::Round> Poller::ask_round(std::string edms, std::vector<store::InstanceRow> rows,
                                                        std::size_t batch) {
  const InFlight busy(core_);
  const SteadyTime until = std::chrono::steady_clock::now() + round_time;
  Round round;
  std::vector<Answers> told;
  auto next = rows.begin();
  while (next != rows.end() && !round.failed && !core_.stopping && std::chrono::steady_clock::now() < until) {
    const auto end = next + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(batch), rows.end() - next);
    std::vector<store::InstanceRow> some(std::make_move_iterator(next), std::make_move_iterator(end));
    const std::size_t asked = some.size();
    next = end;
    Result<Answers> answers = co_await ask(edms, std::move(some));
    if (answers.has_error()) {
      round.failed = answers.error();
      round.refused = asked;
      break;
    }
    round.asked += asked;
    told.push_back(std::move(answers.value()));
  }
  Aftermath after;
  std::optional<Gathering> gathering(std::in_place, core_);
  const Time now = core_.clock.now();  // one for the round: what moved is looked at again together
  for (Answers& answers : told) {
    Result<Aftermath> kept = co_await keep_all(std::move(answers), now);
    if (kept.has_error()) {
      if (!round.failed) round.failed = kept.error();
      continue;
    }
    after.add(kept.value());
  }
  gathering.reset();
  core_.wake(after);
  co_return round;
}

Task<Poller::Answers> Poller::ask(std::string edms, std::vector<store::InstanceRow> rows) {
  api::EdmsAdapter& adapter = *core_.edms.at(edms);
  const Time asked_at = core_.clock.now();
  std::vector<ProcessRef> refs;
  std::vector<store::InstanceRow> asked;
  Answers answers;
  std::vector<Reading>& readings = answers.readings;
  for (auto& row : rows) {
    const auto state = json::parse(row.state);
    if (state.has_error()) {
      Reading unreadable;
      unreadable.row = std::move(row);
      unreadable.error = state.error();
      readings.push_back(std::move(unreadable));
      continue;
    }
    const json::value* process = json::find(state.value(), "process");
    if (row.phase == process::to_string(process::Phase::running) && process != nullptr && process->is_object()) {
      refs.push_back(process_ref_from_json(*process));
      asked.push_back(std::move(row));
    } else {
      answers.waiting.push_back(std::move(row));
    }
  }
  std::vector<Result<Snapshot>> snapshots;
  if (!refs.empty()) {
    api::CallContext context = core_.context("", Duration(120'000));
    Result<api::PollAnswer> answer = co_await adapter.poll(context, refs);
    ++core_.counters.polls;
    core_.counters.polled_processes += refs.size();
    if (answer.has_error()) {
      core_.call_failed(edms, answer.error());
      if (refs.size() > 1 || !about_the_question(answer.error())) co_return answer.error();
      snapshots.emplace_back(answer.error());
    } else {
      core_.gate(edms).succeeded(core_.clock.now());
      snapshots = std::move(answer.value().snapshots);
    }
    std::set<std::string> portals;
    for (const store::InstanceRow& row : asked) portals.insert(row.item.connection);
    for (const std::string& portal : portals)
      if (!core_.people.knows(portal)) co_await core_.learn_people(portal);
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Reading reading;
    reading.row = std::move(asked[i]);
    if (i >= snapshots.size()) {
      reading.error.fault = Fault::defect;
      reading.error.message = "СЭД не ответила про этот процесс";
    } else if (snapshots[i].has_error()) {
      reading.error = snapshots[i].error();
    } else {
      process::SnapshotTaken taken;
      taken.snapshot = std::move(snapshots[i].value());
      if (taken.snapshot.asked_at == Time{}) taken.snapshot.asked_at = asked_at;
      std::vector<std::string> names;
      for (const auto& p : taken.snapshot.participants)
        if (p.state == ParticipantState::working) names.push_back(p.person.name);
      taken.users = core_.people.users(names, reading.row.item.connection, edms);
      reading.event = std::move(taken);
    }
    readings.push_back(std::move(reading));
  }
  co_return answers;
}

Task<Aftermath> Poller::keep_all(Answers answers, Time now) {
  Result<Aftermath> kept = co_await keep(answers.readings, answers.waiting, now);
  if (kept.has_value()) co_return kept;
  Aftermath after;
  // One unreadable state must not hold the others back: each alone, and the unreadable one is set aside and told about.
  const std::vector<Reading> no_readings;
  const std::vector<store::InstanceRow> no_rows;
  for (const Reading& reading : answers.readings) {
    std::vector<Reading> one(1, reading);
    Result<Aftermath> alone = co_await keep(one, no_rows, now);
    if (alone.has_error()) {
      one[0].event.reset();
      one[0].error = alone.error();
      alone = co_await keep(one, no_rows, now);
    }
    if (alone.has_error()) co_return alone;
    after.add(alone.value());
  }
  for (const store::InstanceRow& row : answers.waiting) {
    const std::vector<store::InstanceRow> one(1, row);
    Result<Aftermath> alone = co_await keep(no_readings, one, now);
    if (alone.has_error()) co_return alone;
    after.add(alone.value());
  }
  co_return after;
}

Task<Aftermath> Poller::keep(std::vector<Reading> readings, std::vector<store::InstanceRow> waiting, Time now) {
  for (const Reading& r : readings)
    if (!r.event) core_.log.warning("process_not_read", {{"instance", r.row.id}, {"error", describe(r.error)}});
  const auto world = core_.world();
  Catalog* catalog = &core_.catalog;
  std::function<Result<std::vector<Applied>>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<std::vector<Applied>> {
    std::vector<Applied> all;
    const auto postpone = [&](const store::InstanceRow& row) {
      auto fresh = tx.instance(row.id);
      if (!fresh || fresh->version != row.version) return false;
      const bool waits = row.phase == process::to_string(process::Phase::waiting_for_data);
      fresh->next_poll_at = next_look(*world, waits ? row.created_at : now, now);
      if (fresh->notices != row.notices) fresh->next_poll_at = noticed_look(now);
      tx.save_instance(*fresh);
      return true;
    };
    for (const Reading& reading : readings) {
      if (!reading.event) {
        if (postpone(reading.row)) note_unread(tx, reading.row, reading.error, now);
        continue;
      }
      Result<Applied> applied = apply_to_instance(tx, *catalog, *world, reading.row.id, *reading.event, now);
      if (applied.has_error()) return applied.error();
      note_read(tx, reading.row.id);
      // Told of a change after it was chosen: what was read may be older than that.
      if (applied.value().notices != reading.row.notices)
        tx.hasten_polls(reading.row.edms, reading.row.process_id, {}, noticed_look(now));
      all.push_back(std::move(applied.value()));
    }
    for (const store::InstanceRow& row : waiting) {
      // A card that waits for data is looked at now and then, in case the update's event was lost.
      if (!postpone(row) || row.phase != process::to_string(process::Phase::waiting_for_data)) continue;
      store::InboxRow look;
      look.source = "self";
      look.kind = "look";
      look.item = row.item;
      look.received_at = now;
      look.due_at = now;
      tx.add_inbox(look);
    }
    return all;
  };
  Result<std::vector<Applied>> applied = co_await core_.store.write<std::vector<Applied>>(std::move(unit));
  if (applied.has_error()) co_return applied.error();
  Aftermath after;
  after.inbox = !waiting.empty();
  for (const auto& a : applied.value()) {
    after.add(a.after);
    if (a.outcome) ++core_.counters.outcomes[to_string(*a.outcome)];
  }
  co_return after;
}

boost::asio::awaitable<void> Sweeper::run(std::string crm, std::vector<std::string> entities) {
  while (!core_.stopping) {
    for (const auto& entity : entities) {
      bool more = true;
      while (more && !core_.stopping && !core_.gate(crm).shut(core_.clock.now())) {
        Result<bool> swept = co_await sweep(crm, entity);
        if (swept.has_error()) {
          core_.call_failed(crm, swept.error());
          core_.log.warning("sweep_failed",
                            {{"connection", crm}, {"entity", entity}, {"error", describe(swept.error())}});
          break;
        }
        more = swept.value();
      }
    }
    co_await core_.sweep_signal.wait(core_.settings.sweep);
  }
}

Task<bool> Sweeper::begin(std::string crm, std::string entity) {
  const std::string key = crm + "|" + entity;
  std::function<Result<bool>(store::Tx&)> known = [key](store::Tx& tx) -> Result<bool> {
    return tx.get("cursor", key).has_value();
  };
  Result<bool> there = co_await core_.store.read<bool>(std::move(known));
  if (there.has_error() || there.value()) co_return there;
  Result<bool> swept = co_await sweep(crm, entity);
  co_return swept;
}

Task<bool> Sweeper::sweep(std::string crm, std::string entity) {
  const InFlight busy(core_);
  const std::string key = crm + "|" + entity;
  std::function<Result<std::string>(store::Tx&)> load = [key](store::Tx& tx) -> Result<std::string> {
    return tx.get("cursor", key).value_or("");
  };
  Result<std::string> cursor = co_await core_.store.read<std::string>(std::move(load));
  if (cursor.has_error()) co_return cursor.error();
  api::CallContext context = core_.context("", Duration(60'000));
  Result<api::SweepPage> page = co_await core_.crm.at(crm)->sweep(context, entity, cursor.value());
  ++core_.counters.sweeps;
  if (page.has_error()) co_return page.error();
  core_.gate(crm).succeeded(core_.clock.now());
  const Time now = core_.clock.now();
  const std::string source = "sweep:" + key;
  const std::vector<api::StageMove> moves = std::move(page.value().moves);
  const std::string next = page.value().next_cursor;
  const std::string memory = core_.crm.at(crm)->memory();
  std::function<Result<int>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<int> {
    int opened = 0;
    for (const auto& move : moves) {
      store::InboxRow row;
      row.source = source;
      row.source_id = move.id;
      row.kind = "look";
      row.item = move.item;
      row.received_at = now;
      row.due_at = now;
      if (tx.add_inbox(row) == store::InboxAdded::opened) ++opened;
    }
    tx.put("cursor", key, next);
    if (tx.get(adapter_memory, crm).value_or("") != memory) tx.put(adapter_memory, crm, memory);
    return opened;
  };
  Result<int> opened = co_await core_.store.write<int>(std::move(unit));
  if (opened.has_error()) co_return opened.error();
  core_.counters.swept_moves += static_cast<std::uint64_t>(opened.value());
  if (opened.value() > 0) core_.inbox_signal.wake();
  co_return page.value().more;
}

}  // namespace sedlink::engine
