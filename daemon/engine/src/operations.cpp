#include "operations.hpp"

#include "operator_view.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"
#include "steps.hpp"

namespace sedlink::engine {
namespace {

Error wrong(std::string code, std::string message) {
  Error e;
  e.fault = Fault::rejected;
  e.code = std::move(code);
  e.message = std::move(message);
  return e;
}

// A process by its id or by its card: the newest of the card's.
std::optional<store::InstanceRow> find_run(store::Tx& tx, const std::string& id, const std::optional<ItemRef>& item) {
  std::optional<store::InstanceRow> row = tx.instance(id);
  if (row || !item) return row;
  store::InstanceFilter filter;
  filter.item = item;
  filter.limit = 1;
  const auto found = tx.instances(filter);
  if (!found.empty()) row = found.front();
  return row;
}

// "portal/dynamic:1036/77"; the connection may be left out when only one CRM is configured.
std::optional<ItemRef> item_of(const std::string& text, const Core& core) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i)
    if (i == text.size() || text[i] == '/') {
      parts.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  if (parts.size() == 2 && core.crm.size() == 1) parts.insert(parts.begin(), core.crm.begin()->first);
  if (parts.size() != 3 || parts[1].empty() || parts[2].empty()) return std::nullopt;
  return ItemRef{parts[0], parts[1], parts[2]};
}

}  // namespace

boost::asio::awaitable<std::string> Operations::answer(std::string request_text) {
  Result<json::value> parsed = json::parse(request_text);
  Result<json::value> result = wrong("operator.request", "Запрос не JSON");
  if (parsed.has_value()) {
    const json::value request = parsed.value();
    const std::string command = json::text(request, "command");
    try {
      if (command == "list")
        result = co_await list(request);
      else if (command == "show")
        result = co_await show(request);
      else if (command == "launch")
        result = co_await launch(request);
      else if (command == "retry")
        result = co_await retry(request);
      else if (command == "skip")
        result = co_await skip(request);
      else if (command == "pause")
        result = co_await pause(request, true);
      else if (command == "resume")
        result = co_await pause(request, false);
      else if (command == "cancel")
        result = co_await cancel(request);
      else if (command == "status")
        result = co_await status();
      else
        result = wrong("operator.command", "Неизвестная команда «" + command + "»");
    } catch (const std::exception& e) { result = wrong("operator.failed", e.what()); }
  }
  if (result.has_error())
    co_return boost::json::serialize(
        json::object{{"error", json::object{{"code", result.error().code}, {"message", result.error().message}}}});
  co_return boost::json::serialize(json::object{{"result", result.value()}});
}

Task<json::value> Operations::list(json::value request) {
  store::InstanceFilter filter;
  if (const auto m = json::text(request, "mapping"); !m.empty()) filter.mapping = m;
  if (const auto p = json::text(request, "phase"); !p.empty()) filter.phase = p;
  if (const auto i = json::text(request, "item"); !i.empty()) {
    filter.item = item_of(i, core_);
    if (!filter.item)
      co_return wrong("operator.item", "Карточка пишется так: подключение/сущность/номер, например portal/deal/77");
  }
  filter.running_only = json::boolean(request, "running");
  filter.limit = static_cast<std::size_t>(json::integer(request, "limit", 200));
  const bool incidents = json::boolean(request, "incidents");
  std::function<Result<json::value>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<json::value> {
    json::array out;
    if (incidents)
      for (const auto& row : tx.incidents(filter.limit)) out.push_back(to_object(row));
    else
      for (const auto& row : tx.instances(filter)) out.push_back(to_object(row));
    return json::value(std::move(out));
  };
  Result<json::value> rows = co_await core_.store.read<json::value>(std::move(unit));
  co_return rows;
}

