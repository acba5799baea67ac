#pragma once
// All state of the daemon. One transaction holds: the inbox row done, the history, the instance, the outbox, the
// cursor.
//
// The store keeps JSON texts of the state machine without reading them; what it must search by has columns of its own.
// Blocking work runs on the store's own threads (one writer with group commit, a few readers); results come back on the
// caller's executor. `co_await store.write(unit)` returns only after the commit is durable.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/domain.hpp"
#include "sedlink/core/log.hpp"
#include "sedlink/net/task.hpp"

namespace sedlink::store {

// ---- rows -----------------------------------------------------------------------------------------------------------

// Something happened: go and look at an item, or carry out a command.
struct InboxRow {
  InboxRow() = default;
  std::int64_t id = 0;
  std::string source;     // "hook:portal", "sweep:portal:dynamic:1036", "command" …
  std::string source_id;  // deduplicates within the source; empty = a delivery without id, coalesced per item
  std::string kind;       // "look", "deleted", "command", "ignored"
  ItemRef item;           // empty id = none
  std::string payload;    // JSON
  Time received_at{}, due_at{};
  int coalesced = 0;  // further deliveries that joined this row
  int attempts = 0;
};
enum class InboxAdded { opened = 1, coalesced, duplicate };

struct InstanceRow {
  InstanceRow() = default;
  std::string id, mapping, revision, edms;
  ItemRef item;
  int launch_no = 0;
  std::string phase, outcome;        // for lists and metrics
  std::string stage, holders;        // for lists
  std::string process_id;            // EDMS process, empty before it exists
  std::string document_id;           // EDMS document, likewise
  std::string state;                 // JSON of process::Instance
  std::int64_t version = 0;          // optimistic; 0 = not stored yet
  std::optional<Time> next_poll_at;  // set while the EDMS is to be asked
  std::int64_t notices = 0;          // so often hasten_polls() meant it; save_instance() leaves it alone
  Time created_at{}, updated_at{};
};

struct HistoryRow {
  HistoryRow() = default;
  std::int64_t id = 0;
  std::string instance;
  Time at{};
  std::string kind, text;  // kind: event | effect | note; text for people
};

enum class EffectStatus { pending = 1, in_flight, done, incident, skipped };
struct EffectRow {
  EffectRow() = default;
  std::int64_t id = 0;
  std::string instance;
  std::string lane;       // connection name: effects of one (instance, lane) go one after another
  std::string kind, key;  // key: idempotency key, unique in the store
  std::string payload;    // JSON
  EffectStatus status = EffectStatus::pending;
  bool doubtful = false;  // an earlier attempt may have happened: look before repeating
  int attempts = 0;
  Time due_at{}, created_at{};
  std::optional<Time> first_failed_at;
  std::string memo;  // what the adapter wanted remembered before the write
  std::string last_error;
  std::string fault;  // of the last error
};

struct Counts {
  Counts() = default;
  std::int64_t inbox_new = 0, inbox_reading = 0, inbox_ignored = 0, inbox_done = 0, inbox_coalesced = 0;
  std::int64_t effects_pending = 0, effects_in_flight = 0, effects_incident = 0, effects_done = 0;
  std::int64_t instances_running = 0, instances_ended = 0;
  std::int64_t instances_waiting = 0;  // of the running: somebody has to fill a card or cure a mapping
};

struct InstanceFilter {
  InstanceFilter() = default;
  std::optional<std::string> mapping, phase;
  std::optional<ItemRef> item;  // connection may be empty = any
  bool running_only = false;
  std::size_t limit = 200;
};

// ---- inside a transaction -------------------------------------------------------------------------------------------

// Every function may throw StoreException (converted to Error by write/read). Use on the store's thread only.
class Tx {
 public:
  virtual ~Tx() = default;

  // inbox
  virtual InboxAdded add_inbox(const InboxRow&) = 0;
  // Oldest due unread rows whose item is not being read, of no connection in `busy`; they become "reading".
  virtual std::vector<InboxRow> take_inbox(Time now, std::size_t limit, const std::vector<std::string>& busy) = 0;
  virtual void finish_inbox(std::int64_t id) = 0;
  virtual void retry_inbox(std::int64_t id, Time due_at, const std::string& error) = 0;
  virtual std::optional<Time> next_inbox_due() = 0;  // of unread rows; nullopt = none

  // instances
  virtual std::optional<InstanceRow> instance(const std::string& id) = 0;
  virtual std::optional<InstanceRow> latest_instance(const std::string& mapping, const ItemRef&) = 0;
  virtual std::vector<InstanceRow> instances(const InstanceFilter&) = 0;
  // Inserts when version is 0, else updates if the stored version equals row.version; bumps row.version.
  // A conflict is Error{transient, "store.conflict"}.
  virtual void save_instance(InstanceRow& row) = 0;
  virtual std::vector<InstanceRow> due_polls(const std::string& edms, Time now, std::size_t limit) = 0;
  virtual std::optional<Time> next_poll_due(const std::string& edms) = 0;
  // The runs of that EDMS that are being asked about and have this process or this document (empty: none) become due at
  // `at`, or stay due before it. Returns how many there are.
  virtual std::int64_t hasten_polls(const std::string& edms, const std::string& process, const std::string& document,
                                    Time at) = 0;
  // The same of every run of that EDMS that has a process.
  virtual std::int64_t hasten_all_polls(const std::string& edms, Time at) = 0;

  // history
  virtual void add_history(const HistoryRow&) = 0;
  virtual std::vector<HistoryRow> history(const std::string& instance, std::size_t limit) = 0;  // oldest first

