#include "translate/dates.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

std::string date_text(const Element& parent, std::string_view name) {
  const std::string raw = parent.text_of(name);
  const std::string_view value = text::trim(raw);
  return value.starts_with("0001-01-01") ? std::string() : std::string(value);
}

// A zone is against the protocol but would be the truth if it came.
bool has_zone(std::string_view value) {
  return value.ends_with('Z') || (value.size() > 19 && value.find_first_of("+-", 19) != std::string_view::npos);
}

std::optional<Time> value_of(const Result<Time>& parsed) {
  return parsed ? std::optional<Time>(parsed.value()) : std::nullopt;
}

}  // namespace

std::optional<Time> read_local(const Element& parent, std::string_view name, const TimeZone& zone) {
  std::string value = date_text(parent, name);
  if (value.empty()) return std::nullopt;
  if (has_zone(value)) return value_of(parse_iso8601(value));
  if (value.size() == 10) value += "T00:00:00";
  return value_of(zone.from_local(value.substr(0, 19)));
}

std::optional<Time> read_universal(const Element& parent, std::string_view name) {
  const std::string value = date_text(parent, name);
  if (value.empty()) return std::nullopt;
  return value_of(parse_iso8601(has_zone(value) ? value : value.substr(0, 19) + "Z"));
}

std::string write_local(Time at, const TimeZone& zone) { return zone.to_local(at).substr(0, 19); }

std::string write_universal(Time at) { return to_iso8601(at).substr(0, 19); }

}  // namespace sedlink::onec_docflow
