#pragma once
// What a linter says about a file: where exactly, what is wrong, what to do.
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sedlink::config {

// 1-based; columns count code points, because the text is Cyrillic.
struct Position {
  int line = 0, column = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};
struct Range {
  Position start, end;  // end is exclusive
  friend auto operator<=>(const Range&, const Range&) = default;
};

// Where each path of a file was read: "process.template", "stages[2].crm", "people.portal.docflow.14".
using Places = std::map<std::string, Range, std::less<>>;
// The range of a path or of its nearest known parent; line 0 when none is known.
[[nodiscard]] Range place_of(const Places&, std::string_view path);

enum class Severity { error = 1, warning };

struct Finding {
  Severity severity = Severity::error;
  std::string rule;  // stable id: "mapping.unknown-key"
  std::string file;
  Range range;          // line 0 = the whole file
  std::string message;  // Russian
  std::string help;     // the cure: "возможно, вы имели в виду «stages»?"; may be empty
};

// Sorted by file and place, duplicates removed.
void sort_findings(std::vector<Finding>&);
[[nodiscard]] bool has_errors(const std::vector<Finding>&);

enum class FindingFormat { text = 1, json, github };
// `sources`: file -> text, for the line and the caret. Missing sources print without them.
[[nodiscard]] std::string format_findings(const std::vector<Finding>&,
                                          const std::map<std::string, std::string>& sources, FindingFormat);

}  // namespace sedlink::config
