#pragma once
// Byte offsets of a text as lines and columns of code points.
#include <string_view>
#include <vector>

#include "sedlink/config/finding.hpp"

namespace sedlink::config {

class SourceText {
 public:
  explicit SourceText(std::string_view text);  // the text must outlive this object
  [[nodiscard]] Position at(std::size_t offset) const;
  [[nodiscard]] std::string_view line(int number) const;  // 1-based, without its line break; empty when there is none
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

}  // namespace sedlink::config
