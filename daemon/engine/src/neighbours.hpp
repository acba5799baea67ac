#pragma once
// What of a card's neighbours (company, requisite, contact) somebody will ask about: only that is read, and only when a
// run begins, waits for data, or its card changed company. A run that goes on keeps what it has.
#include <map>
#include <vector>

#include "catalog.hpp"
#include "sedlink/api/crm.hpp"

namespace sedlink::engine {

// By the templates of a mapping.
[[nodiscard]] api::Neighbours neighbours_of(const mapping::CompiledMapping&);

// What the store knows of the runs of some cards, taken before the cards are read.
struct KnownRuns {
  struct Run {
    bool waiting = false;  // for data: the neighbours may be what was missing
    std::string company_id;
    Fields company, contact;
    api::Neighbours wanted;  // by the revision the run is pinned to
  };
  std::map<ItemRef, std::vector<Run>> runs;  // those in progress
};
[[nodiscard]] KnownRuns known_runs(store::Tx& tx, Catalog& catalog, const std::vector<ItemRef>& refs);

// What to read beside `item`. `commanded`: the card is to be launched by command.
[[nodiscard]] api::Neighbours wanted_of(const Catalog& catalog, const KnownRuns& known, const Item& item,
                                        bool commanded);
// Fills in what was left out from what the runs know.
void keep_known(const KnownRuns& known, Item& item);

}  // namespace sedlink::engine
