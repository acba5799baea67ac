// Methods that need no scope, capability probes, and what only an application may call (bitrix24.md 1.3, 1.7, 4.1).
#include "methods.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

Answer scope(const Invocation& call) {
  json::array out;
  if (const json::value* full = arg_old(call.params, "full"); full != nullptr && truthy(*full)) {
    for (const char* one : {"bizproc", "calendar", "crm", "department", "disk", "im", "lists", "placement", "task",
                            "user", "userfieldconfig"}) {
      out.push_back(one);
    }
    return json::value(std::move(out));
  }
  for (const std::string& one : call.caller.scopes) out.push_back(json::string(one));
  return json::value(std::move(out));
}

Answer method_get(const Invocation& call) {
  const json::value* name = arg_old(call.params, "name");
  const auto found = methods().find(text::to_lower_ascii(name == nullptr ? std::string() : text_of(*name)));
  const bool exists = found != methods().end();
  const bool available = exists && found->second.run != nullptr &&
                         (found->second.scope.empty() || call.caller.scopes.contains(found->second.scope));
  return json::value{{"isExisting", exists}, {"isAvailable", available}};
}

Answer method_list(const Invocation& call) {
  json::array out;
  for (const auto& [key, method] : methods()) {
    if (method.run != nullptr && (method.scope.empty() || call.caller.scopes.contains(method.scope))) {
      out.push_back(json::string(method.name));
    }
  }
  return json::value(std::move(out));
}

Answer event_list(const Invocation& call) {
  json::array out;
  for (const std::string& one : Events::webhook_list()) out.push_back(json::string(one));
  if (call.portal.quirks.per_type_events) {
    for (const auto& [id, type] : call.portal.types) {
      if (!type.dynamic) continue;
      for (const char* what : {"ADD", "UPDATE", "DELETE"}) {
        out.push_back(json::string("ONCRMDYNAMICITEM" + std::string(what) + "_" + std::to_string(id)));
      }
    }
  }
  return json::value(std::move(out));
}

Answer server_time(const Invocation& call) { return json::value(json::string(call.portal.iso_now())); }

Answer feature_get(const Invocation& call) {
  const json::value* code = arg_old(call.params, "code");
  if (code == nullptr || text_of(*code).empty()) refuse(400, "ERROR_ARGUMENT", "Argument 'CODE' is null or empty");
  return json::value{{"value", "N"}};
}

void app_only(std::vector<Method>& table, const char* name, int status, const char* code, const char* text) {
  Method method{name, "", nullptr};
  method.refusal = {status, code, text};
  table.push_back(std::move(method));
}

}  // namespace

void add_base_methods(std::vector<Method>& table) {
  table.push_back({"scope", "", scope});
  table.push_back({"method.get", "", method_get});
  table.push_back({"methods", "", method_list});
  table.push_back({"events", "", event_list});
  table.push_back({"server.time", "", server_time});
  table.push_back({"feature.get", "", feature_get});

  for (const char* name : {"event.bind", "event.unbind", "event.get", "event.test", "event.offline.get",
                           "event.offline.list", "event.offline.clear", "event.offline.error", "placement.bind",
                           "placement.unbind", "placement.get", "placement.list", "app.info"}) {
    app_only(table, name, 403, "WRONG_AUTH_TYPE", "Current authorization type is denied for this method");
  }
  for (const char* name : {"bizproc.robot.add", "bizproc.robot.update", "bizproc.robot.list", "bizproc.robot.delete",
                           "bizproc.activity.add", "bizproc.activity.update", "bizproc.activity.list",
                           "bizproc.activity.delete", "crm.activity.badge.add", "crm.automation.trigger.add",
                           "crm.automation.trigger.execute", "disk.storage.getforapp"}) {
    app_only(table, name, 403, "ACCESS_DENIED", "Access denied! Application context required");
  }
  for (const char* name : {"crm.activity.configurable.add", "crm.activity.configurable.update"}) {
    app_only(table, name, 400, "ERROR_WRONG_CONTEXT", "Method is available only in the application context");
  }
  for (const char* name : {"sign.b2e.document.send", "sign.b2e.document.get", "sign.b2e.company.provider.list"}) {
    app_only(table, name, 200, "WRONG_AUTH_TYPE", "Current authorization type is denied for this method");
  }
}

}  // namespace sedlink::sim::b24
