#pragma once
#include <string>
#include <string_view>

namespace sedlink::render {

// Text fit for a page: valid UTF-8, tabs and exotic line ends made plain, control characters and noncharacters dropped,
// direction overrides dropped (in a document people sign they could show one thing and say another), ends trimmed,
// never more than two line ends in a row.
[[nodiscard]] std::string clean_text(std::string_view);
// The same on one line.
[[nodiscard]] std::string clean_line(std::string_view);

}  // namespace sedlink::render
