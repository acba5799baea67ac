#pragma once
// Base64 decoded while it arrives, as strict as text::base64_decode.
#include <algorithm>
#include <string>
#include <string_view>

#include "sedlink/core/text.hpp"
#include "sedlink/sim/content.hpp"

namespace sedlink::sim {

// The first of a few characters, as fast as one comparison a byte allows; npos when there is none.
template <char... Chars>
std::size_t find_any(std::string_view text) {
  const auto found = std::find_if(text.begin(), text.end(), [](char c) { return ((c == Chars) || ...); });
  return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

class Base64Stream {
 public:
  explicit Base64Stream(ContentStore& store) : writer_(store) {}

  void feed(std::string_view text) {
    while (!broken_ && !text.empty()) {
      const std::size_t blank = find_any<' ', '\t', '\r', '\n'>(text);
      const std::string_view run = text.substr(0, blank);
      text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
      if (run.empty()) continue;
      if (ended_) broken_ = true;
      digits_ += run;
      if (digits_.size() >= piece) decode(digits_.size() - digits_.size() % 4);
    }
  }
  [[nodiscard]] bool is_broken() const noexcept { return broken_; }
  // nullptr: no base64. Once.
  [[nodiscard]] ContentPtr finish() {
    if (!broken_) decode(digits_.size());
    return broken_ ? nullptr : writer_.finish();
  }

 private:
  static constexpr std::size_t piece = 32 * 1024;

  void decode(std::size_t n) {
    if (n == 0) return;
    const std::string_view whole = std::string_view(digits_).substr(0, n);
    ended_ = whole.back() == '=';
    const auto bytes = text::base64_decode(whole);
    if (bytes)
      writer_.append(*bytes);
    else
      broken_ = true;
    digits_.erase(0, n);
  }

  ContentWriter writer_;
  std::string digits_;
  bool ended_ = false;  // padding came: nothing may follow
  bool broken_ = false;
};

}  // namespace sedlink::sim
