#include "sedlink/config/units.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "sedlink/core/text.hpp"

namespace sedlink::config {
namespace {

struct Quantity {
  std::uint64_t number = 0;
  std::string_view unit;
};

std::optional<Quantity> split_quantity(std::string_view text) noexcept {
  text = text::trim(text);
  Quantity out;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out.number);
  if (problem != std::errc()) return std::nullopt;
  out.unit = text::trim(text.substr(static_cast<std::size_t>(end - text.data())));
  return out;
}

template <std::size_t N>
std::optional<std::uint64_t> scale(std::string_view text,
                                   const std::array<std::pair<std::string_view, std::uint64_t>, N>& units,
                                   std::uint64_t limit) noexcept {
  const auto quantity = split_quantity(text);
  if (!quantity) return std::nullopt;
  for (const auto& [name, factor] : units) {
    if (name != quantity->unit) continue;
    if (quantity->number > limit / factor) return std::nullopt;
    return quantity->number * factor;
  }
  return std::nullopt;
}

constexpr std::uint64_t second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour, week = 7 * day;
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 16> time_units{{{"ms", 1},
                                                                                 {"s", second},
                                                                                 {"sec", second},
                                                                                 {"second", second},
                                                                                 {"seconds", second},
                                                                                 {"min", minute},
                                                                                 {"minute", minute},
                                                                                 {"minutes", minute},
                                                                                 {"h", hour},
                                                                                 {"hour", hour},
                                                                                 {"hours", hour},
                                                                                 {"d", day},
                                                                                 {"day", day},
                                                                                 {"days", day},
                                                                                 {"week", week},
                                                                                 {"weeks", week}}};
constexpr std::uint64_t kilo = 1024;
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> size_units{
    {{"B", 1}, {"KB", kilo}, {"MB", kilo* kilo}, {"GB", kilo* kilo* kilo}, {"TB", kilo* kilo* kilo* kilo}}};

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) noexcept {
  const auto milliseconds = scale(text, time_units, 3650 * day);
  if (!milliseconds) return std::nullopt;
  return Duration(static_cast<Duration::rep>(*milliseconds));
}

std::optional<std::uint64_t> parse_size(std::string_view text) noexcept {
  return scale(text, size_units, std::numeric_limits<std::int64_t>::max());
}

}  // namespace sedlink::config
