#include "sedlink/core/text.hpp"
#include "utf8.hpp"

namespace sedlink::text {
namespace {

bool is_blank(char32_t c) noexcept {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

// Simple lower case of the blocks people's names come from; everything else is left as it is.
char32_t lower(char32_t c) noexcept {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  const bool even_is_upper = (c >= 0x100 && c <= 0x137 && c != 0x130 && c != 0x131) || (c >= 0x14A && c <= 0x177) ||
                             (c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F);
  if (even_is_upper) return c % 2 == 0 ? c + 1 : c;
  const bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E) || (c >= 0x4C1 && c <= 0x4CE);
  if (odd_is_upper) return c % 2 == 1 ? c + 1 : c;
  if (c == 0x178) return 0xFF;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c == 0x4C0) return 0x4CF;
  return c;
}

}  // namespace

std::string fold(std::string_view text) {
  constexpr char32_t combining_breve = 0x306;
  constexpr char32_t combining_diaeresis = 0x308;
  std::u32string folded;
  bool gap = false;
  while (!text.empty()) {
    const utf8::Step step = utf8::next(text);
    text.remove_prefix(step.size);
    const char32_t code = step.valid ? lower(step.code) : U'\uFFFD';
    if (is_blank(code)) {
      gap = !folded.empty();
      continue;
    }
    // Names typed on a Mac come decomposed: е + diaeresis, и + breve.
    if (!gap && !folded.empty()) {
      if (code == combining_diaeresis && folded.back() == U'е') continue;
      if (code == combining_breve && folded.back() == U'и') {
        folded.back() = U'й';
        continue;
      }
    }
    if (gap) folded += U' ';
    gap = false;
    folded += code == U'ё' ? U'е' : code;
  }
  std::string out;
  for (const char32_t code : folded) utf8::append(out, code);
  return out;
}

}  // namespace sedlink::text
