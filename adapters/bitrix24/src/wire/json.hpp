#pragma once
// Reading of the portal's JSON: liberal in what PHP makes of it, exact in numbers.
#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/error.hpp"

namespace sedlink::bitrix24::wire {

namespace json = boost::json;

// Fractional numbers, and whole ones beyond 64 bits, become strings of their own digits: money never passes through a
// double. A UTF-8 BOM is skipped. Errors: defect b24.json.
[[nodiscard]] Result<json::value> parse_json(std::string_view text);

// The value at a path of object keys (or array indexes as digits); nullptr when a step is missing or the value is null.
[[nodiscard]] const json::value* find(const json::value& from, std::initializer_list<std::string_view> path) noexcept;

// Ids and texts come as string, number or boolean ("1"/"0"); anything else is "".
[[nodiscard]] std::string text(const json::value& v);
[[nodiscard]] std::string text_at(const json::value& from, std::initializer_list<std::string_view> path);
// A link to another object: "", "0", 0, null and false all mean none.
[[nodiscard]] std::string id_at(const json::value& from, std::initializer_list<std::string_view> path);
[[nodiscard]] std::optional<std::int64_t> integer_at(const json::value& from,
                                                     std::initializer_list<std::string_view> path);
[[nodiscard]] std::optional<double> number_at(const json::value& from, std::initializer_list<std::string_view> path);
// Y, true, 1.
[[nodiscard]] bool flag_at(const json::value& from, std::initializer_list<std::string_view> path);
// The rows of a collection: an array's elements, or an object's values. [] and {} and null are none.
// The pointers live as long as `from`.
[[nodiscard]] std::vector<const json::value*> rows(const json::value* from);
[[nodiscard]] std::vector<const json::value*> rows_at(const json::value& from,
                                                      std::initializer_list<std::string_view> path);

}  // namespace sedlink::bitrix24::wire
