#pragma once
// A process whose answers cannot be read or applied: after a while somebody has to be told, for the CRM is not true
// about it.
#include "sedlink/core/error.hpp"
#include "sedlink/store/store.hpp"

namespace sedlink::engine {

// Inside a unit of work. Fifteen minutes after the first failure in a row it becomes an incident of the instance.
void note_unread(store::Tx&, const store::InstanceRow&, const Error&, Time now);
// The process is readable again: its incident ends by itself.
void note_read(store::Tx&, const std::string& instance);

}  // namespace sedlink::engine
