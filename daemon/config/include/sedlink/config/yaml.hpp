#pragma once
// YAML 1.2 as a plain tree with exact places. Duplicate keys, anchors, aliases and tags are findings.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sedlink/config/finding.hpp"

namespace sedlink::config {

struct YamlNode {
  enum class Kind { null = 1, scalar, sequence, mapping };
  Kind kind = Kind::null;
  std::string text;             // scalars: the decoded text
  bool quoted = false;          // '…', "…" or a block scalar: never a number, boolean or null
  char quote = '\0';            // '\'' or '"' for such scalars
  Range range;                  // of a quoted scalar: what is between the quotes
  std::string raw;              // scalars: the source text of `range`
  std::vector<YamlNode> items;  // sequence
  std::vector<std::pair<YamlNode, YamlNode>> entries;  // mapping, in order; keys are scalars

  [[nodiscard]] const YamlNode* find(std::string_view key) const noexcept;
  // The place of `count` code points of a scalar's decoded text from code point `first` on; escapes, quotes and block
  // indentation are taken into account. The whole range when the text cannot be traced back.
  [[nodiscard]] Range part(std::size_t first, std::size_t count) const;
};

// The document's root, or nullopt with findings (rule yaml.*) when the text is not one readable document: follow-ups
// make no sense then. Duplicate keys (the first stays), anchors and tags are findings beside the tree. An empty file is
// a mapping without entries. Limits: 4 MiB, 64 levels.
[[nodiscard]] std::optional<YamlNode> parse_yaml(std::string_view text, const std::string& file,
                                                 std::vector<Finding>& findings);

}  // namespace sedlink::config
