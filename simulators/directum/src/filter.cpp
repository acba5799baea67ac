// Evaluating $filter.
#include "filter.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::sim::directum {
namespace {

using Op = Expression::Op;

const Value nothing;

// Lower case of Latin and Cyrillic letters, nothing else changed.
std::string lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c + 32);
    } else if (c == 0xD0 && next >= 0x90 && next <= 0x9F) {  // А..П
      out += {static_cast<char>(0xD0), static_cast<char>(next + 0x20)};
      ++i;
    } else if (c == 0xD0 && next >= 0xA0 && next <= 0xAF) {  // Р..Я
      out += {static_cast<char>(0xD1), static_cast<char>(next - 0x20)};
      ++i;
    } else if (c == 0xD0 && next == 0x81) {  // Ё
      out += "\xD1\x91";
      ++i;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out;
}

double as_double(const Value& v) {
  if (const auto* whole = std::get_if<std::int64_t>(&v)) return static_cast<double>(*whole);
  return std::get<double>(v);
}

}  // namespace

int compare_values(const Value& a, const Value& b) {
  if (is_null(a) || is_null(b)) return static_cast<int>(is_null(b)) - static_cast<int>(is_null(a));
  const auto ordered = [](const auto& x, const auto& y) { return x < y ? -1 : (y < x ? 1 : 0); };
  if (a.index() != b.index()) return ordered(as_double(a), as_double(b));
  if (const auto* whole = std::get_if<std::int64_t>(&a)) return ordered(*whole, std::get<std::int64_t>(b));
  if (const auto* text = std::get_if<std::string>(&a)) return ordered(*text, std::get<std::string>(b));
  if (const auto* time = std::get_if<Time>(&a)) return ordered(*time, std::get<Time>(b));
  if (const auto* flag = std::get_if<bool>(&a)) return ordered(*flag, std::get<bool>(b));
  return ordered(as_double(a), as_double(b));
}

bool Evaluator::matches(const Expression& filter, const Entity& entity) {
  scopes_.assign(1, &entity);
  return is_true(filter);
}

Value Evaluator::value(const Expression& path, const Entity& entity) { return follow(path, entity, path.path.size()); }

// The entity at the end of the first `steps` links; null when a link is empty or leads nowhere.
const Entity* Evaluator::walk(const Expression& e, const Entity& from, std::size_t steps) const {
  const Entity* here = &from;
  for (std::size_t i = 0; i < steps && here != nullptr; ++i) {
    const auto* id = std::get_if<std::int64_t>(&here->values[e.path[i]->slot]);
    here = id == nullptr ? nullptr : store_.find(*e.path[i]->target, *id);
  }
  return here;
}

const Value& Evaluator::follow(const Expression& e, const Entity& from, std::size_t steps) const {
  // `X/Id` is in the link itself.
  if (steps >= 2 && e.path[steps - 1]->slot == 0) --steps;
  const Entity* last = walk(e, from, steps - 1);
  return last == nullptr ? nothing : last->values[e.path[steps - 1]->slot];
}

const Value& Evaluator::evaluate(const Expression& e, Value& scratch) {
  switch (e.op) {
    case Op::literal: return e.literal;
    case Op::path: return follow(e, *scopes_[e.scope], e.path.size());
    case Op::to_lower: {
      Value inner;
      const Value& text = evaluate(e.arguments.front(), inner);
      if (is_null(text)) return nothing;
      scratch = lower(std::get<std::string>(text));
      return scratch;
    }
    default: scratch = is_true(e); return scratch;
  }
}

bool Evaluator::is_true(const Expression& e) {
  switch (e.op) {
    case Op::either:
      return std::any_of(e.arguments.begin(), e.arguments.end(), [&](const auto& a) { return is_true(a); });
    case Op::both:
      return std::all_of(e.arguments.begin(), e.arguments.end(), [&](const auto& a) { return is_true(a); });
    case Op::negation: return !is_true(e.arguments.front());
    case Op::any: return any(e);
    case Op::contains:
    case Op::starts_with:
    case Op::ends_with: return text_function(e);
    case Op::path:
    case Op::literal: {
      Value scratch;
      const Value& value = evaluate(e, scratch);
      const auto* flag = std::get_if<bool>(&value);
      return flag != nullptr && *flag;
    }
    default: return compare(e);
  }
}

bool Evaluator::compare(const Expression& e) {
  Value left_scratch, right_scratch;
  const Value& left = evaluate(e.arguments[0], left_scratch);
  const Value& right = evaluate(e.arguments[1], right_scratch);
  const bool has_null = is_null(left) || is_null(right);
  if (e.op == Op::eq) return has_null ? is_null(left) && is_null(right) : compare_values(left, right) == 0;
  if (e.op == Op::ne) return has_null ? is_null(left) != is_null(right) : compare_values(left, right) != 0;
  if (has_null) return false;
  const int order = compare_values(left, right);
  switch (e.op) {
    case Op::gt: return order > 0;
    case Op::ge: return order >= 0;
    case Op::lt: return order < 0;
    default: return order <= 0;
  }
}

bool Evaluator::text_function(const Expression& e) {
  Value left_scratch, right_scratch;
  const Value& left = evaluate(e.arguments[0], left_scratch);
  const Value& right = evaluate(e.arguments[1], right_scratch);
  if (is_null(left) || is_null(right)) return false;
  std::string text = std::get<std::string>(left), part = std::get<std::string>(right);
  if (options_.contains_ignores_case) {
    text = lower(text);
    part = lower(part);
  }
  if (e.op == Op::contains) return text.find(part) != std::string::npos;
  return e.op == Op::starts_with ? text.starts_with(part) : text.ends_with(part);
}

bool Evaluator::any(const Expression& e) {
  const Entity* owner = walk(e, *scopes_[e.scope], e.path.size() - 1);
  if (owner == nullptr) return false;
  const auto list = owner->rows.find(e.path.back()->slot);
  if (list == owner->rows.end()) return false;
  if (e.arguments.empty()) return !list->second.empty();
  bool found = false;
  for (std::size_t i = 0; i < list->second.size() && !found; ++i) {
    scopes_.push_back(list->second[i].get());
    found = is_true(e.arguments.front());
    scopes_.pop_back();
  }
  return found;
}

std::optional<std::vector<Id>> candidates(const Expression& filter, const Type& type, const Store& store) {
  if (filter.op == Op::both) {
    for (const Expression& part : filter.arguments) {
      if (auto ids = candidates(part, type, store)) return ids;
    }
    return std::nullopt;
  }
  if (filter.op == Op::either) {
    std::vector<Id> all;
    for (const Expression& part : filter.arguments) {
      const auto ids = candidates(part, type, store);
      if (!ids) return std::nullopt;
      all.insert(all.end(), ids->begin(), ids->end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }
  if (filter.op != Op::eq) return std::nullopt;
  const Expression* path = &filter.arguments[0];
  const Expression* literal = &filter.arguments[1];
  if (path->op != Op::path) std::swap(path, literal);
  const auto* id = std::get_if<std::int64_t>(&literal->literal);
  if (path->op != Op::path || literal->op != Op::literal || path->scope != 0 || id == nullptr) return std::nullopt;
  if (path->path.back()->slot != 0) return std::nullopt;
  if (path->path.size() == 1) return std::vector<Id>{*id};
  const bool by_task = path->path.size() == 2 && path->path.front()->name == "Task";
  if (by_task && (type.is("Assignment") || type.is("Notice"))) return store.of_task(type, *id);
  return std::nullopt;
}

}  // namespace sedlink::sim::directum