Task<json::value> Operations::show(json::value request) {
  const std::string id = json::text(request, "id");
  const std::optional<ItemRef> item = item_of(id, core_);
  const TimeZone zone = core_.settings.zone;
  std::function<Result<json::value>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<json::value> {
    const std::optional<store::InstanceRow> row = find_run(tx, id, item);
    if (!row) return wrong("operator.not_found", "Нет процесса " + id);
    json::object out = to_object(*row);
    out["paused"] = tx.paused(row->id);
    const auto state = json::parse(row->state);
    if (state.has_value()) {
      out["problems"] = json::from_texts(json::texts(state.value(), "problems"));
      for (const char* name : {"document", "initiator", "put_stage", "file_revision"})
        if (const json::value* v = json::find(state.value(), name)) out[name] = *v;
    }
    if (state.has_value()) out["signatures"] = signatures_of(state.value(), zone);
    json::array history, effects;
    for (const auto& h : tx.history(row->id, 500))
      history.push_back(json::object{{"at", to_iso8601(h.at)}, {"text", h.text}});
    for (const auto& e : tx.effects(row->id)) effects.push_back(to_object(e));
    out["history"] = std::move(history);
    out["effects"] = std::move(effects);
    return json::value(std::move(out));
  };
  Result<json::value> answer = co_await core_.store.read<json::value>(std::move(unit));
  co_return answer;
}

