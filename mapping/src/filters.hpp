#pragma once
// The closed set of filters of {{ path | filter: 'argument' }}.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/value.hpp"

namespace sedlink::mapping {

enum class ArgumentKind { none = 1, text, number, date_format };

struct FilterInfo {
  std::string_view name;
  ArgumentKind argument;
  std::string_view example, doc;
  Value (*apply)(const Value&, const std::string& argument, const TimeZone* zone);
};

[[nodiscard]] std::span<const FilterInfo> filters();
[[nodiscard]] const FilterInfo* find_filter(std::string_view name);
// Why the argument does not fit, in Russian; empty when it does.
[[nodiscard]] std::string check_argument(const FilterInfo&, const std::vector<std::string>& arguments);

// How a value stands inside a text.
[[nodiscard]] std::string display_text(const Value&, const TimeZone* zone);

}  // namespace sedlink::mapping
