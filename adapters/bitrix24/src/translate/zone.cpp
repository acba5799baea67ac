#include "translate/zone.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace sedlink::bitrix24 {

std::string PortalZone::iso(Time t) const {
  if (zone_) return zone_->to_offset_iso(t);
  const auto local = t + offset_;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day ymd(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(local - day));
  const auto minutes = std::abs(static_cast<int>(offset_.count()));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}", static_cast<int>(ymd.year()),
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), offset_.count() < 0 ? '-' : '+', minutes / 60,
                     minutes % 60);
}

std::string PortalZone::date(Time t) const { return iso(t).substr(0, 10); }

std::string PortalZone::display(Time t) const {
  const auto local = iso(t);  // YYYY-MM-DDTHH:MM:SS+hh:mm
  const auto day = local.substr(8, 2) + "." + local.substr(5, 2) + "." + local.substr(0, 4);
  const auto clock = local.substr(11, 5);
  return clock == "00:00" ? day : day + " " + clock;
}

std::optional<Time> PortalZone::midnight(std::string_view date) const {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const std::string text = std::string(date) + "T00:00:00";
  if (zone_) {
    const auto t = zone_->from_local(text);
    return t ? std::optional<Time>(*t) : std::nullopt;
  }
  const auto utc = parse_iso8601(text + "Z");
  return utc ? std::optional<Time>(*utc - offset_) : std::nullopt;
}

std::optional<Time> PortalZone::parse(std::string_view text) const {
  if (const auto day = midnight(text)) return day;
  const auto t = parse_iso8601(text);
  return t ? std::optional<Time>(*t) : std::nullopt;
}

}  // namespace sedlink::bitrix24
