#pragma once
// The port's transaction on a SOCI session. Knows nothing of commits and threads.
#include <soci/soci.h>

#include "sedlink/store/store.hpp"

namespace sedlink::store {

class SqliteTx final : public Tx {
 public:
  explicit SqliteTx(soci::session& session) : sql_(session) {}

  // inbox.cpp
  InboxAdded add_inbox(const InboxRow&) override;
  std::vector<InboxRow> take_inbox(Time now, std::size_t limit, const std::vector<std::string>& busy) override;
  void finish_inbox(std::int64_t id) override;
  void retry_inbox(std::int64_t id, Time due_at, const std::string& error) override;
  std::optional<Time> next_inbox_due() override;

  // instances.cpp
  std::optional<InstanceRow> instance(const std::string& id) override;
  std::optional<InstanceRow> latest_instance(const std::string& mapping, const ItemRef&) override;
  std::vector<InstanceRow> instances(const InstanceFilter&) override;
  void save_instance(InstanceRow& row) override;
  std::vector<InstanceRow> due_polls(const std::string& edms, Time now, std::size_t limit) override;
  std::optional<Time> next_poll_due(const std::string& edms) override;
  std::int64_t hasten_polls(const std::string& edms, const std::string& process, const std::string& document,
                            Time at) override;
  std::int64_t hasten_all_polls(const std::string& edms, Time at) override;
  void set_paused(const std::string& instance, bool paused) override;
  bool paused(const std::string& instance) override;
  void add_history(const HistoryRow&) override;
  std::vector<HistoryRow> history(const std::string& instance, std::size_t limit) override;

  // outbox.cpp
  bool add_effect(const EffectRow&) override;
  std::vector<EffectRow> lease_effects(Time now, std::size_t limit, const std::vector<std::string>& paused,
                                       const std::vector<std::string>& together,
                                       const std::vector<std::string>& not_now) override;
  std::optional<EffectRow> effect(std::int64_t id) override;
  std::optional<EffectRow> effect_by_key(const std::string& key) override;
  std::vector<EffectRow> effects(const std::string& instance) override;
  std::vector<EffectRow> incidents(std::size_t limit) override;
  void finish_effect(std::int64_t id, EffectStatus status) override;
  void reschedule_effect(std::int64_t id, Time due_at, bool doubtful, const std::string& fault,
                         const std::string& error) override;
  void stop_effect(std::int64_t id, bool doubtful, const std::string& fault, const std::string& error) override;
  void set_effect_memo(std::int64_t id, const std::string& memo) override;
  void replace_effect_payload(std::int64_t id, const std::string& payload) override;
  void drop_pending_effects(const std::string& instance, const std::string& kind) override;
  std::optional<Time> next_effect_due() override;

  // facts.cpp
  void put_revision(const std::string& revision, const std::string& mapping, const std::string& text,
                    Time now) override;
  std::optional<std::string> revision_text(const std::string& revision) override;
  Time activate_scope(const std::string& scope, Time now) override;
  std::optional<std::string> get(const std::string& space, const std::string& key) override;
  void put(const std::string& space, const std::string& key, const std::string& value) override;
  void remove(const std::string& space, const std::string& key) override;
  Counts counts() override;
  std::int64_t prune(Time inbox_before, Time effects_before, std::size_t limit) override;

 private:
  soci::session& sql_;
};

// Throws a defect when a statement that names one row changed another number of rows.
void require_one_row(std::int64_t changed, const char* what, const std::string& id);

}  // namespace sedlink::store