  // outbox
  // A key that exists already is left alone (the same intention); returns whether a row was added.
  virtual bool add_effect(const EffectRow&) = 0;
  // Due effects, the earliest unfinished (pending or in flight) of each (instance, lane) only; lanes in `paused` are
  // left out. They become in_flight, attempts + 1. Instances marked paused are left out. Requests
  // to services (call_service) wait for no other of their lane. An effect of a kind in
  // `together` brings those that follow it along, as far as they are of such kinds, due and not in doubt: they travel
  // in one call, in their order. `limit` counts the first ones and, at most four times as many, all. Those of a kind in
  // `not_now` are left for later; what follows them in their lane waits for them as ever.
  virtual std::vector<EffectRow> lease_effects(Time now, std::size_t limit, const std::vector<std::string>& paused,
                                               const std::vector<std::string>& together,
                                               const std::vector<std::string>& not_now = {}) = 0;
  virtual std::optional<EffectRow> effect(std::int64_t id) = 0;
  virtual std::optional<EffectRow> effect_by_key(const std::string& key) = 0;
  virtual std::vector<EffectRow> effects(const std::string& instance) = 0;
  virtual std::vector<EffectRow> incidents(std::size_t limit) = 0;
  virtual void finish_effect(std::int64_t id, EffectStatus status) = 0;  // done | skipped
  virtual void reschedule_effect(std::int64_t id, Time due_at, bool doubtful, const std::string& fault,
                                 const std::string& error) = 0;
  virtual void stop_effect(std::int64_t id, bool doubtful, const std::string& fault,
                           const std::string& error) = 0;  // incident
  virtual void set_effect_memo(std::int64_t id, const std::string& memo) = 0;
  virtual void replace_effect_payload(std::int64_t id, const std::string& payload) = 0;
  virtual void drop_pending_effects(const std::string& instance, const std::string& kind) = 0;  // skipped
  virtual std::optional<Time> next_effect_due() = 0;

  // paused instances: their effects and polls rest
  virtual void set_paused(const std::string& instance, bool paused) = 0;
  virtual bool paused(const std::string& instance) = 0;

  // mapping revisions; `activated` is set once per scope ("mapping id|entity|category|stage") and never changes
  virtual void put_revision(const std::string& revision, const std::string& mapping, const std::string& text,
                            Time now) = 0;
  virtual std::optional<std::string> revision_text(const std::string& revision) = 0;
  virtual Time activate_scope(const std::string& scope, Time now) = 0;

  // small remembered facts: cursors ("cursor"), own moves ("own_move"), folders, …
  virtual std::optional<std::string> get(const std::string& space, const std::string& key) = 0;
  virtual void put(const std::string& space, const std::string& key, const std::string& value) = 0;
  virtual void remove(const std::string& space, const std::string& key) = 0;

  virtual Counts counts() = 0;
  // Forgets at most `limit` rows of each kind that nobody needs any more: inbox rows done before `inbox_before` (of the
  // logs the sweep reads again, the newest 1000 stay) and settled effects of runs that ended before `effects_before`.
  // Returns how many went.
  virtual std::int64_t prune(Time inbox_before, Time effects_before, std::size_t limit) = 0;
};

// Thrown inside a unit of work to roll it back with this error.
class StoreException : public std::runtime_error {
 public:
  explicit StoreException(Error e) : std::runtime_error(e.message), error(std::move(e)) {}
  Error error;
};

// ---- the port -------------------------------------------------------------------------------------------------------

struct StoreOptions {
  StoreOptions() = default;
  std::filesystem::path file;
  std::size_t readers = 2;
  std::size_t max_group = 256;     // units in one commit
  std::size_t max_queue = 10'000;  // units waiting; above: transient store.busy
};

struct StoreStats {
  StoreStats() = default;
  std::uint64_t units = 0, commits = 0, failures = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Opens or creates, migrates, checks integrity, takes the file's lock; rows "reading" and effects "in_flight" of a
  // dead daemon become unread and pending + doubtful. Errors (audience admin): rejected store.newer_version,
  // store.locked, store.read_only, store.corrupt; transient store.full.
  static Result<std::unique_ptr<Store>> open(StoreOptions options, Logger& logger);

  // Runs `unit` in the next commit group. Its Error (returned or thrown) rolls back that unit alone.
  // Errors: transient store.full, store.busy, store.conflict; rejected store.read_only; defect store.sql.
  template <class T>
  Task<T> write(std::function<Result<T>(Tx&)> unit) {
    auto out = std::make_shared<std::optional<Result<T>>>();
    std::function<Result<void>(Tx&)> erased = [out, unit = std::move(unit)](Tx& tx) -> Result<void> {
      out->emplace(unit(tx));
      if (out->value().has_error()) return out->value().error();
      return {};
    };
    Result<void> done = co_await write_unit(std::move(erased));
    if (done.has_error()) co_return done.error();
    co_return std::move(out->value());
  }
  template <class T>
  Task<T> read(std::function<Result<T>(Tx&)> unit) {
    auto out = std::make_shared<std::optional<Result<T>>>();
    std::function<Result<void>(Tx&)> erased = [out, unit = std::move(unit)](Tx& tx) -> Result<void> {
      out->emplace(unit(tx));
      if (out->value().has_error()) return out->value().error();
      return {};
    };
    Result<void> done = co_await read_unit(std::move(erased));
    if (done.has_error()) co_return done.error();
    co_return std::move(out->value());
  }

  [[nodiscard]] virtual StoreStats stats() const = 0;
  // Ends queued units, joins the threads. After it every call is transient store.closed.
  virtual void close() = 0;

 protected:
  virtual Task<void> write_unit(std::function<Result<void>(Tx&)> unit) = 0;
  virtual Task<void> read_unit(std::function<Result<void>(Tx&)> unit) = 0;
};

}  // namespace sedlink::store
