#pragma once
// 1C's dates: local wall time of the server without a zone; 0001-01-01, nil and absent all mean none
// (onec-docflow 4.2).
#include <optional>

#include "sedlink/core/clock.hpp"
#include "wire/element.hpp"

namespace sedlink::onec_docflow {

// None also for what is no date: an answer's odd date must not spoil the rest.
[[nodiscard]] std::optional<Time> read_local(const Element& parent, std::string_view name, const TimeZone& zone);
[[nodiscard]] std::optional<Time> read_universal(const Element& parent, std::string_view name);
// "2024-03-01T10:00:00": seconds, no fraction, no zone.
[[nodiscard]] std::string write_local(Time, const TimeZone& zone);
[[nodiscard]] std::string write_universal(Time);

}  // namespace sedlink::onec_docflow
