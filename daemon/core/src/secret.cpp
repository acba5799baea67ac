#include "sedlink/core/secret.hpp"

#include <cstring>

#include "sedlink/core/text.hpp"

namespace sedlink {
namespace {

constexpr std::size_t shortest_masked = 4;

}  // namespace

Secret::Secret(std::string value) : value_(std::move(value)) { wipe(value); }
Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { wipe(other.value_); }
Secret& Secret::operator=(Secret other) noexcept {
  value_.swap(other.value_);
  return *this;
}
Secret::~Secret() { wipe(value_); }

void wipe(std::string& text) noexcept {
  text.resize(text.capacity());  // within its buffer: allocates nothing
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

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
