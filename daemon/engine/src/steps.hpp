#pragma once
// One event through the state machine, inside a transaction: load, step, save, history, effects, look-again.
#include "core.hpp"

namespace sedlink::engine {

struct Applied {
  Applied() = default;
  bool handled = true;
  bool saved = false;
  std::string instance;
  std::optional<Outcome> outcome;  // reached by this very step
  std::int64_t notices = 0;        // of the row, by apply_to_instance
  Aftermath after;
};

// Runs on the store's thread. `mapping` is the current one (for new runs); an active run uses its own revision.
Applied apply_to_item(store::Tx&, Catalog&, const World&, const mapping::MappingPtr& mapping, const ItemRef&,
                      const process::Event&, Time now);
// When a card that waits for data is looked at again by itself: what the other side refused may be cured there, without
// a change of the card. Ever more rarely.
[[nodiscard]] Time next_look(const World&, Time waiting_since, Time now);
// When a process is looked at because a notification named it: what is told of within a second is one look, and a
// connection is asked at most so often, however many notifications come.
[[nodiscard]] Time noticed_look(Time now);
// Error not_found engine.instance.
Result<Applied> apply_to_instance(store::Tx&, Catalog&, const World&, const std::string& instance,
                                  const process::Event&, Time now);

}  // namespace sedlink::engine
