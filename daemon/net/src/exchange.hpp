#pragma once
// One request and its answer over one connection.
#include "client_pool.hpp"
#include "sedlink/net/http.hpp"

namespace sedlink::net {

// How far an exchange came: decides the class of an error and whether a repetition is safe.
struct ExchangeProgress {
  ExchangeProgress() = default;
  bool sent = false;      // bytes of the request may have left
  bool answered = false;  // at least one byte of the answer came
  bool closed = false;    // the peer closed the connection
  bool reusable = false;  // the connection may serve the next request
};

// Errors as client.hpp lists them. `request`, `connection` and `progress` outlive the call.
Task<Response> exchange(ClientConnection& connection, const Url& url, const std::string& user_agent,
                        const Request& request, CallOptions options, ExchangeProgress& progress);

}  // namespace sedlink::net
