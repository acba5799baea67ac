#include "wire/query.hpp"

#include <algorithm>

#include "sedlink/core/text.hpp"

namespace sedlink::directum {

std::string literal(std::string_view text) { return "'" + text::replace_all(std::string(text), "'", "''") + "'"; }

std::string literal(Time t) { return to_iso8601(std::chrono::floor<std::chrono::seconds>(t)); }

std::string any_of(std::string_view path, const std::vector<std::int64_t>& ids) {
  std::string out;
  for (const std::int64_t id : ids) {
    if (!out.empty()) out += " or ";
    out += path;
    out += " eq ";
    out += std::to_string(id);
  }
  return out;
}

std::string percent_encode(std::string_view raw) {
  static constexpr std::string_view kept = "-._~$'(),;:/@=*!";
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(raw.size() + raw.size() / 2);
  for (const char c : raw) {
    const auto u = static_cast<unsigned char>(c);
    const bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (word || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += digits[u >> 4];
      out += digits[u & 15];
    }
  }
  return out;
}

std::string Query::target() const {
  std::string out = set;
  char before = '?';
  const auto option = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += before;
    out += name;
    out += percent_encode(value);
    before = '&';
  };
  option("$filter=", filter);
  option("$select=", select);
  option("$expand=", expand);
  option("$orderby=", order);
  if (top > 0) option("$top=", std::to_string(top));
  return out;
}

std::string entity(std::string_view set, std::int64_t id) { return std::string(set) + "(" + std::to_string(id) + ")"; }

std::size_t start_line_length(std::string_view prefix, std::string_view target) noexcept {
  return std::string_view("GET  HTTP/1.1").size() + prefix.size() + target.size();
}

std::vector<std::vector<std::int64_t>> chunks(const std::vector<std::int64_t>& ids, std::string_view path,
                                              const Query& query, std::string_view prefix, std::size_t most) {
  const std::size_t rest = start_line_length(prefix, query.target()) + 64;  // "$filter=", brackets, "Id gt <last> and"
  const std::size_t around = percent_encode(path).size() + std::string_view("%20eq%20%20or%20").size();
  std::vector<std::vector<std::int64_t>> out;
  std::size_t length = 0;
  for (const std::int64_t id : ids) {
    const std::size_t own = around + std::to_string(id).size();
    const bool full = out.empty() || out.back().size() >= std::max<std::size_t>(most, 1) ||
                      (rest + length + own > start_line_limit && !out.back().empty());
    if (full) {
      out.emplace_back();
      length = 0;
    }
    out.back().push_back(id);
    length += own;
  }
  return out;
}

}  // namespace sedlink::directum
