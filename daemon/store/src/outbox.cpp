#include <algorithm>

#include "statement.hpp"
#include "tx.hpp"

namespace sedlink::store {
namespace {

const std::string columns =
    "select e.id, e.instance, e.lane, e.kind, e.idempotency_key, e.payload, e.status, e.doubtful, e.attempts, e.due_at,"
    " e.created_at, e.first_failed_at, e.memo, e.last_error, e.fault from effects e ";

// The planner would take the index by status and sort the whole backlog at every call.
const std::string by_due = "indexed by effects_due ";

void read(Statement& s, EffectRow& r) {
  s.into(r.id, r.instance, r.lane, r.kind, r.key, r.payload, r.status, r.doubtful, r.attempts, r.due_at, r.created_at,
         r.first_failed_at, r.memo, r.last_error, r.fault);
}

// Pending, first of its (instance, lane), its run not paused. An effect of no run waits for nobody;
// nor do requests to services wait for each other: the answer to one may take hours.
const std::string may_go =
    " e.status = 1 and (e.kind = 'call_service' or not exists (select 1 from effects p where p.instance = e.instance"
    " and p.lane = e.lane and p.status in (1, 2) and p.id < e.id))"
    " and not exists (select 1 from instances i where i.id = e.instance and i.paused = 1) ";

}  // namespace

bool SqliteTx::add_effect(const EffectRow& row) {
  const std::optional<std::string> instance =
      row.instance.empty() ? std::nullopt : std::optional<std::string>(row.instance);
  return execute(
             sql_,
             "insert into effects (instance, lane, kind, idempotency_key, payload, status, doubtful, attempts, due_at,"
             " created_at, first_failed_at, memo, last_error, fault) values (:instance, :lane, :kind, :key, :payload,"
             " :status, :doubtful, :attempts, :due_at, :created_at, :first_failed_at, :memo, :last_error, :fault)"
             " on conflict (idempotency_key) do nothing",
             instance, row.lane, row.kind, row.key, row.payload, row.status, row.doubtful, row.attempts, row.due_at,
             row.created_at, row.first_failed_at, row.memo, row.last_error, row.fault) > 0;
}

std::vector<EffectRow> SqliteTx::lease_effects(Time now, std::size_t limit, const std::vector<std::string>& paused,
                                               const std::vector<std::string>& together,
                                               const std::vector<std::string>& not_now) {
  std::string lanes, kinds;
  for (std::size_t i = 0; i < paused.size(); ++i) lanes += (i == 0 ? ":lane" : ", :lane") + std::to_string(i);
  for (std::size_t i = 0; i < not_now.size(); ++i) kinds += (i == 0 ? ":kind" : ", :kind") + std::to_string(i);
  Statement select(sql_, columns + by_due + "where" + may_go + "and e.due_at <= :now and e.lane not in (" + lanes +
                             ") and e.kind not in (" + kinds + ") order by e.due_at, e.id limit :limit");
  select.bind(now);
  for (const std::string& lane : paused) select.bind(lane);
  for (const std::string& kind : not_now) select.bind(kind);
  select.bind(limit);
  const std::vector<EffectRow> first = rows<EffectRow>(select, read);
  const auto travels = [&](const EffectRow& row) {
    return !row.doubtful && std::find(together.begin(), together.end(), row.kind) != together.end();
  };
  std::vector<EffectRow> leased;
  for (const EffectRow& head : first) {
    leased.push_back(head);
    if (!travels(head) || leased.size() >= 8 * limit) continue;
    Statement followers(sql_,
                        columns +
                            "where e.instance = :instance and e.lane = :lane and e.status = 1 and e.id > :id"
                            " order by e.id limit 20",
                        head.instance, head.lane, head.id);
    for (EffectRow& row : rows<EffectRow>(followers, read)) {
      if (!travels(row) || row.due_at > now) break;
      leased.push_back(std::move(row));
    }
  }
  for (EffectRow& row : leased) {
    row.status = EffectStatus::in_flight;
    ++row.attempts;
    execute(sql_, "update effects set status = :status, attempts = :attempts, leased_at = :now where id = :id",
            row.status, row.attempts, now, row.id);
  }
  return leased;
}

std::optional<EffectRow> SqliteTx::effect(std::int64_t id) {
  Statement select(sql_, columns + "where e.id = :id", id);
  return first_row<EffectRow>(select, read);
}

std::optional<EffectRow> SqliteTx::effect_by_key(const std::string& key) {
  Statement select(sql_, columns + "where e.idempotency_key = :key", key);
  return first_row<EffectRow>(select, read);
}

std::vector<EffectRow> SqliteTx::effects(const std::string& instance) {
  Statement select(sql_, columns + "where e.instance = :instance order by e.id", instance);
  return rows<EffectRow>(select, read);
}

std::vector<EffectRow> SqliteTx::incidents(std::size_t limit) {
  Statement select(sql_, columns + "where e.status = 4 order by e.id limit :limit", limit);
  return rows<EffectRow>(select, read);
}

void SqliteTx::finish_effect(std::int64_t id, EffectStatus status) {
  if (status != EffectStatus::done && status != EffectStatus::skipped)
    throw StoreException(Error{
        Fault::defect, Audience::developer, "store.sql", "finish_effect: an effect ends as done or skipped only", {}});
  require_one_row(execute(sql_, "update effects set status = :status where id = :id", status, id), "finish_effect",
                  std::to_string(id));
}

// The time of the first failure is that of the attempt's lease: the caller's clock, wherever it comes from.
void SqliteTx::reschedule_effect(std::int64_t id, Time due_at, bool doubtful, const std::string& fault,
                                 const std::string& error) {
  require_one_row(execute(sql_,
                          "update effects set status = 1, due_at = :due, doubtful = :doubtful, fault = :fault,"
                          " last_error = :error, first_failed_at = coalesce(first_failed_at, leased_at) where id = :id",
                          due_at, doubtful, fault, error, id),
                  "reschedule_effect", std::to_string(id));
}

void SqliteTx::stop_effect(std::int64_t id, bool doubtful, const std::string& fault, const std::string& error) {
  require_one_row(execute(sql_,
                          "update effects set status = 4, doubtful = :doubtful, fault = :fault, last_error = :error,"
                          " first_failed_at = coalesce(first_failed_at, leased_at) where id = :id",
                          doubtful, fault, error, id),
                  "stop_effect", std::to_string(id));
}

void SqliteTx::set_effect_memo(std::int64_t id, const std::string& memo) {
  require_one_row(execute(sql_, "update effects set memo = :memo where id = :id", memo, id), "set_effect_memo",
                  std::to_string(id));
}

void SqliteTx::replace_effect_payload(std::int64_t id, const std::string& payload) {
  require_one_row(execute(sql_, "update effects set payload = :payload where id = :id", payload, id),
                  "replace_effect_payload", std::to_string(id));
}

void SqliteTx::drop_pending_effects(const std::string& instance, const std::string& kind) {
  execute(sql_, "update effects set status = 5 where instance = :instance and kind = :kind and status = 1", instance,
          kind);
}

std::optional<Time> SqliteTx::next_effect_due() {
  return query_one<Time>(sql_,
                         "select e.due_at from effects e " + by_due + "where" + may_go + "order by e.due_at limit 1");
}

}  // namespace sedlink::store
