#include "source_text.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::config {
namespace {
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
}

SourceText::SourceText(std::string_view text) : text_(text) {
  // A byte order mark is no character of the first line.
  starts_.push_back(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool lone_return = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    if (text[i] == '\n' || lone_return) starts_.push_back(i + 1);
  }
}

Position SourceText::at(std::size_t offset) const {
  offset = std::clamp(offset, starts_.front(), std::max(starts_.front(), text_.size()));
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const std::size_t start = *std::prev(next);
  return {static_cast<int>(next - starts_.begin()),
          static_cast<int>(text::code_points(text_.substr(start, offset - start))) + 1};
}

std::string_view SourceText::line(int number) const {
  if (number < 1 || static_cast<std::size_t>(number) > starts_.size()) return {};
  const std::size_t start = starts_[static_cast<std::size_t>(number) - 1];
  return text_.substr(start, std::min(text_.find_first_of("\r\n", start), text_.size()) - start);
}

}  // namespace sedlink::config
