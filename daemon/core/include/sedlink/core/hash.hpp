#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"

namespace sedlink {

// Lower-case hex SHA-256, incremental. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::string_view bytes);
  [[nodiscard]] std::string hex_digest();  // ends the computation

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

// RFC 4122 UUIDs as lower-case text.
namespace uuid {
[[nodiscard]] std::string v5(std::string_view namespace_uuid, std::string_view name);
[[nodiscard]] std::string random();
[[nodiscard]] bool is_valid(std::string_view) noexcept;
}  // namespace uuid

// The key of one intended object or effect: a v5 UUID, the same in every attempt. `parts` are joined by '|'.
[[nodiscard]] std::string idempotency_key(std::string_view instance_name, std::string_view parts);
// First eight hex digits: the short mark put into comments, "[sl:1a2b3c4d]".
[[nodiscard]] std::string short_key(std::string_view key);

}  // namespace sedlink
