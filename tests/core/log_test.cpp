#include "sedlink/core/log.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sedlink {
namespace {

std::string logged(StderrLogger::Format format, bool journal, std::string value, LogLevel level = LogLevel::warning) {
  testing::internal::CaptureStderr();
  StderrLogger logger(LogLevel::info, format, journal);
  logger.write(level, "door.refused", {{"from", std::move(value)}, {"count", 3}});
  return testing::internal::GetCapturedStderr();
}

TEST(Log, prints_one_logfmt_line_with_the_journals_priority) {
  EXPECT_EQ(logged(StderrLogger::Format::logfmt, true, "portal"),
            "<4>level=warning event=door.refused from=portal count=3\n");
}

TEST(Log, a_value_cannot_forge_a_line_or_a_field) {
  EXPECT_EQ(logged(StderrLogger::Format::logfmt, true, "a\n<0>level=error x=\"y\" \x1B[2J\\"),
            "<4>level=warning event=door.refused from=\"a\\n<0>level=error x=\\\"y\\\" \\u001b[2J\\\\\" count=3\n");
}

TEST(Log, json_lines_stay_json_whatever_the_value) {
  const std::string value("k\"\\\n\r\t\x01\xFF\u2028 я", 14);
  const std::string line = logged(StderrLogger::Format::json, false, value);
  ASSERT_FALSE(line.empty());
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  boost::json::error_code error;
  const auto parsed = boost::json::parse(line.substr(0, line.size() - 1), error);
  ASSERT_FALSE(error) << line;
  EXPECT_EQ(parsed.at("event"), "door.refused");
  EXPECT_EQ(parsed.at("count"), "3");
  EXPECT_TRUE(parsed.as_object().contains("time"));
}

TEST(Log, is_silent_below_its_level) {
  EXPECT_EQ(logged(StderrLogger::Format::logfmt, true, "x", LogLevel::debug), "");
}

}  // namespace
}  // namespace sedlink
