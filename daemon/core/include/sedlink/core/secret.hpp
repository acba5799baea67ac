#pragma once
// A string that cannot be printed by accident: no operator<<, no formatter, no conversion.
#include <string>
#include <string_view>
#include <utility>

namespace sedlink {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  // The only way to the text; call it at the place where the bytes leave the process, and nowhere else.
  [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
  // Comparison in time that depends on the length of `other` only.
  [[nodiscard]] bool equals_constant_time(std::string_view other) const noexcept;

 private:
  std::string value_;
};

// `text` with every occurrence of the secret replaced by "***". Secrets shorter than 4 characters are left alone.
[[nodiscard]] std::string mask(std::string text, const Secret& secret);

}  // namespace sedlink
