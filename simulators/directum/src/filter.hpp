#pragma once
// $filter: parsing against a type, evaluating against entities (directum.md A4). Parsing is pure: the same text and
// type give the same answer, whatever the text is.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "refusal.hpp"
#include "store.hpp"

namespace sedlink::sim::directum {

struct FilterOptions {
  bool in_operator = false;            // the `in` operator [guess]
  bool contains_ignores_case = false;  // by the database's collation (directum.md, part C 8)
};

struct Expression {
  enum class Op {
    either = 1,
    both,
    negation,
    eq,
    ne,
    gt,
    ge,
    lt,
    le,
    contains,
    starts_with,
    ends_with,
    to_lower,
    path,
    literal,
    any
  };
  enum class Kind { null = 1, boolean, number, text, date, guid, entity };

  Op op = Op::literal;
  Kind kind = Kind::null;  // of its value
  std::vector<Expression> arguments;
  std::vector<const Property*> path;  // of `path`: links, then the property; of `any`: links, then the rows
  std::size_t scope = 0;              // of a path: 0 the entity itself, n the row of the n-th enclosing any
  Value literal;
};

// Throws Refusal (400).
[[nodiscard]] Expression parse_filter(std::string_view text, const Type& type, const FilterOptions& options);
// "A/B/C" of links and at last a property of any kind but rows. Throws Refusal (400).
[[nodiscard]] Expression parse_path(std::string_view text, const Type& type);

class Evaluator {
 public:
  Evaluator(const Store& store, const FilterOptions& options) : store_(store), options_(options) {}
  [[nodiscard]] bool matches(const Expression& filter, const Entity& entity);
  [[nodiscard]] Value value(const Expression& path, const Entity& entity);

 private:
  const Value& evaluate(const Expression& e, Value& scratch);
  const Value& follow(const Expression& e, const Entity& from, std::size_t steps) const;
  const Entity* walk(const Expression& e, const Entity& from, std::size_t steps) const;
  bool is_true(const Expression& e);
  bool any(const Expression& e);
  bool compare(const Expression& e);
  [[nodiscard]] bool text_function(const Expression& e);
  const Store& store_;
  FilterOptions options_;
  std::vector<const Entity*> scopes_;
};

// Negative: less; nulls come first.
[[nodiscard]] int compare_values(const Value& a, const Value& b);

// Ids that a filter can match at most, from `Id eq` and the like; nothing when it does not tell. `by_task`: also from
// `Task/Id eq` through the store's index.
[[nodiscard]] std::optional<std::vector<Id>> candidates(const Expression& filter, const Type& type, const Store& store);

}  // namespace sedlink::sim::directum
