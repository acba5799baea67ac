#include "sedlink/mapping/template.hpp"

#include "filters.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::mapping {

Value Template::evaluate(const Expression& expression, const Scope& scope, const TimeZone* zone,
                         std::vector<Missing>& missing) {
  Value value = scope(expression.path).value_or(Value());
  const KnownRoot* root = find_root(expression.path);
  bool has_default = false;
  for (const Filter& filter : expression.filters) {
    const FilterInfo* info = find_filter(filter.name);
    has_default = has_default || filter.name == "default";
    // An absent value stays absent: only `default` may turn it into something.
    if (info == nullptr || (value.empty() && filter.name != "default")) continue;
    value = info->apply(value, filter.arguments.empty() ? std::string() : filter.arguments.front(), zone);
  }
  if (value.empty() && !has_default && root != nullptr && root->required) missing.push_back({expression.path});
  return value;
}

Template::Rendered Template::render(const Scope& scope, const TimeZone* zone) const {
  Rendered out;
  if (parts_.size() == 1 && parts_.front().expression) {
    out.value = evaluate(*parts_.front().expression, scope, zone, out.missing);
    return out;
  }
  std::string text;
  for (const Part& part : parts_)
    text += part.expression ? display_text(evaluate(*part.expression, scope, zone, out.missing), zone) : part.literal;
  out.value = Value(std::move(text));
  return out;
}

std::string Template::render_escaped(const Scope& scope, const TimeZone* zone, std::string (*escape)(std::string_view),
                                     std::vector<Missing>& missing) const {
  std::string text;
  for (const Part& part : parts_)
    text +=
        part.expression ? escape(display_text(evaluate(*part.expression, scope, zone, missing), zone)) : part.literal;
  return text;
}

std::vector<const Expression*> Template::expressions() const {
  std::vector<const Expression*> out;
  for (const Part& part : parts_)
    if (part.expression) out.push_back(&*part.expression);
  return out;
}

FolderTemplate::Rendered FolderTemplate::render(const Scope& scope, const TimeZone* zone) const {
  Rendered out;
  std::string segment;
  bool holds_company = false;
  const auto close = [&] {
    if (!segment.empty()) {
      if (holds_company && out.company_segment < 0) out.company_segment = static_cast<int>(out.segments.size());
      out.segments.push_back(text::safe_name(segment));
    }
    segment.clear();
    holds_company = false;
  };
  for (const auto& part : template_.parts_) {
    if (part.expression) {
      const Value value = Template::evaluate(*part.expression, scope, zone, out.missing);
      if (value.empty()) continue;
      segment += text::safe_name(display_text(value, zone));
      holds_company = holds_company || part.expression->path == "company.title";
      continue;
    }
    std::string_view rest = part.literal;
    for (std::size_t slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
      segment += rest.substr(0, slash);
      close();
      rest.remove_prefix(slash + 1);
    }
    segment += rest;
  }
  close();
  return out;
}

}  // namespace sedlink::mapping
