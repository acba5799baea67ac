#include "sedlink/config/units.hpp"

#include <gtest/gtest.h>

namespace sedlink::config {
namespace {

using namespace std::chrono_literals;

TEST(Units, durations_are_a_number_and_a_unit) {
  EXPECT_EQ(parse_duration("15s"), Duration(15s));
  EXPECT_EQ(parse_duration("5 min"), Duration(5min));
  EXPECT_EQ(parse_duration(" 2h "), Duration(2h));
  EXPECT_EQ(parse_duration("3 days"), Duration(72h));
  EXPECT_EQ(parse_duration("1 week"), Duration(168h));
  EXPECT_EQ(parse_duration("0s"), Duration(0));
  EXPECT_EQ(parse_duration("250ms"), Duration(250));
}

TEST(Units, anything_else_is_no_duration) {
  for (const char* text :
       {"", "5", "s", "5 m", "-5s", "1.5h", "5 minut", "99999999999999999999s", "4000 days", "5s 3s"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Units, sizes_count_in_1024) {
  EXPECT_EQ(parse_size("300 MB"), 300ull * 1024 * 1024);
  EXPECT_EQ(parse_size("20KB"), 20480u);
  EXPECT_EQ(parse_size("1 B"), 1u);
  for (const char* text : {"", "300", "300 mb", "300 МБ", "-1 MB", "9999999999 TB"})
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

}  // namespace
}  // namespace sedlink::config
