#include "sedlink/sim/rng.hpp"

namespace sedlink::sim {

std::int64_t Rng::between(std::int64_t low, std::int64_t high) {
  if (high <= low) return low;
  const auto span = static_cast<std::uint64_t>(high - low) + 1;
  return low + static_cast<std::int64_t>(engine_() % span);
}

double Rng::fraction() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

std::string Rng::letters(std::size_t n, std::string_view alphabet) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += alphabet[static_cast<std::size_t>(engine_() % alphabet.size())];
  return out;
}

std::string Rng::uuid() {
  std::string out = letters(32, "0123456789abcdef");
  out[12] = '4';
  out[16] = "89ab"[engine_() % 4];
  for (const std::size_t at : {std::size_t{20}, std::size_t{16}, std::size_t{12}, std::size_t{8}}) out.insert(at, "-");
  return out;
}

}  // namespace sedlink::sim
