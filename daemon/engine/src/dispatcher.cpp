#include "dispatcher.hpp"

#include <algorithm>

#include "alarms.hpp"
#include "sedlink/core/json.hpp"
#include "steps.hpp"

namespace sedlink::engine {
namespace {

constexpr std::size_t lease_limit = 50;  // as many cards as a CRM's call has room for
constexpr int most_in_flight = 32;
// Files take minutes: these are so many of a kind at once that nobody waits behind them, whatever the backlog.
constexpr int most_files_in_flight = 16;
const std::vector<std::string> files{"collect_files", "attach_file", "add_version", "deliver"};
// Changes of one card travel in one call.
const std::vector<std::string> together{"move_stage", "set_fields", "comment", "notify", "create_task"};

process::Success success_of(const CrmAction& action, const api::Receipt& receipt) {
  if (std::holds_alternative<MoveStage>(action)) {
    process::CardMoved moved;
    moved.moved = receipt.moved;
    moved.stage = receipt.stage;
    moved.category = receipt.category;
    moved.semantics = receipt.semantics;
    moved.moved_at = receipt.moved_at;
    return moved;
  }
  if (std::holds_alternative<EnsureFolder>(action)) return process::FolderReady{receipt.id};
  return process::Done{};
}

// One more as long as it lives; null counts nothing.
class Counted {
 public:
  explicit Counted(int* number) : number_(number) {
    if (number_ != nullptr) ++*number_;
  }
  ~Counted() {
    if (number_ != nullptr) --*number_;
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  int* number_;
};

std::string late_key(const store::EffectRow& row) { return "late|" + row.key; }

// An effect of the road to the EDMS that outlived its run: withdrawn meanwhile, it is not carried out (again).
bool settle_late(store::Tx& tx, const store::EffectRow& row, Time now) {
  if (row.attempts <= 1 && !row.doubtful) return false;  // what was not begun is dropped by the step itself
  if (!process::leads_to_edms(row.kind)) return false;
  const auto run = tx.instance(row.instance);
  if (!run || run->phase != process::to_string(process::Phase::ended)) return false;
  tx.finish_effect(row.id, store::EffectStatus::skipped);
  store::HistoryRow line;
  line.instance = row.instance;
  line.at = now;
  line.kind = "event";
  line.text = "Не повторяем «" + row.kind + "»: запуск уже закончен" +
              (row.doubtful ? ". Прежняя попытка могла оставить след в СЭД" : "");
  tx.add_history(line);
  return true;
}

Error no_answer(Fault fault) {
  Error error;
  error.fault = fault;
  error.code = "engine.receipt";
  error.message = "Адаптер не ответил за одно из действий";
  return error;
}

}  // namespace

boost::asio::awaitable<void> Dispatcher::run() {
  while (!core_.stopping) {
    if (core_.in_flight - files_in_flight_ >= most_in_flight || core_.gathering > 0) {
      co_await core_.outbox_signal.wait(Duration(200));
      continue;
    }
    const Time now = core_.clock.now();
    std::vector<std::string> shut;
    for (const auto& [name, gate] : core_.gates)
      if (gate.shut(now)) shut.push_back(name);
    const std::vector<std::int64_t> back = std::move(stranded_);
    stranded_.clear();
    const std::vector<std::string> not_now =
        files_in_flight_ < most_files_in_flight ? std::vector<std::string>() : files;
    std::function<Result<std::vector<store::EffectRow>>(store::Tx&)> lease =
        [now, shut, back, not_now](store::Tx& tx) -> Result<std::vector<store::EffectRow>> {
      for (const std::int64_t id : back) tx.reschedule_effect(id, now, true, "transient", "результат не был сохранён");
      std::vector<store::EffectRow> leased = tx.lease_effects(now, lease_limit, shut, together, not_now);
      std::erase_if(leased, [&](const store::EffectRow& row) { return settle_late(tx, row, now); });
      return leased;
    };
    Result<std::vector<store::EffectRow>> rows =
        co_await core_.store.write<std::vector<store::EffectRow>>(std::move(lease));
    if (rows.has_error()) {
      core_.log.error("outbox_unreadable", {{"error", describe(rows.error())}});
      stranded_.insert(stranded_.end(), back.begin(), back.end());
      co_await core_.outbox_signal.wait(Duration(2'000));
      continue;
    }
    if (rows.value().empty()) {
      co_await core_.outbox_signal.wait(Duration(500));
      continue;
    }
    std::map<std::string, std::vector<Leased>> crm_changes;
    for (auto& row : rows.value()) {
      Leased leased;
      const auto payload = json::parse(row.payload);
      leased.row = std::move(row);
      if (payload.has_error()) {
        const std::int64_t id = leased.row.id;
        core_.detach("effect", failed(std::move(leased), payload.error()), [this, id] { stranded_.push_back(id); });
        continue;
      }
      leased.effect = process::effect_from_json(payload.value());
      if (std::holds_alternative<process::ChangeCrm>(leased.effect.action))
        crm_changes[leased.row.lane].push_back(std::move(leased));
      else {
        const std::int64_t id = leased.row.id;
        core_.detach("effect", one(std::move(leased)), [this, id] { stranded_.push_back(id); });
      }
    }
    for (auto& [connection, batch] : crm_changes) {
      std::vector<std::int64_t> ids;
      for (const Leased& leased : batch) ids.push_back(leased.row.id);
      core_.detach("effects", crm_batch(connection, std::move(batch)),
                   [this, ids] { stranded_.insert(stranded_.end(), ids.begin(), ids.end()); });
    }
  }
}

boost::asio::awaitable<void> Dispatcher::one(Leased leased) {
  const InFlight busy(core_);
  const bool of_files = std::find(files.begin(), files.end(), leased.row.kind) != files.end();
  const Counted counted(of_files ? &files_in_flight_ : nullptr);
  Result<process::Success> result = co_await executors_.carry_out(leased.row, leased.effect);
  if (result.has_error())
    co_await failed(std::move(leased), result.error());
  else
    co_await succeeded(std::move(leased), std::move(result.value()));
}

boost::asio::awaitable<void> Dispatcher::crm_batch(std::string connection, std::vector<Leased> batch) {
  const InFlight busy(core_);
  const auto adapter = core_.crm.find(connection);
  if (adapter == core_.crm.end()) {
    Error gone;
    gone.fault = Fault::rejected;
    gone.code = "engine.no_connection";
    gone.message = "Нет подключения «" + connection + "» в конфигурации";
    for (auto& leased : batch) co_await failed(std::move(leased), gone);
    co_return;
  }
  // After doubt: look before repeating.
  std::vector<api::CrmEffect> doubtful;
  std::vector<std::size_t> doubtful_at;
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (batch[i].row.doubtful) {
      doubtful.emplace_back(batch[i].effect.key, std::get<process::ChangeCrm>(batch[i].effect.action).action);
      doubtful_at.push_back(i);
    }
  std::vector<bool> settled(batch.size(), false);
  if (!doubtful.empty()) {
    api::CallContext context = core_.context("", Duration(60'000));
    context.for_people = true;  // cards and notices are what people look at
    Result<std::vector<Result<std::optional<api::Receipt>>>> found = co_await adapter->second->find(context, doubtful);
    for (std::size_t d = 0; d < doubtful_at.size(); ++d) {
      const std::size_t i = doubtful_at[d];
      if (found.has_error() || d >= found.value().size()) {
        settled[i] = true;
        Error error = found.has_error() ? found.error() : no_answer(Fault::transient);
        if (error.fault == Fault::ambiguous) error.fault = Fault::transient;  // looking twice harms nobody
        co_await failed(std::move(batch[i]), std::move(error));
        continue;
      }
      Result<std::optional<api::Receipt>>& answer = found.value()[d];
      if (answer.has_error()) {
        settled[i] = true;
        co_await failed(std::move(batch[i]), answer.error());
      } else if (answer.value().has_value()) {
        settled[i] = true;
        process::Success result =
            success_of(std::get<process::ChangeCrm>(batch[i].effect.action).action, *answer.value());
        co_await succeeded(std::move(batch[i]), std::move(result));
      }
    }
  }
  std::vector<api::CrmEffect> effects;
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (!settled[i]) {
      effects.emplace_back(batch[i].effect.key, std::get<process::ChangeCrm>(batch[i].effect.action).action);
      at.push_back(i);
    }
  if (effects.empty()) co_return;
  api::CallContext context = core_.context("", Duration(90'000));
  core_.echoes.written(effects, core_.clock.now());
  context.for_people = true;
  Result<std::vector<Result<api::Receipt>>> receipts = co_await adapter->second->apply(context, effects);
  core_.echoes.written(effects, core_.clock.now());
  for (std::size_t k = 0; k < at.size(); ++k) {
    Leased& leased = batch[at[k]];
    if (receipts.has_error()) {
      co_await failed(std::move(leased), receipts.error());
    } else if (k >= receipts.value().size() || receipts.value()[k].has_error()) {
      // Nothing is known about it: it may have happened.
      Error error = k < receipts.value().size() ? receipts.value()[k].error() : no_answer(Fault::ambiguous);
      co_await failed(std::move(leased), std::move(error));
    } else {
      process::Success result =
          success_of(std::get<process::ChangeCrm>(leased.effect.action).action, receipts.value()[k].value());
      // Stored side by side, in order, by as few commits as possible.
      const std::int64_t id = leased.row.id;
      core_.detach("result", succeeded(std::move(leased), std::move(result)), [this, id] { stranded_.push_back(id); });
    }
  }
}

boost::asio::awaitable<void> Dispatcher::succeeded(Leased leased, process::Success result) {
  const InFlight busy(core_);
  const Time now = core_.clock.now();
  if (auto it = core_.gates.find(leased.row.lane); it != core_.gates.end()) it->second.succeeded(now);
  ++core_.counters.effects_done[leased.row.kind];
  process::EffectSucceeded done;
  done.effect = leased.effect;
  done.result = std::move(result);
  const process::Event event = std::move(done);
  const auto world = core_.world();
  Catalog* catalog = &core_.catalog;
  const std::int64_t id = leased.row.id;
  const std::string instance = leased.row.instance;
  const std::string alarm = leased.row.first_failed_at ? late_key(leased.row) : std::string();
  std::function<Result<Applied>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<Applied> {
    tx.finish_effect(id, store::EffectStatus::done);
    if (!alarm.empty()) end_alarm(tx, alarm);
    return apply_to_instance(tx, *catalog, *world, instance, event, now);
  };
  Result<Applied> applied = co_await core_.store.write<Applied>(std::move(unit));
  if (applied.has_error()) {
    // Not stored: the effect stays in flight; it becomes doubtful and is looked up again.
    core_.log.error("result_not_stored", {{"effect", leased.row.key}, {"error", describe(applied.error())}});
    const Time due = now + core_.settings.retry_first * 5;
    const std::string words = describe(applied.error());
    std::function<Result<bool>(store::Tx&)> again = [id, due, words](store::Tx& tx) -> Result<bool> {
      tx.reschedule_effect(id, due, true, "transient", words);
      return true;
    };
    Result<bool> stored = co_await core_.store.write<bool>(std::move(again));
    if (stored.has_error()) {
      stranded_.push_back(id);
      core_.log.error("effect_not_rescheduled", {{"effect", leased.row.key}, {"error", describe(stored.error())}});
    }
    co_return;
  }
  if (applied.value().outcome) ++core_.counters.outcomes[to_string(*applied.value().outcome)];
  Aftermath after = applied.value().after;
  after.outbox = true;  // the lane is free for its next effect
  core_.wake(after);
}

// A service is still at work: no fault of anybody. Asked again as late as it said, and less and less often.
boost::asio::awaitable<void> Dispatcher::ask_later(Leased leased, Error error) {
  const Time now = core_.clock.now();
  if (auto it = core_.gates.find(leased.row.lane); it != core_.gates.end()) it->second.succeeded(now);
  const Duration asked = error.retry_after ? Duration(*error.retry_after) : Duration(1'000);
  const Time due =
      now + std::max(asked, back_off(leased.row.attempts, Duration(1'000), Duration(60'000), core_.random));
  const std::int64_t id = leased.row.id;
  const std::string words = describe(error);
  std::function<Result<bool>(store::Tx&)> unit = [id, due, words](store::Tx& tx) -> Result<bool> {
    tx.reschedule_effect(id, due, false, to_string(Fault::throttled), words);
    return true;
  };
  Result<bool> stored = co_await core_.store.write<bool>(std::move(unit));
  if (stored.has_error()) {
    stranded_.push_back(id);
    core_.log.error("effect_not_rescheduled", {{"effect", leased.row.key}, {"error", describe(stored.error())}});
  }
  core_.outbox_signal.wake();
}

boost::asio::awaitable<void> Dispatcher::failed(Leased leased, Error error) {
  const Time now = core_.clock.now();
  if (error.code == not_ready) co_return co_await ask_later(std::move(leased), std::move(error));
  ++core_.counters.effects_failed[leased.row.kind];
  Time due = now + back_off(leased.row.attempts, core_.settings.retry_first, core_.settings.retry_max, core_.random);
  const bool ours = error.code.starts_with("engine.") || error.code.starts_with("spool.") ||
                    error.code.starts_with("store.") || error.code.starts_with("signature.") ||
                    error.code.starts_with("signing.");
  if (auto it = core_.gates.find(leased.row.lane); it != core_.gates.end() && !ours) {
    core_.call_failed(leased.row.lane, error);
    if (it->second.health().next_attempt) due = std::max(due, *it->second.health().next_attempt);
  }
  if (error.retry_after) due = std::max(due, now + Duration(*error.retry_after));
  core_.log.warning("effect_failed", {{"kind", leased.row.kind},
                                      {"instance", leased.row.instance},
                                      {"attempt", leased.row.attempts},
                                      {"error", describe(error)}});
  const bool repeatable = error.fault == Fault::transient || error.fault == Fault::throttled ||
                          error.fault == Fault::ambiguous || error.fault == Fault::unauthorized;
  const int most = core_.settings.attempts_before_incident;
  const bool enough = most > 0 && leased.row.attempts >= most;
  const bool doubtful = leased.row.doubtful || error.fault == Fault::ambiguous;
  const auto world = core_.world();
  Catalog* catalog = &core_.catalog;
  const store::EffectRow row = leased.row;
  const process::Effect effect = leased.effect;
  // An outage of the whole connection is told by its health, not by every effect that waits for it.
  const auto gate = core_.gates.find(row.lane);
  const bool outage = gate != core_.gates.end() && (gate->second.health().open || gate->second.health().paused);
  const bool late = !outage && row.first_failed_at && now - *row.first_failed_at >= patience;
  std::function<Result<Applied>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<Applied> {
    if (repeatable && !enough) {
      tx.reschedule_effect(row.id, due, doubtful, to_string(error.fault), describe(error));
      const std::string words = process::describe(effect.action) + " не удаётся: " + describe(error);
      if (!late || !raise_alarm(tx, row.instance, row.lane, late_key(row), "effect.late", words, now)) return Applied();
      process::EffectDelayed delayed;
      delayed.effect = effect;
      delayed.error = error;
      return apply_to_instance(tx, *catalog, *world, row.instance, process::Event(delayed), now);
    }
    end_alarm(tx, late_key(row));
    if (repeatable) {
      tx.stop_effect(row.id, doubtful, to_string(error.fault), describe(error));
      return Applied();
    }
    process::EffectFailed happened;
    happened.effect = effect;
    happened.error = error;
    Result<Applied> applied = apply_to_instance(tx, *catalog, *world, row.instance, process::Event(happened), now);
    tx.stop_effect(row.id, doubtful, to_string(error.fault), describe(error));
    // The run has dealt with it: not done, and nobody is waited for.
    if (applied.has_value() && applied.value().handled) tx.finish_effect(row.id, store::EffectStatus::skipped);
    if (applied.has_error()) return Applied();
    return applied;
  };
  Result<Applied> applied = co_await core_.store.write<Applied>(std::move(unit));
  if (applied.has_error()) {
    stranded_.push_back(row.id);
    core_.log.error("failure_not_stored", {{"effect", leased.row.key}, {"error", describe(applied.error())}});
    co_return;
  }
  if (!repeatable && !applied.value().handled) {
    ++core_.counters.incidents;
    core_.log.error("incident",
                    {{"effect", leased.row.kind}, {"instance", leased.row.instance}, {"error", describe(error)}});
  }
  Aftermath after = applied.value().after;
  after.outbox = true;
  core_.wake(after);
}

}  // namespace sedlink::engine
