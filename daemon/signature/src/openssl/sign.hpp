#pragma once
#include "openssl/identity.hpp"

namespace sedlink::signature {

// See Backend::sign.
[[nodiscard]] Result<void> sign(const Identity& identity, const SignRequest& request, const Content& content,
                                const Sink& out);

// Makes the signatures of this key quick, where that is possible.
void prepare(Identity& identity);

// See Backend::decrypt.
[[nodiscard]] Result<void> decrypt(const Identity& identity, const Content& enveloped, std::uint64_t limit,
                                   const Sink& out);

// Asks the authority for a token over `signature` (the bytes of the SignerInfo's signature) and checks what came:
// status, nonce, imprint, and the token's own signature and chain when the authority's anchors are known. DER of the
// token. Errors: rejected signature.time_stamp, transient signature.time_stamp_unreachable.
[[nodiscard]] Result<std::string> request_time_stamp(const SignRequest& request, std::string_view signature,
                                                     bool gost_key);

}  // namespace sedlink::signature
