#include "inbox.hpp"

#include <set>

#include "alarms.hpp"
#include "neighbours.hpp"
#include "sedlink/core/json.hpp"
#include "steps.hpp"

namespace sedlink::engine {
namespace {

constexpr std::size_t take_limit = 200;

constexpr std::size_t most_by_hand = 10;  // deliveries at once that people make one by one

bool from_door(const store::InboxRow& row) { return row.source.starts_with("hook:"); }

std::string unread_key(const store::InboxRow& row) { return "unread|" + std::to_string(row.id); }

}  // namespace

boost::asio::awaitable<void> InboxReader::run() {
  while (!core_.stopping) {
    const Time now = core_.clock.now();
    const std::vector<std::int64_t> back = std::move(stranded_);
    stranded_.clear();
    const std::vector<std::string> busy(being_read_.begin(), being_read_.end());
    std::function<Result<std::vector<store::InboxRow>>(store::Tx&)> take =
        [now, back, busy](store::Tx& tx) -> Result<std::vector<store::InboxRow>> {
      for (const std::int64_t id : back) tx.retry_inbox(id, now + Duration(2'000), "результат не был сохранён");
      return tx.take_inbox(now, take_limit, busy);
    };
    Result<std::vector<store::InboxRow>> rows =
        co_await core_.store.write<std::vector<store::InboxRow>>(std::move(take));
    if (rows.has_error()) {
      core_.log.error("inbox_unreadable", {{"error", describe(rows.error())}});
      stranded_.insert(stranded_.end(), back.begin(), back.end());
      co_await core_.inbox_signal.wait(Duration(2'000));
      continue;
    }
    std::map<std::string, std::vector<store::InboxRow>> by_connection;
    for (auto& row : rows.value()) by_connection[row.item.connection].push_back(std::move(row));
    if (by_connection.empty()) {
      co_await core_.inbox_signal.wait(Duration(1'000));
      continue;
    }
    for (auto& [connection, batch] : by_connection) {
      being_read_.insert(connection);
      std::vector<std::int64_t> ids;
      for (const store::InboxRow& row : batch) ids.push_back(row.id);
      core_.detach("inbox", read_batch(connection, std::move(batch)),
                   [this, ids] { stranded_.insert(stranded_.end(), ids.begin(), ids.end()); });
    }
  }
}

boost::asio::awaitable<void> InboxReader::read_batch(std::string connection, std::vector<store::InboxRow> rows) {
  const InFlight busy(core_);
  const Reading reading(*this, connection);
  const auto adapter = core_.crm.find(connection);
  std::size_t next = 0;
  while (next < rows.size()) {
    const std::size_t limit = adapter == core_.crm.end() ? rows.size() : adapter->second->capabilities().read_batch;
    const std::size_t end = std::min(rows.size(), next + std::max<std::size_t>(limit, 1));
    std::vector<ItemRef> refs;
    for (std::size_t i = next; i < end; ++i) refs.push_back(rows[i].item);

    Error gone;
    gone.fault = Fault::transient;
    gone.code = "engine.no_connection";
    gone.message = "Нет подключения «" + connection + "» в конфигурации";
    std::vector<Result<Item>> items(refs.size(), Result<Item>(gone));
    const Time asked = core_.clock.now();
    if (adapter != core_.crm.end() && !core_.gate(connection).shut(asked)) {
      if (!core_.people.knows(connection)) co_await core_.learn_people(connection);
      std::set<ItemRef> commanded;
      for (std::size_t i = next; i < end; ++i)
        if (rows[i].kind == "command") commanded.insert(rows[i].item);
      Catalog* catalog = &core_.catalog;
      std::function<Result<KnownRuns>(store::Tx&)> recall = [catalog, refs](store::Tx& tx) -> Result<KnownRuns> {
        return known_runs(tx, *catalog, refs);
      };
      Result<KnownRuns> known = co_await core_.store.read<KnownRuns>(std::move(recall));
      api::CallContext context = core_.context("", Duration(60'000));
      // Somebody waits at a command line, or has just moved a card; a flood of deliveries is a mass change.
      context.for_people = !commanded.empty() || (from_door(rows[next]) && rows.size() <= most_by_hand);
      api::NeighboursWanted wanted;  // without it everything is read
      if (known.has_value())
        wanted = [catalog, &known, &commanded](const Item& item) {
          return wanted_of(*catalog, known.value(), item, commanded.contains(item.ref));
        };
      Result<std::vector<Result<Item>>> answer = co_await adapter->second->look(context, refs, wanted);
      if (answer.has_value() && known.has_value())
        for (Result<Item>& item : answer.value())
          if (item.has_value()) keep_known(known.value(), item.value());
      ++core_.counters.read_calls;
      core_.counters.items_read += refs.size();
      if (answer.has_error()) {
        core_.call_failed(connection, answer.error());
        items.assign(refs.size(), Result<Item>(answer.error()));
      } else {
        core_.gate(connection).succeeded(core_.clock.now());
        items = std::move(answer.value());
      }
    } else if (adapter != core_.crm.end()) {
      gone.code = "engine.breaker";
      gone.message = "Подключение «" + connection + "» временно недоступно";
      items.assign(refs.size(), Result<Item>(gone));
    }
    for (std::size_t i = next; i < end && i - next < items.size(); ++i) {
      if (items[i - next].has_value()) {
        items[i - next].value().ref = rows[i].item;
        items[i - next].value().read_at = asked;
      }
      const std::int64_t id = rows[i].id;
      Result<Aftermath> after = co_await seen(std::move(rows[i]), std::move(items[i - next]));
      if (after.has_error()) {
        core_.log.error("inbox_not_stored", {{"error", describe(after.error())}});
        stranded_.push_back(id);
      } else {
        core_.wake(after.value());
      }
    }
    next = end;
  }
}

Task<Aftermath> InboxReader::seen(store::InboxRow row, Result<Item> item) {
  const Time now = core_.clock.now();
  const auto mappings = core_.catalog.of_entity(row.item.connection, row.item.entity);
  const bool gone = item.has_error() && item.error().fault == Fault::not_found;
  if (item.has_error() && !gone) {
    const Error error = item.error();
    core_.log.warning("item_not_read", {{"item", to_string(row.item)}, {"error", describe(error)}});
    Time due = now + back_off(row.attempts + 1, core_.settings.retry_first, core_.settings.retry_max, core_.random);
    if (const auto it = core_.gates.find(row.item.connection);
        it != core_.gates.end() && it->second.health().next_attempt)
      due = std::max(due, *it->second.health().next_attempt);
    // A refusal of this very card, not an outage: somebody has to give the integration its rights back.
    const bool refused = error.fault == Fault::rejected || error.fault == Fault::defect;
    const bool late = refused && now - row.received_at >= patience;
    const std::string words = "Карточка " + to_string(row.item) + " не читается: " + describe(error);
    std::function<Result<Aftermath>(store::Tx&)> later = [=](store::Tx& tx) -> Result<Aftermath> {
      tx.retry_inbox(row.id, due, describe(error));
      if (late) raise_alarm(tx, "", row.item.connection, unread_key(row), "crm.unread", words, now);
      return Aftermath();
    };
    Result<Aftermath> stored = co_await core_.store.write<Aftermath>(std::move(later));
    co_return stored;
  }
  process::Event event = process::ItemGone{};
  std::string only_mapping;
  if (item.has_value()) {
    process::ItemSeen look;
    look.item = std::move(item.value());
    if (row.kind == "command") {
      const auto payload = json::parse(row.payload);
      if (payload.has_value()) {
        look.by_command = true;
        look.caller = json::text(payload.value(), "caller");
        only_mapping = json::text(payload.value(), "mapping");
      }
    }
    event = std::move(look);
  }
  const auto world = core_.world();
  Catalog* catalog = &core_.catalog;
  std::function<Result<Aftermath>(store::Tx&)> unit = [row, mappings, only_mapping, event, world, catalog,
                                                       now](store::Tx& tx) -> Result<Aftermath> {
    Aftermath after;
    for (const auto& m : mappings) {
      if (!only_mapping.empty() && m->id != only_mapping) continue;
      const Applied applied = apply_to_item(tx, *catalog, *world, m, row.item, event, now);
      after.add(applied.after);
    }
    tx.finish_inbox(row.id);
    if (row.attempts > 1) end_alarm(tx, unread_key(row));
    return after;
  };
  ++core_.counters.steps;
  Result<Aftermath> stored = co_await core_.store.write<Aftermath>(std::move(unit));
  co_return stored;
}

}  // namespace sedlink::engine
