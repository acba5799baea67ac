#pragma once
// Wall time of the program: UTC, milliseconds. Nobody calls system_clock::now() but SystemClock.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"

namespace sedlink {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const noexcept = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const noexcept override;
};

// Set by hand: tests and virtual time. Not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  [[nodiscard]] Time now() const noexcept override { return now_; }
  void set(Time t) noexcept { now_ = t; }
  void advance(Duration d) noexcept { now_ += d; }

 private:
  Time now_;
};

[[nodiscard]] std::int64_t to_epoch_ms(Time) noexcept;
[[nodiscard]] Time from_epoch_ms(std::int64_t) noexcept;

// "2026-05-14T07:26:32Z" (milliseconds only when present).
[[nodiscard]] std::string to_iso8601(Time);
// Full date and time with a zone ("Z", "+03:00", "+0300"); fractions allowed. Errors: core.time.
[[nodiscard]] Result<Time> parse_iso8601(std::string_view);

// An IANA zone by name ("Europe/Moscow"). Immutable, cheap to copy, thread-safe. Data: the system's tzdata.
class TimeZone {
 public:
  TimeZone();                                           // UTC
  static Result<TimeZone> find(std::string_view name);  // error core.time_zone names the zone
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  // "2024-03-01T10:00:00": local wall time without zone, as some systems write it.
  [[nodiscard]] std::string to_local(Time) const;
  // The reverse. A time inside a gap or overlap resolves to the earlier instant. Errors: core.time.
  [[nodiscard]] Result<Time> from_local(std::string_view) const;
  // "01.03.2024 10:00" and "01.03.2024": what Russian readers expect.
  [[nodiscard]] std::string to_display(Time) const;
  [[nodiscard]] std::string to_display_date(Time) const;
  // ISO with this zone's offset: "2024-03-01T10:00:00+03:00".
  [[nodiscard]] std::string to_offset_iso(Time) const;

 private:
  explicit TimeZone(std::string name, const void* zone) : name_(std::move(name)), zone_(zone) {}
  std::string name_;
  const void* zone_;  // date::time_zone of the library's database, which lives as long as the process
};

}  // namespace sedlink
