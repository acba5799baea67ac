#pragma once
// Module functions (directum.md A8).
#include "approval.hpp"
#include "query.hpp"

namespace sedlink::sim::directum {

// What a call was given, checked against the declaration.
class Arguments {
 public:
  // Of an action's body. A missing parameter answers 404, a wrong type 400 (directum.md A8).
  static Arguments of_action(const Function& function, const json::object& body);
  // Of a function's parentheses.
  static Arguments of_function(const Function& function, const std::string& text);

  [[nodiscard]] Id id(std::string_view name) const;             // 0 when null
  [[nodiscard]] std::string text(std::string_view name) const;  // empty when null
  [[nodiscard]] bool flag(std::string_view name) const;         // false when null
  [[nodiscard]] std::int64_t number(std::string_view name) const { return id(name); }
  // Null instead of a list breaks the server's code: 400.
  [[nodiscard]] std::vector<Id> ids(std::string_view name) const;
  [[nodiscard]] std::optional<Time> date(std::string_view name, const Installation& base) const;

 private:
  static void check(const Parameter& parameter, const json::value& value);
  json::object values_;
};

// Of the customer's module (docs/directum-module.md).
[[nodiscard]] std::span<const FunctionRow> connector_functions();

// Executes; nothing for void. Throws Refusal. `null` in `value` answers 204.
[[nodiscard]] std::optional<json::value> call_function(Installation& base, Approval& approval, const Caller& caller,
                                                       const Function& function, const Arguments& arguments);

}  // namespace sedlink::sim::directum
