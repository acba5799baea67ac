#include "sedlink/core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "utf8.hpp"

namespace sedlink::text {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";
constexpr std::size_t longest_name = 100;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

std::u32string decode(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const utf8::Step step = utf8::next(text);
    out += step.valid ? step.code : U'\uFFFD';
    text.remove_prefix(step.size);
  }
  return out;
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const utf8::Step step = utf8::next(text);
    if (!step.valid) return false;
    text.remove_prefix(step.size);
  }
  return true;
}

std::string sanitize_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const utf8::Step step = utf8::next(text);
    if (!step.valid) {
      out += "\uFFFD";
    } else if (step.code != 0) {
      out += text.substr(0, step.size);
    }
    text.remove_prefix(step.size);
  }
  return out;
}

std::size_t code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(utf8::next(text).size);
  return count;
}

std::string_view prefix(std::string_view text, std::size_t n) noexcept {
  std::size_t end = 0;
  for (; n > 0 && end < text.size(); --n) end += utf8::next(text.substr(end)).size;
  return text.substr(0, end);
}

std::string ellipsis(std::string_view text, std::size_t n) {
  const std::string_view whole = prefix(text, n);
  if (n == 0 || whole.size() == text.size()) return std::string(whole);
  return std::string(prefix(text, n - 1)) + "…";
}

std::string to_upper_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), upper);
  return out;
}

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool iequals_ascii(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t end = text.find(separator);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) out += separator;
    out += parts[i];
  }
  return out;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  if (from.empty()) return text;
  std::string out;
  std::size_t start = 0;
  for (;;) {
    const std::size_t at = text.find(from, start);
    if (at == std::string::npos) break;
    out.append(text, start, at - start);
    out += to;
    start = at + from.size();
  }
  if (start == 0) return text;
  out.append(text, start);
  return out;
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
  const std::u32string a = decode(left);
  const std::u32string b = decode(right);
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string* best = nullptr;
  std::size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance * 3 > code_points(candidate)) continue;
    if (best == nullptr || distance < best_distance) best = &candidate, best_distance = distance;
  }
  return best == nullptr ? std::string() : *best;
}

FileName split_file_name(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size()) return {std::string(name), {}};
  return {std::string(name.substr(0, dot)), std::string(name.substr(dot + 1))};
}

std::string safe_name(std::string_view value) {
  std::string out = sanitize_utf8(value);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos) c = '_';
  }
  // A name that ends with a dot or a blank does not survive Windows; one that starts with a dot is hidden or "..".
  const auto trim_ends = [](std::string_view name) {
    const std::size_t first = name.find_first_not_of(" .");
    if (first == std::string_view::npos) return std::string_view();
    return name.substr(first, name.find_last_not_of(" .") - first + 1);
  };
  const std::string_view name = trim_ends(prefix(trim_ends(out), longest_name));
  return name.empty() ? std::string("_") : std::string(name);
}

std::string human_size(std::uint64_t bytes) {
  static constexpr std::array<const char*, 5> units{"Б", "КБ", "МБ", "ГБ", "ТБ"};
  if (bytes < 1024) return std::to_string(bytes) + " Б";
  // Tenths of the unit in whole numbers: 1023,96 КБ must become 1 МБ, not 1024,0 КБ.
  std::size_t unit = 1;
  std::uint64_t divisor = 1024;
  const auto tenths = [&] { return bytes / divisor * 10 + (bytes % divisor * 10 + divisor / 2) / divisor; };
  while (tenths() >= 10240 && unit + 1 < units.size()) ++unit, divisor *= 1024;
  const std::uint64_t value = tenths();
  if (value % 10 == 0) return fmt::format("{} {}", value / 10, units.at(unit));
  return fmt::format("{},{} {}", value / 10, value % 10, units.at(unit));
}

}  // namespace sedlink::text
