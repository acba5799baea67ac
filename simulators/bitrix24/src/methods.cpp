#include "methods.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {

const std::map<std::string, Method>& methods() {
  static const std::map<std::string, Method> table = [] {
    std::vector<Method> all;
    add_base_methods(all);
    add_crm_item_methods(all);
    add_crm_dictionary_methods(all);
    add_requisite_methods(all);
    add_timeline_methods(all);
    add_disk_methods(all);
    add_task_methods(all);
    add_notify_methods(all);
    add_user_methods(all);
    add_legacy_crm_methods(all);
    std::map<std::string, Method> out;
    for (Method& one : all) out.emplace(text::to_lower_ascii(one.name), one);
    return out;
  }();
  return table;
}

const json::value* arg(const json::object& params, std::string_view name) { return params.if_contains(name); }
const json::value* arg_old(const json::object& params, std::string_view name) {
  return find_ignoring_case(params, name);
}

Id required_int(const json::object& params, std::string_view name) {
  const json::value* v = arg(params, name);
  if (v == nullptr) refuse(400, "100", "Could not find value for parameter {" + std::string(name) + "}");
  const auto number = int_of(*v);
  if (!number) {
    refuse(400, "100",
           "Invalid value {" + text_of(*v) + "} to match with parameter {" + std::string(name) +
               "}. Should be value of type int.");
  }
  return *number;
}

json::object required_map(const json::object& params, std::string_view name) {
  const json::value* v = arg(params, name);
  if (v == nullptr) refuse(400, "100", "Could not find value for parameter {" + std::string(name) + "}");
  if (!v->is_object() && !v->is_array()) {
    refuse(400, "100",
           "Invalid value {" + text_of(*v) + "} to match with parameter {" + std::string(name) +
               "}. Should be value of type array.");
  }
  return as_map(v);
}

bool original_names(const json::object& params) {
  const json::value* v = arg(params, "useOriginalUfNames");
  return v != nullptr && truthy(*v);
}

}  // namespace sedlink::sim::b24
