#pragma once
// Our own changes of a card come back as the portal's events. They are looked at, for somebody may have changed the
// card in the same breath, but a little later and together: one reading for the echoes of many changes.
#include <map>
#include <vector>

#include "sedlink/api/crm.hpp"

namespace sedlink::engine {

// Of this process only: what another one wrote is read at once. Used on the io thread.
class Echoes {
 public:
  // These cards are being changed, or have just been.
  void written(const std::vector<api::CrmEffect>& effects, Time now);
  void written(const FileTarget& target, Time now);
  // When a card that an event names is to be read: `now`, or soon when the event may be an echo.
  [[nodiscard]] Time due(const ItemRef& item, Time now);

 private:
  void keep(const ItemRef* item, Time now);
  std::map<ItemRef, Time> written_;
  Time together_{};  // the next reading of echoes
};

}  // namespace sedlink::engine