Task<json::value> Operations::launch(json::value request) {
  const auto item = item_of(json::text(request, "item"), core_);
  if (!item)
    co_return wrong("operator.item", "Карточка пишется так: подключение/сущность/номер, например portal/deal/77");
  const std::string id = json::text(request, "mapping");
  std::vector<std::string> fitting;
  for (const auto& m : core_.catalog.of_entity(item->connection, item->entity))
    if (id.empty() || m->id == id) fitting.push_back(m->id);
  if (fitting.empty()) co_return wrong("operator.mapping", "Нет сопоставления для " + to_string(*item));
  // What is certainly in vain is said at once; when the CRM does not answer now, the command waits for it.
  if (const auto crm = core_.crm.find(item->connection); crm != core_.crm.end()) {
    api::CallContext context = core_.context("", Duration(15'000));
    context.for_people = true;
    const std::vector<ItemRef> refs(1, *item);
    Result<std::vector<Result<Item>>> read = co_await crm->second->read(context, refs);
    if (read.has_value() && read.value().size() == 1) {
      const Result<Item>& card = read.value().front();
      if (card.has_error() && card.error().fault == Fault::not_found)
        co_return wrong("operator.item", "Карточки " + to_string(*item) + " нет в CRM");
      if (card.has_value()) {
        std::erase_if(fitting, [&](const std::string& name) {
          const auto m = core_.catalog.find(name);
          return m != nullptr && !m->launch.category.empty() && m->launch.category != card.value().category;
        });
        if (fitting.empty())
          co_return wrong("operator.mapping",
                          "Карточка " + to_string(*item) + " стоит в другой воронке: сопоставления для неё нет");
      }
    }
  }
  const Time now = core_.clock.now();
  store::InboxRow row;
  row.source = "command";
  row.source_id = json::text(request, "request_id");
  row.kind = "command";
  row.item = *item;
  row.received_at = now;
  row.due_at = now;
  row.payload = boost::json::serialize(json::object{{"mapping", id}, {"caller", json::text(request, "caller")}});
  if (row.source_id.empty()) row.source_id = uuid::random();
  std::function<Result<json::value>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<json::value> {
    tx.add_inbox(row);
    return json::value(json::object{{"accepted", to_string(row.item)}, {"mapping", text::join(fitting, ", ")}});
  };
  Result<json::value> answer = co_await core_.store.write<json::value>(std::move(unit));
  core_.inbox_signal.wake();
  co_return answer;
}

Task<json::value> Operations::retry(json::value request) {
  const std::int64_t id = json::integer(request, "effect");
  const std::string instance = json::text(request, "id");
  const Time now = core_.clock.now();
  std::function<Result<json::value>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<json::value> {
    std::vector<store::EffectRow> rows;
    if (id != 0) {
      if (auto row = tx.effect(id)) rows.push_back(std::move(*row));
    } else {
      rows = tx.effects(instance);
    }
    std::int64_t count = 0;
    for (const auto& row : rows) {
      if (row.status != store::EffectStatus::incident && row.status != store::EffectStatus::pending) continue;
      if (row.kind == "attention" && row.payload.find("edms.outcome_unknown") != std::string::npos)
        continue;  // skip ends it
      // Only by its number, by somebody who has asked the service: a second request may cost a second time.
      const bool unsure = row.kind == "call_service" && row.status == store::EffectStatus::incident &&
                          row.last_error.find("service.ambiguous") != std::string::npos;
      if (id == 0 && unsure) continue;
      if (row.kind == "attention") {
        tx.finish_effect(row.id, store::EffectStatus::done);
      } else {
        // A parked request to a service: whoever repeats it has asked the service.
        const bool answered = row.kind == "call_service" && row.status == store::EffectStatus::incident;
        tx.reschedule_effect(row.id, now, row.doubtful && !answered, row.fault, row.last_error);
      }
      ++count;
    }
    if (count == 0) return wrong("operator.nothing", "Повторять нечего");
    return json::value(json::object{{"retried", count}});
  };
  Result<json::value> answer = co_await core_.store.write<json::value>(std::move(unit));
  core_.outbox_signal.wake();
  co_return answer;
}

Task<json::value> Operations::skip(json::value request) {
  const std::int64_t id = json::integer(request, "effect");
  const std::string instance = json::text(request, "id");
  const Time now = core_.clock.now();
  const auto world = core_.world();
  Catalog* catalog = &core_.catalog;
  struct Outcome {
    json::value answer;
    Aftermath after;
  };
  // One effect by its number, or every incident of a process.
  std::function<Result<Outcome>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<Outcome> {
    std::vector<store::EffectRow> rows;
    if (id != 0) {
      if (auto row = tx.effect(id)) rows.push_back(std::move(*row));
    } else {
      for (auto& row : tx.effects(instance))
        if (row.status == store::EffectStatus::incident) rows.push_back(std::move(row));
    }
    Outcome out;
    json::array skipped;
    for (const auto& row : rows) {
      if (row.status == store::EffectStatus::done || row.status == store::EffectStatus::skipped) continue;
      if (row.status == store::EffectStatus::in_flight)
        return wrong("operator.busy", "Действие " + std::to_string(row.id) + " выполняется: подождите ответа");
      tx.finish_effect(row.id, store::EffectStatus::skipped);
      skipped.emplace_back(row.id);
      if (row.instance.empty()) continue;  // an alarm about a card that no process belongs to
      const auto payload = json::parse(row.payload);
      if (payload.has_error()) return payload.error();
      process::EffectSkipped event;
      event.effect = process::effect_from_json(payload.value());
      Result<Applied> applied = apply_to_instance(tx, *catalog, *world, row.instance, process::Event(event), now);
      if (applied.has_error()) return applied.error();
      out.after.add(applied.value().after);
    }
    if (skipped.empty()) return wrong("operator.nothing", "Пропускать нечего");
    out.answer = json::object{{"skipped", std::move(skipped)}};
    return out;
  };
  Result<Outcome> done = co_await core_.store.write<Outcome>(std::move(unit));
  if (done.has_error()) co_return done.error();
  Aftermath after = done.value().after;
  after.outbox = true;
  core_.wake(after);
  co_return done.value().answer;
}

Task<json::value> Operations::pause(json::value request, bool paused) {
  const std::string id = json::text(request, "id");
  std::function<Result<json::value>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<json::value> {
    const auto run = tx.instance(id);
    if (!run) return wrong("operator.not_found", "Нет процесса " + id);
    if (run->phase == process::to_string(process::Phase::ended))
      return wrong("operator.nothing", "Процесс " + id + " завершён: приостанавливать нечего");
    tx.set_paused(id, paused);
    return json::value(json::object{{"id", id}, {"paused", paused}});
  };
  Result<json::value> answer = co_await core_.store.write<json::value>(std::move(unit));
  core_.outbox_signal.wake();
  core_.poll_signal.wake();
  co_return answer;
}

Task<json::value> Operations::cancel(json::value request) {
  const std::string id = json::text(request, "id");
  const std::optional<ItemRef> item = item_of(id, core_);
  process::WithdrawAsked asked;
  asked.reason = json::text(request, "reason");
  if (asked.reason.empty()) asked.reason = "Отозвано оператором";
  const process::Event event = std::move(asked);
  const Time now = core_.clock.now();
  const auto world = core_.world();
  Catalog* catalog = &core_.catalog;
  struct Cancelled {
    Applied applied;
    std::string instance;
    bool impossible = false;  // the card says so; nothing is asked of the EDMS
  };
  std::function<Result<Cancelled>(store::Tx&)> unit = [=](store::Tx& tx) -> Result<Cancelled> {
    Cancelled out;
    const std::optional<store::InstanceRow> row = find_run(tx, id, item);
    if (!row) return wrong("operator.not_found", "Нет процесса " + id);
    out.instance = row->id;
    const auto can = world->can.find(row->edms);
    const mapping::MappingPtr m = catalog->revision(row->revision, row->mapping, tx);
    out.impossible = row->phase == process::to_string(process::Phase::running) && can != world->can.end() &&
                     !can->second->cancels(m ? m->process.kind : std::string());
    Result<Applied> applied = apply_to_instance(tx, *catalog, *world, row->id, event, now);
    if (applied.has_error()) return applied.error();
    out.applied = std::move(applied.value());
    return out;
  };
  Result<Cancelled> done = co_await core_.store.write<Cancelled>(std::move(unit));
  if (done.has_error()) co_return done.error();
  const Cancelled& cancelled = done.value();
  core_.wake(cancelled.applied.after);
  if (!cancelled.applied.handled)
    co_return wrong("operator.nothing", "Отзывать нечего: согласование " + id + " не идёт");
  if (cancelled.impossible)
    co_return wrong(
        "operator.no_cancel",
        "Эта СЭД не даёт прервать согласование извне: прервите процесс в самой СЭД, ссылка в хронологии карточки");
  json::value answer = json::object{{"id", cancelled.instance}, {"cancel", "requested"}};
  co_return answer;
}

Task<json::value> Operations::status() {
  std::function<Result<store::Counts>(store::Tx&)> unit = [](store::Tx& tx) -> Result<store::Counts> {
    return tx.counts();
  };
  Result<store::Counts> counts = co_await core_.store.read<store::Counts>(std::move(unit));
  if (counts.has_error()) co_return counts.error();
  json::array connections;
  for (const auto& [name, gate] : core_.gates) {
    const ConnectionHealth& h = gate.health();
    connections.push_back(json::object{{"name", h.name},
                                       {"side", h.side},
                                       {"paused", h.paused},
                                       {"open", h.open},
                                       {"failures", h.failures},
                                       {"last_error", h.last_error},
                                       {"push", h.push},
                                       {"push_error", h.push_error},
                                       {"last_notice", time_text(h.last_notice)},
                                       {"failing_since", time_text(h.failing_since)},
                                       {"last_success", time_text(h.last_success)}});
  }
  const store::Counts& c = counts.value();
  json::value answer = json::object{{"connections", std::move(connections)},
                                    {"inbox", c.inbox_new + c.inbox_reading},
                                    {"outbox", c.effects_pending + c.effects_in_flight},
                                    {"incidents", c.effects_incident},
                                    {"running", c.instances_running},
                                    {"waiting", c.instances_waiting},
                                    {"ended", c.instances_ended}};
  co_return answer;
}

}  // namespace sedlink::engine
