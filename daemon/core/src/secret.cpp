#include "sedlink/core/secret.hpp"

#include "sedlink/core/text.hpp"

namespace sedlink {
namespace {

constexpr std::size_t shortest_masked = 4;

}  // namespace

bool Secret::equals_constant_time(std::string_view other) const noexcept {
  // One step per byte of `other` whatever the secret is; an empty secret is compared with a dummy byte.
  unsigned difference = value_.size() == other.size() ? 0U : 1U;
  for (std::size_t i = 0; i < other.size(); ++i) {
    const char mine = value_.empty() ? '\0' : value_[i % value_.size()];
    difference |= static_cast<unsigned>(static_cast<unsigned char>(mine) ^ static_cast<unsigned char>(other[i]));
  }
  const volatile unsigned result = difference;
  return result == 0;
}

std::string mask(std::string text, const Secret& secret) {
  if (secret.reveal().size() < shortest_masked) return text;
  return text::replace_all(std::move(text), secret.reveal(), "***");
}

}  // namespace sedlink
