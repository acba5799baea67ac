#include "sedlink/config/finding.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sedlink::config {
namespace {

Finding finding(Range at) {
  return {Severity::error, "mapping.unknown-key", "м.yaml", at, "неизвестный ключ «стадия»", "уберите его"};
}

std::string text(const Finding& f, const std::string& source) {
  return format_findings({f}, {{"м.yaml", source}}, FindingFormat::text);
}

TEST(FindingText, caret_stands_under_the_exact_cyrillic_letters) {
  EXPECT_EQ(text(finding({{2, 3}, {2, 9}}), "этапы:\n  стадия: х\n"),
            "м.yaml:2:3: ошибка: неизвестный ключ «стадия» [mapping.unknown-key]\n"
            "   2 |   стадия: х\n"
            "     |   ^~~~~~\n"
            "     = уберите его\n");
}

TEST(FindingText, tabs_indent_both_lines_alike) {
  EXPECT_EQ(text(finding({{1, 2}, {1, 3}}), "\tя: 1"),
            "м.yaml:1:2: ошибка: неизвестный ключ «стадия» [mapping.unknown-key]\n"
            "   1 | \tя: 1\n"
            "     | \t^\n"
            "     = уберите его\n");
}

TEST(FindingText, range_of_several_lines_is_marked_to_the_end_of_the_first) {
  EXPECT_NE(text(finding({{1, 4}, {3, 2}}), "а: [ю,\n б,\n]").find("     |    ^~~\n"), std::string::npos);
}

TEST(FindingText, empty_range_and_end_of_line_get_one_caret) {
  EXPECT_NE(text(finding({{1, 3}, {1, 3}}), "а:").find("   1 | а:\n     |   ^\n"), std::string::npos);
}

TEST(FindingText, whole_file_has_no_place) {
  EXPECT_EQ(format_findings({{Severity::warning, "r", "f", {}, "нет файла", ""}}, {}, FindingFormat::text),
            "f: предупреждение: нет файла [r]\n");
}

TEST(FindingJson, carries_every_part) {
  const auto parsed = boost::json::parse(format_findings({finding({{2, 3}, {2, 9}})}, {}, FindingFormat::json));
  EXPECT_EQ(parsed, boost::json::parse(R"([{"severity":"error","rule":"mapping.unknown-key","file":"м.yaml",
    "range":{"start":{"line":2,"column":3},"end":{"line":2,"column":9}},
    "message":"неизвестный ключ «стадия»","help":"уберите его"}])"));
}

TEST(FindingGithub, escapes_what_would_break_the_command) {
  Finding f = finding({{2, 3}, {2, 9}});
  f.file = "a,b:c.yaml";
  f.message = "100%\nдальше";
  f.help = "";
  EXPECT_EQ(
      format_findings({f}, {}, FindingFormat::github),
      "::error file=a%2Cb%3Ac.yaml,line=2,endLine=2,col=3,endColumn=9,title=mapping.unknown-key::100%25%0Aдальше\n");
}

TEST(Findings, are_sorted_by_place_and_told_once) {
  std::vector<Finding> all{finding({{5, 1}, {5, 2}}), finding({{2, 1}, {2, 2}}), finding({{5, 1}, {5, 2}})};
  sort_findings(all);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].range.start.line, 2);
  EXPECT_TRUE(has_errors(all));
  all[0].severity = all[1].severity = Severity::warning;
  EXPECT_FALSE(has_errors(all));
}

}  // namespace
}  // namespace sedlink::config
