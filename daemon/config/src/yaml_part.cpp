// Traces decoded text of a scalar back to its place in the source.
#include <string_view>

#include "sedlink/config/yaml.hpp"
#include "sedlink/core/text.hpp"
#include "source_text.hpp"

namespace sedlink::config {
namespace {

bool is_blank(std::string_view one) { return one == " " || one == "\t" || one == "\n" || one == "\r"; }

class Tracer {
 public:
  Tracer(std::string_view raw, char quote) : raw_(raw), quote_(quote) {}
  // Byte offset in raw where the decoded code point `one` begins; npos when it cannot be found. Moves behind it.
  std::size_t find(std::string_view one) {
    while (at_ < raw_.size()) {
      const std::string_view here = text::prefix(raw_.substr(at_), 1);
      const std::size_t start = at_;
      if (quote_ == '"' && here == "\\") {
        const std::size_t size = escape_size();
        at_ += size;
        if (raw_.substr(start, 2) == "\\\n" || raw_.substr(start, 2) == "\\\r") continue;  // a folded line
        return start;
      }
      at_ += here.size();
      if (quote_ == '\'' && here == "'" && raw_.substr(at_, 1) == "'") return ++at_, start;
      if (here == one) return start;
      if (is_blank(here) && is_blank(one) && here == "\n") return start;  // a folded line break is a blank
      if (!is_blank(here)) return std::string_view::npos;
    }
    return std::string_view::npos;
  }
  [[nodiscard]] std::size_t offset() const noexcept { return at_; }

 private:
  [[nodiscard]] std::size_t escape_size() const {
    const std::string_view kind = text::prefix(raw_.substr(at_ + 1), 1);
    if (kind == "x") return 4;
    if (kind == "u") return 6;
    if (kind == "U") return 10;
    return 1 + kind.size();
  }
  std::string_view raw_;
  std::size_t at_ = 0;
  char quote_;
};

}  // namespace

Range YamlNode::part(std::size_t first, std::size_t count) const {
  if (raw.empty()) return range;
  const SourceText source(raw);
  const auto absolute = [&](std::size_t offset) {
    Position p = source.at(offset);
    if (p.line == 1) p.column += range.start.column - 1;
    p.line += range.start.line - 1;
    return p;
  };
  Tracer tracer(raw, quote);
  std::string_view rest = text;
  Range out = range;
  for (std::size_t i = 0; i < first + count && !rest.empty(); ++i) {
    const std::string_view one = text::prefix(rest, 1);
    const std::size_t offset = tracer.find(one);
    if (offset == std::string_view::npos) return range;
    if (i == first) out.start = absolute(offset);
    rest.remove_prefix(one.size());
  }
  if (first >= text::code_points(text)) out.start = absolute(tracer.offset());
  out.end = absolute(tracer.offset());
  return out;
}

}  // namespace sedlink::config
