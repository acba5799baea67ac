#include "sedlink/core/clock.hpp"

#include <gtest/gtest.h>

namespace sedlink {
namespace {

Time at(const char* iso) { return parse_iso8601(iso).value(); }

TEST(Iso8601, survives_the_round_trip) {
  for (const char* iso :
       {"2026-05-14T07:26:32Z", "2024-02-29T23:59:59.007Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z"})
    EXPECT_EQ(to_iso8601(at(iso)), iso);
}

TEST(Iso8601, reads_zones_and_fractions) {
  EXPECT_EQ(to_iso8601(at("2026-05-14T10:26:32+03:00")), "2026-05-14T07:26:32Z");
  EXPECT_EQ(to_iso8601(at("2026-05-14T10:26:32+0300")), "2026-05-14T07:26:32Z");
  EXPECT_EQ(to_iso8601(at("2026-05-14T00:26:32-05:30")), "2026-05-14T05:56:32Z");
  EXPECT_EQ(to_iso8601(at("2026-05-14T07:26:32.1234567Z")), "2026-05-14T07:26:32.123Z");
  EXPECT_EQ(to_iso8601(at("2026-05-14T07:26:32.5Z")), "2026-05-14T07:26:32.500Z");
}

TEST(Iso8601, refuses_what_is_not_a_full_time_with_a_zone) {
  for (const char* bad : {"", "2026-05-14", "2026-05-14T07:26:32", "2026-02-30T00:00:00Z", "2026-05-14T24:00:00Z",
                          "2026-05-14T07:26:32Zx", "2026-05-14T07:26:32.Z", "2026-5-14T07:26:32Z",
                          "2026-05-14T07:26:32+3", "2026-13-01T00:00:00Z"}) {
    const auto time = parse_iso8601(bad);
    ASSERT_FALSE(time) << bad;
    EXPECT_EQ(time.error().code, "core.time");
  }
}

TEST(Clock, epoch_milliseconds_are_reversible) {
  EXPECT_EQ(to_epoch_ms(at("1970-01-01T00:00:01.002Z")), 1002);
  EXPECT_EQ(from_epoch_ms(-1), at("1969-12-31T23:59:59.999Z"));
}

TEST(Clock, manual_time_moves_by_hand_only) {
  ManualClock clock(at("2026-01-01T00:00:00Z"));
  clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(clock.now(), at("2026-01-01T00:05:00Z"));
}

TEST(TimeZone, moscow_is_three_hours_ahead_and_was_four) {
  const auto moscow = TimeZone::find("Europe/Moscow");
  ASSERT_TRUE(moscow);
  EXPECT_EQ(moscow->name(), "Europe/Moscow");
  EXPECT_EQ(moscow->to_local(at("2024-03-01T07:00:00Z")), "2024-03-01T10:00:00");
  EXPECT_EQ(moscow->to_local(at("2013-07-01T00:00:00Z")), "2013-07-01T04:00:00");
  EXPECT_EQ(moscow->to_offset_iso(at("2024-03-01T07:00:00Z")), "2024-03-01T10:00:00+03:00");
  EXPECT_EQ(moscow->to_display(at("2024-03-01T07:00:00Z")), "01.03.2024 10:00");
  EXPECT_EQ(moscow->to_display_date(at("2024-02-29T21:00:00Z")), "01.03.2024");
  EXPECT_EQ(moscow->from_local("2024-03-01T10:00:00").value(), at("2024-03-01T07:00:00Z"));
}

TEST(TimeZone, a_time_in_an_overlap_is_the_earlier_one_and_in_a_gap_the_moment_of_the_jump) {
  const auto berlin = TimeZone::find("Europe/Berlin");
  ASSERT_TRUE(berlin);
  EXPECT_EQ(berlin->from_local("2024-10-27T02:30:00").value(), at("2024-10-27T00:30:00Z"));
  EXPECT_EQ(berlin->from_local("2024-03-31T02:30:00").value(), at("2024-03-31T01:00:00Z"));
  EXPECT_EQ(berlin->to_offset_iso(at("2024-07-01T00:00:00Z")), "2024-07-01T02:00:00+02:00");
  const auto newfoundland = TimeZone::find("America/St_Johns");
  ASSERT_TRUE(newfoundland);
  EXPECT_EQ(newfoundland->to_offset_iso(at("2024-01-01T12:00:00Z")), "2024-01-01T08:30:00-03:30");
}

TEST(TimeZone, an_unknown_name_is_refused_and_named) {
  for (const char* bad : {"Europe/Mosow", "", "/etc/passwd", "../Moscow"}) {
    const auto zone = TimeZone::find(bad);
    ASSERT_FALSE(zone) << bad;
    EXPECT_EQ(zone.error().code, "core.time_zone");
    EXPECT_NE(zone.error().message.find(bad), std::string::npos);
  }
}

TEST(TimeZone, local_text_with_a_zone_or_rubbish_is_refused) {
  const auto moscow = TimeZone::find("Europe/Moscow");
  ASSERT_TRUE(moscow);
  for (const char* bad : {"2024-03-01T10:00:00Z", "01.03.2024", ""}) EXPECT_FALSE(moscow->from_local(bad)) << bad;
}

}  // namespace
}  // namespace sedlink
