#include "clean_text.hpp"

#include <glib.h>

#include <memory>

namespace sedlink::render {
namespace {

bool is_line_end(gunichar c) { return c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0x0B || c == 0x0C; }

bool is_dropped(gunichar c) {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool direction =
      c == 0x200E || c == 0x200F || c == 0x061C || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  const bool invisible = c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFC) || (c >= 0xE0000 && c <= 0xE007F);
  const bool noncharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  return control || direction || invisible || noncharacter;
}

void append(std::string& out, gunichar c) {
  char buffer[6];
  const int length = g_unichar_to_utf8(c, buffer);
  out.append(buffer, static_cast<std::size_t>(length));
}

std::string clean(std::string_view raw, bool keep_line_ends) {
  const std::unique_ptr<char, decltype(&g_free)> valid(g_utf8_make_valid(raw.data(), static_cast<gssize>(raw.size())),
                                                       g_free);
  std::string out;
  out.reserve(raw.size());
  int line_ends = 0;
  for (const char* p = valid.get(); *p != '\0'; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    if (is_line_end(c) || (c == '\r' && p[1] != '\n')) {
      if (out.empty()) continue;
      while (!out.empty() && out.back() == ' ') out.pop_back();
      if (!keep_line_ends) {
        out += ' ';
      } else if (++line_ends <= 2) {
        out += '\n';
      }
    } else if (c == '\t' || c == ' ') {
      if (!out.empty() && out.back() != ' ' && out.back() != '\n') out += ' ';
    } else if (!is_dropped(c)) {
      line_ends = 0;
      append(out, c);
    }
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '\n')) out.pop_back();
  return out;
}

}  // namespace

std::string clean_text(std::string_view raw) { return clean(raw, true); }
std::string clean_line(std::string_view raw) { return clean(raw, false); }

}  // namespace sedlink::render
