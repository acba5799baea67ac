#include "sedlink/engine/engine.hpp"

#include <set>

#include <boost/json.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core.hpp"
#include "dispatcher.hpp"
#include "inbox.hpp"
#include "notices.hpp"
#include "operations.hpp"
#include "poller.hpp"

namespace sedlink::engine {
namespace {

// Runs and their history stay: they are the record of who approved what.
constexpr Duration keep_inbox = std::chrono::hours(24 * 30);
constexpr Duration keep_effects = std::chrono::hours(24 * 90);
constexpr std::size_t prune_limit = 2'000;

}  // namespace

struct Engine::Impl {
  Impl(Settings s, Parts p)
      : core(std::move(s), std::move(p)),
        inbox(core),
        dispatcher(core),
        poller(core),
        sweeper(core),
        notices(core),
        operations(core) {}
  Core core;
  InboxReader inbox;
  Dispatcher dispatcher;
  Poller poller;
  Sweeper sweeper;
  Notices notices;
  Operations operations;
  int loops = 0;

  // Once an hour what nobody needs any more goes: files of the spool, rows of the store.
  boost::asio::awaitable<void> upkeep() {
    while (!core.stopping) {
      core.spool.clean(std::chrono::hours(24 * 7));
      const Time now = core.clock.now();
      std::function<Result<std::int64_t>(store::Tx&)> unit = [now](store::Tx& tx) -> Result<std::int64_t> {
        return tx.prune(now - keep_inbox, now - keep_effects, prune_limit);
      };
      Result<std::int64_t> gone = co_await core.store.write<std::int64_t>(std::move(unit));
      if (gone.has_error()) core.log.warning("not_pruned", {{"error", describe(gone.error())}});
      const bool more = gone.has_value() && gone.value() >= static_cast<std::int64_t>(prune_limit);
      co_await core.upkeep_signal.wait(more ? Duration(1'000) : Duration(std::chrono::hours(1)));
    }
  }
  Signal loop_ended{core.executor};

  // Runs a loop; an exception is a defect that must be seen: the loop starts again after a pause.
  template <class Make>
  static boost::asio::awaitable<void> guarded(Impl& self, std::string name, Make make) {
    ++self.loops;
    while (!self.core.stopping) {
      std::string failure;
      try {
        co_await make();
      } catch (const std::exception& e) { failure = e.what(); }
      if (failure.empty()) break;
      self.core.log.error("loop_failed", {{"loop", name}, {"error", failure}});
      co_await net::wait(Duration(1'000));
    }
    --self.loops;
    self.loop_ended.wake();
  }
  template <class Make>
  void spawn(std::string name, Make make) {
    boost::asio::co_spawn(core.executor, guarded(*this, std::move(name), std::move(make)), boost::asio::detached);
  }
};

Engine::Engine(Settings settings, Parts parts) : impl_(std::make_unique<Impl>(std::move(settings), std::move(parts))) {}
Engine::~Engine() = default;

Task<void> Engine::start() {
  Core& core = impl_->core;
  const Result<void> spool = core.spool.prepare();
  if (spool.has_error()) co_return spool.error();
  const Time now = core.clock.now();
  const std::vector<mapping::MappingPtr> mappings = core.catalog.current();
  using Activated = std::map<std::string, Time>;
  std::function<Result<Activated>(store::Tx&)> unit = [mappings, now](store::Tx& tx) -> Result<Activated> {
    Activated out;
    for (const auto& m : mappings) {
      tx.put_revision(m->revision, m->id, m->text, now);
      out[activation_scope(*m)] = tx.activate_scope(activation_scope(*m), now);
    }
    return out;
  };
  Result<Activated> activated = co_await core.store.write<Activated>(std::move(unit));
  if (activated.has_error()) co_return activated.error();
  core.active_since = activated.value();

  std::map<std::string, std::set<std::string>> entities;
  for (const auto& m : mappings) entities[m->crm].insert(m->launch.entity);

  using Memories = std::map<std::string, std::string>;
  std::vector<std::string> portals;
  for (const auto& [name, adapter] : core.crm) portals.push_back(name);
  std::function<Result<Memories>(store::Tx&)> recall = [portals](store::Tx& tx) -> Result<Memories> {
    Memories out;
    for (const auto& name : portals)
      if (auto kept = tx.get(adapter_memory, name)) out[name] = std::move(*kept);
    return out;
  };
  Result<Memories> memories = co_await core.store.read<Memories>(std::move(recall));
  if (memories.has_error()) co_return memories.error();
  for (const auto& [name, memory] : memories.value()) core.crm.at(name)->recall(memory);

  // Nobody waits longer than the longest interval of today's config, whatever it was when the poll was planned.
  std::vector<std::string> systems;
  for (const auto& [name, adapter] : core.edms) systems.push_back(name);
  const Time latest = now + core.settings.poll_asleep;
  std::function<Result<int>(store::Tx&)> shorten = [systems, latest](store::Tx& tx) -> Result<int> {
    for (const std::string& edms : systems) tx.hasten_all_polls(edms, latest);
    return 0;
  };
  Result<int> shortened = co_await core.store.write<int>(std::move(shorten));
  if (shortened.has_error()) co_return shortened.error();

  Impl* impl = impl_.get();
  impl->spawn("inbox", [impl] { return impl->inbox.run(); });
  impl->spawn("outbox", [impl] { return impl->dispatcher.run(); });
  impl->spawn("upkeep", [impl] { return impl->upkeep(); });
  for (const auto& [name, adapter] : core.edms) {
    const std::string edms = name;
    impl->spawn("poll:" + edms, [impl, edms] { return impl->poller.run(edms); });
    if (!core.settings.public_url.empty())
      impl->spawn("push:" + edms, [impl, edms] { return impl->notices.keep_target(edms); });
  }
  for (const auto& [crm, list] : entities) {
    if (!core.crm.contains(crm)) continue;
    const std::string connection = crm;
    const std::vector<std::string> swept(list.begin(), list.end());
    impl->spawn("sweep:" + crm, [impl, connection, swept] { return impl->sweeper.run(connection, swept); });
  }
  co_return Result<void>();
}

boost::asio::awaitable<void> Engine::stop(SteadyTime deadline) {
  Core& core = impl_->core;
  core.stopping = true;
  core.inbox_signal.wake();
  core.outbox_signal.wake();
  core.poll_signal.wake();
  core.sweep_signal.wake();
  core.upkeep_signal.wake();
  core.push_signal.wake();
  while ((core.in_flight > 0 || impl_->loops > 0) && std::chrono::steady_clock::now() < deadline) {
    if (core.in_flight > 0)
      co_await core.idle_signal.wait(Duration(100));
    else
      co_await impl_->loop_ended.wait(Duration(100));
    core.inbox_signal.wake();
    core.outbox_signal.wake();
    core.poll_signal.wake();
    core.sweep_signal.wake();
    core.upkeep_signal.wake();
    core.push_signal.wake();
  }
  core.log.info("engine_stopped", {{"cut", core.in_flight}});
}

Task<void> Engine::deliver(std::string connection, std::vector<api::InboundEvent> events) {
  Core& core = impl_->core;
  const Time now = core.clock.now();
  struct Took {
    int coalesced = 0, ignored = 0;
    bool opened = false;
  };
  std::set<std::string> entities;
  for (const auto& m : core.catalog.current())
    if (m->crm == connection) entities.insert(m->launch.entity);
  std::vector<Time> due;
  for (auto& event : events) {
    if (event.item) event.item->connection = connection;
    due.push_back(event.item ? core.echoes.due(*event.item, now) : now);
  }
  std::function<Result<Took>(store::Tx&)> unit = [connection, events = std::move(events), due = std::move(due),
                                                  entities, now](store::Tx& tx) -> Result<Took> {
    Took took;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const api::InboundEvent& event = events[i];
      store::InboxRow row;
      row.source = "hook:" + connection;
      row.received_at = now;
      row.due_at = due[i];
      row.payload = boost::json::serialize(boost::json::object{{"event", event.name}});
      const bool ours = event.item && entities.contains(event.item->entity);
      row.kind = ours ? "look" : "ignored";
      if (event.item) row.item = *event.item;
      row.item.connection = connection;
      if (!ours) ++took.ignored;
      const store::InboxAdded added = tx.add_inbox(row);
      if (added == store::InboxAdded::coalesced) ++took.coalesced;
      if (added == store::InboxAdded::opened && ours) took.opened = true;
    }
    return took;
  };
  Result<Took> took = co_await core.store.write<Took>(std::move(unit));
  if (took.has_error()) co_return took.error();
  ++core.counters.deliveries_accepted;
  core.counters.deliveries_coalesced += static_cast<std::uint64_t>(took.value().coalesced);
  core.counters.deliveries_ignored += static_cast<std::uint64_t>(took.value().ignored);
  if (took.value().opened) core.inbox_signal.wake();
  co_return Result<void>();
}

api::CrmAdapter* Engine::crm(const std::string& connection) {
  const auto it = impl_->core.crm.find(connection);
  return it == impl_->core.crm.end() ? nullptr : it->second.get();
}

Task<void> Engine::notice(std::string connection, std::vector<api::ChangeNotice> notices) {
  return impl_->notices.take(std::move(connection), std::move(notices));
}

api::EdmsAdapter* Engine::edms(const std::string& connection) {
  const auto it = impl_->core.edms.find(connection);
  return it == impl_->core.edms.end() ? nullptr : it->second.get();
}

boost::asio::awaitable<std::string> Engine::operate(std::string request_json) {
  return impl_->operations.answer(std::move(request_json));
}

std::vector<ConnectionHealth> Engine::health() const {
  std::vector<ConnectionHealth> out;
  for (const auto& [name, gate] : impl_->core.gates) out.push_back(gate.health());
  return out;
}

const Counters& Engine::counters() const { return impl_->core.counters; }
Counters& Engine::counters() { return impl_->core.counters; }

Task<store::Counts> Engine::counts() {
  std::function<Result<store::Counts>(store::Tx&)> unit = [](store::Tx& tx) -> Result<store::Counts> {
    return tx.counts();
  };
  Result<store::Counts> counts = co_await impl_->core.store.read<store::Counts>(std::move(unit));
  co_return counts;
}

std::vector<std::pair<std::string, std::vector<api::Measure>>> Engine::measures() const {
  std::vector<std::pair<std::string, std::vector<api::Measure>>> out;
  for (const auto& [name, adapter] : impl_->core.crm) out.emplace_back(name, adapter->measures());
  return out;
}

bool Engine::idle() const { return impl_->core.in_flight == 0; }

}  // namespace sedlink::engine
