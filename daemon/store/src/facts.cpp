#include <array>

#include "schema.hpp"
#include "statement.hpp"
#include "tx.hpp"

namespace sedlink::store {

void SqliteTx::put_revision(const std::string& revision, const std::string& mapping, const std::string& text,
                            Time now) {
  execute(sql_,
          "insert into revisions (revision, mapping, text, stored_at) values (:revision, :mapping, :text, :now)"
          " on conflict (revision) do nothing",
          revision, mapping, text, now);
}

std::optional<std::string> SqliteTx::revision_text(const std::string& revision) {
  return query_one<std::string>(sql_, "select text from revisions where revision = :revision", revision);
}

Time SqliteTx::activate_scope(const std::string& scope, Time now) {
  execute(sql_, "insert into scopes (scope, activated_at) values (:scope, :now) on conflict (scope) do nothing", scope,
          now);
  return query_one<Time>(sql_, "select activated_at from scopes where scope = :scope", scope).value_or(now);
}

std::optional<std::string> SqliteTx::get(const std::string& space, const std::string& key) {
  return query_one<std::string>(sql_, "select value from facts where space = :space and key = :key", space, key);
}

void SqliteTx::put(const std::string& space, const std::string& key, const std::string& value) {
  execute(sql_,
          "insert into facts (space, key, value) values (:space, :key, :value)"
          " on conflict (space, key) do update set value = excluded.value",
          space, key, value);
}

void SqliteTx::remove(const std::string& space, const std::string& key) {
  execute(sql_, "delete from facts where space = :space and key = :key", space, key);
}

Counts SqliteTx::counts() {
  Counts out;
  std::int64_t status = 0;
  std::int64_t count = 0;
  std::int64_t coalesced = 0;

  Statement inbox(sql_, "select status, count(*), sum(coalesced) from inbox group by status");
  inbox.into(status, count, coalesced);
  while (inbox.next()) {
    out.inbox_coalesced += coalesced;
    switch (static_cast<InboxStatus>(status)) {
      case InboxStatus::unread: out.inbox_new = count; break;
      case InboxStatus::reading: out.inbox_reading = count; break;
      case InboxStatus::done: out.inbox_done = count; break;
      case InboxStatus::ignored: out.inbox_ignored = count; break;
    }
  }

  Statement effects(sql_, "select status, count(*) from effects group by status");
  effects.into(status, count);
  while (effects.next()) {
    switch (static_cast<EffectStatus>(status)) {
      case EffectStatus::pending: out.effects_pending = count; break;
      case EffectStatus::in_flight: out.effects_in_flight = count; break;
      case EffectStatus::done: out.effects_done = count; break;
      case EffectStatus::incident: out.effects_incident = count; break;
      case EffectStatus::skipped: break;
    }
  }

  const std::string ended = ended_phase;
  out.instances_ended =
      query_one<std::int64_t>(sql_, "select count(*) from instances where phase = :phase", ended).value_or(0);
  out.instances_running =
      query_one<std::int64_t>(sql_, "select count(*) from instances").value_or(0) - out.instances_ended;
  const std::string waiting = waiting_phase;
  out.instances_waiting =
      query_one<std::int64_t>(sql_, "select count(*) from instances where phase = :phase", waiting).value_or(0);
  return out;
}

std::int64_t SqliteTx::prune(Time inbox_before, Time effects_before, std::size_t limit) {
  std::int64_t gone = execute(
      sql_,
      "delete from inbox where id in (select id from inbox where status in (:done, :ignored)"
      " and received_at < :before and (source_id = '' or id < coalesce((select min(id) from"
      " (select id from inbox where source_id <> '' order by id desc limit 1000)), 0)) order by id limit :limit)",
      InboxStatus::done, InboxStatus::ignored, inbox_before, limit);
  const std::string ended = ended_phase;
  gone += execute(sql_,
                  "delete from effects where id in (select e.id from effects e join instances i on i.id = e.instance"
                  " where e.status in (:done, :skipped) and i.phase = :ended and i.updated_at < :before"
                  " order by e.id limit :limit)",
                  EffectStatus::done, EffectStatus::skipped, ended, effects_before, limit);
  return gone;
}

void require_one_row(std::int64_t changed, const char* what, const std::string& id) {
  if (changed == 1) return;
  throw StoreException(
      Error{Fault::defect, Audience::developer, "store.sql", std::string(what) + ": no row " + id, {}});
}

}  // namespace sedlink::store
