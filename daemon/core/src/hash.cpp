#include "sedlink/core/hash.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

#include "sedlink/core/text.hpp"

namespace sedlink {
namespace {

// OpenSSL fails here only when it is out of memory or broken: nothing a caller could handle.
void require(int status, const char* what) {
  if (status != 1) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

std::string digest_of(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> buffer{};
  unsigned size = 0;
  require(EVP_Digest(bytes.data(), bytes.size(), buffer.data(), &size, kind, nullptr), "EVP_Digest");
  return {reinterpret_cast<const char*>(buffer.data()), size};
}

std::string uuid_text(std::string bytes, unsigned version) {
  bytes.resize(16);
  const auto set = [&](std::size_t i, unsigned keep, unsigned bits) {
    bytes[i] = static_cast<char>(static_cast<unsigned char>((static_cast<unsigned char>(bytes[i]) & keep) | bits));
  };
  set(6, 0x0FU, version << 4U);
  set(8, 0x3FU, 0x80U);
  std::string out = text::hex(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) out.insert(at, 1, '-');
  return out;
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string uuid_bytes(std::string_view uuid) {
  std::string out;
  int high = -1;
  for (const char c : uuid) {
    if (c == '-') continue;
    if (high < 0) {
      high = hex_value(c);
    } else {
      out += static_cast<char>(static_cast<unsigned char>(high * 16 + hex_value(c)));
      high = -1;
    }
  }
  return out;
}

}  // namespace

struct Sha256::Impl {
  Impl() : context(EVP_MD_CTX_new()) {
    if (context == nullptr) throw std::bad_alloc();
  }
  ~Impl() { EVP_MD_CTX_free(context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  EVP_MD_CTX* context;
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
  require(EVP_DigestInit_ex(impl_->context, EVP_sha256(), nullptr), "EVP_DigestInit_ex");
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  require(EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()), "EVP_DigestUpdate");
}

std::string Sha256::hex_digest() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> buffer{};
  unsigned size = 0;
  require(EVP_DigestFinal_ex(impl_->context, buffer.data(), &size), "EVP_DigestFinal_ex");
  return text::hex({reinterpret_cast<const char*>(buffer.data()), size});
}

std::string sha256_hex(std::string_view bytes) { return text::hex(digest_of(EVP_sha256(), bytes)); }

namespace uuid {

std::string v5(std::string_view namespace_uuid, std::string_view name) {
  if (!is_valid(namespace_uuid)) throw std::invalid_argument("uuid::v5: the namespace is not a UUID");
  return uuid_text(digest_of(EVP_sha1(), uuid_bytes(namespace_uuid) + std::string(name)), 5);
}

std::string random() {
  std::array<unsigned char, 16> bytes{};
  require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())), "RAND_bytes");
  return uuid_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, 4);
}

bool is_valid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : hex_value(text[i]) < 0) return false;
  }
  return true;
}

}  // namespace uuid

std::string idempotency_key(std::string_view instance_name, std::string_view parts) {
  // Ours, made once at random. Changing it would make every running process foreign to its own documents.
  static constexpr std::string_view sedlink_namespace = "8f1c3d52-6b0e-4c1a-9d7f-52e0a4b7c913";
  return uuid::v5(uuid::v5(sedlink_namespace, instance_name), parts);
}

std::string short_key(std::string_view key) { return std::string(key.substr(0, 8)); }

}  // namespace sedlink
