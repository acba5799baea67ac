#pragma once
// One installation: its model, settings, entities, clock, and the ways in which something happens later or is told to
// people.
#include <functional>
#include <set>
#include <string>

#include "refusal.hpp"
#include "settings.hpp"
#include "store.hpp"

namespace sedlink::sim::directum {

struct Account {
  std::string login, password;
  Id user = 0;
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
  std::set<std::pair<Id, Id>> folders;           // folder, what is in it
  std::map<std::string, std::int64_t> counters;  // of document registers

  // Whole seconds: what the service shows is what it compares.
  [[nodiscard]] Time now() const { return std::chrono::floor<std::chrono::seconds>(outside.now()); }
  // The last midnight of the installation's zone.
  [[nodiscard]] Time today() const;
  // "2026-09-01T00:00:00Z", with an offset, without one or a date alone: those are the installation's. Nothing:
  // unreadable.
  [[nodiscard]] std::optional<Time> read_date(std::string_view text) const;
  void touch(Entity& entity) const { entity.set("Modified", now()); }
  // So many working days after `from`, Saturdays and Sundays left out.
  [[nodiscard]] Time after_working_days(Time from, int days) const;
  [[nodiscard]] Entity* named(std::string_view type, std::string_view name) const {
    return store.find_by(type, "Name", name);
  }
  [[nodiscard]] std::string name_of(std::string_view type, Id id) const;
};

}  // namespace sedlink::sim::directum
