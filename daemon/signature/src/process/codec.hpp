#pragma once
// The calls of the port as packets, both ways.
#include "process/channel.hpp"
#include "sedlink/signature/backends.hpp"

namespace sedlink::signature {

[[nodiscard]] Packet encode(const KeyMaterial& key, const std::string& engine);
[[nodiscard]] KeyMaterial decode_key(Packet packet);

// The content travels as the packet's descriptor. `fetch` and `existing`'s bytes do not need to: blobs and fetch
// packets.
[[nodiscard]] Packet encode(const SignRequest& request);
[[nodiscard]] SignRequest decode_sign(const Packet& packet);
[[nodiscard]] Packet encode(const VerifyRequest& request);
[[nodiscard]] VerifyRequest decode_verify(Packet& packet);

[[nodiscard]] Packet encode(const Error& error);
[[nodiscard]] Error decode_error(const Packet& packet);

[[nodiscard]] Packet encode(const FetchRequest& request);
[[nodiscard]] FetchRequest decode_fetch(const Packet& packet);

}  // namespace sedlink::signature
