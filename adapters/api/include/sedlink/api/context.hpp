#pragma once
#include <memory>
#include <string>

#include "sedlink/core/domain.hpp"
#include "sedlink/core/log.hpp"
#include "sedlink/net/task.hpp"

namespace sedlink::api {

// Travels with every call of a port.
struct CallContext {
  CallContext() = default;
  SteadyTime deadline{};    // of the whole call; adapters pass it on to every exchange
  std::string key;          // idempotency key of the object or effect (UUID text); empty for reads
  std::string trace_id;     // goes to logs only
  bool for_people = false;  // a person waits: served before bulk work
};

// What a read-only test of a connection found.
struct ConnectionReport {
  ConnectionReport() = default;
  std::string product, version, user;  // "1С:Документооборот КОРП", "2.1.32.6.CORP", "Интеграция"
  std::vector<std::string> warnings;  // for the admin, in Russian
};

// An object the other system offers for a mapping to name.
struct CatalogEntry {
  CatalogEntry() = default;
  CatalogEntry(std::string k, std::string i, std::string n)
      : kind(std::move(k)), id(std::move(i)), name(std::move(n)) {}
  std::string kind;  // EDMS: "document_kind.internal", "folder", "template.approval", "organization", "person" …; CRM:
                     // "stage", "field", "category", "user", "entity"
  std::string id, name;
  std::string detail;  // field type, stage semantics, …
};
using Catalog = std::vector<CatalogEntry>;
// The kind of an entry that stands for a list the other system refused: id = the kind of its entries, name = why.
inline constexpr const char* unread_list = "unread";

}  // namespace sedlink::api
