// Zones by the date library: g++ 12 has no time-zone database of its own.
#include <date/tz.h>
#include <fmt/format.h>

#include "sedlink/core/clock.hpp"
#include "wall_time.hpp"

namespace sedlink {
namespace {

const date::time_zone& zone_of(const void* zone) { return *static_cast<const date::time_zone*>(zone); }

struct Wall {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::seconds> clock;
  std::chrono::seconds offset;
};

Wall wall_of(const void* zone, Time t) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(t);
  const date::sys_info info = zone_of(zone).get_info(date::sys_seconds{seconds.time_since_epoch()});
  const auto local = seconds + info.offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  return Wall{std::chrono::year_month_day{day}, std::chrono::hh_mm_ss<std::chrono::seconds>{local - day}, info.offset};
}

std::string iso_of(const Wall& w) {
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(w.date.year()),
                     static_cast<unsigned>(w.date.month()), static_cast<unsigned>(w.date.day()),
                     w.clock.hours().count(), w.clock.minutes().count(), w.clock.seconds().count());
}

std::string date_of(const Wall& w) {
  return fmt::format("{:02}.{:02}.{:04}", static_cast<unsigned>(w.date.day()), static_cast<unsigned>(w.date.month()),
                     static_cast<int>(w.date.year()));
}

}  // namespace

TimeZone::TimeZone() : TimeZone("UTC", date::locate_zone("UTC")) {}

Result<TimeZone> TimeZone::find(std::string_view name) {
  try {
    return TimeZone(std::string(name), date::locate_zone(std::string(name)));
  } catch (const std::exception&) {  // the library says "not found" by throwing
    return Error{
        Fault::rejected,
        Audience::admin,
        "core.time_zone",
        "Неизвестный часовой пояс «" + std::string(name) + "», пример верного: Europe/Moscow / unknown time zone",
        {}};
  }
}

std::string TimeZone::to_local(Time t) const { return iso_of(wall_of(zone_, t)); }

Result<Time> TimeZone::from_local(std::string_view text) const {
  const std::optional<Time> wall = detail::parse_wall(text);
  if (!wall) return detail::wall_error(text);
  const date::local_time<Duration> local{wall->time_since_epoch()};
  const auto instant = zone_of(zone_).to_sys(local, date::choose::earliest);
  return Time{instant.time_since_epoch()};
}

std::string TimeZone::to_display(Time t) const {
  const Wall w = wall_of(zone_, t);
  return date_of(w) + fmt::format(" {:02}:{:02}", w.clock.hours().count(), w.clock.minutes().count());
}

std::string TimeZone::to_display_date(Time t) const { return date_of(wall_of(zone_, t)); }

std::string TimeZone::to_offset_iso(Time t) const {
  const Wall w = wall_of(zone_, t);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(w.offset).count();
  const auto size = minutes < 0 ? -minutes : minutes;
  return iso_of(w) + fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

}  // namespace sedlink
