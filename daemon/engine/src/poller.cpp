#include "poller.hpp"

#include "sedlink/core/json.hpp"
#include "steps.hpp"

namespace sedlink::engine {

boost::asio::awaitable<void> Poller::run(std::string edms) {
  api::EdmsAdapter& adapter = *core_.edms.at(edms);
  Gate& gate = core_.gate(edms);
  while (!core_.stopping) {
    const Time now = core_.clock.now();
    if (gate.shut(now)) {
      co_await core_.poll_signal.wait(Duration(1'000));
      continue;
    }
    const std::size_t limit = std::max<std::size_t>(adapter.capabilities().poll_batch, 1);
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
    Result<Aftermath> after = co_await ask(edms, std::move(rows.value()));
    if (after.has_error()) {
      core_.log.warning("poll_failed", {{"connection", edms}, {"error", describe(after.error())}});
      co_await core_.poll_signal.wait(Duration(1'000));
      continue;
    }
    core_.wake(after.value());
  }
}

Task<Aftermath> Poller::ask(std::string edms, std::vector<store::InstanceRow> rows) {
  const InFlight busy(core_);
  api::EdmsAdapter& adapter = *core_.edms.at(edms);
  const Time asked_at = core_.clock.now();
  std::vector<ProcessRef> refs;
  std::vector<store::InstanceRow> asked, waiting;
  std::string crm;
  for (auto& row : rows) {
    const auto state = json::parse(row.state);
    const json::value* process = state.has_value() ? json::find(state.value(), "process") : nullptr;
    if (row.phase == process::to_string(process::Phase::running) && process != nullptr && process->is_object()) {
      refs.push_back(process_ref_from_json(*process));
      crm = row.item.connection;
      asked.push_back(std::move(row));
    } else {
      waiting.push_back(std::move(row));
    }
  }
  std::vector<Result<Snapshot>> snapshots;
  if (!refs.empty()) {
    api::CallContext context = core_.context("", Duration(120'000));
    Result<api::PollAnswer> answer = co_await adapter.poll(context, refs);
    ++core_.counters.polls;
    core_.counters.polled_processes += refs.size();
    if (answer.has_error()) {
      core_.gate(edms).failed(answer.error(), core_.clock.now());
      co_return answer.error();
    }
    core_.gate(edms).succeeded(core_.clock.now());
    snapshots = std::move(answer.value().snapshots);
    if (!core_.people.knows(crm)) co_await core_.learn_people(crm);
  }
  std::vector<std::pair<std::string, process::Event>> events;
  std::vector<store::InstanceRow> unread;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (i >= snapshots.size() || snapshots[i].has_error()) {
      core_.log.warning("process_not_read",
                        {{"instance", asked[i].id},
                         {"error", i < snapshots.size() ? describe(snapshots[i].error()) : std::string("нет ответа")}});
      unread.push_back(std::move(asked[i]));
      continue;
    }
    process::SnapshotTaken taken;
    taken.snapshot = std::move(snapshots[i].value());
    if (taken.snapshot.asked_at == Time{}) taken.snapshot.asked_at = asked_at;
    std::vector<std::string> names;
    for (const auto& p : taken.snapshot.participants)
      if (p.state == ParticipantState::working) names.push_back(p.person.name);
    taken.users = core_.people.users(names, asked[i].item.connection, edms);
    events.emplace_back(asked[i].id, std::move(taken));
  }
  const Time now = core_.clock.now();
  const auto world = core_.world();
  Catalog* catalog = &core_.catalog;
  std::function<Result<std::vector<Applied>>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<std::vector<Applied>> {
    std::vector<Applied> all;
    for (const auto& [instance, event] : events) {
      Result<Applied> applied = apply_to_instance(tx, *catalog, *world, instance, event, now);
      if (applied.has_error()) return applied.error();
      all.push_back(std::move(applied.value()));
    }
    for (const auto& list : {unread, waiting})
      for (store::InstanceRow row : list) {
        // A card that waits for data is looked at now and then, in case the update's event was lost.
        auto fresh = tx.instance(row.id);
        if (!fresh || fresh->version != row.version) continue;
        if (row.phase == process::to_string(process::Phase::waiting_for_data)) {
          store::InboxRow look;
          look.source = "self";
          look.kind = "look";
          look.item = row.item;
          look.received_at = now;
          look.due_at = now;
          tx.add_inbox(look);
        }
        fresh->next_poll_at = now + world->poll_quiet;
        tx.save_instance(*fresh);
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
          core_.gate(crm).failed(swept.error(), core_.clock.now());
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
    return opened;
  };
  Result<int> opened = co_await core_.store.write<int>(std::move(unit));
  if (opened.has_error()) co_return opened.error();
  core_.counters.swept_moves += static_cast<std::uint64_t>(opened.value());
  if (opened.value() > 0) core_.inbox_signal.wake();
  co_return page.value().more;
}

}  // namespace sedlink::engine
