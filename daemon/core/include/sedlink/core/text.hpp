#pragma once
// Small text functions over UTF-8. Pure.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/error.hpp"

namespace sedlink::text {

[[nodiscard]] bool is_valid_utf8(std::string_view) noexcept;
[[nodiscard]] std::string sanitize_utf8(std::string_view);  // invalid bytes -> U+FFFD, NUL dropped
[[nodiscard]] std::size_t code_points(std::string_view) noexcept;
// First `n` code points.
[[nodiscard]] std::string_view prefix(std::string_view, std::size_t n) noexcept;
// Like prefix, with "…" as the last code point when something was cut.
[[nodiscard]] std::string ellipsis(std::string_view, std::size_t n);
// Case folding for Latin and Cyrillic, ё -> е, outer blanks trimmed, inner runs of blanks -> one. For comparing names.
[[nodiscard]] std::string fold(std::string_view);
[[nodiscard]] std::string to_upper_ascii(std::string_view);
[[nodiscard]] std::string to_lower_ascii(std::string_view);
[[nodiscard]] bool iequals_ascii(std::string_view, std::string_view) noexcept;
[[nodiscard]] std::string_view trim(std::string_view) noexcept;
[[nodiscard]] std::vector<std::string> split(std::string_view, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>&, std::string_view separator);
[[nodiscard]] std::string replace_all(std::string, std::string_view from, std::string_view to);
// Damerau–Levenshtein over code points; for "did you mean".
[[nodiscard]] std::size_t edit_distance(std::string_view, std::string_view);
// The nearest candidate within a third of its length, or empty.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

[[nodiscard]] std::string base64_encode(std::string_view bytes);
// Whitespace is skipped: senders break lines. Errors: core.base64.
[[nodiscard]] Result<std::string> base64_decode(std::string_view);
[[nodiscard]] std::string hex(std::string_view bytes);
// application/x-www-form-urlencoded and RFC 3986. encode leaves only unreserved characters.
[[nodiscard]] std::string url_encode(std::string_view);
[[nodiscard]] std::string url_decode(std::string_view, bool plus_is_space);
// "Договор №1.pdf" -> "Договор №1" + "pdf" (no dot; empty when none).
struct FileName {
  std::string stem, extension;
};
[[nodiscard]] FileName split_file_name(std::string_view);
// One folder or file name from a value: / \ : * ? " < > | and control characters -> _, ends trimmed, 100 code points.
[[nodiscard]] std::string safe_name(std::string_view);
[[nodiscard]] std::string human_size(std::uint64_t bytes);  // "19,4 МБ"

}  // namespace sedlink::text
