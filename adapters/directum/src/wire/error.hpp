#pragma once
// Errors, and the bodies in which the service tells them (directum A5). Pure.
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"

namespace sedlink::directum {

[[nodiscard]] Error make_error(Fault, Audience, std::string code, std::string message, std::string vendor = {});

// The text of an error body in any of its shapes: {"error":{"code","message"}}, {"error":"text"}, "text", bare text,
// {"error":{"message":{"value"}}}; of a page: its title and words. At most 500 code points, one line.
[[nodiscard]] std::string error_text(std::string_view body);
[[nodiscard]] bool looks_like_html(std::string_view body) noexcept;

}  // namespace sedlink::directum
