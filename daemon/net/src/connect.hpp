#pragma once
// From a URL to a stream that is ready for the first request.
#include <memory>

#include "sedlink/net/http.hpp"
#include "stream.hpp"
#include "tls_context.hpp"

namespace sedlink::net {

// Resolve, connect, handshake; together at most `timeout` and never beyond `deadline`. `tls` null: plain.
// Errors: transient net.resolve, net.connect, net.tls, net.timeout (the deadline itself), net.cancelled.
Task<std::unique_ptr<Stream>> open_stream(Executor executor, std::shared_ptr<TlsContext> tls, Url url,
                                          SteadyTime deadline, Duration timeout);

}  // namespace sedlink::net
