#pragma once
// The table of REST methods.
#include <string>
#include <vector>

#include "crm.hpp"
#include "query.hpp"

namespace sedlink::sim::b24 {

struct Caller {
  Caller() = default;
  Id user = 0;
  std::string owner;  // the webhook, for budgets
  std::set<std::string> scopes;
  [[nodiscard]] Actor actor() const { return {user, true}; }
};

struct Invocation {
  Portal& portal;
  const Caller& caller;
  const json::object& params;
};

using Run = Answer (*)(const Invocation& call);

struct Method {
  std::string name;   // as documented; matched in lower case
  std::string scope;  // empty = none needed
  Run run = nullptr;  // null: exists, but not for a webhook
  bool in_batch = true;
  RestError refusal{};  // when run is null
};

// Lower-case name -> method.
[[nodiscard]] const std::map<std::string, Method>& methods();

// Each part of the portal adds its own.
void add_base_methods(std::vector<Method>& table);
void add_crm_item_methods(std::vector<Method>& table);
void add_crm_dictionary_methods(std::vector<Method>& table);
void add_requisite_methods(std::vector<Method>& table);
void add_timeline_methods(std::vector<Method>& table);
void add_disk_methods(std::vector<Method>& table);
void add_task_methods(std::vector<Method>& table);
void add_notify_methods(std::vector<Method>& table);
void add_user_methods(std::vector<Method>& table);
void add_legacy_crm_methods(std::vector<Method>& table);

// Arguments. `old` modules take their top-level names in any case.
[[nodiscard]] const json::value* arg(const json::object& params, std::string_view name);
[[nodiscard]] const json::value* arg_old(const json::object& params, std::string_view name);
// Throws 400 `100` "Could not find value for parameter {name}".
[[nodiscard]] Id required_int(const json::object& params, std::string_view name);
[[nodiscard]] json::object required_map(const json::object& params, std::string_view name);
[[nodiscard]] bool original_names(const json::object& params);

}  // namespace sedlink::sim::b24
