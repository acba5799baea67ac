#pragma once
// Addresses of the service: literals, escaping, query options, the length of the start line (directum A1, A4). Pure.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/clock.hpp"

namespace sedlink::directum {

// A GET start line longer than this is refused (A1).
inline constexpr std::size_t start_line_limit = 2048;

// 'O''Reilly': in quotes, quotes doubled. Not yet percent-encoded.
[[nodiscard]] std::string literal(std::string_view text);
// 2026-09-01T00:00:00Z, seconds rounded down: an offset's "+" would need escaping.
[[nodiscard]] std::string literal(Time);
// "Id eq 1 or Id eq 2"; `path` may be a navigation: "Task/Id".
[[nodiscard]] std::string any_of(std::string_view path, const std::vector<std::int64_t>& ids);

// What stands in a query keeps its OData punctuation; blanks, '&', '#', '+', '%', '"' and everything above ASCII go out
// as %XX.
[[nodiscard]] std::string percent_encode(std::string_view);

struct Query {
  Query() = default;
  explicit Query(std::string s) : set(std::move(s)) {}
  std::string set;  // "IContracts", or a path below one: "IContracts(7)/Versions"
  std::string filter, select, expand, order;
  std::size_t top = 0;  // 0 = not said
  // Relative to the service root, percent-encoded.
  [[nodiscard]] std::string target() const;
};

// "IContracts(1234)"
[[nodiscard]] std::string entity(std::string_view set, std::int64_t id);
// "GET <path> HTTP/1.1" as it goes out, `prefix` being the path of the service root.
[[nodiscard]] std::size_t start_line_length(std::string_view prefix, std::string_view target) noexcept;

// Ids in groups of at most `most`, each of which fits the start line with the rest of `query`.
[[nodiscard]] std::vector<std::vector<std::int64_t>> chunks(const std::vector<std::int64_t>& ids, std::string_view path,
                                                            const Query& query, std::string_view prefix,
                                                            std::size_t most);

}  // namespace sedlink::directum
