#include "translate/markup.hpp"

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::bitrix24 {

std::string escape_markup(std::string_view given) {
  const std::string clean = text::sanitize_utf8(given);
  std::string out;
  out.reserve(clean.size());
  for (std::size_t i = 0; i < clean.size(); ++i) {
    out += clean[i];
    if (clean[i] != '[' || i + 1 == clean.size()) continue;
    const char next = clean[i + 1];
    const bool opens = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '/' || next == '*';
    if (opens) out += "\xE2\x80\x8B";  // U+200B
  }
  return out;
}

std::string mark(std::string_view key) { return "[sl:" + short_key(key) + "]"; }

std::string with_mark(std::string_view given, std::string_view key) { return escape_markup(given) + "\n" + mark(key); }

std::string unescape_entities(std::string out) {
  for (const auto& [entity, sign] : std::initializer_list<std::pair<const char*, const char*>>{{"&quot;", "\""},
                                                                                               {"&lt;", "<"},
                                                                                               {"&gt;", ">"},
                                                                                               {"&#039;", "'"},
                                                                                               {"&#39;", "'"},
                                                                                               {"&nbsp;", " "},
                                                                                               {"&amp;", "&"}})
    out = text::replace_all(std::move(out), entity, sign);
  return out;
}

}  // namespace sedlink::bitrix24
