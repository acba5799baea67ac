#pragma once
// Bodies that stream: read once, signed, and sent as they were read.
#include <filesystem>
#include <memory>

#include "sedlink/net/http.hpp"
#include "sedlink/signature/content.hpp"

namespace sedlink::signing {

// Reads the request's source: into request.body up to `limit` bytes; above that into an unnamed file below `folder`
// when `in_pieces`, whose bytes request.source gives then. The answer is what is signed. Errors: rejected
// signing.body_limit, transient signing.file, what the source returned.
Task<signature::Content> take_body(net::Request& request, std::uint64_t limit, bool in_pieces,
                                   std::filesystem::path folder);

}  // namespace sedlink::signing
