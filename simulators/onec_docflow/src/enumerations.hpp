#pragma once
#include <span>
#include <string_view>

namespace sedlink::sim::onec_docflow {

struct EnumerationValue {
  std::string_view id;    // objectID.id
  std::string_view name;  // synonym
};

// A 1C enumeration that messages carry as an object (onec-docflow 8.2, 8.5).
struct Enumeration {
  std::string_view type;
  std::span<const EnumerationValue> values;
  // nullptr: no such value.
  [[nodiscard]] const EnumerationValue* find(std::string_view id) const;
  [[nodiscard]] std::string_view synonym(std::string_view id) const;  // empty when unknown
};

[[nodiscard]] const Enumeration* find_enumeration(std::string_view type);

}  // namespace sedlink::sim::onec_docflow
