#include "sedlink/core/clock.hpp"

#include <fmt/format.h>

#include <cctype>

#include "wall_time.hpp"

namespace sedlink {
namespace {

Error bad_time(std::string_view text) {
  return Error{
      Fault::rejected,
      Audience::admin,
      "core.time",
      "Не удалось прочитать дату и время «" + std::string(text.substr(0, 64)) + "» / cannot read date and time",
      {}};
}

// Reads digits and separators from left to right; `ok` turns false at the first surprise and stays so.
struct Cursor {
  std::string_view rest;
  bool ok = true;

  int digits(std::size_t count) {
    if (!ok || rest.size() < count) return fail();
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return fail();
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
  bool accept(char c) {
    if (!ok || rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) ok = false;
  }
  // ".123456" as milliseconds, truncated; zero when there is none.
  int fraction_ms() {
    if (!accept('.') && !accept(',')) return 0;
    int value = 0;
    int count = 0;
    while (!rest.empty() && std::isdigit(static_cast<unsigned char>(rest.front())) != 0) {
      if (count < 3) value = value * 10 + (rest.front() - '0');
      ++count;
      rest.remove_prefix(1);
    }
    if (count == 0) return fail();
    for (; count < 3; ++count) value *= 10;
    return value;
  }

 private:
  int fail() {
    ok = false;
    return 0;
  }
};

// The wall fields as if they were UTC.
std::optional<Time> read_wall(Cursor& in) {
  const int year = in.digits(4);
  in.expect('-');
  const int month = in.digits(2);
  in.expect('-');
  const int day = in.digits(2);
  if (!in.accept('T') && !in.accept('t')) in.expect(' ');
  const int hour = in.digits(2);
  in.expect(':');
  const int minute = in.digits(2);
  int second = 0;
  int ms = 0;
  if (in.accept(':')) {
    second = in.digits(2);
    ms = in.fraction_ms();
  }
  if (!in.ok) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + std::chrono::milliseconds{ms};
}

}  // namespace

Time SystemClock::now() const noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::int64_t to_epoch_ms(Time t) noexcept { return t.time_since_epoch().count(); }

Time from_epoch_ms(std::int64_t ms) noexcept { return Time{Duration{ms}}; }

std::string to_iso8601(Time t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<Duration> clock{t - day};
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) out += fmt::format(".{:03}", clock.subseconds().count());
  return out + 'Z';
}

Result<Time> parse_iso8601(std::string_view text) {
  Cursor in{text};
  const std::optional<Time> wall = read_wall(in);
  if (!wall) return bad_time(text);
  if (in.accept('Z') || in.accept('z')) {
    if (!in.rest.empty()) return bad_time(text);
    return *wall;
  }
  const bool minus = in.accept('-');
  if (!minus) in.expect('+');
  const int hours = in.digits(2);
  in.accept(':');
  const int minutes = in.digits(2);
  if (!in.ok || !in.rest.empty() || hours > 23 || minutes > 59) return bad_time(text);
  const Duration offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
  return minus ? *wall + offset : *wall - offset;
}

namespace detail {

// Local wall time without a zone, as the point of time it would be in UTC. Used by time_zone.cpp.
std::optional<Time> parse_wall(std::string_view text) {
  Cursor in{text};
  std::optional<Time> wall = read_wall(in);
  if (!in.rest.empty()) wall.reset();
  return wall;
}

Error wall_error(std::string_view text) { return bad_time(text); }

}  // namespace detail
}  // namespace sedlink
