// Notifications (bitrix24.md 12): a new one with the same TAG removes the earlier ones.
#include "methods.hpp"

namespace sedlink::sim::b24 {
namespace {

Answer notify(const Invocation& call, bool personal) {
  const auto text = [&](const char* name) {
    const json::value* v = arg_old(call.params, name);
    return v == nullptr ? std::string() : text_of(*v);
  };
  const json::value* to = arg_old(call.params, "USER_ID");
  if (to == nullptr) to = arg_old(call.params, "TO");
  const Id user = to == nullptr ? 0 : int_of(*to).value_or(0);
  if (user <= 0) refuse(400, "USER_ID_EMPTY", "User ID can't be empty");
  if (text("MESSAGE").empty()) refuse(400, "MESSAGE_EMPTY", "Message can't be empty");
  if (const json::value* attach = arg_old(call.params, "ATTACH");
      attach != nullptr && to_json_text(*attach).size() > 60'000) {
    refuse(400, "ATTACH_OVERSIZE", "You have exceeded the maximum allowable size of attach");
  }
  Notification one;
  one.tag = text("TAG");
  one.sub_tag = text("SUB_TAG");
  const bool tagged = !one.tag.empty() || !one.sub_tag.empty();
  if (tagged && call.portal.quirks.notify_needs_client_id && text("CLIENT_ID").empty()) {
    refuse(403, "WRONG_AUTH_TYPE", "Current authorization type is denied for this method: CLIENT_ID is required");
  }
  if (!one.tag.empty()) {
    std::erase_if(call.portal.notifications,
                  [&](const auto& old) { return old.second.user == user && old.second.tag == one.tag; });
  }
  one.id = call.portal.next_id("notification", 147);
  one.user = user;
  one.author = personal ? call.caller.user : 0;
  one.message = text("MESSAGE");
  one.created = call.portal.now();
  call.portal.notifications[one.id] = one;
  return json::value(one.id);
}

Answer system_add(const Invocation& call) { return notify(call, false); }
Answer personal_add(const Invocation& call) { return notify(call, true); }

}  // namespace

void add_notify_methods(std::vector<Method>& table) {
  table.push_back({"im.notify.system.add", "im", system_add});
  table.push_back({"im.notify.personal.add", "im", personal_add});
}

}  // namespace sedlink::sim::b24
