#pragma once
// Reading loose JSON: clients send ids as numbers or strings, keys in any case.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"

namespace sedlink::sim {

namespace json = boost::json;

// Strings, numbers and booleans as text; anything else is empty.
[[nodiscard]] std::string text_of(const json::value& v);
// The member's text, or `fallback` when it is absent or null.
[[nodiscard]] std::string text_of(const json::object& o, std::string_view key, std::string_view fallback = "");
// A whole number from 12 or "12"; nothing else.
[[nodiscard]] std::optional<std::int64_t> int_of(const json::value& v);
[[nodiscard]] std::optional<std::int64_t> int_of(const json::object& o, std::string_view key);
// true, 1, "1", "Y", "true" (any case).
[[nodiscard]] bool truthy(const json::value& v);
[[nodiscard]] bool truthy(const json::object& o, std::string_view key, bool fallback);
[[nodiscard]] const json::value* find_ignoring_case(const json::object& o, std::string_view key);
[[nodiscard]] const json::object* object_of(const json::object& o, std::string_view key);  // null when not an object
[[nodiscard]] const json::array* array_of(const json::object& o, std::string_view key);

// '*' matches any run of characters. ASCII case is ignored when asked.
[[nodiscard]] bool glob(std::string_view pattern, std::string_view text, bool ignore_case);

// Errors for the control API: the text goes to whoever steers the simulator.
[[nodiscard]] Error control_error(std::string message);

}  // namespace sedlink::sim
