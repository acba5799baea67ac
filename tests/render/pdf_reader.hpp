#pragma once
// Reads a PDF back with poppler's tools, as a recipient would.
#include <string>
#include <string_view>

namespace sedlink::tests {

// The text of the whole file (pages end with a form feed), or of one page (from 1).
[[nodiscard]] std::string pdf_text(std::string_view pdf);
[[nodiscard]] std::string pdf_text(std::string_view pdf, int page);
// The table of pdffonts: a line per font.
[[nodiscard]] std::string pdf_fonts(std::string_view pdf);
// pdfinfo: "Pages: 3", "CreationDate: …".
[[nodiscard]] std::string pdf_info(std::string_view pdf);
// All blanks and line ends become one blank: what wraps on the page is one sentence again.
[[nodiscard]] std::string flat(std::string_view);
[[nodiscard]] int count(std::string_view text, std::string_view word);

}  // namespace sedlink::tests
