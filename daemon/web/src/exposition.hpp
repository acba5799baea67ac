#pragma once
#include <string>
#include <vector>

#include "sedlink/engine/engine.hpp"

namespace sedlink::web {

// Prometheus text of everything worth watching; `counts` null = the store did not answer (sedlink_store_up 0).
// `measures`: what each connection's adapter knows of its budgets; `own`: the daemon's, without a connection.
[[nodiscard]] std::string exposition(
    const engine::Counters&, const std::vector<engine::ConnectionHealth>&, const store::Counts* counts,
    const std::string& version, Time now,
    const std::vector<std::pair<std::string, std::vector<api::Measure>>>& measures = {},
    const std::vector<api::Measure>& own = {});

}  // namespace sedlink::web
