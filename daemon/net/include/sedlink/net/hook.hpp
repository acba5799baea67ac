#pragma once
// What stands between a caller and the wire: sees every request before it leaves and every answer before the caller
// does. The client knows nothing of what a hook is for.
#include <functional>
#include <string>
#include <vector>

#include "sedlink/net/http.hpp"

namespace sedlink::net {

// What really goes out. `before` and `after` accompany the request, in order; each must be answered with 2xx.
struct Prepared {
  Prepared() = default;
  explicit Prepared(Request r) : request(std::move(r)) {}
  Request request;
  std::vector<Request> before, after;
  bool reads_answer = false;  // accept() must see the whole body, even where the caller streams it
};

// Called on the client's executor, once for each Client::send.
class RequestHook {
 public:
  virtual ~RequestHook() = default;
  // An error ends the call before a byte of it is sent.
  virtual Task<Prepared> prepare(Request request, SteadyTime deadline) = 0;
  // Only when prepare() asked for it. The answer the caller gets, or why it gets none.
  virtual Task<Response> accept(std::string method, std::string url, Response answer, SteadyTime deadline) = 0;
};

// When the certificate of a server ("host:port") ends: told after every TLS handshake, on the client's executor.
using CertificateSeen = std::function<void(const std::string& server, Time ends)>;

}  // namespace sedlink::net
