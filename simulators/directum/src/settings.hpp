#pragma once
#include <string>

#include "filter.hpp"
#include "sedlink/core/clock.hpp"
#include "sedlink/core/error.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim::directum {

// What is a guess of the protocol page or differs between installations. `settings:` of a scenario, `access:` for the
// first group; an unknown key is an error.
struct Settings {
  // access
  std::string user = "connector";
  std::string password = "rx-secret";
  std::string root = "/Integration";
  bool basic = true, header_pair = true, tokens = true;
  std::string token_form = "text";  // or `json`: a JSON string
  Duration token_lifetime{30 * 60'000};

  std::string time_zone = "Europe/Moscow";
  std::size_t max_entities = 1000;     // of an answer; more in a set without a filter, or found: 400
  bool paging_without_filter = false;  // $top and $skip do something without $filter
  FilterOptions filter;
  std::string empty_collection = "204";  // or `200`
  std::string missing_entity = "404";    // or `204`
  bool any_accept = false;               // Accept: */* will do on writes
  std::size_t string_length = 250;       // characters of a string whose length the tables do not tell; 0: any
  bool required = true;                  // required properties are enforced on writes
  bool life_cycle_lost_on_create = true;
  bool names_generated = true;  // by kinds that say so

  bool addenda_related = false;  // LeadingDocument of an addendum relates the two by itself

  bool employees_only = true;           // start tasks
  bool patch_draft = true;              // Subject, MaxDeadline, ActiveText, ApprovalRule of a draft may be patched
  bool patch_status = false;            // PATCH {"Status": "Aborted"} aborts a task
  bool comment_required = true;         // for remarks and returns through CompleteAssignment
  bool complete_foreign = false;        // a caller may complete other people's assignments
  bool text_moves_on_start = false;     // ActiveText of a started task is empty, its text in Texts
  bool assignments_touch_task = false;  // completing one changes Modified of the task
  bool abort_makes_obsolete = false;
  std::string signing_refusal = "abort";  // of a process variant: abort, rework or complete
  Duration background{0};                 // the route goes on so long after what moved it

  // The module: a notification that was not taken is sent again so long after each failure (docs/directum-module.md).
  std::vector<Duration> notification_delays{std::chrono::minutes(1), std::chrono::minutes(5), std::chrono::minutes(30)};

  // Reads the mapping form of a scenario. Errors: control text naming the key.
  static Result<Settings> read(const json::object& scenario);
};

}  // namespace sedlink::sim::directum
