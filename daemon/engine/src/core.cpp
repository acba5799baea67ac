#include "core.hpp"

#include <boost/asio/co_spawn.hpp>

namespace sedlink::engine {

Core::Core(Settings s, Engine::Parts p)
    : settings(std::move(s)),
      executor(p.executor),
      clock(*p.clock),
      log(*p.logger),
      store(*p.store),
      crm(std::move(p.crm)),
      edms(std::move(p.edms)),
      services(std::move(p.services)),
      verifiers(std::move(p.verifiers)),
      catalog(std::move(p.mappings), std::move(p.recompile)),
      people(settings),
      spool(settings.spool, settings.spool_quota),
      random(settings.seed != 0 ? settings.seed : std::random_device{}()),
      inbox_signal(executor),
      outbox_signal(executor),
      poll_signal(executor),
      sweep_signal(executor),
      upkeep_signal(executor),
      push_signal(executor),
      idle_signal(executor) {
  for (const auto& [name, adapter] : crm) gates.emplace(name, Gate(name, "crm", settings, random));
  for (const auto& [name, adapter] : edms) gates.emplace(name, Gate(name, "edms", settings, random));
  for (const auto& [name, service] : services) gates.emplace(name, Gate(name, "service", settings, random));
}

std::shared_ptr<const World> Core::world() {
  auto w = std::make_shared<World>();
  w->instance_name = settings.instance_name;
  w->zone = settings.zone;
  w->active_since = active_since;
  for (const auto& [name, adapter] : edms) {
    w->can[name] = std::make_shared<const api::Capabilities>(adapter->capabilities());
  }
  for (const auto& [name, adapter] : crm)
    if (auto titles = adapter->field_titles()) w->field_titles.emplace(name, std::move(titles));
  w->poll_active = settings.poll_active;
  w->poll_quiet = settings.poll_quiet;
  w->poll_asleep = settings.poll_asleep;
  std::uniform_real_distribution<double> spread(0.8, 1.2);
  w->jitter = spread(random);
  return w;
}

api::CallContext Core::context(const std::string& key, Duration limit) const {
  api::CallContext c;
  c.key = key;
  c.deadline = std::chrono::steady_clock::now() + limit;
  c.trace_id = key.empty() ? std::string() : key.substr(0, 8);
  return c;
}

void Core::wake(const Aftermath& after) {
  for (const Turn& turn : after.turns) {
    if (turn.event == "incident") ++counters.incidents;
    log.write(turn.level, turn.event,
              {{"instance", turn.instance}, {"mapping", turn.mapping}, {"item", turn.item}, {"detail", turn.detail}});
  }
  if (after.inbox) inbox_signal.wake();
  if (after.outbox) outbox_signal.wake();
  if (after.polls) poll_signal.wake();
}

void Core::call_failed(const std::string& connection, const Error& error) {
  Gate& g = gate(connection);
  const bool paused = g.health().paused, open = g.health().open;
  g.failed(error, clock.now());
  if (g.health().paused && !paused)
    log.error("connection_paused",
              {{"connection", connection},
               {"error", describe(error)},
               {"what_to_do", "верните права; если менялся секрет, перезапустите службу. Ничего не потеряно"}});
  else if (g.health().open && !open)
    log.warning("connection_down", {{"connection", connection}, {"error", describe(error)}});
}

void Core::detach(std::string what, boost::asio::awaitable<void> work, std::function<void()> died) {
  boost::asio::co_spawn(executor, std::move(work),
                        [this, what = std::move(what), died = std::move(died)](std::exception_ptr failure) {
                          if (!failure) return;
                          try {
                            std::rethrow_exception(failure);
                          } catch (const std::exception& e) {
                            log.error("task_failed", {{"task", what}, {"error", e.what()}});
                          }
                          if (died) died();
                        });
}

Task<void> Core::learn_people(std::string connection) {
  const auto it = crm.find(connection);
  if (it == crm.end() || gate(connection).shut(clock.now())) co_return Result<void>();
  api::CallContext c = context("", Duration(30'000));
  Result<std::vector<Person>> people_now = co_await it->second->people(c);
  if (people_now.has_error()) {
    log.warning("people_unknown", {{"connection", connection}, {"error", describe(people_now.error())}});
    co_return people_now.error();
  }
  people.remember(connection, std::move(people_now.value()));
  co_return Result<void>();
}

}  // namespace sedlink::engine
