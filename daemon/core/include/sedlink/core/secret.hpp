#pragma once
// A string that cannot be printed by accident: no operator<<, no formatter, no conversion. Its memory is wiped when it
// goes.
#include <string>
#include <string_view>
#include <utility>

namespace sedlink {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret other) noexcept;
  ~Secret();
  // The only way to the text; call it at the place where the bytes leave the process, and nowhere else.
  [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
  // Comparison in time that depends on the length of `other` only.
  [[nodiscard]] bool equals_constant_time(std::string_view other) const noexcept;

 private:
  std::string value_;
};

// Overwrites the bytes, the unused ones of the buffer included, and empties the string.
void wipe(std::string& text) noexcept;

// `text` with every occurrence of the secret replaced by "***". Secrets shorter than 4 characters are left alone.
[[nodiscard]] std::string mask(std::string text, const Secret& secret);

}  // namespace sedlink
