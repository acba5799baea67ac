#pragma once
// One installation: its model, settings, entities, clock, and the ways in which something happens later or is told to
// people.
#include <functional>
#include <set>
#include <string>

#include "refusal.hpp"
#include "sedlink/sim/signer.hpp"
#include "settings.hpp"
#include "store.hpp"

namespace sedlink::sim::directum {

struct Account {
  std::string login, password;
  Id user = 0;
};

// A signature of a version: no entity, seen by the customer's module only (directum.md A7.6).
struct SignatureRow {
  Id id = 0, version = 0, number = 0;
  std::string type;  // Approval, Endorsing, NotEndorsing
  std::string signatory, comment;
  Time at;
  std::string subject, thumbprint, cms;  // thumbprint in hex, cms in DER; all empty without a certificate
};

// Who asks.
struct Caller {
  Entity* user = nullptr;
  [[nodiscard]] bool is_employee() const { return user->type->is("Employee"); }
  [[nodiscard]] Id id() const { return user->id(); }
};

class Installation {
 public:
  struct Outside {
    std::function<Time()> now;
    std::function<std::string()> new_id;  // UUID
    std::function<void(Duration, std::function<void()>)> later;
    ContentStore* contents = nullptr;                 // never null
    std::function<void(const json::object&)> notice;  // something that people may react to
    std::function<void()> changed;                    // there is something in changed_tasks or changed_documents
  };

  Installation(const Model& m, Settings s, TimeZone z, Outside o)
      : model(m), settings(std::move(s)), store(m), outside(std::move(o)), zone(std::move(z)) {}

  const Model& model;
  Settings settings;
  Store store;
  Outside outside;
  TimeZone zone;

  std::vector<Account> accounts;
  std::map<std::string, Id, std::less<>> kinds_by_guid;  // predefined document kinds, lower-case GUIDs
  std::set<Id> locked;                                   // documents open in somebody's web client
  std::set<Id> read_only;                                // documents the callers may not change
  struct Relation {
    std::string name;
    Id base = 0, related = 0;
  };
  std::vector<Relation> relations;
  // Once, however often it is asked for.
  void relate(std::string_view name, Entity& of, Entity& to);
  std::map<Id, std::vector<SignatureRow>> signatures;  // by document, old ones first
  Signer signer;
  struct Target {
    std::string url, token;
  };
  Target target;                                  // of the module's notifications; empty url: none
  std::set<Id> changed_tasks, changed_documents;  // nobody was told of yet
  std::set<std::pair<Id, Id>> folders;            // folder, what is in it
  std::map<std::string, std::int64_t> counters;   // of document registers

  // Whole seconds: what the service shows is what it compares.
  [[nodiscard]] Time now() const { return std::chrono::floor<std::chrono::seconds>(outside.now()); }
  // The last midnight of the installation's zone.
  [[nodiscard]] Time today() const;
  // "2026-09-01T00:00:00Z", with an offset, without one or a date alone: those are the installation's. Nothing:
  // unreadable.
  [[nodiscard]] std::optional<Time> read_date(std::string_view text) const;
  void touch(Entity& entity);
  // Of the task itself or of its assignments.
  void task_changed(Id task);
  // So many working days after `from`, Saturdays and Sundays left out.
  [[nodiscard]] Time after_working_days(Time from, int days) const;
  [[nodiscard]] Entity* named(std::string_view type, std::string_view name) const {
    return store.find_by(type, "Name", name);
  }
  [[nodiscard]] std::string name_of(std::string_view type, Id id) const;
};

}  // namespace sedlink::sim::directum
