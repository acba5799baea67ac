// Users (bitrix24.md 9): bots, e-mail and system users are not shown.
#include <algorithm>

#include "methods.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

json::object user_json(const User& user, bool brief) {
  json::object out{{"ID", std::to_string(user.id)},
                   {"XML_ID", ""},
                   {"ACTIVE", user.active},
                   {"NAME", user.name},
                   {"LAST_NAME", user.last_name},
                   {"SECOND_NAME", user.second_name},
                   {"EMAIL", user.email},
                   {"WORK_POSITION", user.position},
                   {"PERSONAL_GENDER", ""},
                   {"TIME_ZONE", ""},
                   {"UF_DEPARTMENT", json::array{1}},
                   {"USER_TYPE", "employee"}};
  if (brief) {
    out.erase("EMAIL");
    out.erase("WORK_POSITION");
  }
  return out;
}

bool brief(const Invocation& call) {
  return !call.caller.scopes.contains("user") && !call.caller.scopes.contains("user_basic");
}

Answer get(const Invocation& call) {
  // Either {FILTER: {…}} or the conditions right at the top, as the old method allows.
  json::object conditions;
  if (const json::value* given = arg_old(call.params, "filter")) {
    conditions = as_map(given);
  } else {
    for (const auto& member : call.params) {
      const std::string key = text::to_upper_ascii(member.key());
      if (key == "ID" || key == "ACTIVE" || key == "EMAIL" || key == "NAME" || key == "LAST_NAME")
        conditions[key] = member.value();
    }
  }
  json::object upper;
  for (const auto& member : conditions) upper[text::to_upper_ascii(member.key())] = member.value();
  const Columns columns = [](const std::string& name) -> std::optional<Compare> {
    if (name == "ID") return Compare::number;
    if (name == "ACTIVE") return Compare::flag;
    for (const char* text : {"NAME", "LAST_NAME", "SECOND_NAME", "EMAIL", "WORK_POSITION", "XML_ID", "USER_TYPE"}) {
      if (name == text) return Compare::text;
    }
    return std::nullopt;
  };
  const Filter filter = Filter::compile(upper, columns, call.portal, true);
  std::vector<json::object> rows;
  for (const auto& [id, user] : call.portal.users) {
    if (!user.external_auth.empty()) continue;
    const json::object row = user_json(user, false);
    if (filter.matches([&](const std::string& name) { return row.at(name); }))
      rows.push_back(user_json(user, brief(call)));
  }
  const json::value* order = arg_old(call.params, "order");
  if (order != nullptr && text::iequals_ascii(text_of(*order), "DESC")) std::reverse(rows.begin(), rows.end());
  Answer answer;
  json::array out;
  for (json::object& row : page(std::move(rows), call.params, answer)) out.push_back(std::move(row));
  answer.result = std::move(out);
  return answer;
}

const User& me(const Invocation& call) {
  const User* user = call.portal.user(call.caller.user);
  if (user == nullptr) refuse(400, "ERROR_CORE", "User not found");
  return *user;
}

Answer current(const Invocation& call) { return json::value(user_json(me(call), brief(call))); }

Answer profile(const Invocation& call) {
  const User& user = me(call);
  return json::value{{"ID", std::to_string(user.id)}, {"ADMIN", user.admin},   {"NAME", user.name},
                     {"LAST_NAME", user.last_name},   {"PERSONAL_GENDER", ""}, {"TIME_ZONE", ""}};
}

Answer departments(const Invocation&) {
  Answer answer;
  answer.total = 1;
  answer.result = json::value{json::object{{"ID", "1"}, {"NAME", "Компания"}, {"SORT", 500}}};
  return answer;
}

}  // namespace

void add_user_methods(std::vector<Method>& table) {
  table.push_back({"user.get", "user", get});
  table.push_back({"user.current", "user", current});
  table.push_back({"profile", "", profile});
  table.push_back({"department.get", "department", departments});
}

}  // namespace sedlink::sim::b24
