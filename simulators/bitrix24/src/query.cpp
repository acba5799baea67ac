#include "query.hpp"

#include <algorithm>
#include <charconv>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24 {
namespace {

constexpr std::string_view prefixes[] = {
    "!=%", "!%=", "!@", "!%", "!=", "=%", "%=", ">=", "<=", "!", ">", "<", "@", "%", "="};

bool is_none(const json::value& v) {
  return v.is_null() || (v.is_string() && v.get_string().empty()) || (v.is_bool() && !v.get_bool()) ||
         (v.is_array() && v.get_array().empty());
}

double number(const json::value& v) {
  if (v.is_number()) return v.to_number<double>();
  const std::string s = text_of(v);
  double d = 0;
  std::from_chars(s.data(), s.data() + s.size(), d);
  return d;
}

// Milliseconds; a zone-less time is taken as UTC (canonical values always carry one).
double instant(const json::value& v) {
  std::string s = text_of(v);
  if (s.size() == 10) s += "T00:00:00";
  auto t = parse_iso8601(s);
  if (!t) t = parse_iso8601(s + "Z");
  return t ? static_cast<double>(to_epoch_ms(*t)) : 0;
}

int three_way(double a, double b) { return a < b ? -1 : a > b ? 1 : 0; }

int compare(Compare how, const json::value& a, const json::value& b) {
  switch (how) {
    case Compare::number: return three_way(number(a), number(b));
    case Compare::time: return three_way(instant(a), instant(b));
    case Compare::flag: return three_way(truthy(a), truthy(b));
    case Compare::user_flag: return three_way(truthy(a), number(b));  // only 1 and 0 are understood in a filter
    case Compare::text: break;
  }
  const std::string left = text::fold(text_of(a)), right = text::fold(text_of(b));
  return left < right ? -1 : left > right ? 1 : 0;
}

// SQL LIKE with % only, case-blind.
bool like(const std::string& pattern, const json::value& v) {
  return glob(text::replace_all(text::fold(pattern), "%", "*"), text::fold(text_of(v)), false);
}

bool equals_any(Compare how, const json::value& value, const std::vector<json::value>& wanted) {
  if (const json::array* several = value.if_array(); several != nullptr && !several->empty()) {
    return std::any_of(several->begin(), several->end(),
                       [&](const json::value& v) { return equals_any(how, v, wanted); });
  }
  for (const json::value& one : wanted) {
    if (is_none(one)) {
      if (is_none(value) || (how == Compare::number && number(value) == 0)) return true;
      continue;
    }
    if (is_none(value) && how != Compare::number && how != Compare::flag && how != Compare::user_flag) continue;
    if (compare(how, value, one) == 0) return true;
  }
  return false;
}

bool any_like(const json::value& value, const std::vector<json::value>& wanted, bool substring) {
  for (const json::value& one : wanted) {
    if (like(substring ? "%" + text_of(one) + "%" : text_of(one), value)) return true;
  }
  return false;
}

}  // namespace

Filter Filter::compile(const json::object& filter, const Columns& columns, const Portal&, bool ignore_unknown) {
  Filter out;
  out.root_ = read_group(filter, columns, ignore_unknown);
  return out;
}

Filter::Node Filter::read_group(const json::object& filter, const Columns& columns, bool ignore_unknown) {
  Node group;
  group.group = true;
  for (const auto& member : filter) {
    std::string key(member.key());
    const json::value& value = member.value();
    if (text::iequals_ascii(key, "logic")) {
      group.any = text::iequals_ascii(text_of(value), "OR");
      continue;
    }
    const bool indexed = int_of(json::value(key)).has_value();
    if (indexed) {
      group.members.push_back(read_group(as_map(&value), columns, ignore_unknown));
      continue;
    }
    Node node;
    node.op = "=";
    for (const std::string_view prefix : prefixes) {
      if (key.starts_with(prefix)) {
        node.op = prefix;
        key = key.substr(prefix.size());
        break;
      }
    }
    if (node.op == "!%=") node.op = "!=%";
    if (node.op == "%=") node.op = "=%";
    const auto column = columns(key);
    if (!column) {
      if (ignore_unknown) continue;
      refuse(400, "INVALID_ARG_VALUE", "Invalid filter: field '" + key + "' is not allowed in filter");
    }
    node.column = key;
    node.compare = *column;
    if (value.is_array() || value.is_object()) {
      for (const json::value& one : as_list(&value)) node.wanted.push_back(one);
    } else {
      node.wanted.push_back(value);
    }
    group.members.push_back(std::move(node));
  }
  return group;
}

bool Filter::holds(const Node& node, const ValueOf& value_of) {
  if (node.group) {
    if (node.members.empty()) return true;
    const auto test = [&](const Node& member) { return holds(member, value_of); };
    return node.any ? std::any_of(node.members.begin(), node.members.end(), test)
                    : std::all_of(node.members.begin(), node.members.end(), test);
  }
  const json::value value = value_of(node.column);
  if (node.op == "=" || node.op == "@") return equals_any(node.compare, value, node.wanted);
  if (node.op == "!" || node.op == "!=" || node.op == "!@") return !equals_any(node.compare, value, node.wanted);
  if (node.op == "%") return any_like(value, node.wanted, true);
  if (node.op == "!%") return !any_like(value, node.wanted, true);
  if (node.op == "=%") return any_like(value, node.wanted, false);
  if (node.op == "!=%") return !any_like(value, node.wanted, false);
  if (node.wanted.empty() || (is_none(value) && node.compare != Compare::number)) return false;
  const int order = compare(node.compare, value, node.wanted.front());
  if (node.op == ">") return order > 0;
  if (node.op == ">=") return order >= 0;
  if (node.op == "<") return order < 0;
  return order <= 0;
}

bool Filter::matches(const ValueOf& value_of) const { return holds(root_, value_of); }

Order Order::compile(const json::object& order, const Columns& columns, const std::string& fallback) {
  Order out;
  for (const auto& member : order) {
    const std::string key(member.key());
    const std::string direction = text::to_upper_ascii(text_of(member.value()));
    const auto column = columns(key);
    if (!column || (direction != "ASC" && direction != "DESC")) {
      refuse(400, "INVALID_ARG_VALUE", "Invalid order: field '" + key + "' is not allowed in order");
    }
    out.keys_.push_back({key, *column, direction == "DESC"});
  }
  if (!fallback.empty()) out.keys_.push_back({fallback, Compare::number, false});
  return out;
}

bool Order::less(const ValueOf& a, const ValueOf& b) const {
  for (const Key& key : keys_) {
    const int order = compare(key.compare, a(key.column), b(key.column));
    if (order != 0) return key.descending ? order > 0 : order < 0;
  }
  return false;
}

}  // namespace sedlink::sim::b24
