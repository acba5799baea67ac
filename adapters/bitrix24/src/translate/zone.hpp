#pragma once
// Times as the portal's people read and write them: a named zone, or the offset the portal's answers show.
#include <chrono>
#include <optional>
#include <string>

#include "sedlink/core/clock.hpp"

namespace sedlink::bitrix24 {

class PortalZone {
 public:
  explicit PortalZone(std::chrono::minutes offset) : offset_(offset) {}
  explicit PortalZone(TimeZone zone) : zone_(std::move(zone)) {}

  [[nodiscard]] std::string iso(Time t) const;      // "2024-03-01T10:00:00+03:00"
  [[nodiscard]] std::string date(Time t) const;     // "2024-03-01"
  [[nodiscard]] std::string display(Time t) const;  // "01.03.2024 10:00"; "01.03.2024" for midnight
  [[nodiscard]] std::optional<Time> midnight(std::string_view date) const;  // "2024-03-01" here
  // ISO with zone, or a date alone.
  [[nodiscard]] std::optional<Time> parse(std::string_view text) const;

 private:
  std::optional<TimeZone> zone_;
  std::chrono::minutes offset_{0};
};

}  // namespace sedlink::bitrix24
