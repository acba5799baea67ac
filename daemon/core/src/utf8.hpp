#pragma once
// UTF-8 in and out, one code point at a time. Private to core.
#include <cstdint>
#include <string>
#include <string_view>

namespace sedlink::utf8 {

struct Step {
  char32_t code = 0;
  std::size_t size = 0;  // bytes taken, at least 1
  bool valid = false;
};

// The code point at the start of a non-empty text. Overlong forms, surrogates and cut sequences are invalid and take
// one byte.
Step next(std::string_view) noexcept;
void append(std::string& out, char32_t code);

}  // namespace sedlink::utf8
