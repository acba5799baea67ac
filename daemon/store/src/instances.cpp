#include "schema.hpp"
#include "statement.hpp"
#include "tx.hpp"

namespace sedlink::store {
namespace {

const std::string columns =
    "select id, mapping, revision, edms, connection, entity, item, launch_no, phase, outcome, stage, holders, "
    "process_id,"
    " document_id, state, version, next_poll_at, notices, created_at, updated_at from instances ";

void read(Statement& s, InstanceRow& r) {
  s.into(r.id, r.mapping, r.revision, r.edms, r.item.connection, r.item.entity, r.item.id, r.launch_no, r.phase,
         r.outcome, r.stage, r.holders, r.process_id, r.document_id, r.state, r.version, r.next_poll_at, r.notices,
         r.created_at, r.updated_at);
}

void read_history(Statement& s, HistoryRow& r) { s.into(r.id, r.instance, r.at, r.kind, r.text); }

}  // namespace

std::optional<InstanceRow> SqliteTx::instance(const std::string& id) {
  Statement select(sql_, columns + "where id = :id", id);
  return first_row<InstanceRow>(select, read);
}

std::optional<InstanceRow> SqliteTx::latest_instance(const std::string& mapping, const ItemRef& item) {
  Statement select(sql_,
                   columns +
                       "where mapping = :mapping and connection = :connection and entity = :entity and item = :item"
                       " order by launch_no desc limit 1",
                   mapping, item.connection, item.entity, item.id);
  return first_row<InstanceRow>(select, read);
}

std::vector<InstanceRow> SqliteTx::instances(const InstanceFilter& filter) {
  // SOCI takes parameters by place: the text and the values grow together.
  std::string where = "where 1 = 1";
  std::vector<std::string> values;
  const auto demand = [&](const char* condition, const std::string& value) {
    where += condition;
    values.push_back(value);
  };
  if (filter.mapping) demand(" and mapping = :mapping", *filter.mapping);
  if (filter.phase) demand(" and phase = :phase", *filter.phase);
  if (filter.running_only) demand(" and phase <> :ended", ended_phase);
  if (filter.item) {
    if (!filter.item->connection.empty()) demand(" and connection = :connection", filter.item->connection);
    demand(" and entity = :entity", filter.item->entity);
    demand(" and item = :item", filter.item->id);
  }
  Statement select(sql_, columns + where + " order by updated_at desc, id limit :limit");
  for (const std::string& value : values) select.bind(value);
  select.bind(filter.limit);
  return rows<InstanceRow>(select, read);
}

void SqliteTx::save_instance(InstanceRow& row) {
  const std::int64_t changed =
      row.version == 0
          ? execute(sql_,
                    "insert into instances (id, mapping, revision, edms, connection, entity, item, launch_no, phase,"
                    " outcome, stage, holders, process_id, document_id, state, version, next_poll_at, created_at,"
                    " updated_at)"
                    " values (:id, :mapping, :revision, :edms, :connection, :entity, :item, :launch_no, :phase,"
                    " :outcome, :stage, :holders, :process_id, :document_id, :state, 1, :next_poll_at, :created_at,"
                    " :updated_at)"
                    " on conflict (id) do nothing",
                    row.id, row.mapping, row.revision, row.edms, row.item.connection, row.item.entity, row.item.id,
                    row.launch_no, row.phase, row.outcome, row.stage, row.holders, row.process_id, row.document_id,
                    row.state, row.next_poll_at, row.created_at, row.updated_at)
          : execute(sql_,
                    "update instances set mapping = :mapping, revision = :revision, edms = :edms,"
                    " connection = :connection, entity = :entity, item = :item, launch_no = :launch_no, phase = :phase,"
                    " outcome = :outcome, stage = :stage, holders = :holders, process_id = :process_id,"
                    " document_id = :document_id, state = :state,"
                    " version = version + 1, next_poll_at = :next_poll_at, created_at = :created_at,"
                    " updated_at = :updated_at where id = :id and version = :version",
                    row.mapping, row.revision, row.edms, row.item.connection, row.item.entity, row.item.id,
                    row.launch_no, row.phase, row.outcome, row.stage, row.holders, row.process_id, row.document_id,
                    row.state, row.next_poll_at, row.created_at, row.updated_at, row.id, row.version);
  if (changed == 0)
    throw StoreException(Error{Fault::transient,
                               Audience::developer,
                               "store.conflict",
                               "Процесс " + row.id + " изменён одновременно / the run was changed by another unit",
                               {}});
  ++row.version;
}

std::vector<InstanceRow> SqliteTx::due_polls(const std::string& edms, Time now, std::size_t limit) {
  Statement select(
      sql_,
      columns + "where edms = :edms and next_poll_at <= :now and paused = 0 order by next_poll_at, id limit :limit",
      edms, now, limit);
  return rows<InstanceRow>(select, read);
}

std::optional<Time> SqliteTx::next_poll_due(const std::string& edms) {
  return query_one<Time>(sql_,
                         "select next_poll_at from instances where edms = :edms and next_poll_at is not null"
                         " and paused = 0 order by next_poll_at limit 1",
                         edms);
}

std::int64_t SqliteTx::hasten_polls(const std::string& edms, const std::string& process, const std::string& document,
                                    Time at) {
  const auto hasten = [&](const char* named, const std::string& id) -> std::int64_t {
    if (id.empty()) return 0;
    return execute(sql_,
                   std::string("update instances set notices = notices + 1, next_poll_at = min(next_poll_at, :at)"
                               " where edms = :edms and next_poll_at is not null and process_id <> '' and ") +
                       named + " = :id",
                   at, edms, id);
  };
  return hasten("process_id", process) + hasten("document_id", document);
}

std::int64_t SqliteTx::hasten_all_polls(const std::string& edms, Time at) {
  return execute(sql_,
                 "update instances set notices = notices + 1, next_poll_at = :at"
                 " where edms = :edms and next_poll_at > :later and process_id <> ''",
                 at, edms, at);
}

void SqliteTx::set_paused(const std::string& instance, bool paused) {
  require_one_row(execute(sql_, "update instances set paused = :paused where id = :id", paused, instance), "set_paused",
                  instance);
}

bool SqliteTx::paused(const std::string& instance) {
  return query_one<bool>(sql_, "select paused from instances where id = :id", instance).value_or(false);
}

void SqliteTx::add_history(const HistoryRow& row) {
  execute(sql_, "insert into history (instance, at, kind, text) values (:instance, :at, :kind, :text)", row.instance,
          row.at, row.kind, row.text);
}

std::vector<HistoryRow> SqliteTx::history(const std::string& instance, std::size_t limit) {
  // The newest `limit` rows, oldest first.
  Statement select(sql_,
                   "select id, instance, at, kind, text from (select * from history where instance = :instance"
                   " order by id desc limit :limit) order by id",
                   instance, limit);
  return rows<HistoryRow>(select, read_history);
}

}  // namespace sedlink::store
