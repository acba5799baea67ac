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
  Aftermath after;
};

// Runs on the store's thread. `mapping` is the current one (for new runs); an active run uses its own revision.
Applied apply_to_item(store::Tx&, Catalog&, const World&, const mapping::MappingPtr& mapping, const ItemRef&,
                      const process::Event&, Time now);
// When a card that waits for data is looked at again by itself: what the other side refused may be cured there, without
// a change of the card. Ever more rarely.
[[nodiscard]] Time next_look(const World&, Time waiting_since, Time now);
// Error not_found engine.instance.
Result<Applied> apply_to_instance(store::Tx&, Catalog&, const World&, const std::string& instance,
                                  const process::Event&, Time now);

}  // namespace sedlink::engine
