#pragma once
// Filters, order and pages of list methods (bitrix24.md 7.2).
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "portal.hpp"

namespace sedlink::sim::b24 {

// How values of a column compare.
enum class Compare { text = 1, number, time, flag, user_flag };
// nullopt: there is no such column.
using Columns = std::function<std::optional<Compare>(const std::string& name)>;
using ValueOf = std::function<json::value(const std::string& name)>;

class Filter {
 public:
  // `unknown` decides what an unknown column does: throw, or false to ignore the condition.
  static Filter compile(const json::object& filter, const Columns& columns, const Portal& portal, bool ignore_unknown);
  [[nodiscard]] bool matches(const ValueOf& value_of) const;

 private:
  struct Node {
    bool group = false, any = false;
    std::vector<Node> members;
    std::string column, op;
    Compare compare = Compare::text;
    std::vector<json::value> wanted;
  };
  static Node read_group(const json::object& filter, const Columns& columns, bool ignore_unknown);
  static bool holds(const Node& node, const ValueOf& value_of);
  Node root_;
};

class Order {
 public:
  static Order compile(const json::object& order, const Columns& columns, const std::string& fallback);
  [[nodiscard]] bool less(const ValueOf& a, const ValueOf& b) const;

 private:
  struct Key {
    std::string column;
    Compare compare;
    bool descending;
  };
  std::vector<Key> keys_;
};

// The rows of one page, as indexes into a list of `count` rows; sets total and next of the answer.
template <class Row>
std::vector<Row> page(std::vector<Row> rows, const json::object& params, Answer& answer) {
  constexpr std::size_t size = 50;
  const json::value* given = find_ignoring_case(params, "start");
  const Id start = given == nullptr ? 0 : int_of(*given).value_or(0);
  if (start < 0) {  // counting is off
    answer.total = 0;
    if (rows.size() > size) rows.resize(size);
    return rows;
  }
  answer.total = static_cast<Id>(rows.size());
  const std::size_t from = std::min(rows.size(), static_cast<std::size_t>(start));
  const std::size_t to = std::min(rows.size(), from + size);
  if (to < rows.size()) answer.next = static_cast<Id>(to);
  return std::vector<Row>(rows.begin() + static_cast<std::ptrdiff_t>(from),
                          rows.begin() + static_cast<std::ptrdiff_t>(to));
}

}  // namespace sedlink::sim::b24
