#pragma once
// BB-codes: what people wrote elsewhere must not become markup on the portal, nor look like our mark.
#include <string>
#include <string_view>

namespace sedlink::bitrix24 {

// Every '[' that could open a tag (before a letter, '/' or '*') gets a zero-width space behind it: it looks the same
// and opens nothing. The portal has no escape character.
[[nodiscard]] std::string escape_markup(std::string_view text);

// "[sl:1a2b3c4d]", the last line of a comment of ours.
[[nodiscard]] std::string mark(std::string_view key);
[[nodiscard]] std::string with_mark(std::string_view text, std::string_view key);  // escaped text, then the mark

// The texts the portal returns may have &quot; and the like.
[[nodiscard]] std::string unescape_entities(std::string text);

}  // namespace sedlink::bitrix24
