#include "schema.hpp"
#include "statement.hpp"
#include "tx.hpp"

namespace sedlink::store {
namespace {

// The planner would take the index by status and sort the whole backlog at every call.
constexpr const char* columns =
    "select i.id, i.source, i.source_id, i.kind, i.connection, i.entity, i.item, i.payload, i.received_at, i.due_at,"
    " i.coalesced, i.attempts from inbox i indexed by inbox_due ";

void read(Statement& s, InboxRow& r) {
  s.into(r.id, r.source, r.source_id, r.kind, r.item.connection, r.item.entity, r.item.id, r.payload, r.received_at,
         r.due_at, r.coalesced, r.attempts);
}

// An unread row nobody has to wait for: its item is not being read. Rows of no item wait for nobody.
constexpr const char* not_being_read =
    " i.status = 1 and (i.item = '' or not exists (select 1 from inbox r where r.status = 2"
    " and r.connection = i.connection and r.entity = i.entity and r.item = i.item)) ";

}  // namespace

InboxAdded SqliteTx::add_inbox(const InboxRow& row) {
  const bool ignored = row.kind == "ignored";
  if (row.source_id.empty() && !row.item.id.empty() && !ignored) {
    // The delivery carries nothing but "look": one unread row of the item serves them all. A retry that waits is
    // woken, for the outside has just moved.
    const std::int64_t joined =
        execute(sql_,
                "update inbox set coalesced = coalesced + 1, due_at = min(due_at, :due) where id = ("
                "select min(id) from inbox where status = 1 and source_id = '' and connection = :connection"
                " and entity = :entity and item = :item and source = :source and kind = :kind)",
                row.due_at, row.item.connection, row.item.entity, row.item.id, row.source, row.kind);
    if (joined > 0) return InboxAdded::coalesced;
  }
  const std::int64_t added = execute(
      sql_,
      "insert into inbox (source, source_id, kind, connection, entity, item, payload, received_at, due_at, status)"
      " values (:source, :source_id, :kind, :connection, :entity, :item, :payload, :received, :due, :status)"
      " on conflict (source, source_id) where source_id <> '' do nothing",
      row.source, row.source_id, row.kind, row.item.connection, row.item.entity, row.item.id, row.payload,
      row.received_at, row.due_at, ignored ? InboxStatus::ignored : InboxStatus::unread);
  return added > 0 ? InboxAdded::opened : InboxAdded::duplicate;
}

std::vector<InboxRow> SqliteTx::take_inbox(Time now, std::size_t limit, const std::vector<std::string>& busy) {
  std::string connections;
  for (std::size_t i = 0; i < busy.size(); ++i) connections += (i == 0 ? ":busy" : ", :busy") + std::to_string(i);
  // Of several due rows of one item only the oldest: what follows waits until it has been read.
  Statement select(sql_,
                   std::string(columns) + "where" + not_being_read +
                       "and i.due_at <= :now and (i.item = '' or not exists (select 1 from inbox e where e.status = 1"
                       " and e.connection = i.connection and e.entity = i.entity and e.item = i.item"
                       " and (e.due_at < i.due_at or (e.due_at = i.due_at and e.id < i.id))))"
                       " and i.connection not in (" +
                       connections + ") order by i.due_at, i.id limit :limit",
                   now);
  for (const std::string& connection : busy) select.bind(connection);
  select.bind(limit);
  std::vector<InboxRow> taken = rows<InboxRow>(select, read);
  for (InboxRow& row : taken) {
    ++row.attempts;
    execute(sql_, "update inbox set status = 2, attempts = :attempts where id = :id", row.attempts, row.id);
  }
  return taken;
}

void SqliteTx::finish_inbox(std::int64_t id) {
  require_one_row(execute(sql_, "update inbox set status = 3 where id = :id", id), "finish_inbox", std::to_string(id));
}

void SqliteTx::retry_inbox(std::int64_t id, Time due_at, const std::string& error) {
  require_one_row(execute(sql_, "update inbox set status = 1, due_at = :due, last_error = :error where id = :id",
                          due_at, error, id),
                  "retry_inbox", std::to_string(id));
}

std::optional<Time> SqliteTx::next_inbox_due() {
  return query_one<Time>(sql_, std::string("select i.due_at from inbox i indexed by inbox_due where") + not_being_read +
                                   "order by i.due_at limit 1");
}

}  // namespace sedlink::store
