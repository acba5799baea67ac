#pragma once
#include "sedlink/store/store.hpp"

namespace soci {
class session;
}

namespace sedlink::store {

// Values of inbox.status. Not in the port: callers see rows only in the state their call gives them.
enum class InboxStatus { unread = 1, reading, done, ignored };

// What instances.phase holds when a run is over (process::Phase::ended): everything else is running.
inline constexpr const char* ended_phase = "ended";
inline constexpr const char* waiting_phase = "waiting_for_data";

// The newest schema this program knows.
[[nodiscard]] int schema_version();
// Brings an empty or older store up to schema_version(), each step in a transaction of its own. Throws StoreException:
// rejected store.newer_version, store.corrupt (a database of another program); soci errors of the disk.
void migrate(soci::session& sql, Time now);

}  // namespace sedlink::store
