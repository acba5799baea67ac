#include "schema.hpp"

#include <array>

#include "statement.hpp"

namespace sedlink::store {
namespace {

constexpr int application_id = 0x5365646C;  // "Sedl", seen by file(1)

// Whole numbers are BIGINT (SOCI reads INTEGER as 32 bits in dynamic rows); times are milliseconds since 1970 UTC.
// Texts that may be absent are '' unless NULL means something of its own. A step is never changed after a release.
// SQLite uses a partial index only where the query repeats its condition word by word.
constexpr std::array version_1{
    // source_id '' = a delivery without an id. status: 1 unread, 2 reading, 3 done, 4 ignored.
    "create table inbox ("
    " id integer primary key autoincrement,"
    " source text not null, source_id text not null, kind text not null,"
    " connection text not null, entity text not null, item text not null,"
    " payload text not null, received_at bigint not null, due_at bigint not null,"
    " status bigint not null, coalesced bigint not null default 0, attempts bigint not null default 0,"
    " last_error text not null default '')",
    "create unique index inbox_source on inbox (source, source_id) where source_id <> ''",
    "create index inbox_due on inbox (due_at, id) where status = 1",
    "create index inbox_unread on inbox (connection, entity, item, due_at, id) where status = 1",
    "create index inbox_reading on inbox (connection, entity, item) where status = 2",
    "create index inbox_status on inbox (status, coalesced)",

    "create table instances ("
    " id text primary key not null,"
    " mapping text not null, revision text not null, edms text not null,"
    " connection text not null, entity text not null, item text not null, launch_no bigint not null,"
    " phase text not null, outcome text not null, stage text not null, holders text not null,"
    " process_id text not null, state text not null, version bigint not null, next_poll_at bigint,"
    " paused bigint not null default 0, created_at bigint not null, updated_at bigint not null)",
    "create index instances_item on instances (connection, entity, item, mapping, launch_no)",
    "create index instances_poll on instances (edms, next_poll_at) where next_poll_at is not null",
    "create index instances_phase on instances (phase, updated_at)",
    "create index instances_updated on instances (updated_at)",

    "create table history ("
    " id integer primary key autoincrement,"
    " instance text not null references instances (id), at bigint not null, kind text not null, text text not null)",
    "create index history_instance on history (instance, id)",

    // instance NULL = an effect of no run. status: 1 pending, 2 in flight, 3 done, 4 incident, 5 skipped.
    "create table effects ("
    " id integer primary key autoincrement,"
    " instance text references instances (id), lane text not null, kind text not null,"
    " idempotency_key text not null unique, payload text not null, status bigint not null,"
    " doubtful bigint not null default 0, attempts bigint not null default 0,"
    " due_at bigint not null, created_at bigint not null, leased_at bigint, first_failed_at bigint,"
    " memo text not null default '', last_error text not null default '', fault text not null default '')",
    "create index effects_due on effects (due_at, id) where status = 1",
    "create index effects_open on effects (instance, lane, id) where status in (1, 2)",
    "create index effects_instance on effects (instance, id)",
    "create index effects_status on effects (status, id)",

    "create table revisions ("
    " revision text primary key not null, mapping text not null, text text not null, stored_at bigint not null)",
    "create table scopes (scope text primary key not null, activated_at bigint not null)",
    "create table facts (space text not null, key text not null, value text not null, primary key (space, key))",
};

// Runs are found by what an EDMS names in a notification; an older run's document is known from its next poll on.
constexpr std::array version_2{
    "alter table instances add column document_id text not null default ''",
    "alter table instances add column notices bigint not null default 0",
    "create index instances_process on instances (edms, process_id) where next_poll_at is not null",
    "create index instances_document on instances (edms, document_id) where next_poll_at is not null",
};

using Step = void (*)(soci::session&);
template <const auto& statements>
void run_all(soci::session& sql) {
  for (const char* statement : statements) execute(sql, statement);
}
constexpr std::array<Step, 2> steps{run_all<version_1>, run_all<version_2>};

std::int64_t pragma(soci::session& sql, const std::string& name) {
  return query_one<std::int64_t>(sql, "pragma " + name).value_or(0);
}

int stored_version(soci::session& sql) {
  const bool known = query_one<std::int64_t>(
                         sql, "select count(*) from sqlite_master where type = 'table' and name = 'schema_version'")
                         .value_or(0) != 0;
  if (!known) return 0;
  return static_cast<int>(query_one<std::int64_t>(sql, "select max(version) from schema_version").value_or(0));
}

void refuse_foreign(soci::session& sql) {
  const std::int64_t tables = query_one<std::int64_t>(sql, "select count(*) from sqlite_master").value_or(0);
  if (tables == 0 || pragma(sql, "application_id") == application_id) return;
  throw StoreException(Error{Fault::rejected,
                             Audience::admin,
                             "store.corrupt",
                             "Файл хранилища — база данных другой программы / the file is another program's database",
                             {}});
}

void apply(soci::session& sql, int version, Time now) {
  execute(sql, "begin immediate");
  try {
    if (version == 1) {
      execute(sql, "pragma application_id=" + std::to_string(application_id));
      execute(sql, "create table schema_version (version bigint primary key not null, applied_at bigint not null)");
    }
    steps.at(static_cast<std::size_t>(version) - 1)(sql);
    execute(sql, "insert into schema_version (version, applied_at) values (:version, :at)", version, now);
    execute(sql, "commit");
  } catch (...) {
    // SQLite may have rolled back by itself; a second rollback then fails and must not hide the cause.
    try {
      execute(sql, "rollback");
    } catch (const soci::soci_error&) {}
    throw;
  }
}

}  // namespace

int schema_version() { return static_cast<int>(steps.size()); }

void migrate(soci::session& sql, Time now) {
  refuse_foreign(sql);
  const int stored = stored_version(sql);
  if (stored > schema_version())
    throw StoreException(
        Error{Fault::rejected,
              Audience::admin,
              "store.newer_version",
              "Хранилище создано более новой версией Sedlink (схема " + std::to_string(stored) +
                  ", эта версия знает до " + std::to_string(schema_version()) +
                  "): установите новую версию или верните резервную копию / the store is of a newer version",
              {}});
  for (int version = stored + 1; version <= schema_version(); ++version) apply(sql, version, now);
}

}  // namespace sedlink::store
