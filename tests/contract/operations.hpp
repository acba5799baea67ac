#pragma once
// Every operation of the port as the engine uses it: what it needs, the call, the look after doubt, and how the EDMS
// itself shows that it is done.
#include <optional>
#include <string>
#include <vector>

#include "contract/stand.hpp"

namespace sedlink::contract {

// What one run of an operation works on.
struct Trial {
  Trial() = default;
  std::string key;
  DocumentDraft draft;
  DocumentRef document;
  ProcessDraft route;
  ProcessRef process;
  Reference counterparty;
  Reference person;
  SpooledFile spooled;
  EdmsFileRef file;
  AuthorDecision decision;
  std::string path;             // for fetch
  std::size_t catalog = 0;      // entries of an undisturbed discover()
  std::size_t done_before = 0;  // of Operation::done
};

// What must be there before the call.
enum class Stage { nothing = 1, document, file, other_file, prepared, running, rejected, ended };

struct Operation {
  const char* name;
  Stage needs;
  // Errors: the port's; contract.answer (defect) for a success that tells something else than what is there.
  Task<void> (*call)(api::EdmsAdapter&, Trial&, api::CallContext);
  // Whether an attempt with a lost answer did it. Null: the call looks by itself and is repeated as it is.
  Task<bool> (*find)(api::EdmsAdapter&, Trial&, api::CallContext);
  std::size_t Tally::*done;                    // one more after a success; null: a read
  bool (*possible)(const api::Capabilities&);  // null: every adapter has it
  const char* capability;                      // its name, for the table
  bool fresh = false;                          // each run by a new adapter, its connecting included
};

[[nodiscard]] const std::vector<Operation>& operations();
[[nodiscard]] const Operation& operation(std::string_view name);  // throws when there is none

}  // namespace sedlink::contract
