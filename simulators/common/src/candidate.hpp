#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base64_stream.hpp"

namespace sedlink::sim {

inline constexpr std::string_view no_base64 = "!";  // refused by every reader of base64

// Base64 text that may become a content: kept as it came while it is short.
class Candidate {
 public:
  explicit Candidate(ContentStore& store) : store_(store) {}

  // `raw` as it came, for a short text; `digits` without the message's own escapes.
  void add(std::string_view raw, std::string_view digits) {
    if (stream_) return stream_->feed(digits);
    raw_ += raw;
    if (plain_) return;
    digits_ += digits;
    if (digits_.size() <= ContentStore::in_memory) return;
    stream_.emplace(store_);
    stream_->feed(digits_);
    digits_ = std::string();
    plain_ = stream_->is_broken();  // an ordinary long text, most likely
    if (plain_)
      stream_.reset();
    else
      raw_ = std::string();
  }
  // Text without escapes; where it is cut makes no difference.
  void add(std::string_view run) {
    while (!run.empty()) {
      std::size_t n = run.size();
      if (!stream_ && !plain_) n = std::min(n, ContentStore::in_memory + 1 - digits_.size());
      add(run.substr(0, n), run.substr(0, n));
      run.remove_prefix(n);
    }
  }
  // What stands in the text.
  std::string end(std::vector<ContentPtr>& held) {
    if (!stream_) {
      digits_.clear();
      plain_ = false;
      return std::exchange(raw_, std::string());
    }
    ContentPtr content = stream_->finish();
    stream_.reset();
    if (!content) return std::string(no_base64);
    held.push_back(content);
    return content->token();
  }

 private:
  ContentStore& store_;
  std::string raw_, digits_;
  bool plain_ = false;
  std::optional<Base64Stream> stream_;
};

}  // namespace sedlink::sim
