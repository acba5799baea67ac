#pragma once
// Query options and paths of a request (directum.md A3, A4). Pure.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "filter.hpp"

namespace sedlink::sim::directum {

struct Query;

struct Expand {
  const Property* property = nullptr;
  std::vector<Query> options;  // exactly one; a vector for the sake of the incomplete type
};

struct OrderKey {
  Expression path;
  bool descending = false;
};

struct Query {
  std::optional<Expression> filter;
  std::vector<OrderKey> order;
  std::optional<std::uint64_t> top, skip;
  bool count = false;
  bool selects = false;
  std::vector<const Property*> select;
  std::vector<Expand> expand;
};

using QueryOptions = std::vector<std::pair<std::string, std::string>>;

// QueryOptions without '$' are nobody's. Throws Refusal (400) for what the service does not know or support.
[[nodiscard]] Query parse_query(const QueryOptions& options, const Type& type, const FilterOptions& filter);

struct Segment {
  std::string name;
  std::optional<std::string> key;  // what stood in parentheses, decoded
};

// Below the service's root, decoded. Slashes within parentheses and quotes do not divide. Throws Refusal (400).
[[nodiscard]] std::vector<Segment> parse_path_segments(std::string_view path);
// Raw query string -> decoded options; '+' is a blank. Throws Refusal (400).
[[nodiscard]] QueryOptions parse_options(std::string_view query);
// "5", "-1"; nothing for anything else (a suffix L is no integer of this service).
[[nodiscard]] std::optional<Id> parse_key(std::string_view key);
// "a=1,b='x'" -> pairs; strings keep their quotes. Throws Refusal (400).
[[nodiscard]] QueryOptions parse_arguments(std::string_view text);

}  // namespace sedlink::sim::directum
