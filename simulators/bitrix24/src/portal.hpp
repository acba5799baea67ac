#pragma once
// The portal: its data, its settings, and what every part needs (ids, times, events).
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "events.hpp"
#include "limits.hpp"
#include "model.hpp"
#include "php.hpp"
#include "sedlink/sim/simulator.hpp"

namespace sedlink::sim::b24 {

// How a method refuses. Thrown, as a refusal may come from any depth of a method and ends only that one call.
struct RestError {
  int status = 400;
  json::value code;  // mostly a string; some modules answer the number 0
  std::string description;
};
[[noreturn]] void refuse(int status, std::string_view code, std::string description);
[[noreturn]] void refuse_zero(std::string description);  // {"error": 0, …}, 400

struct Answer {
  Answer() = default;
  Answer(json::value r) : result(std::move(r)) {}
  json::value result;
  std::optional<Id> total, next;
};

struct Webhook {
  Id user = 0;
  std::string secret;
  std::set<std::string> scopes;
  bool expired = false;
};

// Behaviour the vendor's pages leave open or contradict; each is a switch.
struct Quirks {
  bool notify_needs_client_id = false;      // im.notify.* with TAG by webhook
  bool per_type_events = false;             // ONCRMDYNAMICITEMUPDATE_1036 beside the base event
  bool other_pipeline_stage_moves = false;  // a foreign stageId without categoryId moves the item instead of refusing
  bool batch_over_limit_fails_whole = false;
  bool downloads_counted = true;  // in the rate bucket
  bool download_needs_user_agent = true;
  bool download_needs_browser_headers = false;
  bool original_uf_names_select_bug = true;
  bool https_required = false;
  bool version_upload_renames = false;  // disk.file.uploadversion takes over the new name
  bool quote_events = true;             // ONCRMQUOTE…: the pages about events do not list them
  bool no_time = false;                 // answers without `time`, as of old or on-premise portals
  bool numbers_as_strings = false;      // crm.item.* answers like the legacy methods
  bool errors_have_time = false;        // refusals carry `time` too, inside a batch in result_time
  bool no_field_options = false;        // crm.item.fields without the variants of list fields
  std::string moved_to;                 // every REST call answers 302 with this origin
  double link_seconds = 3600;           // life of signed links
};

// Who calls: a webhook's user over REST, or a person through the control API.
struct Actor {
  Id user = 0;
  bool rest = false;
};

struct Portal {
  explicit Portal(Environment& environment_given);

  Environment& env;
  Limits limits;
  Events events;
  Quirks quirks;

  std::string base_url, domain, member_id, event_token, server_endpoint, link_secret;
  std::optional<TimeZone> zone;
  std::vector<Webhook> webhooks;
  Id requests = 0;      // REST requests served; a batch is one
  bool seeding = true;  // nobody hears of what the portal begins with

  std::map<Id, User> users;
  std::map<int, EntityType> types;  // by entityTypeId
  std::vector<Stage> stages;
  std::vector<HistoryRow> history;
  std::map<Id, Requisite> requisites;
  std::vector<json::object> requisite_links;
  std::map<Id, Comment> comments;
  std::map<Id, LogMessage> log_messages;
  std::map<Id, DiskStorage> storages;
  std::map<Id, DiskObject> disk;
  std::map<Id, Task> tasks;
  std::map<Id, Notification> notifications;

  [[nodiscard]] Time now() const { return env.now(); }
  [[nodiscard]] std::string iso(Time t) const { return zone->to_offset_iso(t); }
  [[nodiscard]] std::string iso_now() const { return iso(now()); }
  Id next_id(const std::string& sequence, Id first);  // portal-wide counters

  [[nodiscard]] EntityType& type(int entity_type_id);  // throws NOT_FOUND «Смарт-процесс не найден»
  [[nodiscard]] const User* user(Id id) const;

 private:
  std::map<std::string, Id> sequences_;
};

// "deal", "lead", "contact", "company", "quote", "smart-invoice", "dynamic:1036" and back.
[[nodiscard]] std::string entity_word(int entity_type_id);
[[nodiscard]] std::optional<int> entity_from_word(std::string_view word);
// The timeline's and events' spelling: "deal", "dynamic_1036".
[[nodiscard]] std::string entity_code(int entity_type_id);
[[nodiscard]] std::optional<int> entity_from_code(std::string_view code);

// Signed, expiring, opaque links: …?auth=…&token=KIND|payload|signature. Stateless.
[[nodiscard]] std::string signed_query(const Portal& portal, std::string_view kind, const json::object& payload);
struct LinkCheck {
  bool genuine = false, expired = false;
  json::object payload;
};
[[nodiscard]] LinkCheck check_link(const Portal& portal, std::string_view kind, const json::object& params);

}  // namespace sedlink::sim::b24
