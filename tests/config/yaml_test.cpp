#include "sedlink/config/yaml.hpp"

#include <gtest/gtest.h>

namespace sedlink::config {
namespace {

YamlNode parse(const std::string& text) {
  std::vector<Finding> findings;
  auto root = parse_yaml(text, "t", findings);
  EXPECT_TRUE(findings.empty()) << findings.front().message;
  EXPECT_TRUE(root.has_value());
  return root.value_or(YamlNode());
}

std::vector<Finding> findings_of(const std::string& text) {
  std::vector<Finding> findings;
  (void)parse_yaml(text, "t", findings);
  return findings;
}

TEST(Yaml, places_count_code_points) {
  const YamlNode root = parse("ключ: значение\nсписок: [ один, \"два\" ]\n");
  ASSERT_EQ(root.entries.size(), 2u);
  EXPECT_EQ(root.entries[0].first.range, (Range{{1, 1}, {1, 5}}));
  EXPECT_EQ(root.entries[0].second.range, (Range{{1, 7}, {1, 15}}));
  const YamlNode& list = root.entries[1].second;
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.range, (Range{{2, 9}, {2, 24}}));
  EXPECT_EQ(list.items[1].range, (Range{{2, 18}, {2, 21}}));
  EXPECT_EQ(list.items[1].text, "два");
}

TEST(Yaml, block_collections_end_with_their_last_value) {
  const YamlNode root = parse("a:\n  - x: 1\n    y: да\n\nb: 2\n");
  EXPECT_EQ(root.find("a")->range, (Range{{2, 3}, {3, 10}}));
  EXPECT_EQ(root.find("a")->items[0].range, (Range{{2, 5}, {3, 10}}));
}

TEST(Yaml, quoted_text_is_told_from_plain) {
  const YamlNode root = parse("a: 5\nb: '5'\nc: null\nd: 'null'\ne:\nf: |\n  5\n");
  EXPECT_FALSE(root.find("a")->quoted);
  EXPECT_TRUE(root.find("b")->quoted);
  EXPECT_EQ(root.find("c")->kind, YamlNode::Kind::null);
  EXPECT_EQ(root.find("d")->kind, YamlNode::Kind::scalar);
  EXPECT_EQ(root.find("e")->kind, YamlNode::Kind::null);
  EXPECT_EQ(root.find("e")->range, (Range{{5, 3}, {5, 3}}));
  EXPECT_TRUE(root.find("f")->quoted);
  EXPECT_EQ(root.find("f")->text, "5\n");
}

TEST(Yaml, byte_order_mark_and_crlf_move_no_column) {
  const YamlNode root = parse("\xEF\xBB\xBFключ: а\r\nдругой: б\r\n");
  EXPECT_EQ(root.entries[0].first.range, (Range{{1, 1}, {1, 5}}));
  EXPECT_EQ(root.entries[1].second.range, (Range{{2, 9}, {2, 10}}));
}

TEST(Yaml, empty_file_is_an_empty_mapping) {
  EXPECT_EQ(parse("").kind, YamlNode::Kind::mapping);
  EXPECT_EQ(parse("# только комментарий\n").entries.size(), 0u);
}

TEST(Yaml, first_of_duplicate_keys_stays_and_the_second_is_found) {
  std::vector<Finding> findings;
  const auto root = parse_yaml("а: 1\nб: 2\nа: 3\n", "t", findings);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("а")->text, "1");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule, "yaml.duplicate-key");
  EXPECT_EQ(findings[0].range, (Range{{3, 1}, {3, 2}}));
}

TEST(Yaml, unreadable_text_has_one_finding_at_its_place) {
  const struct {
    const char* text;
    const char* rule;
    Range at;
  } cases[] = {
      {"а: \"б\nв: г\n", "yaml.syntax", {{1, 4}, {2, 2}}},       {"а: б: в\n", "yaml.syntax", {{1, 5}, {1, 5}}},
      {"а: \xFF\n", "yaml.encoding", {{1, 4}, {1, 5}}},          {"а: *б\n", "yaml.alias", {{1, 5}, {1, 6}}},
      {"а: 1\n---\nб: 2\n", "yaml.documents", {{2, 1}, {2, 4}}}, {"[а]: 1\n", "yaml.key", {{1, 1}, {1, 4}}},
  };
  for (const auto& c : cases) {
    const auto found = findings_of(c.text);
    ASSERT_EQ(found.size(), 1u) << c.text;
    EXPECT_EQ(found[0].rule, c.rule) << c.text;
    EXPECT_EQ(found[0].range, c.at) << c.text << found[0].range.start.line << ":" << found[0].range.start.column << "-"
                                    << found[0].range.end.line << ":" << found[0].range.end.column;
  }
}

TEST(Yaml, depth_and_size_are_bounded) {
  const auto deep = findings_of(std::string(5000, '['));
  ASSERT_EQ(deep.size(), 1u);
  EXPECT_EQ(deep[0].rule, "yaml.depth");
  const auto large = findings_of(std::string(5 * 1024 * 1024, '#'));
  ASSERT_EQ(large.size(), 1u);
  EXPECT_EQ(large[0].rule, "yaml.size");
}

TEST(Yaml, nul_byte_is_refused) {
  const auto found = findings_of(std::string("a: b\0c\n", 7));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, "yaml.encoding");
  EXPECT_EQ(found[0].range.start, (Position{1, 5}));
}

}  // namespace
}  // namespace sedlink::config
