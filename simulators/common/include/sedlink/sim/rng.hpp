#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace sedlink::sim {

// Seeded and the same on every machine: own mapping to ranges, as the standard distributions differ between libraries.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : engine_(seed) {}
  [[nodiscard]] std::uint64_t next() { return engine_(); }
  // Both ends included; low when high < low.
  [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high);
  [[nodiscard]] double fraction();  // [0, 1)
  [[nodiscard]] bool chance(double probability) { return fraction() < probability; }
  [[nodiscard]] std::string letters(std::size_t n, std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789");
  [[nodiscard]] std::string uuid();  // version 4 form, from the seed

 private:
  std::mt19937_64 engine_;
};

}  // namespace sedlink::sim
