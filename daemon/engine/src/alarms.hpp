#pragma once
// What goes on by itself but takes so long that somebody has to be told. An alarm is an incident that ends by itself
// once the work has gone on. Everything here runs inside a unit of work.
#include "sedlink/core/error.hpp"
#include "sedlink/store/store.hpp"

namespace sedlink::engine {

inline constexpr Duration patience = std::chrono::minutes(15);

// False when it was raised before. `instance` may be empty. `key` names the trouble, not its repetition.
bool raise_alarm(store::Tx&, const std::string& instance, const std::string& lane, const std::string& key,
                 const std::string& code, const std::string& text, Time now);
void end_alarm(store::Tx&, const std::string& key);

// A process whose answers cannot be read or applied: the CRM is not true about it. `patience` after the first failure
// in a row it becomes an alarm.
void note_unread(store::Tx&, const store::InstanceRow&, const Error&, Time now);
void note_read(store::Tx&, const std::string& instance);

}  // namespace sedlink::engine
