#pragma once
// Packets over a Unix socket between the daemon and its signer process: a type, parts of bytes, at most one descriptor.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/core/json.hpp"
#include "sedlink/core/secret.hpp"
#include "sedlink/signature/content.hpp"

namespace sedlink::signature {

enum class PacketType : char {
  open = 'O',
  describe = 'I',
  sign = 'S',
  verify = 'V',
  decrypt = 'D',  // requests
  result = 'R',
  error = 'E',
  piece = 'P',
  fetch = 'F',  // from the signer
  fetched = 'f',
  fetch_failed = 'e',  // answers to fetch
};

struct Packet {
  Packet() = default;
  Packet(Packet&&) = default;
  Packet& operator=(Packet&&) = default;
  ~Packet() {
    if (type == PacketType::open)
      for (auto& blob : blobs) wipe(blob);
  }
  explicit Packet(PacketType t) : type(t) {}
  PacketType type = PacketType::error;
  json::value head;                // empty object when absent
  std::vector<std::string> blobs;  // may hold secrets: never logged; those of `open` are wiped
  Descriptor file;                 // travels with the packet
};

class Channel {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  Channel() = default;
  explicit Channel(Descriptor socket) : socket_(std::move(socket)) {}
  // Errors: transient signature.process (closed, deadline passed), defect signature.process (not a packet).
  [[nodiscard]] Result<void> send(const Packet& packet, std::optional<Deadline> deadline = {});
  [[nodiscard]] Result<Packet> receive(std::optional<Deadline> deadline = {});
  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(socket_); }
  // Both ends; the second is for the child.
  static Result<std::pair<Channel, Descriptor>> pair();

 private:
  Result<void> read_exactly(char* into, std::size_t length, std::optional<Deadline> deadline);
  Result<void> wait(short events, std::optional<Deadline> deadline) const;
  Descriptor socket_;
  Descriptor arrived_;
};

}  // namespace sedlink::signature
