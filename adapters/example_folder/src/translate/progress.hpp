#pragma once
// A process as its files tell it -> our words. Pure.
#include "sedlink/core/error.hpp"
#include "wire/records.hpp"

namespace sedlink::example_folder {

// Errors: transient example_folder.stranger for an answer of somebody who was not asked.
[[nodiscard]] Result<Snapshot> progress(const ProcessRef& ref, const Route& route, std::vector<Fact> facts, Time asked);
// The approval sheet: who decided what and when, every round.
[[nodiscard]] std::vector<SheetRow> sheet(const Snapshot&);

}  // namespace sedlink::example_folder
