// Requisites of companies: flat rows of strings (bitrix24.md 9).
#include <algorithm>

#include "methods.hpp"

namespace sedlink::sim::b24 {
namespace {

Columns columns() {
  return [](const std::string& name) -> std::optional<Compare> {
    for (const char* number :
         {"ID", "ENTITY_TYPE_ID", "ENTITY_ID", "PRESET_ID", "SORT", "CREATED_BY_ID", "MODIFY_BY_ID", "REQUISITE_ID",
          "BANK_DETAIL_ID", "MC_REQUISITE_ID", "MC_BANK_DETAIL_ID"}) {
      if (name == number) return Compare::number;
    }
    if (name == "DATE_CREATE" || name == "DATE_MODIFY") return Compare::time;
    if (name.starts_with("RQ_") || name == "NAME" || name == "ACTIVE" || name == "CODE" || name == "XML_ID")
      return Compare::text;
    return std::nullopt;
  };
}

Answer list_rows(const Invocation& call, const std::vector<const json::object*>& all) {
  const Filter filter = Filter::compile(as_map(arg_old(call.params, "filter")), columns(), call.portal, true);
  const Order order = Order::compile(as_map(arg_old(call.params, "order")), columns(), "");
  const auto value_of = [](const json::object* row) {
    return [row](const std::string& name) {
      const json::value* v = row->if_contains(name);
      return v == nullptr ? json::value(nullptr) : *v;
    };
  };
  std::vector<const json::object*> rows;
  for (const json::object* row : all) {
    if (filter.matches(value_of(row))) rows.push_back(row);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const json::object* a, const json::object* b) { return order.less(value_of(a), value_of(b)); });
  std::set<std::string> select;
  for (const json::value& one : as_list(arg_old(call.params, "select"))) select.insert(text_of(one));
  Answer answer;
  json::array out;
  for (const json::object* row : page(std::move(rows), call.params, answer)) {
    json::object shown;
    for (const auto& member : *row) {
      if (select.empty() || select.contains("*") || select.contains(std::string(member.key())))
        shown[member.key()] = member.value();
    }
    out.push_back(std::move(shown));
  }
  answer.result = std::move(out);
  return answer;
}

Answer list(const Invocation& call) {
  std::vector<const json::object*> all;
  for (const auto& [id, requisite] : call.portal.requisites) all.push_back(&requisite.values);
  return list_rows(call, all);
}

Answer get(const Invocation& call) {
  const json::value* given = arg_old(call.params, "id");
  const auto id = given == nullptr ? std::nullopt : int_of(*given);
  const auto found = id ? call.portal.requisites.find(*id) : call.portal.requisites.end();
  if (found == call.portal.requisites.end()) {
    refuse_zero("The Requisite with ID '" + (given == nullptr ? "" : text_of(*given)) + "' is not found");
  }
  return json::value(found->second.values);
}

Answer link_list(const Invocation& call) {
  std::vector<const json::object*> all;
  for (const json::object& link : call.portal.requisite_links) all.push_back(&link);
  return list_rows(call, all);
}

Answer link_get(const Invocation& call) {
  const json::value* type = arg_old(call.params, "entityTypeId");
  const json::value* id = arg_old(call.params, "entityId");
  for (const json::object& link : call.portal.requisite_links) {
    if (type != nullptr && id != nullptr && text_of(link, "ENTITY_TYPE_ID") == text_of(*type) &&
        text_of(link, "ENTITY_ID") == text_of(*id)) {
      return json::value(link);
    }
  }
  refuse_zero("Requisite link is not found");
}

Answer preset_list(const Invocation&) {
  Answer answer;
  json::array out;
  const std::pair<const char*, const char*> presets[] = {
      {"1", "Организация"}, {"2", "Индивидуальный предприниматель"}, {"3", "Физическое лицо"}};
  for (const auto& [id, name] : presets) {
    out.push_back(
        {{"ID", id}, {"ENTITY_TYPE_ID", "8"}, {"COUNTRY_ID", "1"}, {"NAME", name}, {"ACTIVE", "Y"}, {"SORT", "500"}});
  }
  answer.total = 3;
  answer.result = std::move(out);
  return answer;
}

}  // namespace

void add_requisite_methods(std::vector<Method>& table) {
  table.push_back({"crm.requisite.list", "crm", list});
  table.push_back({"crm.requisite.get", "crm", get});
  table.push_back({"crm.requisite.link.list", "crm", link_list});
  table.push_back({"crm.requisite.link.get", "crm", link_get});
  table.push_back({"crm.requisite.preset.list", "crm", preset_list});
}

}  // namespace sedlink::sim::b24
